// Where the memory of lists comes from that may outgrow the machine: the heap up to a limit for all of
// them together, then nameless files that are mapped and filled from their start.
//
// One lock and one list of mappings; the lists are few and large. Who uses it: SpillVector in
// mote/spill.h.
#include "mote/spill.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <new>

#include "base/error.h"

namespace mote {

namespace {

size_t memory_limit() {
  static const size_t kLimit = []() -> size_t {
    if (const char *text = std::getenv("MOTE_MEMORY_LIMIT_MB")) {
      char *end = nullptr;
      const unsigned long long mb = std::strtoull(text, &end, 10);
      if (end == text || *end != '\0' || mb > (1ull << 30))
        throw Error(ErrorCode::kInvalidArgument, "MOTE_MEMORY_LIMIT_MB",
                    fmt::format("'{}' is not a number of MB", text));
      return mb << 20;
    }
    return size_t{1} * ::sysconf(_SC_PHYS_PAGES) * ::sysconf(_SC_PAGESIZE) / 4;
  }();
  return kLimit;
}

// A file mapped into memory; a shared one is filled from its start and goes when its last list has gone.
struct Mapping {
  size_t bytes, used, lists;
};

class Spill {
 public:
  static Spill &instance() {
    static Spill *spill = new Spill;  // outlives every list
    return *spill;
  }

  void *allocate(size_t bytes) {
    std::lock_guard lock(mutex_);
    if (in_memory_ + bytes <= memory_limit()) {
      void *memory = std::malloc(bytes == 0 ? 1 : bytes);
      if (memory == nullptr) throw std::bad_alloc();
      in_memory_ += bytes;
      return memory;
    }
    bytes = (bytes + 63) / 64 * 64;
    if (shared_ == nullptr || mappings_.at(shared_).used + bytes > mappings_.at(shared_).bytes) {
      char *fresh = map_file(std::max(bytes, kShared));
      if (bytes >= kShared) {
        mappings_.at(fresh) = {bytes, bytes, 1};
        return fresh;
      }
      shared_ = fresh;
    }
    Mapping &m = mappings_.at(shared_);
    char *at = shared_ + m.used;
    m.used += bytes;
    ++m.lists;
    return at;
  }

  void free(void *memory, size_t bytes) noexcept {
    std::lock_guard lock(mutex_);
    auto *const at = static_cast<char *>(memory);
    auto next = mappings_.upper_bound(at);
    if (next != mappings_.begin()) {
      const auto found = std::prev(next);
      if (at < found->first + found->second.bytes) {
        if (--found->second.lists > 0) return;
        if (found->first == shared_) shared_ = nullptr;
        spilled_ -= found->second.bytes;
        ::munmap(found->first, found->second.bytes);
        mappings_.erase(found);
        return;
      }
    }
    in_memory_ -= bytes;
    std::free(memory);
  }

  size_t spilled() {
    std::lock_guard lock(mutex_);
    return spilled_;
  }

 private:
  static constexpr size_t kShared = size_t{64} << 20;

  char *map_file(size_t bytes) {
    const char *given = std::getenv("TMPDIR");
    const std::string folder = given != nullptr && *given != '\0' ? given : "/var/tmp";
    std::string name = folder + "/mote-XXXXXX";
    const auto fail = [&](int code) {
      return Error(
          ErrorCode::kIo, folder,
          fmt::format("cannot hold {} MB of data beyond memory: {}", bytes >> 20, std::strerror(code)),
          "make room, or set TMPDIR to another folder");
    };
    const int file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file < 0) throw fail(errno);
    ::unlink(name.c_str());
    // blocks are set aside now: a disk that is full later would end the process
    int code = ::posix_fallocate(file, 0, bytes);
    void *memory = MAP_FAILED;
    if (code == 0) {
      memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
      if (memory == MAP_FAILED) code = errno;
    }
    ::close(file);
    if (code != 0) throw fail(code);
    auto *const at = static_cast<char *>(memory);
    mappings_[at] = {bytes, 0, 0};
    spilled_ += bytes;
    return at;
  }

  std::mutex mutex_;
  std::map<char *, Mapping> mappings_;
  char *shared_ = nullptr;  // being filled
  size_t in_memory_ = 0, spilled_ = 0;
};

}  // namespace

void *spill_allocate(size_t bytes) { return Spill::instance().allocate(bytes); }
void spill_free(void *memory, size_t bytes) noexcept { Spill::instance().free(memory, bytes); }
size_t spilled_bytes() { return Spill::instance().spilled(); }

}  // namespace mote

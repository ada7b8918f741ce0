// SpillAllocator: for lists that may be larger than memory. Up to a limit they live in memory; beyond it in
// files without a name under $TMPDIR (else /var/tmp) that are mapped into memory, so that the system can put
// aside what is not in use.
//
// The limit holds for all such lists of the process together: a quarter of the machine's memory, or
// $MOTE_MEMORY_LIMIT_MB.
//
// Ownership/Threads: a SpillVector owns its memory like any vector; allocating is safe in any thread.
// Errors: kIo when a file cannot be made or the disk is full, std::bad_alloc; kInvalidArgument for a limit
// that is no number.
//
// Example:
//   mote::SpillVector<float> values(1000);
//   std::cout << values.size() << " values, " << mote::spilled_bytes() << " bytes in files\n";
#pragma once

#include <cstddef>
#include <vector>

namespace mote {

// Errors: kIo when the file cannot be made or the disk is full; std::bad_alloc.
void *spill_allocate(size_t bytes);
void spill_free(void *memory, size_t bytes) noexcept;
size_t spilled_bytes();  // in files at the moment

template <class T>
struct SpillAllocator {
  using value_type = T;
  SpillAllocator() = default;
  template <class U>
  SpillAllocator(const SpillAllocator<U> &) {}  // NOLINT: allocators convert
  T *allocate(size_t n) { return static_cast<T *>(spill_allocate(n * sizeof(T))); }
  void deallocate(T *p, size_t n) noexcept { spill_free(p, n * sizeof(T)); }
  template <class U>
  bool operator==(const SpillAllocator<U> &) const {
    return true;
  }
};

template <class T>
using SpillVector = std::vector<T, SpillAllocator<T>>;

}  // namespace mote

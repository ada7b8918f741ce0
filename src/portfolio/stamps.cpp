// Times and sizes, by as few calls of the system as can be: ten for each run.
//
// What a stamp is good for: index.h.
#include "portfolio/stamps.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <ctime>
#include <optional>

#include "base/error.h"
#include "base/files.h"
#include "portfolio/facts.h"
#include "runs/run_folder.h"

namespace mote {

// Times and sizes of the folder, which change whenever a file in it is replaced, as mote does it, and of
// those files that people and programs change where they are. nullopt: it is no run.
static std::optional<StampedRun> look_at(int runs, const std::string &name) {
  constexpr long long kSecond = 1'000'000'000, kTick = kSecond / 20;
  const int folder = ::openat(runs, name.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return {};
  Hash hash;
  long long newest = 0;
  struct stat s = {};
  const auto add = [&] {
    const long long changed = s.st_ctim.tv_sec * kSecond + s.st_ctim.tv_nsec;
    newest = std::max(newest, changed);
    hash.add(static_cast<long long>(s.st_size))
        .add(s.st_mtim.tv_sec * kSecond + s.st_mtim.tv_nsec)
        .add(changed);
  };
  bool is_run = true;
  if (::fstat(folder, &s) == 0) add();
  for (const char *file : files_of_facts()) {
    if (::fstatat(folder, file, &s, 0) == 0)
      add();
    else if (file == files_of_facts()[0])
      is_run = false;
    else
      hash.add(-1LL);
  }
  ::close(folder);
  if (!is_run) return {};
  timespec now = {};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return StampedRun{name, std::bit_cast<long long>(hash.value | 1),
                    newest > now.tv_sec * kSecond + now.tv_nsec - kTick};
}

std::vector<StampedRun> stamped_runs(const std::string &runs) {
  std::vector<StampedRun> seen;
  std::error_code code;
  const int folder = ::open(runs.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  for (const auto &entry : fs::directory_iterator(runs, code)) {
    const std::string name = entry.path().filename().string();
    if (name[0] == '.') continue;
    if (std::optional<StampedRun> run = look_at(folder, name)) seen.push_back(std::move(*run));
  }
  if (folder >= 0) ::close(folder);
  if (code) throw io_error(runs, "read the folder", code.value());
  std::sort(seen.begin(), seen.end(),
            [](const StampedRun &a, const StampedRun &b) { return is_older_run(b.name, a.name); });
  return seen;
}

}  // namespace mote

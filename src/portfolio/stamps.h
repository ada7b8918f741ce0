// Which runs a folder holds, and a number for each that is another one when any of its files has changed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mote {

struct Hash {  // FNV-1a
  uint64_t value = 14695981039346656037u;
  Hash &add(const void *data, size_t size) {
    const auto *bytes = static_cast<const unsigned char *>(data);
    for (size_t i = 0; i < size; ++i) value = (value ^ bytes[i]) * 1099511628211u;
    return *this;
  }
  Hash &add(const std::string &text) { return add(text.data(), text.size()); }
  Hash &add(long long number) { return add(&number, sizeof number); }
};

struct StampedRun {
  std::string name;
  long long stamp = 0;    // never 0
  bool is_fresh = false;  // a file may change once more without another time
};

// The newest first. Errors: kIo.
std::vector<StampedRun> stamped_runs(const std::string &runs_folder);

}  // namespace mote

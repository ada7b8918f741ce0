// golden.json says what the windows are of, golden.npy holds them as float32 [windows, rows, channels].
#include "runs/golden.h"

#include "runs/json_file.h"
#include "runs/kept_windows.h"

namespace mote {

using nlohmann::json;

void add_golden(StagedFolder &staged, const Splits &splits) {
  const bool is_test = splits.test.size() > 0;
  const Dataset &from = is_test ? splits.test : splits.train;
  // An exporter takes the windows n * all / count, n < count. With a power of two kept, and a power of two
  // asked for, these are the same windows.
  constexpr size_t kMost = 256, kLeast = 16;
  const size_t count = windows_to_keep(from, kMost, kLeast);
  std::vector<size_t> which;
  for (size_t i = 0; i < count; ++i) which.push_back(i * from.size() / count);
  auto [record, values] = kept_windows(from, which);
  record["of"] = is_test ? "test" : "train";
  record["of_windows"] = from.size();
  staged.write(run_file::kGolden, json_text(record));
  staged.write(run_file::kGoldenValues, values);
}

Dataset golden_windows(const Run &run) {
  return read_windows(run, run_file::kGolden, run_file::kGoldenValues, "train anew");
}

}  // namespace mote

// golden.json says what the windows are of, golden.npy holds them as float32 [windows, rows, channels].
#include "runs/golden.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "data/npy.h"
#include "runs/json_file.h"

namespace mote {

using nlohmann::json;

// An exporter takes the windows n * all / count, n < count. With a power of two kept, and a power of two
// asked for, these are the same windows.
static size_t count_to_keep(const Dataset &from) {
  constexpr size_t kMost = 256, kLeast = 16, kMostBytes = size_t{4} << 20;
  size_t count = kMost;
  while (count > kLeast && count * from.example_floats() * sizeof(float) > kMostBytes) count /= 2;
  return std::min(count, from.size());
}

void add_golden(StagedFolder &staged, const Splits &splits) {
  const bool is_test = splits.test.size() > 0;
  const Dataset &from = is_test ? splits.test : splits.train;
  const size_t count = count_to_keep(from);
  std::vector<float> values;
  json classes = json::array(), sources = json::array();
  for (size_t i = 0; i < count; ++i) {
    const size_t at = i * from.size() / count;
    values.insert(values.end(), from.example(at), from.example(at) + from.example_floats());
    classes.push_back(from.classes[at]);
    sources.push_back({from.sources[at].file, from.sources[at].line, from.sources[at].row});
  }
  const json record = {{"of", is_test ? "test" : "train"},
                       {"windows", count},
                       {"of_windows", from.size()},
                       {"window", from.window},
                       {"channels", from.channels},
                       {"rate_hz", from.rate_hz},
                       {"channel_names", from.channel_names},
                       {"labels", from.labels},
                       {"classes", classes},
                       {"sources", sources}};
  staged.write(run_file::kGolden, json_text(record));
  staged.write(run_file::kGoldenValues,
               format_npy_f32({count, static_cast<size_t>(from.window), static_cast<size_t>(from.channels)},
                              values.data()));
}

Dataset golden_windows(const Run &run) {
  Dataset set;
  if (!run.has(run_file::kGolden) || !run.has(run_file::kGoldenValues)) return set;
  run.reading(run_file::kGolden, [&](const json &j) {
    set.window = j.at("window");
    set.channels = j.at("channels");
    set.rate_hz = j.at("rate_hz");
    set.labels = j.at("labels");
    set.channel_names = j.at("channel_names");
    set.classes = j.at("classes").get<std::vector<int>>();
    for (const json &s : j.at("sources")) set.sources.push_back({s.at(0), s.at(1), s.at(2)});
  });
  const std::string where = run.file(run_file::kGoldenValues).string();
  const NpyArray array = parse_npy(run.text(run_file::kGoldenValues), where);
  const std::vector<size_t> expected = {set.classes.size(), static_cast<size_t>(std::max(set.window, 0)),
                                        static_cast<size_t>(std::max(set.channels, 0))};
  if (array.shape != expected || set.sources.size() != set.classes.size())
    throw Error(ErrorCode::kDataFormat, where, "does not fit golden.json beside it", "train anew");
  for (const double v : array.values) set.values.push_back(v);
  return set;
}

}  // namespace mote

// The record has `window`, `channels`, `rate_hz`, `channel_names`, `labels`, `classes` and `sources`, the
// other file float32 [windows, rows, channels].
#include "runs/kept_windows.h"

#include "base/error.h"
#include "data/npy.h"

namespace mote {

using nlohmann::json;

size_t windows_to_keep(const Dataset &from, size_t most, size_t least) {
  constexpr size_t kMostBytes = size_t{4} << 20;
  size_t count = most;
  while (count > least && count * from.example_floats() * sizeof(float) > kMostBytes) count /= 2;
  return std::min(count, from.size());
}

std::pair<json, std::string> kept_windows(const Dataset &from, const std::vector<size_t> &which) {
  std::vector<float> values;
  json classes = json::array(), sources = json::array();
  for (const size_t at : which) {
    values.insert(values.end(), from.example(at), from.example(at) + from.example_floats());
    classes.push_back(from.classes[at]);
    sources.push_back({from.sources[at].file, from.sources[at].line, from.sources[at].row});
  }
  return {{{"windows", which.size()},
           {"window", from.window},
           {"channels", from.channels},
           {"rate_hz", from.rate_hz},
           {"channel_names", from.channel_names},
           {"labels", from.labels},
           {"classes", classes},
           {"sources", sources}},
          format_npy_f32({which.size(), static_cast<size_t>(from.window), static_cast<size_t>(from.channels)},
                         values.data())};
}

Dataset read_windows(const Run &run, const char *record, const char *values, const char *hint) {
  Dataset set;
  if (!run.has(record) || !run.has(values)) return set;
  run.reading(record, [&](const json &j) {
    set.window = j.at("window");
    set.channels = j.at("channels");
    set.rate_hz = j.at("rate_hz");
    set.labels = j.at("labels");
    set.channel_names = j.at("channel_names");
    set.classes = j.at("classes").get<std::vector<int>>();
    for (const json &s : j.at("sources")) set.sources.push_back({s.at(0), s.at(1), s.at(2)});
  });
  const std::string where = run.file(values).string();
  const NpyArray array = parse_npy(run.text(values), where);
  const std::vector<size_t> expected = {set.classes.size(), static_cast<size_t>(std::max(set.window, 0)),
                                        static_cast<size_t>(std::max(set.channels, 0))};
  if (array.shape != expected || set.sources.size() != set.classes.size())
    throw Error(ErrorCode::kDataFormat, where, std::string("does not fit ") + record + " beside it", hint);
  for (const double v : array.values) set.values.push_back(v);
  return set;
}

}  // namespace mote

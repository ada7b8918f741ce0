// Recordings as wide as a picture: of all rows of a column the lowest and the highest value, of all windows
// that end in it the largest probability.
#include "workflow/stream_panel.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/files.h"
#include "workflow/stream_tuning.h"

namespace mote {

void StreamPanels::add(const StreamRecording &s, const ScoredStream &scored, const EvaluatedStream &judged,
                       const DecisionRule &rule, double rate_hz) {
  if (panels_.size() == kMost) {
    ++more_;
    return;
  }
  constexpr size_t kColumns = StreamPanel::kColumns, kMostChannels = 3;
  StreamPanel p;
  const long rows = s.recording.rows;
  p.title = fs::path(s.file).filename().string() + (s.line > 0 ? fmt::format(":{}", s.line) : "");
  p.unit = rate_hz > 0 ? "s" : "rows";
  const double scale = rate_hz > 0 ? rate_hz : 1;
  p.length = static_cast<double>(rows) / scale;
  const size_t width = s.of->channels.size(), channels = std::min(width, kMostChannels);
  const auto column = [&](long row) {
    return static_cast<size_t>(row) * kColumns / static_cast<size_t>(rows);
  };
  p.low.assign(channels, std::vector<float>(kColumns, INFINITY));
  p.high.assign(channels, std::vector<float>(kColumns, -INFINITY));
  for (long row = 0; row < rows; ++row)
    for (size_t c = 0; c < channels; ++c) {
      const float v = s.recording.values[static_cast<size_t>(row) * width + c];
      float &low = p.low[c][column(row)], &high = p.high[c][column(row)];
      low = std::min(low, v);
      high = std::max(high, v);
    }
  const size_t classes = scored.outputs == 1 ? 2 : scored.outputs;
  p.probabilities.assign(classes, std::vector<float>(kColumns, -1));
  const int smoothing = rule.policy == DecisionPolicy::kTrigger ? 1 : rule.smoothing;
  for (size_t w = 0; w < scored.rows.size(); ++w)
    for (size_t c = 0; c < classes; ++c) {
      float &most = p.probabilities[c][column(scored.rows[w])];
      most = std::max(most, static_cast<float>(score_at(scored, w, static_cast<int>(c), smoothing)) / 256);
    }
  for (size_t i = 0; i < s.events.size(); ++i)
    p.events.push_back({static_cast<double>(s.events[i].first) / scale,
                        static_cast<double>(s.events[i].last) / scale, s.events[i].label,
                        judged.judged.found_by[i] >= 0});
  for (const StreamDetection &d : judged.judged.detections)
    p.detections.push_back({static_cast<double>(d.row) / scale, d.label, d.kind});
  panels_.push_back(std::move(p));
}

StreamPicture StreamPanels::picture(const StreamEvaluation &e, const std::vector<bool> &is_rest) const {
  return {e.labels, is_rest, e.rule.threshold / 256.0, e.is_judged, panels_, more_};
}

}  // namespace mote

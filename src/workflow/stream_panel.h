// What a picture of streams needs of each recording, gathered while its values are in memory.
#pragma once

#include <vector>

#include "report/stream_pictures.h"
#include "workflow/replay.h"
#include "workflow/stream_source.h"

namespace mote {

class StreamPanels {
 public:
  static constexpr size_t kMost = 8;  // of recordings, those that come first

  void add(const StreamRecording &stream, const ScoredStream &scored, const EvaluatedStream &judged,
           const DecisionRule &rule, double rate_hz);
  StreamPicture picture(const StreamEvaluation &e, const std::vector<bool> &is_rest) const;

 private:
  std::vector<StreamPanel> panels_;
  size_t more_ = 0;
};

}  // namespace mote

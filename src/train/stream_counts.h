// Counting over several recordings, and the rows that are background.
#pragma once

#include <string>

#include "mote/stream_scores.h"

namespace mote {

struct StreamExtent {
  long rows = 0, tolerance = 0;
  double rate_hz = 0;  // 0: not known
  long window = 1;     // rows: before the last one of the first window nothing can be told
};
// Rows in no event nor within `tolerance` behind one, from the last one of the first window on. `events` in
// order of their beginning.
long background_rows(const std::vector<StreamEvent> &events, const StreamExtent &of);
// "1.5 hours", "12 minutes", "25 s".
std::string hours_text(double hours);
// `scores.classes` has the model's classes. Leaves delays_s out of order.
void add_scores(StreamScores &scores, const JudgedStream &judged, const std::vector<StreamEvent> &events,
                const StreamExtent &of);

}  // namespace mote

// Pictures of streams: what was told of recordings, and misses against false accepts per hour.
#pragma once

#include <string>
#include <vector>

#include "mote/report.h"
#include "mote/stream_scores.h"

namespace mote {

// A recording, as wide as its picture.
struct StreamPanel {
  static constexpr int kColumns = 860;
  std::string title;
  double length = 0;  // in `unit`
  std::string unit;   // "s" or "rows"
  // [channels][columns]: the lowest and the highest value of its rows
  std::vector<std::vector<float>> low, high;
  std::vector<std::vector<float>> probabilities;  // [classes][columns], the largest; of events only
  struct Stretch {
    double from = 0, to = 0;
    int label = 0;
    bool is_found = false;
  };
  struct Mark {
    double at = 0;
    int label = 0;
    StreamDetection::Kind kind = StreamDetection::Kind::kFound;
  };
  std::vector<Stretch> events;
  std::vector<Mark> detections;
};
struct StreamPicture {
  std::vector<std::string> labels;
  std::vector<bool> is_rest;  // of the labels
  double threshold = 0;       // probability
  bool is_judged = true;
  std::vector<StreamPanel> panels;
  size_t more = 0;  // recordings that are not drawn
};
Picture draw_streams(const StreamPicture &picture);

// `current`: the threshold of the rule, of 256. `hours`: of background.
Picture draw_stream_curve(const std::vector<StreamPoint> &curve, int current, double hours);
// A header and a line for each threshold.
std::string stream_curve_csv(const std::vector<StreamPoint> &curve);

}  // namespace mote

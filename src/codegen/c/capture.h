// The sketch that records: a folder of Arduino's editor, with the parts of the runtime that it includes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mote/decision_rule.h"

namespace mote {

// channels: 3 of acceleration, or these and 3 of rotation. rule: a trigger.
struct CaptureSketch {
  int window = 0;
  double rate_hz = 0;
  std::vector<std::string> channels = {};
  DecisionRule rule = {};
};

// By file, without a folder.
std::map<std::string, std::string> capture_files(const CaptureSketch &sketch);
// What a sketch that reads the motion sensor includes, beside a trigger's: the reading and what it needs.
std::map<std::string, std::string> imu_files();

}  // namespace mote

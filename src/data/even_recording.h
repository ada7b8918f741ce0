// Recordings whose rows follow each other evenly, without a time column: sounds, and what is like them.
#pragma once

#include <string>
#include <vector>

#include "data/intake.h"

namespace mote {

struct EvenRecording {
  std::vector<std::string> channels;
  bool has_names = true;    // of channels
  SensorValues values;      // [rows, channels]
  double rate_hz = 0;       // of the values
  double file_rate_hz = 0;  // before they were resampled
};

// As one recording of the file's class, or as many as label files mark in it.
void add_even(Intake &intake, const FoundFile &file, EvenRecording recording);

}  // namespace mote

// Resampler: evenly sampled values from one rate to another, band-limited, in parts of any length.
#pragma once

#include <memory>
#include <string>

#include "mote/dataset.h"

namespace mote {

class Resampler {
 public:
  // Errors: kDataFormat naming `where`: rates too far apart.
  Resampler(double from_hz, double to_hz, int channels, const std::string &where);
  ~Resampler();
  Resampler(const Resampler &) = delete;
  Resampler &operator=(const Resampler &) = delete;

  // Appends what can be told by now to `out`, [frames, channels] as what is given.
  void push(const float *values, size_t frames, SensorValues &out);
  void finish(SensorValues &out);

 private:
  struct Library;
  void run(const float *values, size_t frames, SensorValues &out);

  std::unique_ptr<Library> library_;
  size_t channels_;
  double ratio_;
};

}  // namespace mote

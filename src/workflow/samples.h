// A model on raw samples, as `mote run` has it. Format: docs/formats.md.
#pragma once

#include <string>

#include "mote/files.h"

namespace mote {

struct RanSamples {
  size_t samples = 0;
  std::string output;  // one after the other
};
// `input`: samples one after the other, little-endian, no header. A float model takes float32 sensor values
// and gives float32; an int8 program with a front end takes the same and gives its outputs, with
// `is_int8_input` or without a front end it takes its inputs. Errors: kDataFormat naming `where`.
RanSamples run_samples(const AnyModel &model, const std::string &input, const std::string &where,
                       bool is_int8_input = false);

}  // namespace mote

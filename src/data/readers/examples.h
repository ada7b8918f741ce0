// An array of examples with their classes, from whatever format, as recordings.
#pragma once

#include <string>
#include <vector>

#include "data/intake.h"
#include "data/npy.h"

namespace mote {

struct Examples {
  const NpyArray &x;
  std::vector<std::string> y, groups;
  std::string part;  // "train" or "test", else the folder
};

// Errors: kDataFormat naming `path`.
void add_examples(Intake &intake, const Examples &examples, const std::string &path);
void refuse_too_large(const NpyArray &x, const std::string &path);

}  // namespace mote

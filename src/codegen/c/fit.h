// What to do about a model that is too large.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "program/program.h"

namespace mote {

struct WayToFit {
  std::string what;  // "row streaming: mote export --ram 24k"
  size_t bytes = 0;  // about, of the memory in question
  bool keeps_outputs = false;
};

// Ways to less activation memory, those that cost least first. Figures other than row streaming's are
// estimates: the plan of the same program with smaller tensors.
std::vector<WayToFit> ways_to_less_ram(const IntegerProgram &program, size_t wanted_bytes);
// Ways to fewer bytes of weights.
std::vector<WayToFit> ways_to_less_flash(const IntegerProgram &program, size_t wanted_bytes);

// "(1) train with 0.5 times the filters: about 27,648 bytes; (2) ...", of what is wanted.
std::string listed(const std::vector<WayToFit> &ways, size_t wanted_bytes, const std::string &separator);

// memory: "RAM" or "flash".
Error does_not_fit(const IntegerProgram &program, const std::string &memory, size_t wanted_bytes,
                   size_t bytes);

}  // namespace mote

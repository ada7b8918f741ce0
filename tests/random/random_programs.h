// Random integer programs: graphs of every op, with several inputs and outputs, batches, odd shapes,
// per-tensor and per-channel weights, int8 and int16 stretches. The same seed gives the same program.
#pragma once

#include "base/random.h"
#include "program/program.h"

namespace mote::test {

IntegerProgram random_program(uint64_t seed);

// The program with every value of its layers as an output, so that two interpreters can be compared op by op.
IntegerProgram with_all_outputs(IntegerProgram program);

}  // namespace mote::test

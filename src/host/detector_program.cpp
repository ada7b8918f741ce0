// The last layer of a detector's program, asked for what it is by its op and never by name.
#include "host/detector_program.h"

#include "base/error.h"
#include "graph/op_def.h"
#include "program/program.h"

namespace mote {

static const OpDef &last_op(const IntegerProgram &program) { return op_by_name(program.layers.back().op); }

bool is_detector_program(const IntegerProgram &program) {
  return !program.layers.empty() && !last_op(program).score_unit.empty();
}

double score_threshold(const IntegerProgram &program) {
  MOTE_CHECK(is_detector_program(program));
  return program.layers.back().attrs.number("threshold");
}

std::string score_unit_of(const IntegerProgram &program) {
  MOTE_CHECK(is_detector_program(program));
  return last_op(program).score_unit;
}

IntegerProgram program_without_score(const IntegerProgram &detector) {
  MOTE_CHECK(is_detector_program(detector));
  IntegerProgram program = detector;
  const ProgramLayer score = program.layers.back();
  program.layers.pop_back();
  if (program.layers.empty())
    throw Error(ErrorCode::kUnsupported, detector.name,
                "has no network: all of it is the score, which no operator of TensorFlow Lite computes",
                "export C, which holds all of a detector");
  program.outputs = {score.inputs.back()};
  program.labels.clear();
  program.front_end.target = ModelTarget::kInput;
  program.front_end.decision = {};
  drop_unused_tensors(program);
  return program;
}

}  // namespace mote

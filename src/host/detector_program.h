// What an integer program of a detector of anomalies has beside those of a classifier: a last layer that
// turns a score into its outputs. The float side, and how one is made: mote/detector.h.
#pragma once

#include <string>

#include "mote/program.h"

namespace mote {

bool is_detector_program(const IntegerProgram &program);
// Of such a program, from here on.
double score_threshold(const IntegerProgram &program);
std::string score_unit_of(const IntegerProgram &program);  // "mean squared error of the normalized values"
// The network before the score: its output is what is compared with the input. Errors: kUnsupported where all
// of the program is the score.
IntegerProgram program_without_score(const IntegerProgram &detector);

}  // namespace mote

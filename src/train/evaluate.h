// evaluate(): a model's predictions on a dataset, float or int8, with their scores.
#pragma once

#include "mote/model.h"
#include "ops/host_program.h"
#include "train/loss.h"
#include "train/metrics.h"

namespace mote {

// Outputs of every example, [size, outputs]; of a classifier the values before a final softmax.
std::vector<float> float_outputs(const Model &model, const Dataset &data, bool keep_softmax = false);
// What the front end makes of every example, [size, inputs]; row by row where the program works so.
std::vector<int8_t> integer_inputs(const IntegerProgram &program, const Dataset &data);
// The int8 outputs of every example, from sensor values through the front end, [size, outputs]. A program
// that works row by row sees the rows of an example from a fresh state; its outputs are those of the last
// row.
std::vector<int8_t> integer_outputs(const IntegerProgram &program, const Dataset &data);

// Scores of these outputs; and their mean loss, that of a classifier from the probabilities (or values) that
// the outputs stand for.
Evaluation score_outputs(const IntegerProgram &program, const Dataset &data,
                         const std::vector<int8_t> &outputs);
double loss_of_outputs(const Loss &loss, const IntegerProgram &program, const Dataset &data,
                       const std::vector<int8_t> &outputs);

// Errors: kShape, kDataFormat when the dataset's windows, channels or classes are not the model's.
Evaluation evaluate(const Model &model, const Dataset &data);
Evaluation evaluate(const IntegerProgram &program, const Dataset &data);

}  // namespace mote

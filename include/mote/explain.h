// explain(): where and why the int8 model differs from the float model, and what would help.
//
// Units: signal to noise in decibels; accuracies are shares of 1.
// Numerics: sums in double precision.
// Errors: kShape, kDataFormat when model, program and data do not belong together.
// Ownership/Threads: arguments are only read; uses all cores.
//
// Example:
//   const mote::Explanation why = mote::explain(run.model, q, data);
//   for (const mote::ExplainedLayer &layer : why.layers)
//     std::cout << layer.name << ": " << layer.accumulated_db << " dB\n";
//   std::cout << mote::explanation_text(why);
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mote/quantize.h"

namespace mote {

// How values are spread; bin i begins at low + i width.
struct Spread {
  double low = 0, width = 0;
  std::vector<uint64_t> counts;
};

struct ExplainedLayer {
  std::string name, op;
  // Signal to quantization noise in decibels: 10 log10(sum x^2 / sum (x - int8)^2) over the layer's values.
  // Alone: its inputs are the float model's, as near as int8 comes; accumulated: the int8 model's own.
  // Infinite where nothing differs.
  double alone_db = 0, accumulated_db = 0;
  ValueRange range;                         // that int8 can represent
  ValueRange seen;                          // of the float model's values
  double usual = 0;                         // magnitude that 99.9 % of the values that are not 0 stay below
  bool has_fixed_range = false;             // of probabilities: no example sets it
  size_t values = 0, below = 0, above = 0;  // float values beyond the range's ends
  std::string low_source, high_source;      // of the calibration examples that hold its smallest and largest
  Spread activations, weights;              // weights: empty where it has none
};

struct Flip {  // an example that the two models classify differently
  size_t example = 0;
  std::string source;
  int truth = 0, by_float = 0, by_int8 = 0;
};

// Something that was tried: the model quantized anew with one setting changed.
struct Remedy {
  std::string what, setting;                // "ranges of least squared error", "--calibration mse"
  double accuracy = 0, mse = 0;             // of the scored examples
  long weight_bytes = 0, buffer_bytes = 0;  // more than now
  long int16_macs = 0;                      // multiply-adds on int16 activations, which are slower
  double seconds = 0;                       // that trying took
};

struct Explanation {
  size_t scored = 0;            // examples of the accuracies and flips
  bool is_of_training = false;  // these are training windows, as there are no others
  size_t calibrated = 0;        // examples that the ranges are looked at on
  bool is_regression = false;
  double float_accuracy = 0, int8_accuracy = 0, float_mse = 0, int8_mse = 0;
  std::vector<std::string> labels;
  std::vector<ExplainedLayer> layers;
  std::vector<Flip> flips;
  std::vector<Remedy> remedies;       // the best first
  std::vector<std::string> findings;  // sentences, the most important first
};

struct ExplainOptions {
  QuantizeSettings settings = {};          // that the program was made with; remedies change one of them
  const TrainOptions *training = nullptr;  // for a short quantization-aware training; nullptr: not tried
  bool has_remedies = true;
  size_t scored = 1000;    // most examples to score
  size_t looked_at = 256;  // most examples whose inner values are compared
};

// Compares on validation windows, or on training windows where there are none.
Explanation explain(const Model &model, const IntegerProgram &program, const Splits &data,
                    const ExplainOptions &options = {});

std::string explanation_text(const Explanation &explanation);

}  // namespace mote

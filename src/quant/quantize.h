// quantize(): from a trained float model to an IntegerProgram, by calibration on training windows.
//
// Activations int8 with one scale and zero point from the smallest and largest value seen; weights int8,
// symmetric, one scale per output channel; biases int32. Normalization moves into the front end's offset and
// gain.
#pragma once

#include "data/dataset.h"
#include "graph/model.h"
#include "program/program.h"

namespace mote {

struct QuantizeOptions {
  const Dataset &calibrate_on;  // training windows; validation or test windows would leak
  // These layers work on int16 activations (and int8 weights): 256 times finer, slower and twice the memory.
  // Values are widened before and narrowed behind them.
  std::vector<std::string> int16_layers = {};
  // One row per call instead of a window: recurrent layers carry their state from call to call, from the
  // start of a sequence on. After as many calls as the window has rows the outputs are those of the window,
  // byte for byte; a model for which that does not hold is refused.
  bool by_row = false;
};

// Errors: kUnsupported when an op has no integer form, or no int16 form, with its reason; kInvalidArgument
// for a layer that does not exist; kDataFormat when there is nothing to calibrate on; with by_row
// kUnsupported for a layer that looks at several rows.
IntegerProgram quantize(const Model &model, const QuantizeOptions &options);

// Smallest and largest value of every value of the graph over the dataset (0 is always included).
struct Calibration {
  std::vector<ValueRange> values;
  std::vector<std::vector<ValueRange>> inner;  // per node, where its op has scales inside
};
Calibration calibrate(const Model &model, const Dataset &data);

// scale = (high - low) / 255, zero point so that 0 is exact; as TFLite's converter.
QuantParams choose_quant_params(const ValueRange &range);
// Symmetric: scale = largest magnitude / 32767.
QuantParams choose_int16_params(const ValueRange &range);

// Raises an Error naming the first layer that has no integer form; called before training starts.
void check_deployable(const Model &model);

}  // namespace mote

// quantize(): from a trained float model to an IntegerProgram, by calibration on training windows.
//
// Activations int8 with one scale and zero point each; weights int8, symmetric, one scale per output channel;
// biases int32. Normalization moves into the front end's offset and gain.
#pragma once

#include "quant/calibrate.h"
#include "quant/lower.h"

namespace mote {

struct QuantizeOptions {
  const Dataset &calibrate_on;  // training windows; validation or test windows would leak
  QuantizeSettings settings = {};
  // One row per call instead of a window: recurrent layers carry their state from call to call, from the
  // start of a sequence on. After as many calls as the window has rows the outputs are those of the window,
  // byte for byte; a model for which that does not hold is refused.
  bool by_row = false;
};

// Errors: kUnsupported when an op has no integer form, or no int16 form, with its reason; kInvalidArgument
// for a layer that does not exist; kDataFormat when there is nothing to calibrate on; with by_row
// kUnsupported for a layer that looks at several rows.
IntegerProgram quantize(const Model &model, const QuantizeOptions &options);

// The examples that quantize() looks at.
Dataset calibration_set(const Model &model, const QuantizeOptions &options);

// A model as it is deployed, with the ranges of its values: what quantize() lowers, and where
// quantization-aware training begins.
struct DeployedModel {
  Model model;  // folded, and adjusted as the settings ask
  Calibration calibration;
  LoweringOptions lowering;
};
// is_tunable: in the form that can be trained on. Errors: as quantize().
DeployedModel prepare_deployment(const Model &model, const QuantizeOptions &options, bool is_tunable = false);

// Raises an Error naming the first layer that has no integer form; called before training starts.
void check_deployable(const Model &model);

}  // namespace mote

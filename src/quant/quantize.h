// The first half of quantize() (mote/quantize.h), which quantization-aware training and explain() begin with
// too.
#pragma once

#include "mote/quantize.h"
#include "quant/calibrate.h"
#include "quant/lower.h"

namespace mote {

// A model as it is deployed, with the ranges of its values: what quantize() lowers, and where
// quantization-aware training begins.
struct DeployedModel {
  Model model;  // folded, and adjusted as the settings ask
  Calibration calibration;
  LoweringOptions lowering;
};
// is_tunable: in the form that can be trained on. Errors: as quantize().
DeployedModel prepare_deployment(const Model &model, const QuantizeOptions &options, bool is_tunable = false);

}  // namespace mote

// What a project says about quantization, as plain data; quant/ does it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mote/names.h"
#include "graph/op_def.h"

namespace mote {

// How the range of an activation is chosen from examples. A wide range saturates nothing and has coarse
// steps, a narrow one the other way round.
enum class RangeMethod {
  kMinMax,         // the smallest and largest value seen
  kMovingAverage,  // those of batches of 32 examples, averaged: range = 0.9 range + 0.1 of the batch
  kPercentile,     // leaves out (100 - percentile) / 2 percent at either end
  kMse,            // the least squared error of rounding and clipping together
  kEntropy,        // the least Kullback-Leibler divergence of the 255 levels; source: Migacz 2017 (TensorRT)
};
const NameTable<RangeMethod> &range_method_names();  // "min-max" and so on
RangeMethod range_method(const std::string &name);   // Errors: kInvalidArgument
const std::string &range_method_name(RangeMethod method);

// What one layer's output does differently: another method, or a range written down.
struct LayerRange {
  std::string layer;
  std::optional<RangeMethod> method = {};
  std::optional<ValueRange> range = {};
};

struct CalibrationOptions {
  RangeMethod method = RangeMethod::kMinMax;
  static constexpr double kLeastPercentile = 50;
  double percentile = 99.99;
  std::vector<LayerRange> layers = {};
};

struct QuantizeSettings {
  // These layers work on int16 activations (and int8 weights): 256 times finer, slower and twice the memory.
  // Values are widened before and narrowed behind them.
  std::vector<std::string> int16_layers = {};
  CalibrationOptions calibration = {};
  size_t examples = 500;  // to calibrate on: as many of each class as can be
  // Leaves out windows to calibrate on that reach more than four times as far as 90 % of them do.
  bool drops_outliers = false;
  // Scales channels of neighbouring layers until both use their ranges alike. Source: Nagel et al. 2019.
  bool has_equalization = false;
  // Takes the mean error that rounded weights make out of the biases. Source: Nagel et al. 2019.
  bool has_bias_correction = false;
  bool has_dense_per_tensor = false;  // one scale for all weights of a dense layer, for old interpreters
};

// Quantization-aware training: where it differs from the training before it.
struct TuneSettings {
  int epochs = 0;           // 0: a tenth of the training's, at least 3
  float learning_rate = 0;  // falls to zero over the epochs as half a cosine; 0: a tenth of the training's
};

}  // namespace mote

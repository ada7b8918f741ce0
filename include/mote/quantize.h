// quantize(): from a trained float model to an IntegerProgram, by calibration on training windows;
// quantize_aware(): by fine-tuning with the integer program as the forward pass.
//
// Numerics: activations int8 with one scale and zero point each, weights int8, symmetric, one scale per
// output channel, biases int32: the int8 specification of TensorFlow Lite. Normalization moves into the front
// end's offset and gain. Ownership/Threads: arguments are only read; the result owns all it needs. quantize()
// works on the caller's thread, quantize_aware() as train().
// Errors: kDataFormat without windows to calibrate on, kShape when they do not fit the model, kUnsupported
// where a layer has no integer form.
//
// Example:
//   const mote::IntegerProgram q = mote::quantize(run.model, {.calibrate_on = data.train});
//   const auto tuned = mote::quantize_aware(run.model, data, {.calibrate_on = data.train}, {.epochs = 3},
//   {}); std::cout << mote::evaluate(q, data.test).accuracy << " " << mote::evaluate(tuned.program,
//   data.test).accuracy;
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mote/dataset.h"
#include "mote/model.h"
#include "mote/names.h"
#include "mote/program.h"
#include "mote/train.h"

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
  // Scales channels of neighbouring layers until both use their ranges alike. Source: Nagel et al. 2019,
  // section 4.1.
  bool has_equalization = false;
  // Takes the mean error that rounded weights make out of the biases. Source: Nagel et al. 2019, section 4.2.
  bool has_bias_correction = false;
  bool has_dense_per_tensor = false;  // one scale for all weights of a dense layer, for old interpreters
};

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

// The examples that quantize() looks at, and what speaks against calibrating on them, each in a sentence.
// `origin`: the split they are from.
Dataset calibration_set(const Model &model, const QuantizeOptions &options);
std::vector<std::string> judge_representative(const Dataset &examples, const std::string &origin = "train",
                                              bool is_of_detector = false);

// A batch normalization that stays a layer of its own when the model is deployed.
struct LeftNormalization {
  std::string layer;
  std::string why;  // "it stands behind 'add' (add), which has no weights that could take it in"
  // The layers whose values it normalizes, back to those with weights, and itself: as one would give to
  // QuantizeSettings::int16_layers.
  std::vector<std::string> layers;
  // Of measured_normalizations(): the channel whose values the input's int8 steps tell apart least, and how
  // many of these steps, as they are behind the layer, the range of its output has.
  int channel = 0;
  double levels = 0;
};
std::vector<LeftNormalization> left_normalizations(const Model &model);
// The same with its levels, in the model as these settings deploy it. Errors: as quantize().
std::vector<LeftNormalization> measured_normalizations(const Model &model, const QuantizeOptions &options);
// Where int8 loses by it, what helps and by how much, each in a sentence: where levels are few and the int8
// model answers several of the windows to calibrate on otherwise than the float model. Settings that are
// named were tried on these. Errors: as quantize().
std::vector<std::string> judge_normalizations(const Model &model, const QuantizeOptions &options);
// Kernels of a compressed model that have more int8 values than it shares among their weights, a sentence
// each.
std::vector<std::string> judge_values(const Model &model, const IntegerProgram &program);

// Raises an Error naming the first layer that has no integer form; for asking before a training starts.
void check_deployable(const Model &model);
// The same of settings that would undo what the weights of a compressed model are (WeightForm of
// mote/model.h). Errors: kInvalidArgument.
void check_weight_forms(const Model &model, const QuantizeSettings &settings);

// Where quantization-aware training differs from the training before it.
struct TuneSettings {
  int epochs = 0;           // 0: a tenth of the training's, at least 3
  float learning_rate = 0;  // falls to zero over the epochs as half a cosine; 0: a tenth of the training's
};

struct TunedModel {
  IntegerProgram program;
  TrainedRun run;  // the folded model with its tuned weights; val_accuracy in the history is the program's
};

// With `teaching` the float model's answers, as they are at the beginning, stand beside the targets. The
// training options are those of the float training but for settings.epochs and learning_rate, the
// schedule, and early stopping, which is off. Source: straight-through gradients, Bengio et al. 2013;
// decision 0011. Errors: as quantize() and train().
TunedModel quantize_aware(const Model &model, const Splits &data, const QuantizeOptions &options,
                          const TuneSettings &settings, const TrainOptions &training,
                          const std::optional<Teaching> &teaching = std::nullopt);

// The options that quantize_aware() trains with.
TrainOptions tuning_options(const TuneSettings &settings, const TrainOptions &training);

}  // namespace mote

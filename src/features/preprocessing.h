// What is done with a Preprocessing (program/preprocessing.h): fitted on training windows, applied by
// training, evaluation and calibration, brought into the fixed form that the device has.
//
// Blocks are steps of it (feature_def.h); files are preprocessing_json.h. data/ cuts the windows.
#pragma once

#include "features/feature_plan.h"
#include "features/fixed_arithmetic.h"
#include "features/normalization.h"
#include "features/quantization.h"
#include "mote/preprocessing.h"
#include "mote/shape.h"

namespace mote {

struct FeatureTable;

// [rows, values] of one window, as it comes and as the network gets it.
Shape window_shape(const Preprocessing &p);
Shape output_shape(const Preprocessing &p);

// Blocks as a project has them, with settings alone: completed, and of the data's rate where they do not set
// one. Errors: kUnsupported for an unknown block, kInvalidArgument for settings, or where the rate is needed
// and not known (0).
std::vector<PreprocessingStep> resolved(std::vector<PreprocessingStep> blocks, double rate_hz);
// What they make of windows [rows, channels]: [frames, features], or [features] where there are no frames.
// Errors: as resolved(); kInvalidArgument for windows that do not fit.
Shape feature_shape(const std::vector<PreprocessingStep> &blocks, const Shape &window, double rate_hz,
                    const ImageInput &image = {});

// That chains of other frames are joined as one list, and what of; "": they are not.
std::string how_joined(const Preprocessing &p);

// Every step's numbers from windows [examples, window, channels], each from what the steps before it give.
// Errors: kInvalidArgument for settings that a block does not know; kUnsupported for a step that a device
// could not do in its place.
void fit(Preprocessing &p, const float *windows, size_t examples);

// A fitted preprocessing at work on many windows; `p` must outlive it. Threads may share one.
class FrontEnd {
 public:
  explicit FrontEnd(const Preprocessing &p);

  // One window of sensor values to what the blocks make of it.
  void features(const float *window, float *out) const;
  // One window of sensor values to the network's real input, output_shape(p) values.
  void apply(const float *window, float *out) const;
  // Of a fixed form: to the int8 input by the routines of the device. `work`: plan().floats values.
  void quantize(const float *window, float *work, int8_t *out) const;
  const FeaturePlan &plan() const { return plan_; }

 private:
  const int32_t *run_fixed(const float *window, void *work) const;

  const Preprocessing *p_;
  FeaturePlan plan_;
  std::vector<int> exponents_;      // of what blocks in integers give
  FixedQuantization quantization_;  // likewise, of a fixed form
};

// Errors: kDataFormat when the steps do not fit the window, or their result not `inputs` values, or when it
// is (not) a fixed form.
void check_fits(const Preprocessing &p, const std::string &where, size_t inputs, bool is_fixed);

// The form of the device. A step that can be one with the quantization is; otherwise that comes behind it.
Preprocessing fixed_form(const Preprocessing &p, const QuantParams &input);
// And back, but for rounding: the real values that the int8 input stands for.
Preprocessing real_form(const Preprocessing &fixed, const QuantParams &input);

// The last step of a fixed form.
struct InputQuantization {
  const std::vector<float> &offset, &gain;
  int zero_point;
};
InputQuantization input_quantization(const Preprocessing &fixed);

// Values that a block may give of a window.
inline constexpr size_t kMostFeatures = size_t{1} << 24;

// Operations of floats, of one window, in the blocks.
double block_operations(const PlannedStep &s);
double feature_operations(const Preprocessing &p);

// Of the fixed form on a device.
size_t bytes_of_table(const FeatureTable &table, const PreprocessingStep &step);
size_t table_bytes(const Preprocessing &fixed);
std::vector<std::string> runtime_sources(const Preprocessing &fixed);

}  // namespace mote

// Preprocessing: what happens to a window of sensor values before the network sees it, as one value. A model
// carries it in real numbers, a program in its fixed form, whose last step gives int8.
//
// A step names its block: "normalization" is fitted on training windows, "quantization" ends every fixed
// form. train() fills it in; who builds a model needs none.
//
// Shapes: the steps take a window [window, channels], row-major, and give the network's input. Results of
// several chains are joined along their last axis where all other axes agree, else as one list.
// Units: values are those of the sensor, as the recordings have them.
// Ownership/Threads: a plain value; reading one from several threads is safe.
// Errors: the readers of models refuse steps that do not fit their input with kDataFormat.
//
// Example:
//   for (const mote::PreprocessingStep &step : model.preprocessing.steps)
//     std::cout << step.block << " of windows of " << model.preprocessing.window << " rows\n";
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mote/attrs.h"
#include "mote/decision_rule.h"
#include "mote/names.h"

namespace mote {

// What blocks compute with: float32, or integers throughout, which suits cores without an FPU. kAuto is a
// project's: by the FPU of its target's core.
enum class Arithmetic { kFloat, kFixed, kAuto };
inline const NameTable<Arithmetic> &arithmetic_names() {
  static const NameTable<Arithmetic> kNames(
      {{"auto", Arithmetic::kAuto}, {"float", Arithmetic::kFloat}, {"fixed", Arithmetic::kFixed}});
  return kNames;
}

struct PreprocessingStep {
  std::string block;
  Attrs attrs;
  std::map<std::string, std::vector<float>> tables;  // numbers that training fitted or computed
  // Blocks of one chain follow one another; each chain begins at the window, and what they give is joined
  // before the normalization or quantization.
  int chain = 0;
  Arithmetic arithmetic = Arithmetic::kFloat;  // of a fitted step never kAuto
  // Of a step in integers: it takes each channel's values times 2 to the power of this, as int16. Those of a
  // step at the begin of a chain are the window's.
  std::vector<int> exponents = {};

  // Errors: InternalError for a table that the step does not have.
  const std::vector<float> &table(const std::string &name) const;
};

// What a window is trained for: its class, the preprocessed window again (an autoencoder), or values.
enum class ModelTarget { kClasses, kInput, kValues };
inline const NameTable<ModelTarget> &model_target_names() {
  static const NameTable<ModelTarget> kNames(
      {{"classes", ModelTarget::kClasses}, {"input", ModelTarget::kInput}, {"values", ModelTarget::kValues}});
  return kNames;
}

// How an image of another size becomes one that the network takes: squeezed; the middle of it, as large as
// goes; or the whole of it between black bars. kNone: images of other sizes are refused.
enum class ImageFit { kNone, kStretch, kCrop, kPad };
inline const NameTable<ImageFit> &image_fit_names() {
  static const NameTable<ImageFit> kNames({{"none", ImageFit::kNone},
                                           {"stretch", ImageFit::kStretch},
                                           {"crop", ImageFit::kCrop},
                                           {"pad", ImageFit::kPad}});
  return kNames;
}

// Of windows that are images.
struct ImageInput {
  int height = 0, width = 0;
  ImageFit fit = ImageFit::kNone;
  bool is_set() const { return height > 0; }
  bool operator==(const ImageInput &) const = default;
};

// Of one channel over all training windows, in sensor units.
struct ChannelRange {
  float mean = 0, deviation = 0, low = 0, high = 0;
  bool operator==(const ChannelRange &) const = default;
};

struct Preprocessing {
  int window = 0, channels = 0;  // rows x values per row of one example, in sensor units
  double rate_hz = 0;            // rows per second; 0: not stated
  std::vector<std::string> channel_names;
  std::vector<PreprocessingStep> steps;  // in order
  ModelTarget target = ModelTarget::kClasses;
  // One per channel, for telling whether other recordings are in the same units; empty: not known, as of
  // files made before mote kept them. No answer of the model depends on it.
  std::vector<ChannelRange> channel_ranges = {};
  // Which rows of a stream make windows, and what is told of them. No answer to a window depends on it.
  DecisionRule decision = {};
  ImageInput image = {};
  // Rows of a stream, and of recordings before windows are cut, are taken less the running mean of each
  // channel over so many rows; 0: as they are. A window that is given by itself is taken as it is.
  int running_mean = 0;

  bool has_blocks() const { return steps.size() > 1; }  // before the normalization or quantization
  // false: there is no way from sensor values, as in an imported .tflite, which starts at its int8 input.
  bool is_set() const { return !steps.empty(); }
};

}  // namespace mote

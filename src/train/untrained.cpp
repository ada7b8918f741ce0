// untrained(): a model as a training begins, weights drawn from the seed and preprocessing fitted on the
// examples.
//
// What the normalization does is features/normalization.cpp; what a training makes of the model, train.cpp.
// Nothing is read here: the numbers of a data set's own mean.npy come with the examples.
#include <fmt/format.h>

#include "base/error.h"
#include "features/channel_ranges.h"
#include "features/preprocessing.h"
#include "mote/train.h"
#include "train/keep_features.h"

namespace mote {

// The numbers of the data's own mean.npy and std.npy.
static PreprocessingStep given_normalization(const Dataset &t) {
  const size_t size = t.given_mean.size();
  if (size == 0)
    throw Error(ErrorCode::kDataFormat, "train.normalize",
                "\"given\" needs mean.npy and std.npy beside X.npy");
  const bool is_of_values = size == t.example_floats();
  if (!is_of_values && size != static_cast<size_t>(t.channels))
    throw Error(
        ErrorCode::kDataFormat, "mean.npy",
        fmt::format("has {} values; an example has {} in {} channels", size, t.example_floats(), t.channels));
  std::vector<float> gain;
  for (float deviation : t.given_deviation) gain.push_back(1.0f / deviation);
  return normalization(is_of_values ? "feature" : "channel", t.given_mean, gain);
}

Model untrained(const Model &given, const Dataset &t, const TrainOptions &o) {
  return untrained(given, t, o, nullptr);
}

Model untrained(const Model &given, const Dataset &t, const TrainOptions &o, const WindowFeatures *features) {
  Model model = given;
  const Shape shape = feature_shape(o.features, {t.window, t.channels}, t.rate_hz, t.image);
  const bool is_list = t.is_features || (!o.features.empty() && shape.rank() == 1);
  const std::string kind = !o.normalize.empty() ? o.normalize : is_list ? "feature" : "channel";
  model.preprocessing = {t.window, t.channels, t.rate_hz, t.channel_names, {}, o.target};
  model.preprocessing.image = t.image;
  std::vector<PreprocessingStep> &steps = model.preprocessing.steps;
  steps = features != nullptr ? training_blocks(given, t, o).steps : resolved(o.features, t.rate_hz);
  if (kind != "given") {
    steps.push_back(normalization(kind));
    if (features != nullptr)
      fit_last(model.preprocessing, *features);
    else
      fit(model.preprocessing, t.values.data(), t.size());
  } else if (steps.empty()) {
    steps = {given_normalization(t)};
  } else {
    throw Error(ErrorCode::kInvalidArgument, "train.normalize",
                "\"given\" is of sensor values, and there are blocks of features behind them",
                "use \"feature\" or \"channel\"");
  }
  model.preprocessing.channel_ranges =
      channel_ranges({{t.values.data(), t.values.size()}}, static_cast<size_t>(t.channels));
  if (o.target == ModelTarget::kClasses) model.labels = t.labels;
  initialize(model.graph, o.seed);
  for (Parameter &p : model.graph.params) p.form = {};  // new weights have none
  return model;
}

}  // namespace mote

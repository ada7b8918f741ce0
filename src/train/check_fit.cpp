// The checks before a training: whether model, data and options belong together. They name what does not fit
// and what to change; train.cpp and training_loop.cpp rely on them and check nothing of it again.
#include "train/check_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "data/augment.h"
#include "features/preprocessing.h"
#include "graph/op_def.h"
#include "train/callbacks.h"

namespace mote {

namespace {

// Of datasets that a program filled itself.
void check_dataset(const Dataset &set, const std::string &name) {
  if (set.values.size() != set.size() * set.example_floats())
    throw Error(ErrorCode::kDataFormat, name,
                fmt::format("{} values for {} examples of ({}, {})", set.values.size(), set.size(),
                            set.window, set.channels),
                "Dataset::values holds window * channels values per example");
  for (int c : set.classes)
    if (c < 0 || (!set.labels.empty() && c >= std::ssize(set.labels)))
      throw Error(ErrorCode::kDataFormat, name,
                  fmt::format("an example is of class {} and there are {}", c, set.labels.size()));
}

// The outputs must be what the loss and the target ask for.
void check_output(const Graph &graph, const Dataset &train, const Dataset &val, const TrainOptions &o) {
  const Shape &out = graph.output();
  const auto misfit = [&](const std::string &what, const std::string &hint) {
    return Error(ErrorCode::kShape, "train",
                 fmt::format("the model's output {} does not fit {}", out.text(), what), hint);
  };
  if (o.target == ModelTarget::kClasses) {
    const int classes = train.labels.size();
    const bool is_single =
        out.rank() == 1 && out[0] == 1 && classes == 2 && o.loss.type != LossType::kCategoricalCrossentropy;
    if (out.rank() != 1 || (out[0] != classes && !is_single))
      throw misfit(fmt::format("{} classes", classes),
                   classes == 2 ? "give the last Dense layer two units, or one with sigmoid and "
                                  "binary_crossentropy"
                                : "give the last Dense layer one unit per class");
    if (is_single && o.loss.type == LossType::kBinaryCrossentropy &&
        graph.nodes.back().op->fused_loss != LossType::kBinaryCrossentropy)
      throw Error(ErrorCode::kInvalidArgument, "train",
                  "a single output with binary_crossentropy is a probability",
                  "give the last Dense layer the activation sigmoid");
    return;
  }
  if (!o.loss.is_regression() && o.loss.type != LossType::kBinaryCrossentropy)
    throw Error(ErrorCode::kInvalidArgument, "train.loss", "categorical_crossentropy needs classes as target",
                "use mse, mae or huber");
  if (!o.class_weights.empty() || o.balance_classes)
    throw Error(ErrorCode::kInvalidArgument, "train.class_weights", "need classes as target");
  const size_t outputs = out.elements();
  const size_t inputs = graph.input.elements();
  if (o.target == ModelTarget::kInput && (out.rank() != 1 || outputs != inputs))
    throw misfit(fmt::format("windows of {} values", inputs),
                 "an autoencoder ends with one output per input value, in one dimension");
  if (o.target == ModelTarget::kValues)
    for (const Dataset *set : {&train, &val})
      if (out.rank() != 1 || set->targets.size() != outputs * set->size())
        throw misfit(fmt::format("{} target values for {} examples", set->targets.size(), set->size()),
                     "Dataset::targets holds one value per output for every example");
}

// Normalized over one value, every value becomes beta and nothing before it learns. The node that would do
// that with batches of so many examples; nullptr: none.
const Node *normalizes_one_value(const Graph &graph, size_t examples) {
  for (const Node &node : graph.nodes)
    if (node.op->statistics && std::cmp_equal(examples * node.shape.elements(), node.shape[-1])) return &node;
  return nullptr;
}

void check_mixing(const TrainOptions &o) {
  if (o.augment.mixup == 0) return;
  if (o.target != ModelTarget::kClasses)
    throw Error(ErrorCode::kInvalidArgument, "augment.mixup", "mixes classes, and the target are none",
                "leave it out");
  if (o.loss.focal_gamma > 0)
    throw Error(ErrorCode::kInvalidArgument, "augment.mixup", "does not go together with focal_gamma",
                "keep one");
}

}  // namespace

void check_step(const Graph &graph, size_t examples) {
  if (const Node *node = normalizes_one_value(graph, examples))
    throw Error(
        ErrorCode::kInvalidArgument, in_layer(node->op->name, node->name),
        "has one value per channel in a batch of one example, so that every output is beta and nothing "
        "is learned",
        "set train.batch to 16, say (at least 2), and have as many training windows");
}

std::vector<std::string> training_warnings(const Model &model, const Splits &data, const TrainOptions &o) {
  std::vector<std::string> list;
  const size_t n = data.train.size(), batch = std::min<size_t>(std::max(1, o.batch), n);
  const size_t rest = batch > 0 ? n % batch : 0;
  if (const Node *node = rest > 0 ? normalizes_one_value(model.graph, rest) : nullptr)
    list.push_back(fmt::format(
        "the last batch of each epoch has one window ({} windows in batches of {}), over which batch "
        "normalization '{}' can learn nothing and spoils its moving variance: take another train.batch, such "
        "as {}",
        n, batch, node->name, batch + 1 < n && n % (batch + 1) != 1 ? batch + 1 : batch + 2));
  if (data.val.size() == 0) {
    const auto note = [&](const char *what, int patience, const std::string &monitor) {
      if (patience > 0 && monitor.starts_with("val_") && monitor != kStreamMonitor)
        list.push_back(
            fmt::format("there are no validation windows, so {} watches {} of the training windows "
                        "instead of {}; split.val gives it some",
                        what, monitor.substr(4), monitor));
    };
    note("early stopping", o.early_stopping.patience, o.early_stopping.monitor);
    note("reduce_lr", o.reduce_lr.patience, o.reduce_lr.monitor);
  }
  const Dataset &t = data.train;
  if (o.is_fine_tuning || o.features.empty() || t.window < 1) return list;
  Preprocessing blocks{t.window, t.channels, t.rate_hz, {}, resolved(o.features, t.rate_hz)};
  blocks.image = t.image;
  if (const std::string how = how_joined(blocks); !how.empty()) list.push_back(how);
  return list;
}

void check_fit(const Model &model, const Dataset &t, const Dataset &val, const TrainOptions &o) {
  if (t.size() == 0) throw Error(ErrorCode::kDataFormat, "train", "there are no training windows");
  Preprocessing kept = model.preprocessing;
  kept.window = t.window;
  kept.channels = t.channels;
  const Shape given = o.is_fine_tuning ? output_shape(kept)
                                       : feature_shape(o.features, window_shape(kept), t.rate_hz, t.image);
  if (model.graph.input.elements() != given.elements() ||
      (model.graph.input.rank() == 2 && given.rank() == 2 && model.graph.input != given))
    throw Error(ErrorCode::kShape, "train",
                fmt::format("the model's input {} does not fit {} of {}", model.graph.input.text(),
                            o.features.empty() ? "windows" : "features", given.text()));
  check_dataset(t, "train");
  check_dataset(val, "val");
  check(o.loss);
  check_augment(o.augment, t);
  check_mixing(o);
  if (o.augment.sound.has_masks() && (o.features.empty() || given.rank() < 2))
    throw Error(ErrorCode::kInvalidArgument, "augment.sound",
                fmt::format("masks frames of features, and the network's input is {}", given.text()),
                "add a block of frames, such as mfe, to features.blocks, or leave the masks out");
  check_output(model.graph, t, val, o);
  EpochRecord record;
  record.is_regression = o.target != ModelTarget::kClasses;
  for (const std::string &monitor : {o.early_stopping.monitor, o.reduce_lr.monitor}) {
    record.value(monitor);
    if (monitor == kStreamMonitor && !o.judge_stream)
      throw Error(ErrorCode::kInvalidArgument, "monitor",
                  "is val_stream, and there is no stream of events to judge by",
                  "use val_loss or val_accuracy, or give TrainOptions::judge_stream");
  }
  if (o.epochs < 1 || o.epochs > o.kMostEpochs)
    throw Error(ErrorCode::kInvalidArgument, "train.epochs",
                fmt::format("{} is not 1 .. {}", o.epochs, o.kMostEpochs));
  if (o.batch < 1 || o.batch > o.kLargestBatch)
    throw Error(ErrorCode::kInvalidArgument, "train.batch",
                fmt::format("{} is not 1 .. {}", o.batch, o.kLargestBatch));
  if (!o.class_weights.empty() && o.class_weights.size() != t.labels.size())
    throw Error(ErrorCode::kInvalidArgument, "train.class_weights",
                fmt::format("has {} entries for {} classes", o.class_weights.size(), t.labels.size()));
}

std::vector<float> class_weights_of(const TrainOptions &o, const TrainingWindows &train) {
  if (!o.balance_classes) return o.class_weights;
  std::vector<float> weights(train.recorded().labels.size());
  for (size_t c = 0; c < weights.size(); ++c) {
    const auto n = static_cast<double>(std::max<size_t>(1, train.count(static_cast<int>(c))));
    weights[c] = train.of_classes() / (weights.size() * n);
  }
  return weights;
}

}  // namespace mote

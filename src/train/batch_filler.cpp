// Examples on their way into a batch. Kept preprocessed where nothing changes windows and they are few, else
// made anew for each epoch. Mixing: Zhang et al. 2018, of the network's inputs.
#include "train/batch_filler.h"

#include <algorithm>

namespace mote {

// Windows are kept preprocessed up to this many values; beyond them a batch is normalized as it is filled.
constexpr size_t kKeptFloats = size_t{1} << 22;

BatchFiller::BatchFiller(const TrainOptions &options, const TrainingWindows &windows,
                         const TrainingInputs &inputs, const Shape &input, int outputs, ThreadPool &pool)
    : o_(options),
      windows_(windows),
      inputs_of_(inputs),
      input_(input),
      floats_(input.elements()),
      outputs_(outputs) {
  if (o_.augment.changes_windows()) {
    augmenter_.emplace(o_.augment, windows.recorded());
  } else if (windows.size() * floats_ <= kKeptFloats) {
    inputs_.resize(windows.size() * floats_);
    const size_t slices = pool.threads();
    pool.run(pool.threads(), [&](int slice) {
      const size_t s = slice;
      for (size_t i = windows.size() * s / slices; i < windows.size() * (s + 1) / slices; ++i)
        inputs_of_.of(i, inputs_.data() + i * floats_);
    });
  }
}

// The loss is of values: of a regression, or of classes that were mixed.
bool BatchFiller::has_values() const { return o_.target != ModelTarget::kClasses || o_.augment.mixup > 0; }

void BatchFiller::make_room(Batch &batch, int rows) const {
  batch.x.resize(rows * floats_);
  batch.classes.resize(rows);
  if (has_values()) batch.values.resize(size_t{1} * rows * outputs_);
}

void BatchFiller::input_of(size_t example, float *to) const {
  if (inputs_.empty())
    inputs_of_.of(example, to);
  else
    std::copy_n(inputs_.data() + example * floats_, floats_, to);
}

// What the network sees of an example in an epoch, before it is mixed with another.
void BatchFiller::augmented_input(size_t example, int epoch, float *x) const {
  const auto random = [&](uint64_t stream) {
    return Random(o_.seed, {stream, static_cast<uint64_t>(epoch), example});
  };
  if (augmenter_) {
    std::vector<float> changed(windows_.recorded().example_floats());
    (*augmenter_)(windows_.example(example), random(kAugmentStream), changed.data());
    inputs_of_.front_end().apply(changed.data(), x);
  } else {
    input_of(example, x);
  }
  if (o_.augment.sound.has_masks())
    mask_features(o_.augment.sound, input_[0], floats_ / input_[0], random(kMaskStream), x);
}

// The class as one value per output, as target_value() has it.
void BatchFiller::add_target(size_t example, float share, float *values) const {
  const int label = windows_.class_of(example);
  if (label == kNoClass && outputs_ == 1)
    values[0] += share / 2;
  else if (label == kNoClass)  // decisions of their own are all no
    for (int c = 0; c < outputs_; ++c)
      values[c] += o_.loss.type == LossType::kCategoricalCrossentropy ? share / outputs_ : 0;
  else if (outputs_ == 1)
    values[0] += share * label;
  else
    values[label] += share;
}

void BatchFiller::mix(Batch &to, int row, size_t example, int epoch) const {
  Random random(o_.seed, {kMixStream, static_cast<uint64_t>(epoch), example});
  const size_t other = random.below(windows_.size());
  const float own = random_beta(o_.augment.mixup, random);
  std::vector<float> others(floats_);
  augmented_input(other, epoch, others.data());
  float *x = to.x.data() + row * floats_, *values = to.values.data() + size_t{1} * row * outputs_;
  for (size_t i = 0; i < floats_; ++i) x[i] = own * x[i] + (1 - own) * others[i];
  std::fill_n(values, outputs_, 0.0f);
  add_target(example, own, values);
  add_target(other, 1 - own, values);
}

void BatchFiller::fill(Batch &to, int row, size_t example, int epoch) const {
  augmented_input(example, epoch, to.x.data() + row * floats_);
  if (o_.target == ModelTarget::kClasses) {
    to.classes[row] = windows_.class_of(example);
    if (o_.augment.mixup > 0) mix(to, row, example, epoch);
  } else if (o_.target == ModelTarget::kInput) {
    input_of(example, to.values.data() + row * floats_);
  } else {
    const size_t outputs = outputs_;
    std::copy_n(windows_.targets(example, outputs), outputs, to.values.data() + row * outputs);
  }
}

}  // namespace mote

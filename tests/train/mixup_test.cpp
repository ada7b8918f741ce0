// Mixed examples against the formula in double precision: a step of gradient descent on l x + (1 - l) x' and
// l t + (1 - l) t'.
#include <cmath>

#include "data/augment.h"
#include "train/second_trainer.h"

namespace mote {
namespace {

using test::linear_model;
using test::some_examples;
using test::weights_of;

constexpr uint64_t kMixSeed = 11;

TEST(Mixup, is_a_step_on_mixed_inputs_and_targets) {
  const Splits data{some_examples(9), {}, {}, ""};
  const Dataset &t = data.train;
  const size_t n = t.size(), in = t.example_floats(), classes = t.labels.size();
  for (const double smoothing : {0.0, 0.2}) {
    TrainOptions o{.epochs = 1,
                   .batch = 64,
                   .optimizer = Sgd{0.3f},
                   .loss = {.label_smoothing = smoothing},
                   .seed = kMixSeed,
                   .threads = 2,
                   .class_weights = {1, 2, 0.5f},
                   .normalize = "none"};
    o.augment.mixup = 0.4f;
    const Model model = linear_model(t, static_cast<int>(classes), softmax);
    const std::vector<float> start = weights_of(untrained(model, t, o));
    std::vector<double> expected(start.begin(), start.end());
    double loss = 0;
    for (size_t e = 0; e < n; ++e) {
      Random random(kMixSeed, {kMixStream, 1, e});
      const size_t other = random.below(n);
      const auto own =
          static_cast<double>(static_cast<float>(random_beta(static_cast<double>(o.augment.mixup), random)));
      std::vector<double> x(in), target(classes, smoothing / static_cast<double>(classes)), z(classes);
      double weight = 0;
      for (size_t i = 0; i < in; ++i)
        x[i] =
            own * static_cast<double>(t.example(e)[i]) + (1 - own) * static_cast<double>(t.example(other)[i]);
      for (const auto &[example, share] : {std::pair(e, own), std::pair(other, 1 - own)}) {
        const auto k = static_cast<size_t>(t.classes[example]);
        target[k] += share * (1 - smoothing);
        weight += share * static_cast<double>(o.class_weights[k]);
      }
      double sum = 0;
      for (size_t c = 0; c < classes; ++c) {
        z[c] = static_cast<double>(start[in * classes + c]);
        for (size_t i = 0; i < in; ++i) z[c] += x[i] * static_cast<double>(start[i * classes + c]);
        sum += std::exp(z[c]);
      }
      for (size_t c = 0; c < classes; ++c) {
        loss -= weight * target[c] * (z[c] - std::log(sum)) / static_cast<double>(n);
        const double slope = 0.3 * weight * (std::exp(z[c]) / sum - target[c]) / static_cast<double>(n);
        for (size_t i = 0; i < in; ++i) expected[i * classes + c] -= slope * x[i];
        expected[in * classes + c] -= slope;
      }
    }
    const TrainedRun run = train(model, data, o);
    EXPECT_NEAR(run.history[0].loss, loss, 1e-5);
    test::expect_near(weights_of(run.model), expected);
  }
}

TEST(Mixup, is_refused_where_it_says_nothing) {
  const Splits data{some_examples(9), {}, {}, ""};
  const Model model = linear_model(data.train, 3, softmax);
  TrainOptions o{.epochs = 1};
  o.augment.mixup = 0.2f;
  o.loss.focal_gamma = 2;
  EXPECT_ERROR(train(model, data, o), "augment.mixup: does not go together with focal_gamma");
  o.loss = {LossType::kMse};
  o.target = ModelTarget::kInput;
  EXPECT_ERROR(train(model, data, o), "augment.mixup: mixes classes");
}

// Pictures never get the augmentation of motion; a set that is one says so before the first step.
TEST(Augmentation, of_another_kind_of_data_is_refused_by_a_training) {
  Splits data{some_examples(9), {}, {}, ""};
  const Model model = linear_model(data.train, 3, softmax);
  TrainOptions o{.epochs = 1};
  o.augment.image.flip_horizontal = 0.5f;
  EXPECT_ERROR(train(model, data, o), "augment.image: is of pictures");
  data.train.image = {data.train.window, 1, {}};
  EXPECT_NO_THROW(train(model, data, o));
  o.augment.noise = 0.1f;
  EXPECT_ERROR(train(model, data, o), "augment.noise: is of signals along time, and these are pictures");
}

}  // namespace
}  // namespace mote

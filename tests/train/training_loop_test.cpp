// TrainingLoop: its steps against the formulas of the optimizer, its scores against evaluate(), and what it
// refuses.
#include "mote/training_loop.h"

#include <numeric>

#include "mote/evaluate.h"
#include "mote/layers.h"
#include "test_support.h"

namespace mote::test {

namespace {

Model small_net() { return sequential("m", {20, 3}, {Conv1D{4, 3, relu}, Flatten{}, Dense{3}, Softmax{}}); }

std::vector<size_t> first(size_t count) {
  std::vector<size_t> examples(count);
  std::iota(examples.begin(), examples.end(), size_t{0});
  return examples;
}

}  // namespace

TEST(TrainingLoop, a_step_of_sgd_is_the_rate_times_the_gradient) {
  const Splits data = toy_splits();
  TrainingLoop loop(small_net(), data.train, {.batch = 8, .optimizer = Sgd{0.25f}});
  const StepScore before = loop.compute(first(8));
  const std::vector<float> gradients(loop.gradients().begin(), loop.gradients().end());
  const std::vector<float> weights(loop.weights().begin(), loop.weights().end());
  loop.update();
  for (size_t i = 0; i < gradients.size(); ++i)
    EXPECT_EQ(loop.weights()[i], weights[i] + -(0.25f * gradients[i])) << i;
  EXPECT_LT(loop.compute(first(8)).loss, before.loss);
}

TEST(TrainingLoop, the_gradient_is_that_of_the_loss) {
  const Splits data = toy_splits();
  TrainingLoop loop(small_net(), data.train, {.batch = 8});
  loop.compute(first(8));
  const std::vector<float> gradients(loop.gradients().begin(), loop.gradients().end());
  for (size_t i : {size_t{0}, gradients.size() / 2, gradients.size() - 1}) {  // central differences
    const float h = 1e-2f, w = loop.weights()[i];
    loop.weights()[i] = w + h;
    const double above = loop.compute(first(8)).loss;
    loop.weights()[i] = w - h;
    const double below = loop.compute(first(8)).loss;
    loop.weights()[i] = w;
    EXPECT_NEAR(gradients[i], (above - below) / (2 * static_cast<double>(h)), 2e-3) << i;
  }
}

TEST(TrainingLoop, its_score_is_that_of_its_model) {
  const Splits data = toy_splits();
  TrainingLoop loop(small_net(), data.train, {.batch = 8});
  for (int i = 0; i < 20; ++i) loop.step(first(8));
  EXPECT_DOUBLE_EQ(loop.score(data.val).accuracy, evaluate(loop.model(), data.val).accuracy);
}

TEST(TrainingLoop, learns_with_its_callers_rate) {
  const Splits data = toy_splits();
  TrainingLoop loop(small_net(), data.train, {.batch = 8, .optimizer = Sgd{0.1f}});
  loop.set_learning_rate(0);
  const std::vector<float> weights(loop.weights().begin(), loop.weights().end());
  loop.step(first(8));
  EXPECT_TRUE(std::equal(weights.begin(), weights.end(), loop.weights().begin()));
}

TEST(TrainingLoop, gives_the_same_bits_for_any_number_of_threads) {
  const Splits data = toy_splits();
  std::vector<float> expected;
  for (int threads : {1, 3}) {
    TrainingLoop loop(small_net(), data.train, {.batch = 8, .threads = threads});
    for (int i = 0; i < 5; ++i) loop.step(first(8));
    const std::vector<float> weights(loop.weights().begin(), loop.weights().end());
    if (expected.empty()) expected = weights;
    EXPECT_EQ(weights, expected);
  }
}

TEST(TrainingLoop, refuses_what_is_not_there) {
  const Splits data = toy_splits();
  TrainingLoop loop(small_net(), data.train, {.batch = 8});
  EXPECT_ERROR(loop.compute(first(9)), "a step of 9 examples; the loop was made for 1 .. 8");
  EXPECT_ERROR(loop.compute(std::vector<size_t>{}), "a step of 0 examples");
  EXPECT_ERROR(loop.compute(std::vector<size_t>{data.train.size()}), "there is no example");
}

TEST(TrainingLoop, finds_datasets_that_are_filled_wrongly) {
  Dataset data = toy_splits().train;
  data.classes[2] = 3;
  EXPECT_ERROR(TrainingLoop(small_net(), data, {}), "an example is of class 3 and there are 3");
  data.classes[2] = 0;
  data.values.pop_back();
  EXPECT_ERROR(TrainingLoop(small_net(), data, {}), "window * channels values per example");
}

}  // namespace mote::test

// A state that a program keeps goes on to the bits of a training that was never stopped.
//
// As a program of somebody else does it: with the public headers and nothing else, which cannot see what a
// TrainingState holds. What it holds, and that each field is needed, is in epochs_test.cpp and
// extension_test.cpp.
#include <gtest/gtest.h>

#include <memory>

#include "mote/error.h"
#include "mote/layers.h"
#include "mote/train.h"

namespace mote::test {

namespace {

Dataset steps_up_and_down() {
  Dataset data;
  data.window = 8;
  data.channels = 1;
  data.labels = {"up", "down"};
  for (int i = 0; i < 24; ++i) {
    for (int t = 0; t < 8; ++t) data.values.push_back(static_cast<float>((i % 2 == 0 ? t : -t) + i % 5));
    data.classes.push_back(i % 2);
    data.sources.push_back({"memory", 0, i});
  }
  return data;
}

TEST(KeptStateTest, goes_on_to_the_weights_of_a_training_that_was_not_stopped) {
  Splits data;
  data.train = steps_up_and_down();
  const Model model = sequential("steps", {8, 1}, {Flatten{}, Dense{4}, Dense{2}, Softmax{}});
  const TrainOptions options = {.epochs = 4, .batch = 5, .seed = 3};
  const TrainedRun whole = train(model, data, options);

  std::shared_ptr<const TrainingState> state;
  TrainOptions first = options;
  first.save = [&](const TrainingState &s) { state = kept(s); };
  int steps = 0;
  first.on_step = [&](const StepEnd &) { return ++steps < 8; };
  try {
    train(model, data, first);
    FAIL() << "was not stopped";
  } catch (const Error &e) {
    EXPECT_EQ(e.code(), ErrorCode::kInterrupted);
  }
  ASSERT_NE(state, nullptr);

  TrainOptions second = options;
  second.resume = state;
  for (int time = 0; time < 2; ++time) {  // a state is not used up
    const TrainedRun rest = train(model, data, second);
    ASSERT_EQ(rest.model.graph.params.size(), whole.model.graph.params.size());
    for (size_t i = 0; i < rest.model.graph.params.size(); ++i)
      EXPECT_EQ(rest.model.graph.params[i].data, whole.model.graph.params[i].data);
    EXPECT_EQ(rest.history.size(), 4u);
  }
}

}  // namespace

}  // namespace mote::test

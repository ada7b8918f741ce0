// What threads share: training, its callbacks and saved states, quantization-aware training and int8
// evaluation give the same bits for any number of them. The thread sanitizer runs this program and needs no
// other part of mote for it.
#include "base/threads.h"

#include <new>

#include "mote/evaluate.h"
#include "quant/qat.h"
#include "test_support.h"
#include "train/network.h"
#include "train/state.h"

namespace mote {
namespace {

std::vector<float> weights_of(const TrainedRun &run) { return test::weights_of(run.model); }

// Augmentation, dropout and shuffling included: the bits depend on the seed alone.
TEST(Train, same_bits_for_any_number_of_threads_and_from_run_to_run) {
  const Splits data = test::toy_splits(3, 60, 6, 60);
  const Model model =
      sequential("net", {60, 6},
                 {Conv1D{16, 5, relu}, MaxPool1D{2}, Dropout{0.3}, Conv1D{32, 3, relu, 1, 1, same}, Flatten{},
                  Dense{32, relu}, Dense{3, softmax}});
  const auto with = [&](int threads, uint64_t seed) {
    return weights_of(train(model, data,
                            {.epochs = 3,
                             .batch = 32,
                             .seed = seed,
                             .threads = threads,
                             .augment = {.noise = 0.1f,
                                         .scale = 0.1f,
                                         .shift = 0.1f,
                                         .rotate_deg = 20,
                                         .time_warp = 0.2f,
                                         .channel_dropout = 0.1f}}));
  };
  const auto one = with(1, 7);
  EXPECT_EQ(one, with(2, 7));
  EXPECT_EQ(one, with(3, 7));
  EXPECT_EQ(one, with(1, 7));
  EXPECT_NE(one, with(1, 8));
}

TEST(Train, threads_share_a_step_without_races) {
  const Splits data = test::toy_splits(3, 60, 6, 40);
  const Model model = sequential("net", {60, 6}, {Conv1D{16, 5, relu}, Flatten{}, Dense{32, relu}, Dense{3}});
  EXPECT_NO_THROW(train(model, data, {.epochs = 2, .batch = 32, .threads = 3}));
}

// A model with everything that has a state between steps.
TrainOptions options_with_state(int threads) {
  return {.epochs = 7,
          .batch = 5,
          .seed = 3,
          .threads = threads,
          .augment = {.noise = 0.1f, .scale = 0.1f},
          .early_stopping = {.patience = 5},
          .reduce_lr = {.patience = 1}};
}
Model model_with_state() {
  return sequential("m", {20, 3},
                    {Flatten{}, Dense{8}, BatchNorm{}, ReLU{}, Dropout{0.3f}, Dense{3}, Softmax{}});
}

TEST(Resume, from_any_step_gives_the_bits_of_a_training_that_was_not_stopped) {
  const Splits data = test::toy_splits();
  std::vector<TrainingState> states;
  TrainOptions saving = options_with_state(1);
  saving.save = [&](const TrainingState &s) { states.push_back(s); };
  saving.save_seconds = 0;
  const TrainedRun whole = train(model_with_state(), data, saving);
  ASSERT_GT(states.size(), 20u);
  for (size_t k = 0; k < states.size(); k += 3) {
    TrainOptions going_on = options_with_state(static_cast<int>(k % 3) + 1);
    going_on.resume = std::make_shared<TrainingState>(states[k]);
    const TrainedRun rest = train(model_with_state(), data, going_on);
    ASSERT_EQ(rest.best_epoch, whole.best_epoch) << k;
    ASSERT_EQ(rest.history.size(), whole.history.size()) << k;
    for (size_t e = 0; e < rest.history.size(); ++e) {
      ASSERT_EQ(rest.history[e].loss, whole.history[e].loss) << k;
      ASSERT_EQ(rest.history[e].val_loss, whole.history[e].val_loss) << k;
      ASSERT_EQ(rest.history[e].learning_rate, whole.history[e].learning_rate) << k;
    }
    for (size_t p = 0; p < whole.model.graph.params.size(); ++p)
      ASSERT_EQ(rest.model.graph.params[p].data, whole.model.graph.params[p].data) << k;
  }
}

TEST(Resume, survives_an_allocation_that_fails_in_the_middle) {
  const Splits data = test::toy_splits();
  const TrainedRun whole = train(model_with_state(), data, options_with_state(2));
  TrainOptions failing = options_with_state(2);
  auto last = std::make_shared<TrainingState>();
  failing.save_seconds = 0;
  failing.save = [&](const TrainingState &s) { *last = s; };
  failing.callbacks.push_back([](const EpochEnd &end) {
    if (end.record.epoch == 3) throw std::bad_alloc();
    return true;
  });
  EXPECT_THROW(train(model_with_state(), data, failing), std::bad_alloc);
  TrainOptions going_on = options_with_state(1);
  going_on.resume = last;
  const TrainedRun rest = train(model_with_state(), data, going_on);
  for (size_t p = 0; p < whole.model.graph.params.size(); ++p)
    EXPECT_EQ(rest.model.graph.params[p].data, whole.model.graph.params[p].data);
}

TEST(Resume, refuses_a_state_of_another_model) {
  const Splits data = test::toy_splits();
  TrainOptions options = options_with_state(1);
  auto state = std::make_shared<TrainingState>();
  options.resume = state;
  EXPECT_ERROR(train(model_with_state(), data, options), "does not fit the model");
}

TEST(Threads, quantization_aware_training_gives_the_same_program) {
  const Splits data = test::toy_splits(3, 20, 3, 40);
  const TrainedRun run = test::toy_run(data, 3);
  const auto tuned = [&](int threads) {
    const TunedModel tuned =
        quantize_aware(run.model, data, {data.train}, {.epochs = 2, .learning_rate = 2e-3f},
                       {.epochs = 10, .batch = 8, .threads = threads});
    std::vector<std::vector<uint8_t>> constants;
    for (const ProgramTensor &tensor : tuned.program.tensors) constants.push_back(tensor.data);
    return std::pair(constants, integer_outputs(tuned.program, data.train));
  };
  EXPECT_EQ(tuned(1), tuned(4));
}

}  // namespace
}  // namespace mote

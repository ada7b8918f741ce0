// The ranges of layers' outputs in the history: against outputs of the model at the start of the epoch, for
// any number of threads, and in a training that was stopped.
#include <algorithm>
#include <cmath>

#include "test_support.h"
#include "train/state.h"

namespace mote {
namespace {

using Names = std::vector<std::string>;

ValueRange range_of(const std::vector<float> &values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return {*low, *high};
}

Names names_of(const EpochRecord &e) {
  Names names;
  for (const LayerOutputRange &r : e.ranges) names.push_back(r.layer);
  return names;
}

// One step an epoch, so that the first epoch's values are those of the weights at its start.
TEST(LayerRanges, are_the_least_and_largest_outputs_of_the_training_windows) {
  const Splits data = test::toy_splits();
  const Model model = sequential("net", {20, 3}, {Flatten{}, Dense{6, relu}, Dense{3, softmax}});
  const TrainOptions o = {
      .epochs = 2, .batch = static_cast<int>(data.train.size()), .optimizer = Sgd{0.1f}, .seed = 4};
  const Model begun = untrained(model, data.train, o);
  Model front = sequential("front", {20, 3}, {Flatten{}, Dense{6, relu}});
  for (size_t p = 0; p < front.graph.params.size(); ++p)
    front.graph.params[p].data = begun.graph.params[p].data;
  front.preprocessing = begun.preprocessing;
  front.preprocessing.target = ModelTarget::kValues;
  const ValueRange hidden = range_of(float_outputs(front, data.train)),
                   logits = range_of(float_outputs(begun, data.train));
  const TrainedRun run = train(model, data, o);
  const auto &ranges = run.history[0].ranges;
  ASSERT_EQ(names_of(run.history[0]), (Names{model.graph.layers[1].name, model.graph.layers[2].name}));
  EXPECT_EQ(ranges[0].range.low, 0);  // by its activation
  EXPECT_NEAR(ranges[0].range.high, hidden.high, 1e-5 * std::fabs(hidden.high));
  EXPECT_NEAR(ranges[1].range.low, logits.low, 1e-5 * std::fabs(logits.low));
  EXPECT_NEAR(ranges[1].range.high, logits.high, 1e-5 * std::fabs(logits.high));
  // the second epoch has its own
  EXPECT_NE(run.history[1].ranges[1].range.high, ranges[1].range.high);
}

struct Deep {
  Splits data = test::toy_splits(3, 20, 3, 40);
  Model model = sequential("deep", {20, 3},
                           {Conv1D{8, 3}, BatchNorm{}, ReLU{}, MaxPool1D{2}, Dropout{0.3}, Flatten{},
                            Dense{8, none}, Dense{3, softmax}});
  TrainOptions options = {.epochs = 4, .batch = 8, .optimizer = Adam{1e-2f}, .seed = 2, .threads = 1};
};

std::vector<float> numbers_of(const TrainedRun &run) {
  std::vector<float> numbers;
  for (const EpochRecord &e : run.history)
    for (const LayerOutputRange &r : e.ranges) {
      numbers.push_back(r.range.low);
      numbers.push_back(r.range.high);
    }
  return numbers;
}

TEST(LayerRanges, name_what_is_computed_and_do_not_depend_on_threads) {
  Deep d;
  const TrainedRun one = train(d.model, d.data, d.options);
  const Names all = [&] {
    Names names;
    for (const GraphLayer &l : d.model.graph.layers) names.push_back(l.name);
    return names;
  }();
  // without the batch normalization, in whose place its ReLU is applied, and Flatten
  EXPECT_EQ(names_of(one.history[0]), (Names{all[0], all[2], all[3], all[4], all[6], all[7]}));
  const auto &ranges = one.history[3].ranges;
  EXPECT_LT(ranges[0].range.low, 0);
  EXPECT_EQ(ranges[1].range.low, 0);
  EXPECT_EQ(ranges[2].range.high, ranges[1].range.high);  // the largest of each pool
  EXPECT_NEAR(ranges[3].range.high, ranges[2].range.high / 0.7f,
              0.4f * ranges[2].range.high);  // a kept value is scaled
  for (const LayerOutputRange &r : ranges) EXPECT_LE(r.range.low, r.range.high) << r.layer;
  d.options.threads = 3;
  const TrainedRun three = train(d.model, d.data, d.options);
  EXPECT_EQ(numbers_of(three), numbers_of(one));
  EXPECT_EQ(test::weights_of(three.model), test::weights_of(one.model));
}

TEST(LayerRanges, of_a_training_that_goes_on_are_those_of_one_that_never_stopped) {
  Deep d;
  std::vector<TrainingState> states;
  d.options.save_seconds = 0;
  d.options.save = [&](const TrainingState &s) { states.push_back(s); };
  const std::vector<float> whole = numbers_of(train(d.model, d.data, d.options));
  d.options.save = nullptr;
  ASSERT_GT(states.size(), 9u);
  for (size_t k = 0; k < states.size(); k += 3) {
    d.options.resume = std::make_shared<TrainingState>(states[k]);
    EXPECT_EQ(numbers_of(train(d.model, d.data, d.options)), whole) << k;
  }
  TrainingState lacking = states[5];
  lacking.ranges.pop_back();
  d.options.resume = std::make_shared<TrainingState>(lacking);
  EXPECT_ERROR(train(d.model, d.data, d.options), "the saved state does not fit the model");
}

}  // namespace
}  // namespace mote

// Batch normalization that cannot be folded: why it stays, and that the warning comes where int8 answers
// otherwise than float, and nowhere else.
#include <fmt/format.h>

#include <algorithm>

#include "test_support.h"

namespace mote {
namespace {

using Names = std::vector<std::string>;

std::vector<Layer> net_of(const std::string &kind) {
  const Layer norm = Layer(BatchNorm{.momentum = 0.8}).named("norm");
  const Layer first = Layer(DepthwiseConv1D{.kernel = 3, .padding = same}).named("a");
  const std::vector<Layer> end = {Layer(Flatten{}), Layer(Dense{12, relu}), Layer(Dense{3, softmax})};
  std::vector<Layer> layers;
  if (kind == "relu") layers = {first, Layer(ReLU{}).named("r"), norm};
  if (kind == "activation") layers = {Layer(Conv1D{3, 3, relu}).named("a"), norm};
  if (kind == "pool") layers = {first, Layer(MaxPool1D{2}).named("p"), norm};
  if (kind == "add")
    layers = {Layer(Dropout{0}).named("x"), first,
              Layer(DepthwiseConv1D{.kernel = 3, .padding = same}).named("b").from({"x"}),
              Layer(Add{}).from({"a", "b"}).named("sum"), norm};
  if (kind == "concat")
    layers = {Layer(Dropout{0}).named("x"), first,
              Layer(DepthwiseConv1D{.kernel = 3, .padding = same}).named("b").from({"x"}),
              Layer(Concatenate{}).from({"a", "b"}).named("both"), norm};
  if (kind == "last") return {Flatten{}, Layer(Dense{8, relu}).named("a"), norm};
  layers.insert(layers.end(), end.begin(), end.end());
  return layers;
}

struct Net {
  Splits data = test::toy_splits(3, 20, 3, 60);
  Model model;
  explicit Net(const std::string &kind) {
    const bool is_last = kind == "last";
    Random random(9);
    for (Dataset *set : {&data.train, &data.val, &data.test})  // the channel that will be large says nothing
      for (size_t i = 0; i < set->values.size() && !is_last; i += 3) set->values[i] = 3 * random.normal();
    TrainOptions options = {.epochs = 25, .batch = 8, .optimizer = Adam{1e-2f}};
    if (is_last) {  // values, one output for each of its channels
      options.loss.type = LossType::kMse;
      options.target = ModelTarget::kValues;
      for (Dataset *set : {&data.train, &data.val, &data.test})
        for (size_t i = 0; i < set->size(); ++i)
          for (int k = 0; k < 8; ++k) set->targets.push_back(set->example(i)[k] - set->example(i)[3 * k]);
    }
    model = train(sequential("net", {20, 3}, net_of(kind)), data, options).model;
  }

  Parameter &parameter(const std::string &node, Role role) {
    for (Node &n : model.graph.nodes)
      if (n.name == node) return *model.graph.param(n, role);
    throw std::runtime_error(node);
  }
  // Makes a channel so many times larger up to the normalization, which takes that back: the same function.
  void enlarge(size_t channel, float factor, const Names &weighted) {
    for (const std::string &name : weighted)
      for (Role role : {Role::kKernel, Role::kBias}) {
        std::vector<float> &v = parameter(name, role).data;
        const size_t channels = parameter(name, Role::kBias).data.size();
        for (size_t i = channel; i < v.size(); i += channels) v[i] *= factor;
      }
    parameter("norm", Role::kMovingMean).data[channel] *= factor;
    float &variance = parameter("norm", Role::kMovingVariance).data[channel];
    constexpr float kEpsilon = 1e-3f;
    variance = (variance + kEpsilon) * factor * factor - kEpsilon;
  }
  Names warnings(const QuantizeSettings &settings = {}) const {
    return judge_normalizations(model, {data.train, settings});
  }
  double lost() const {  // of the accuracy, or the squared error of values as a share of their squares
    const IntegerProgram program = quantize(model, {data.train});
    if (model.preprocessing.target == ModelTarget::kClasses)
      return evaluate(model, data.test).accuracy - evaluate(program, data.test).accuracy;
    const std::vector<float> x = answers(model, data.test).values, y = answers(program, data.test).values;
    double error = 0, all = 0;
    for (size_t i = 0; i < x.size(); ++i) {
      error += (x[i] - y[i]) * (x[i] - y[i]);
      all += x[i] * x[i];
    }
    return error / all;
  }
};

struct Place {
  std::string kind;
  Names weighted, layers;
  std::string why;
};

class LeftNormalizations : public ::testing::TestWithParam<Place> {};

TEST_P(LeftNormalizations, warn_where_int8_loses_and_say_why_and_what_helps) {
  const Place &c = GetParam();
  Net net(c.kind);
  const std::vector<LeftNormalization> left = left_normalizations(net.model);
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].layer, "norm");
  EXPECT_EQ(left[0].why, c.why);
  EXPECT_EQ(left[0].layers, c.layers);
  // as it was trained
  EXPECT_EQ(net.warnings(), Names());
  EXPECT_LT(net.lost(), 0.05);
  const double levels = measured_normalizations(net.model, {net.data.train})[0].levels;
  EXPECT_GT(levels, 1);
  // one channel of another size: the float model says the same, int8 does not
  const Evaluation before = evaluate(net.model, net.data.test);
  const std::vector<float> &variances = net.parameter("norm", Role::kMovingVariance).data;
  const auto liveliest = std::max_element(variances.begin(), variances.end()) - variances.begin();
  // far enough for int8, not for int16
  net.enlarge(c.kind == "last" ? liveliest : 0, c.kind == "last" ? 1e3f : 1e4f, c.weighted);
  const Evaluation after = evaluate(net.model, net.data.test);
  EXPECT_NEAR(after.accuracy, before.accuracy, 0.01);
  EXPECT_NEAR(after.mse, before.mse, 0.01 * (1 + before.mse));
  EXPECT_GT(net.lost(), 0.1) << levels;
  EXPECT_LT(measured_normalizations(net.model, {net.data.train})[0].levels, levels / 50);
  const Names warnings = net.warnings();
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("batch normalization 'norm' stays a layer of its own (" + c.why + ")"),
            std::string::npos)
      << warnings[0];
  EXPECT_NE(warnings[0].find("Put it right behind a layer with weights"), std::string::npos) << warnings[0];
  EXPECT_NE(warnings[0].find(fmt::format("; with --int16 {}: ", fmt::join(c.layers, " --int16 "))),
            std::string::npos)
      << warnings[0];
  // what is named does help
  const IntegerProgram wide = quantize(net.model, {net.data.train, {.int16_layers = c.layers}});
  const Evaluation e = evaluate(wide, net.data.test);
  EXPECT_LT(after.is_regression ? e.mse - after.mse : after.accuracy - e.accuracy, 0.1);
  EXPECT_EQ(net.warnings({.int16_layers = c.layers}), Names());
}

INSTANTIATE_TEST_SUITE_P(
    Places, LeftNormalizations,
    ::testing::Values(
        Place{"relu",
              {"a"},
              {"a", "r", "norm"},
              "it stands behind 'r' (relu), which has no weights that could take it in"},
        Place{"pool",
              {"a"},
              {"a", "p", "norm"},
              "it stands behind 'p' (max_pool2d), which has no weights that could take it in"},
        Place{"add",
              {"a", "b"},
              {"a", "b", "sum", "norm"},
              "it stands behind 'sum' (add), which has no weights that could take it in"},
        Place{"concat",
              {"a"},
              {"a", "b", "both", "norm"},
              "it stands behind 'both' (concatenation), which has no weights that could take it in"},
        Place{"last",
              {"a"},
              {"a", "norm"},
              "it stands behind 'a' (relu), which has no weights that could take it in"}),
    [](const auto &c) { return c.param.kind; });

TEST(LeftNormalization, there_is_none_where_it_folds) {
  const Splits data = test::toy_splits();
  const TrainedRun run =
      train(sequential("net", {20, 3}, {Conv1D{4, 3}, BatchNorm{}, ReLU{}, Flatten{}, Dense{3, softmax}}),
            data, {.epochs = 1, .batch = 8});
  EXPECT_TRUE(left_normalizations(run.model).empty());
  EXPECT_TRUE(judge_normalizations(run.model, {data.train}).empty());
}

// Channels in different units, normalized by the network alone, behind a pool.
TEST(LeftNormalization, of_raw_units_the_remedy_is_to_normalize_them) {
  Splits data = test::toy_splits(3, 20, 3, 60);
  Random random(9);
  for (Dataset *set : {&data.train, &data.val, &data.test})
    for (size_t i = 0; i < set->values.size(); i += 3) set->values[i] = 1000 * random.normal();
  const std::vector<Layer> layers = {MaxPool1D{2}, BatchNorm{.momentum = 0.8}, Flatten{}, Dense{12, relu},
                                     Dense{3, softmax}};
  const auto warnings = [&](const std::string &normalize) {
    const TrainedRun run =
        train(sequential("net", {20, 3}, layers), data,
              {.epochs = 25, .batch = 8, .optimizer = Adam{1e-2f}, .normalize = normalize});
    return judge_normalizations(run.model, {data.train});
  };
  const Names raw = warnings("none");
  ASSERT_EQ(raw.size(), 1u);
  EXPECT_NE(raw[0].find("train.normalize = \"channel\" brings the channels of the input to one size"),
            std::string::npos)
      << raw[0];
  EXPECT_EQ(raw[0].find("--int16"), std::string::npos) << raw[0];  // the input itself is too coarse
  EXPECT_EQ(warnings("channel"), Names());
}

}  // namespace
}  // namespace mote

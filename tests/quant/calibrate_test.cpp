// Calibration and what comes with it: histograms and their methods, the set of examples, equalizing, bias
// correction.
//
// What becomes of the ranges: quantize_test.cpp.
#include "quant/calibrate.h"
#include "features/normalization.h"

#include <cmath>

#include "mote/evaluate.h"
#include "quant/adjust.h"
#include "quant/lower.h"
#include "quant/quantize.h"
#include "test_support.h"

namespace mote {
namespace {

// A normal distribution with a single value far outside.
std::vector<float> outlier_values() {
  std::vector<float> values(100000);
  Random random(5);
  for (float &v : values) v = static_cast<float>(random.normal());
  values[77] = 40;
  return values;
}

double squared_error(const std::vector<float> &values, const ValueRange &range) {
  const QuantParams q = choose_quant_params(range);
  double sum = 0;
  for (float v : values) {
    const double step = static_cast<double>(q.scale[0]);
    const double n = std::clamp(std::round(static_cast<double>(v) / step) + q.zero_point[0], -128.0, 127.0);
    const double error = (n - q.zero_point[0]) * step - static_cast<double>(v);
    sum += error * error;
  }
  return sum;
}

TEST(Histogram, methods_treat_an_outlier_differently) {
  const std::vector<float> values = outlier_values();
  Histogram h({-5, 40});
  h.add(values.data(), values.size());
  const ValueRange all = h.choose(RangeMethod::kMinMax, 0), mid = h.choose(RangeMethod::kPercentile, 99.9),
                   mse = h.choose(RangeMethod::kMse, 0), entropy = h.choose(RangeMethod::kEntropy, 0);
  EXPECT_NEAR(all.high, 40, 0.1);
  EXPECT_NEAR(mid.high, 3.29, 0.1);  // the normal distribution's quantile of 0.9995
  EXPECT_NEAR(mid.low, -3.29, 0.1);
  EXPECT_LE(squared_error(values, mse), squared_error(values, all));
  EXPECT_LT(entropy.high, 20);
  EXPECT_GT(entropy.high, 2);
}

TEST(Histogram, mse_finds_the_range_of_least_error) {
  std::vector<float> values(50000);
  Random random(6);
  for (float &v : values)
    v = static_cast<float>(-std::log(1 - random.uniform()));  // a tail, as behind a ReLU
  const float largest = *std::max_element(values.begin(), values.end());
  Histogram h({0, largest});
  h.add(values.data(), values.size());
  const ValueRange chosen = h.choose(RangeMethod::kMse, 0);
  double best = squared_error(values, {0, largest});
  for (int k = 1; k < 200; ++k)
    best = std::min(best, squared_error(values, {0, largest * static_cast<float>(k) / 200}));
  EXPECT_LT(squared_error(values, chosen), 1.03 * best);
  EXPECT_LT(chosen.high, 0.97f * largest);
}

TEST(Histogram, sees_past_a_value_far_away) {
  std::vector<float> values = outlier_values();
  values[77] = 1e5f;
  Histogram h({-5, 1e5f});
  h.add(values.data(), values.size());
  int rounds = 0;
  for (; h.is_coarse() && rounds < 10; ++rounds) {
    h = h.finer();
    h.add(values.data(), values.size());
  }
  EXPECT_LT(rounds, 6);
  EXPECT_EQ(h.total(), values.size());
  EXPECT_NEAR(h.choose(RangeMethod::kPercentile, 99.9).high, 3.29, 0.1);
  EXPECT_NEAR(h.choose(RangeMethod::kPercentile, 99.9).low, -3.29, 0.1);
  EXPECT_LT(h.choose(RangeMethod::kEntropy, 0).high, 30);
  EXPECT_EQ(h.choose(RangeMethod::kMinMax, 0).high, 1e5f);
}

TEST(Histogram, takes_zeros_nan_and_one_value) {
  Histogram h({0, 0});
  const float odd[] = {0, NAN, INFINITY, 0};
  h.add(odd, 4);
  EXPECT_EQ(h.total(), 0u);
  for (const auto &[name, method] : range_method_names())
    EXPECT_TRUE(std::isfinite(h.choose(method, 99).high)) << name;
}

TEST(Calibrate, knows_the_example_that_set_each_range) {
  Splits data = test::toy_splits();
  const TrainedRun run = test::toy_run(data, 2);
  Dataset examples = representative_set(data.train, 20);
  for (size_t i = 0; i < examples.example_floats(); ++i)
    examples.values[13 * examples.example_floats() + i] *= 50;
  const Calibration c = calibrate(run.model, examples);
  EXPECT_EQ(c.extremes[0].high_example, 13u);
  EXPECT_EQ(c.extremes[0].low_example, 13u);
}

// The state is kept in the scale of the output, so its range is that of all steps, where only the last is
// read too, and wherever the layer stands.
TEST(Calibrate, an_lstm_has_the_range_of_all_its_steps) {
  const Splits data = test::toy_splits();
  for (const bool is_first : {true, false}) {
    const auto calibrated = [&](bool returns_sequence) {
      std::vector<Layer> layers = {LSTM{4, returns_sequence}, Flatten{}, Dense{3}};
      if (!is_first) layers.insert(layers.begin(), ReLU{});
      Model m = sequential("lstm", {20, 3}, layers);
      initialize(m.graph, 3);
      m.preprocessing = {20, 3, 0, {}, {normalization("none", {0}, {1})}};
      return calibrate(m, data.train);
    };
    const Calibration last = calibrated(false), all = calibrated(true);
    const size_t value = is_first ? 1 : 2;
    EXPECT_EQ(last.values[value].low, all.extremes[value].range.low);
    EXPECT_EQ(last.values[value].high, all.extremes[value].range.high);
    EXPECT_GT(last.values[value].high - last.values[value].low,
              last.extremes[value].range.high - last.extremes[value].range.low);
  }
}

TEST(Calibrate, one_layer_may_differ) {
  const Splits data = test::toy_splits();
  const TrainedRun run = test::toy_run(data, 2);
  CalibrationOptions options;
  options.percentile = 95;
  options.layers = {{"dense", {}, ValueRange{-1, 3}}, {"conv1d", RangeMethod::kPercentile}};
  const Calibration plain = calibrate(run.model, data.train), own = calibrate(run.model, data.train, options);
  const GraphLayer &dense = layer_by_name(run.model.graph, "dense", "test"),
                   &conv = layer_by_name(run.model.graph, "conv1d", "test");
  EXPECT_EQ(own.values[static_cast<size_t>(dense.last_node)].high, 3);
  EXPECT_LT(own.values[static_cast<size_t>(conv.last_node)].high,
            plain.values[static_cast<size_t>(conv.last_node)].high);
  EXPECT_EQ(own.values[0].high, plain.values[0].high);
  options.layers = {{"dens", RangeMethod::kMse}};
  EXPECT_NE(test::error_of([&] { calibrate(run.model, data.train, options); }).find("did you mean 'dense'"),
            std::string::npos);
  options.layers = {{"dense", {}, ValueRange{1, 3}}};
  EXPECT_THROW(calibrate(run.model, data.train, options), Error);
  options.layers.clear();
  options.percentile = 20;
  EXPECT_THROW(calibrate(run.model, data.train, options), Error);
}

TEST(RepresentativeSet, is_balanced_and_spread) {
  Dataset data;
  data.window = 1;
  data.channels = 1;
  data.labels = {"rare", "common", "absent"};
  for (int i = 0; i < 1000; ++i) {
    data.values.push_back(static_cast<float>(i));
    data.classes.push_back(i % 100 == 0 ? 0 : 1);
    data.sources.push_back({"file.csv", i, 0});
  }
  const Dataset set = representative_set(data, 40);
  EXPECT_EQ(set.size(), 40u);
  EXPECT_EQ(std::count(set.classes.begin(), set.classes.end(), 0), 10);  // all there are
  EXPECT_GT(*std::max_element(set.values.begin(), set.values.end()), 900);
  for (size_t i = 0; i < set.size(); ++i) EXPECT_EQ(set.sources[i].line, static_cast<long>(set.values[i]));
  const std::vector<std::string> findings = judge_representative(set);
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_NE(findings[0].find("only 40 windows"), std::string::npos);
  EXPECT_NE(findings[1].find("absent"), std::string::npos);
  EXPECT_EQ(representative_set(data, 5000).size(), 1000u);
  Dataset one = representative_set(data, 100);
  one.classes.assign(one.size(), 1);
  EXPECT_NE(judge_representative(one)[0].find("any class but one"), std::string::npos);
  EXPECT_NE(judge_representative(one, "test")[0].find("test windows"), std::string::npos);
}

// Channels of very different size between two layers.
Model uneven_model(const Splits &data) {
  TrainedRun run = train(sequential("uneven", {20, 3},
                                    {Conv1D{.filters = 8, .kernel = 3, .activation = relu}, MaxPool1D{2},
                                     Flatten{}, Dense{12, relu}, Dense{3, softmax}}),
                         data, {.epochs = 15, .batch = 8, .threads = 1});
  Graph &g = run.model.graph;
  std::vector<float> &kernel = g.params[0].data, &bias = g.params[1].data, &next = g.params[2].data;
  for (size_t c = 0; c < 8; ++c) {
    const float factor = std::pow(2.0f, static_cast<float>(c) - 4);
    for (size_t i = c; i < kernel.size(); i += 8) kernel[i] *= factor;
    bias[c] *= factor;
    for (size_t i = 0; i < next.size(); ++i)
      if (i / 12 % 8 == c) next[i] /= factor;
  }
  return run.model;
}

TEST(Equalize, keeps_the_float_model_and_evens_the_channels) {
  const Splits data = test::toy_splits(3, 20, 3, 40);
  const Model model = uneven_model(data);
  Model even = folded(model);
  EXPECT_EQ(equalize(even.graph), 2);
  const std::vector<float> before = float_outputs(model, data.val), after = float_outputs(even, data.val);
  for (size_t i = 0; i < before.size(); ++i)
    EXPECT_NEAR(before[i], after[i], 1e-3 * (1 + std::fabs(before[i])));
  // per tensor, unevenness costs; equalized it does not
  QuantizeSettings s;
  s.has_dense_per_tensor = true;
  const auto error = [&](const QuantizeSettings &settings) {
    const IntegerProgram p = quantize(model, {data.train, settings});
    const std::vector<int8_t> q = integer_outputs(p, data.val);
    const std::vector<float> reference = float_outputs(model, data.val, true);
    double sum = 0;
    for (size_t i = 0; i < q.size(); ++i)
      sum += std::fabs((q[i] + 128) / 256.0 - static_cast<double>(reference[i]));
    return sum;
  };
  const double plain = error(s);
  s.has_equalization = true;
  EXPECT_LT(error(s), 0.7 * plain);
}

// Behind a Reshape the last axis may hold something else than channels.
TEST(Equalize, leaves_channels_alone_that_a_view_has_mixed) {
  const Splits data = test::toy_splits(3, 20, 3, 40);
  TrainedRun run =
      train(sequential("mixed", {20, 3},
                       {Conv1D{.filters = 6, .kernel = 3, .activation = relu}, Reshape{{54, 2}},
                        Conv1D{.filters = 4, .kernel = 3, .activation = relu}, Flatten{}, Dense{3, softmax}}),
            data, {.epochs = 5, .batch = 8, .threads = 1});
  Model even = folded(run.model);
  EXPECT_EQ(equalize(even.graph), 1);
  const std::vector<float> before = float_outputs(run.model, data.val), after = float_outputs(even, data.val);
  for (size_t i = 0; i < before.size(); ++i)
    EXPECT_NEAR(before[i], after[i], 1e-3 * (1 + std::fabs(before[i])));
}

int node_of(const Graph &g, size_t param) {
  for (size_t i = 0; i < g.nodes.size(); ++i)
    for (int p : g.nodes[i].params)
      if (p == static_cast<int>(param)) return static_cast<int>(i);
  return -1;
}

TEST(BiasCorrection, takes_the_mean_error_out) {
  const Splits data = test::toy_splits(3, 20, 3, 40);
  Model model = folded(uneven_model(data));
  const Model before = model;
  const Calibration calibration = calibrate(before, data.train);
  correct_biases(model, data.train, Lowerer(before, calibration, {.has_dense_per_tensor = true}));
  // of the last dense layer with rounded weights: mean outputs of each unit
  const size_t last = model.graph.params.size() - 2;
  const auto mean_shift = [&](const Model &m) {
    Model rounded = m;
    const Lowerer lowerer(m, calibration, {.has_dense_per_tensor = true});
    rounded.graph.params[last].data = rounded_weights(lowerer, m.graph, node_of(m.graph, last));
    const std::vector<float> a = float_outputs(before, data.train), b = float_outputs(rounded, data.train);
    double shift[3] = {};
    for (size_t i = 0; i < a.size(); ++i) shift[i % 3] += static_cast<double>(b[i] - a[i]);
    return std::fabs(shift[0]) + std::fabs(shift[1]) + std::fabs(shift[2]);
  };
  Model only_last = before;
  only_last.graph.params[last + 1] = model.graph.params[last + 1];
  EXPECT_LT(mean_shift(only_last), 0.05 * mean_shift(before));
}

TEST(DensePerTensor, has_one_scale_and_works) {
  const Splits data = test::toy_splits(3, 20, 3, 40);
  const TrainedRun run = test::toy_run(data);
  QuantizeSettings s;
  s.has_dense_per_tensor = true;
  const IntegerProgram p = quantize(run.model, {data.train, s});
  int dense = 0;
  for (const ProgramLayer &l : p.layers) {
    if (l.op != "dense") continue;
    ++dense;
    EXPECT_EQ(p.tensor(l.inputs[1]).quant.scale.size(), 1u);
    EXPECT_EQ(p.tensor(l.inputs[2]).quant.scale.size(), 1u);
  }
  EXPECT_EQ(dense, 2);
  EXPECT_GE(evaluate(p, data.val).accuracy, evaluate(run.model, data.val).accuracy - 0.05);
}

}  // namespace
}  // namespace mote

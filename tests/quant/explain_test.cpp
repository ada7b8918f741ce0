// explain(), and the accidents that it has to catch.
#include "mote/explain.h"
#include "features/normalization.h"

#include <fmt/format.h>

#include <cmath>

#include "test_support.h"

namespace mote {
namespace {

using test::toy_splits;

Model conv_model(int window = 20) {
  return sequential("toy", {window, 3},
                    {Conv1D{6, 3, relu}, MaxPool1D{2}, Flatten{}, Dense{8, relu}, Dense{4, softmax}});
}

// A window of the training data as a glitch of the sensor would leave it.
size_t add_glitch(Dataset &data, float factor) {
  const size_t example = data.size() / 2;
  for (size_t i = 0; i < data.example_floats(); ++i)
    data.values[example * data.example_floats() + i] *= factor;
  return example;
}

double accuracy(const Model &model, const Splits &data, const QuantizeSettings &settings) {
  return evaluate(quantize(model, {data.train, settings}), data.val).accuracy;
}

const ExplainedLayer &layer(const Explanation &e, const std::string &name) {
  for (const ExplainedLayer &l : e.layers)
    if (l.name == name) return l;
  throw std::runtime_error("no layer " + name);
}

bool says(const Explanation &e, const std::string &part) {
  for (const std::string &f : e.findings)
    if (f.find(part) != std::string::npos) return true;
  return false;
}

TEST(Explain, tells_signal_to_noise_ranges_and_spreads_of_every_layer) {
  const Splits data = toy_splits(4, 20, 3, 60);
  const TrainedRun run = train(conv_model(), data, {.epochs = 20, .batch = 8});
  const IntegerProgram program = quantize(run.model, {.calibrate_on = data.train});
  const Explanation e = explain(run.model, program, data, {.has_remedies = false});
  ASSERT_EQ(e.layers.size(), 6u);  // input, convolution, pool, two dense, softmax
  EXPECT_EQ(e.layers[0].name, "input");
  for (const ExplainedLayer &l : e.layers) {
    EXPECT_GT(l.alone_db, 25) << l.name;
    EXPECT_GT(l.accumulated_db, 20) << l.name;
    uint64_t values = 0;
    for (uint64_t n : l.activations.counts) values += n;
    EXPECT_EQ(values, l.values) << l.name;
    EXPECT_NE(l.high_source.find("toy"), std::string::npos);
  }
  EXPECT_TRUE(says(e, fmt::format("of {} validation windows", data.val.size())));
  Splits alone = data;
  alone.val = {};
  const Explanation trained = explain(run.model, program, alone, {.has_remedies = false});
  EXPECT_TRUE(trained.is_of_training);
  EXPECT_TRUE(
      says(trained, fmt::format("of {} training windows, as there are no others", data.train.size())));
  EXPECT_FALSE(says(trained, "validation"));
  // of uniform rounding: noise = step^2 / 12
  const ExplainedLayer &input = e.layers[0];
  double signal = 0;
  const Dataset &val = data.val;
  const PreprocessingStep &p = run.model.preprocessing.steps[0];
  for (size_t i = 0; i < val.values.size(); ++i) {
    const size_t c = i % p.table("mean").size();
    const double x = static_cast<double>((val.values[i] - p.table("mean")[c]) * p.table("gain")[c]);
    signal += x * x;
  }
  const double step = static_cast<double>(program.tensor(program.inputs[0]).quant.scale[0]);
  const double expected =
      10 * std::log10(signal / static_cast<double>(val.values.size()) / (step * step / 12));
  EXPECT_NEAR(input.alone_db, expected, 0.5);
  EXPECT_EQ(input.alone_db, input.accumulated_db);
  const ExplainedLayer &conv = layer(e, "conv1d");
  uint64_t weights = 0;
  for (uint64_t n : conv.weights.counts) weights += n;
  EXPECT_EQ(weights, 6u * 3 * 3);
  EXPECT_FALSE(explanation_text(e).empty());
}

TEST(Explain, counts_what_saturates_and_the_windows_that_flip) {
  const Splits data = toy_splits(4, 20, 3, 60);
  const TrainedRun run = train(conv_model(), data, {.epochs = 20, .batch = 8});
  QuantizeSettings narrow;
  narrow.calibration.layers = {{"dense", {}, ValueRange{0, 0.4f}}};
  const IntegerProgram program = quantize(run.model, {data.train, narrow});
  const Explanation e = explain(run.model, program, data, {.settings = narrow, .has_remedies = false});
  const std::vector<float> floats = float_outputs(run.model, data.val, true);
  const std::vector<int8_t> ints = integer_outputs(program, data.val);
  size_t flips = 0;
  for (size_t i = 0; i < data.val.size(); ++i) {
    const auto f = std::max_element(floats.begin() + static_cast<long>(4 * i),
                                    floats.begin() + static_cast<long>(4 * i + 4));
    const auto q = std::max_element(ints.begin() + static_cast<long>(4 * i),
                                    ints.begin() + static_cast<long>(4 * i + 4));
    flips += f - floats.begin() != q - ints.begin();
  }
  EXPECT_EQ(e.flips.size(), flips);
  EXPECT_GT(layer(e, "dense").above, layer(e, "dense").values / 5);
  EXPECT_EQ(layer(e, "dense").below, 0u);
  EXPECT_TRUE(says(e, "'dense' lie beyond its range"));
}

// tensorflow#49927: more data for calibration made the int8 model worse.
TEST(Accident, one_outlier_is_found_named_and_remedied) {
  Splits data = toy_splits(4, 20, 3, 60);
  const TrainedRun run = train(conv_model(), data, {.epochs = 30, .batch = 8});
  const double before = accuracy(run.model, data, {});
  const size_t glitch = add_glitch(data.train, 3000);
  const QuantizeSettings plain;
  const IntegerProgram program = quantize(run.model, {.calibrate_on = data.train});
  const double after = evaluate(program, data.val).accuracy;
  EXPECT_LT(after, before - 0.3);
  const TrainOptions training{.epochs = 30, .batch = 8};
  const Explanation e = explain(run.model, program, data, {.settings = plain, .training = &training});
  const std::string source = data.train.sources[glitch].text();
  EXPECT_TRUE(says(e, "The range of 'input' reaches")) << e.findings[1];
  EXPECT_TRUE(says(e, source)) << source;
  EXPECT_LT(e.layers[0].alone_db, 10);
  ASSERT_FALSE(e.remedies.empty());
  EXPECT_GT(e.remedies[0].accuracy, before - 0.05) << e.remedies[0].what;
  EXPECT_GE(e.remedies[0].accuracy, e.remedies.back().accuracy);
  // the same without explain: without the window
  QuantizeSettings dropping;
  dropping.drops_outliers = true;
  EXPECT_GT(accuracy(run.model, data, dropping), before - 0.05);
}

// tensorflow#60903: a Conv1D model lost about 50 points.
TEST(Accident, a_conv1d_net_that_loses_half_comes_back) {
  Splits data = toy_splits(4, 20, 3, 60);
  const TrainedRun run = train(conv_model(), data, {.epochs = 30, .batch = 8});
  const double as_float = evaluate(run.model, data.val).accuracy;
  for (size_t i = 5; i < data.train.size(); i += 40)  // spikes in some windows
    data.train.values[i * data.train.example_floats() + 7] += 40000;
  const IntegerProgram program = quantize(run.model, {.calibrate_on = data.train});
  EXPECT_LT(evaluate(program, data.val).accuracy, as_float - 0.45);
  const Explanation e = explain(run.model, program, data);
  EXPECT_GT(e.remedies.front().accuracy, as_float - 0.05) << e.remedies.front().what;
  EXPECT_TRUE(says(e, "Best of what was tried")) << e.findings.back();
}

TEST(Accident, a_dead_channel_does_no_harm) {
  const Splits data = toy_splits(4, 20, 3, 60);
  TrainedRun run = train(conv_model(), data, {.epochs = 20, .batch = 8});
  std::vector<float> &kernel = run.model.graph.params[0].data, &bias = run.model.graph.params[1].data;
  for (size_t i = 2; i < kernel.size(); i += 6) kernel[i] = 0;  // nothing but a bias, which the ReLU stops
  bias[2] = -1;
  bias[3] = 0;
  for (size_t i = 3; i < kernel.size(); i += 6) kernel[i] = 0;  // nothing at all
  QuantizeSettings all;
  all.has_equalization = all.has_bias_correction = true;
  const double as_float = evaluate(run.model, data.val).accuracy;
  for (const QuantizeSettings &s : {QuantizeSettings{}, all}) {
    EXPECT_GE(accuracy(run.model, data, s), as_float - 0.04);
    const IntegerProgram p = quantize(run.model, {data.train, s});
    const ProgramTensor &w = p.tensor(p.layers[p.layers[0].op == "reshape" ? 1 : 0].inputs[1]);
    for (float scale : w.quant.scale) EXPECT_TRUE(scale > 0 && std::isfinite(scale));
  }
  const IntegerProgram p = quantize(run.model, {.calibrate_on = data.train});
  EXPECT_TRUE(says(explain(run.model, p, data, {.has_remedies = false}), "as good as float"));
}

// A channel whose batch normalization saw hardly any variance is scaled up far beyond the others.
TEST(Accident, batch_normalization_with_tiny_variance) {
  const Splits data = toy_splits(4, 20, 3, 60);
  TrainedRun run =
      train(sequential("toy", {20, 3},
                       {Conv1D{.filters = 6, .kernel = 3, .use_bias = false}, BatchNorm{.epsilon = 1e-9},
                        ReLU{}, MaxPool1D{2}, Flatten{}, Dense{8, relu}, Dense{4, softmax}}),
            data, {.epochs = 30, .batch = 8});
  Graph &g = run.model.graph;
  const auto param = [&](const std::string &name) -> std::vector<float> & {
    for (Parameter &p : g.params)
      if (p.name == name) return p.data;
    throw std::runtime_error("no parameter " + name);
  };
  // the same function: variance / 10^6, beta * 10^3, and the next weights / 10^3
  const size_t channel = 1;
  param("batch_norm/moving_variance")[channel] /= 1e6f;
  param("batch_norm/beta")[channel] *= 1e3f;
  std::vector<float> &next = param("dense/kernel");
  for (size_t i = 0; i < next.size(); ++i)
    if (i / 8 % 6 == channel) next[i] /= 1e3f;
  const double as_float = evaluate(run.model, data.val).accuracy, plain = accuracy(run.model, data, {});
  EXPECT_LT(plain, as_float - 0.1);
  QuantizeSettings even;
  even.has_equalization = true;
  EXPECT_GT(accuracy(run.model, data, even), as_float - 0.05);
  const IntegerProgram program = quantize(run.model, {.calibrate_on = data.train});
  const Explanation e = explain(run.model, program, data);
  EXPECT_GT(e.remedies.front().accuracy, as_float - 0.05);
}

// The same of an autoencoder: the least error is the best.
TEST(Accident, of_a_regression_is_told_by_its_error) {
  const Splits data = toy_splits(2, 8, 2, 40);
  TrainedRun run =
      train(sequential("auto", {8, 2}, {Flatten{}, Dense{6, relu}, Dense{5, relu}, Dense{16}}), data,
            {.epochs = 10, .batch = 8, .loss = {LossType::kMse}, .target = ModelTarget::kInput});
  // the same function: one unit a thousand times as large, what reads it a thousandth
  Graph &g = run.model.graph;
  ASSERT_EQ(g.params.size(), 6u);
  const size_t unit = 2;
  for (size_t i = 0; i < g.params[0].data.size(); ++i)
    if (i % 6 == unit) g.params[0].data[i] *= 1e3f;
  g.params[1].data[unit] *= 1e3f;
  for (size_t i = 0; i < 5; ++i) g.params[2].data[unit * 5 + i] /= 1e3f;
  const Explanation e = explain(run.model, quantize(run.model, {.calibrate_on = data.train}), data);
  EXPECT_GT(e.int8_mse, 1.05 * e.float_mse);
  ASSERT_GE(e.remedies.size(), 2u);
  for (size_t i = 1; i < e.remedies.size(); ++i) EXPECT_GE(e.remedies[i].mse, e.remedies[i - 1].mse);
  EXPECT_LT(e.remedies[0].mse, e.int8_mse);
  EXPECT_TRUE(says(e, "Best of what was tried: " + e.remedies[0].what));
  EXPECT_FALSE(says(e, "Nothing that was tried does better."));
  EXPECT_FALSE(says(e, "int8 is as good as float here"));
}

Model untrained_model(std::vector<Layer> layers, int window, int channels) {
  Model m = sequential("untrained", {window, channels}, layers);
  initialize(m.graph, 3);
  m.preprocessing = {window, channels, 0, {}, {normalization("none", {0}, {1})}};
  m.labels = {"class0", "class1"};
  return m;
}

// Nothing helps where the range of the output is given: all that is tried saturates in the same way.
TEST(Accident, of_a_regression_that_nothing_helps_is_told_so) {
  Splits data = toy_splits(2, 8, 2, 40);
  for (Dataset *d : {&data.train, &data.val})
    for (float &v : d->values) v += 100;
  Model model = untrained_model({Flatten{}, Dense{16}}, 8, 2);
  model.labels.clear();
  model.preprocessing.target = ModelTarget::kInput;
  for (float &w : model.graph.params[0].data) w *= 1e-3f;
  model.graph.params[1].data.assign(16, 100);
  QuantizeSettings narrow;
  narrow.calibration.layers = {{"dense", {}, ValueRange{-1, 1}}};
  const IntegerProgram program = quantize(model, {data.train, narrow});
  const Explanation e = explain(model, program, data, {.settings = narrow});
  EXPECT_GT(e.int8_mse, 10 * e.float_mse);
  ASSERT_FALSE(e.remedies.empty());
  EXPECT_GE(e.remedies[0].mse, e.int8_mse);
  EXPECT_TRUE(says(e, "Nothing that was tried does better."));
  EXPECT_FALSE(says(e, "Best of what was tried"));
}

TEST(Explain, looks_for_outliers_below_zero_too) {
  for (const float sign : {-1.0f, 1.0f}) {
    Splits data = toy_splits(2, 8, 2, 120);
    Random random(4);
    for (Dataset *d : {&data.train, &data.val})
      for (float &v : d->values) v = sign * static_cast<float>(-std::log(1 - random.uniform()));
    std::vector<float> sorted;
    for (float v : data.val.values) sorted.push_back(std::fabs(v));
    std::sort(sorted.begin(), sorted.end());
    const Model model = untrained_model({Flatten{}, Dense{2, softmax}}, 8, 2);
    const auto explained = [&] {
      return explain(model, quantize(model, {.calibrate_on = data.train}), data, {.has_remedies = false});
    };
    const Explanation good = explained();
    const double rank = 0.999 * static_cast<double>(sorted.size());
    EXPECT_NEAR(good.layers[0].usual, sorted[static_cast<size_t>(rank)], 0.1) << sign;
    EXPECT_FALSE(says(good, "The range of 'input' reaches")) << sign;
    const size_t example = 7;
    data.train.values[example * data.train.example_floats() + 5] = 300 * sign;
    const Explanation bad = explained();
    EXPECT_TRUE(says(bad, "The range of 'input' reaches 300")) << sign;
    EXPECT_TRUE(says(bad, data.train.sources[example].text() + " sets it.")) << sign;
  }
}

// A layer that is silent as float and not as int8 has no signal at all.
TEST(Explain, a_silent_layer_has_no_decibels) {
  const Splits data = toy_splits(2, 8, 2, 40);
  const Model loud = untrained_model({Flatten{}, Dense{4}, Dense{2, softmax}}, 8, 2);
  Model silent = loud;
  std::fill(silent.graph.params[0].data.begin(), silent.graph.params[0].data.end(), 0.0f);
  const Explanation e =
      explain(silent, quantize(loud, {.calibrate_on = data.train}), data, {.has_remedies = false});
  EXPECT_EQ(layer(e, "dense").alone_db, -INFINITY);
  EXPECT_EQ(layer(e, "dense").accumulated_db, -INFINITY);
  EXPECT_FALSE(says(e, "'dense' loses most"));
  const std::string text = explanation_text(e), line = text.substr(text.find("\ndense ") + 1);
  EXPECT_EQ(line.substr(0, 43), fmt::format("{:<26} {:>7} {:>8}", "dense", "-", "-"));
}

// Windows between the threshold of the float model and that of the int8 model, which lies higher.
TEST(Explain, two_windows_are_as_good_as_float_and_three_are_not) {
  for (const size_t between : {2u, 3u}) {
    Splits data = toy_splits(2, 1, 1, 120);
    for (Dataset *d : {&data.train, &data.val})
      for (size_t i = 0; i < d->size(); ++i) d->values[i] = d->classes[i] == 1 ? 1.0f : -1.0f;
    size_t left = between;
    for (size_t i = 0; i < data.val.size(); ++i)
      if (data.val.classes[i] == 1 && left > 0) {
        data.val.values[i] = 0.3f;
        --left;
      }
    Model model = untrained_model({Flatten{}, Dense{2, softmax}}, 1, 1);
    model.graph.params[0].data = {-4, 4};
    model.graph.params[1].data = {0, 0};
    Model higher = model;
    higher.graph.params[1].data = {2, -2};
    const Explanation e =
        explain(model, quantize(higher, {.calibrate_on = data.train}), data, {.has_remedies = false});
    EXPECT_EQ(e.float_accuracy, 1);
    EXPECT_EQ(e.flips.size(), between);
    EXPECT_EQ(says(e, "int8 is as good as float here: within 0.3 points or two windows."), between == 2);
  }
}

TEST(Explain, refuses_models_that_do_not_belong_together) {
  const Splits data = toy_splits(4, 20, 3, 20);
  const TrainedRun run = train(conv_model(), data, {.epochs = 1, .batch = 8}),
                   other = train(sequential("other", {20, 3}, {Flatten{}, Dense{5, relu}, Dense{4, softmax}}),
                                 data, {.epochs = 1});
  EXPECT_ERROR(explain(run.model, quantize(other.model, {.calibrate_on = data.train}), data), "has no layer");
}

}  // namespace
}  // namespace mote

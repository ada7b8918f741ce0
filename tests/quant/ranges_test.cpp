// Ranges and scales against their formulas: calibration methods, ranges of quantization-aware training, int16
// islands, the front end, and what is said about examples to calibrate on.
#include <cmath>

#include "base/threads.h"
#include "features/preprocessing.h"
#include "graph/fold.h"
#include "mote/evaluate.h"
#include "mote/host_program.h"
#include "program/program.h"
#include "quant/adjust.h"
#include "quant/calibrate.h"
#include "quant/lower.h"
#include "quant/qat.h"
#include "quant/quantize.h"
#include "test_support.h"

namespace mote {
namespace {

Model plain_model(std::vector<Layer> layers, int window = 4, int channels = 2) {
  Model m = sequential("plain", {window, channels}, layers);
  initialize(m.graph, 3);
  m.preprocessing = {window, channels, 0, {}, {normalization("none", {0}, {1})}};
  m.preprocessing.target = ModelTarget::kValues;
  return m;
}

Dataset random_data(size_t examples, int window = 4, int channels = 2, uint64_t seed = 1) {
  Dataset d;
  d.window = window;
  d.channels = channels;
  Random random(seed);
  const auto floats = static_cast<size_t>(window * channels);
  for (size_t i = 0; i < examples; ++i)
    for (size_t k = 0; k < floats; ++k)
      d.values.push_back(static_cast<float>((1 + 0.02 * static_cast<double>(i)) * random.normal()));
  d.classes.assign(examples, 0);
  return d;
}

// Of examples [from, to): smallest and largest, 0 among them.
ValueRange range_of(const Dataset &d, size_t from, size_t to) {
  ValueRange r;
  for (size_t i = from * d.example_floats(); i < to * d.example_floats(); ++i) {
    r.low = std::min(r.low, d.values[i]);
    r.high = std::max(r.high, d.values[i]);
  }
  return r;
}

TEST(Ranges, min_max_is_that_and_the_moving_average_keeps_nine_tenths) {
  const Model m = plain_model({Flatten{}, Dense{3}});
  const Dataset d = random_data(110);
  const ValueRange all = range_of(d, 0, 110), plain = calibrate(m, d).values[0];
  EXPECT_EQ(plain.low, all.low);
  EXPECT_EQ(plain.high, all.high);
  double low = 0, high = 0;
  for (size_t from = 0; from < 110; from += 32) {  // in the order of the data, the last batch smaller
    const ValueRange batch = range_of(d, from, std::min<size_t>(110, from + 32));
    const double kept = from == 0 ? 0 : 0.9;
    low = kept * low + (1 - kept) * static_cast<double>(batch.low);
    high = kept * high + (1 - kept) * static_cast<double>(batch.high);
  }
  const ValueRange moving = calibrate(m, d, {.method = RangeMethod::kMovingAverage}).values[0];
  EXPECT_NEAR(moving.low, low, 1e-5);
  EXPECT_NEAR(moving.high, high, 1e-5);
  EXPECT_GT(moving.low, all.low);
}

// A lopsided distribution: a long tail above zero, a short one below.
std::vector<float> lopsided(size_t n) {
  std::vector<float> v(n);
  Random random(9);
  for (float &x : v) {
    const double e = -std::log(1 - random.uniform());
    x = static_cast<float>(random.below(3) == 0 ? -0.5 * e : 2 * e);
  }
  return v;
}
Histogram histogram_of(const std::vector<float> &v, ValueRange &whole) {
  const auto [low, high] = std::minmax_element(v.begin(), v.end());
  whole = {*low, *high};
  Histogram h(whole);
  h.add(v.data(), v.size());
  return h;
}

TEST(Ranges, a_percentile_leaves_out_half_of_its_share_at_either_end) {
  const std::vector<float> values = lopsided(40000);
  std::vector<float> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  ValueRange whole;
  const Histogram h = histogram_of(values, whole);
  const float bin = (whole.high - whole.low) / Histogram::kBins;
  for (const double percentile : {90.0, 99.0, 99.9}) {
    const auto left_out = static_cast<size_t>(40000 * (1 - percentile / 100) / 2);
    const ValueRange r = h.choose(RangeMethod::kPercentile, percentile);
    EXPECT_NEAR(r.low, sorted[left_out], 1.5f * bin) << percentile;
    EXPECT_NEAR(r.high, sorted[40000 - 1 - left_out], 1.5f * bin) << percentile;
  }
  EXPECT_EQ(h.choose(RangeMethod::kPercentile, 100).high, whole.high);
  EXPECT_EQ(h.choose(RangeMethod::kMinMax, 99).low, whole.low);
}

// Bins of width 1, so that the ends are known exactly: those of the outermost bins that it keeps.
TEST(Ranges, a_percentile_ends_where_a_bin_ends) {
  Histogram h({-Histogram::kBins / 2, Histogram::kBins / 2});
  std::vector<float> values = {-900.5f, 1000.5f};  // left out
  values.insert(values.end(), 100, -500.5f);
  values.insert(values.end(), 98, 700.5f);
  h.add(values.data(), values.size());
  EXPECT_EQ(h.total(), values.size());
  const ValueRange r = h.choose(RangeMethod::kPercentile, 98);
  EXPECT_EQ(r.low, -501);
  EXPECT_EQ(r.high, 701);
}

TEST(Ranges, mse_moves_both_ends_to_the_least_squared_error) {
  std::vector<float> values = lopsided(20000);
  values[5] = -30;
  values[6] = 45;  // beyond anything
  ValueRange whole;
  const Histogram h = histogram_of(values, whole);
  const auto error = [&](double low, double high) {
    const double step = (high - low) / 255;
    double sum = 0;
    for (float v : values) {
      const double x = static_cast<double>(v), near = step * std::round(std::clamp(x, low, high) / step);
      sum += (near - x) * (near - x);
    }
    return sum;
  };
  double best = 1e300;
  for (int a = 1; a <= 40; ++a)
    for (int b = 1; b <= 40; ++b)
      best = std::min(
          best, error(static_cast<double>(whole.low) * a / 40, static_cast<double>(whole.high) * b / 40));
  const ValueRange r = h.choose(RangeMethod::kMse, 0);
  EXPECT_LT(error(static_cast<double>(r.low), static_cast<double>(r.high)), 1.05 * best);
  EXPECT_LT(best, 0.96 * error(static_cast<double>(whole.low), static_cast<double>(whole.high)));
  EXPECT_GT(r.low, whole.low);
  EXPECT_LT(r.high, whole.high);
}

// Migacz 2017: P, the clipped histogram with what is cut off in its last bin; Q, its bins [0, last] in 255
// levels, each spread over the bins that hold something; the last bin of least KL(P || Q).
TEST(Ranges, entropy_is_the_least_divergence_of_255_levels) {
  std::vector<float> values;
  Random random(12);
  for (int i = 0; i < 60000; ++i) values.push_back(std::fabs(static_cast<float>(random.normal())));
  values[7] = 20;
  constexpr int kBins = Histogram::kBins;
  const float most = *std::max_element(values.begin(), values.end());
  std::vector<double> count(kBins);
  for (float v : values)
    ++count[static_cast<size_t>(std::clamp(static_cast<int>(v / most * kBins), 0, kBins - 1))];
  const auto divergence = [&](int bins) {
    const auto n = static_cast<size_t>(bins);
    std::vector<double> p(count.begin(), count.begin() + bins), q(n);
    for (size_t i = n; i < kBins; ++i) p[n - 1] += count[i];
    double p_sum = 0, q_sum = 0, kl = 0;
    for (int level = 0; level < 255; ++level) {
      const int from = level * bins / 255, to = (level + 1) * bins / 255;
      double sum = 0, held = 0;
      for (int i = from; i < to; ++i) {
        sum += count[static_cast<size_t>(i)];
        held += count[static_cast<size_t>(i)] > 0;
      }
      for (int i = from; i < to; ++i)
        if (count[static_cast<size_t>(i)] > 0) q[static_cast<size_t>(i)] = sum / held;
    }
    for (size_t i = 0; i < n; ++i) {
      p_sum += p[i];
      q_sum += q[i];
    }
    for (size_t i = 0; i < n; ++i)
      if (p[i] > 0) kl += p[i] / p_sum * std::log((p[i] / p_sum) / std::max(q[i] / q_sum, 1e-4 / bins));
    return kl;
  };
  double best = 1e300;
  int chosen = 0;
  for (int k = 128; k > 0; --k) {
    const int bins = (kBins - 1) * k / 128 + 1;
    if (bins < 256) break;
    if (const double kl = divergence(bins); kl < best) {
      best = kl;
      chosen = bins;
    }
  }
  Histogram h({0, most});
  h.add(values.data(), values.size());
  const ValueRange r = h.choose(RangeMethod::kEntropy, 0);
  EXPECT_NEAR(r.high, most * static_cast<float>(chosen) / kBins, 1e-3);
  EXPECT_LT(r.high, 0.7f * most);
  EXPECT_EQ(r.low, 0);
}

TEST(QatRanges, are_averaged_eight_to_two_with_what_is_observed) {
  Model m = plain_model({Flatten{}, Dense{3}});
  const Dataset d = random_data(100);  // three slices of 32, and too few for a fourth
  for (const int batch : {1024, 64}) {
    const int interval = batch == 1024 ? 1 : 16;  // 32 observed for 1024 trained on
    TrainOptions training{.batch = batch};
    IntegerForward pass(prepare_deployment(m, {.calibrate_on = d}, true), d, {}, training);
    const Graph graph = pass.model().graph;
    pass.plan(graph, 1, 4);
    std::vector<const float *> params;
    for (const Parameter &p : graph.params) params.push_back(p.data.data());
    ThreadPool pool(1);
    const ValueRange all = range_of(d, 0, 100);
    double low = static_cast<double>(all.low), high = static_cast<double>(all.high);
    for (int step = 0; step < 4 * interval + 1; ++step) {
      pass.prepare(params, pool);
      if (step > 0 && step % interval == 0) {
        const auto slice = static_cast<size_t>(step / interval % 3);
        const ValueRange now = range_of(d, 32 * slice, 32 * slice + 32);
        low = 0.8 * low + 0.2 * static_cast<double>(now.low);
        high = 0.8 * high + 0.2 * static_cast<double>(now.high);
      }
      const IntegerProgram p = pass.program(graph);
      EXPECT_NEAR(p.tensor(p.inputs[0]).quant.scale[0], (high - low) / 255, 1e-6)
          << batch << " step " << step;
    }
    EXPECT_LT(high, 0.99 * static_cast<double>(all.high));
  }
}

TEST(Int16, a_widened_tensor_holds_the_same_values_128_times_finer) {
  const Model m = plain_model({Flatten{}, Dense{5, relu}, Dense{3}});
  const Dataset d = random_data(60);
  const IntegerProgram p = quantize(m, {d, {.int16_layers = {"dense"}}});
  int to_wide = 0, to_narrow = 0;
  for (const ProgramLayer &l : p.layers) {
    if (l.op != "quantize") continue;
    const ProgramTensor &x = p.tensor(l.inputs[0]), &y = p.tensor(l.outputs[0]);
    IntegerProgram alone = p;
    alone.front_end = {};
    alone.states.clear();
    alone.labels.clear();
    alone.layers = {l};
    alone.inputs = {l.inputs[0]};
    alone.outputs = {l.outputs[0]};
    drop_unused_tensors(alone);
    HostProgram host(alone);
    const size_t n = x.shape.elements();
    if (y.dtype == DType::kInt16) {
      ++to_wide;
      EXPECT_EQ(y.quant.scale[0], x.quant.scale[0] / 128);
      EXPECT_EQ(y.quant.zero_point[0], 0);
      std::vector<int8_t> in(n);
      std::vector<int16_t> out(n);
      for (int q = -128; q < 128; ++q) {
        std::fill(in.begin(), in.end(), static_cast<int8_t>(q));
        host.invoke(in.data(), out.data());
        EXPECT_EQ(out[0], (q - x.quant.zero_point[0]) * 128);
      }
    } else {
      ++to_narrow;
      // int16 of the range that was seen, to the int8 of the same range
      const Calibration c = calibrate(folded(m), d);
      const size_t value = 3;  // behind Flatten, the dense layer and its ReLU
      EXPECT_FLOAT_EQ(x.quant.scale[0], std::max(-c.values[value].low, c.values[value].high) / 32767);
      std::vector<int16_t> in(n);
      std::vector<int8_t> out(n);
      for (int q = -32768; q < 32768; q += 37) {
        std::fill(in.begin(), in.end(), static_cast<int16_t>(q));
        host.invoke(in.data(), out.data());
        const double real =
            static_cast<double>(x.quant.scale[0]) * q / static_cast<double>(y.quant.scale[0]) +
            y.quant.zero_point[0];
        EXPECT_NEAR(out[0], std::clamp(real, -128.0, 127.0), 0.51) << q;
      }
    }
  }
  EXPECT_EQ(to_wide, 1);
  EXPECT_EQ(to_narrow, 1);
}

TEST(Scales, are_those_of_the_formula) {
  for (const ValueRange r :
       {ValueRange{-1, 3}, ValueRange{-7.3f, 0.1f}, ValueRange{0, 6}, ValueRange{-2, 0}}) {
    const QuantParams q = choose_quant_params(r);
    const double scale = (static_cast<double>(r.high) - static_cast<double>(r.low)) / 255;
    EXPECT_NEAR(q.scale[0], scale, 1e-8 + 1e-7 * scale);
    EXPECT_EQ(q.zero_point[0], std::lround(-128 - static_cast<double>(r.low) / scale));
    const QuantParams wide = choose_int16_params(r);
    EXPECT_FLOAT_EQ(wide.scale[0], std::max(-r.low, r.high) / 32767);
    EXPECT_EQ(wide.zero_point[0], 0);
  }
  // normalization and the input's scale in one
  Model m = plain_model({Flatten{}, Dense{3}});
  m.preprocessing.steps = {normalization("channel", {1.5f, -2}, {0.5f, 4})};
  m.preprocessing.rate_hz = 25;
  m.preprocessing.channel_names = {"u", "v"};
  const IntegerProgram p = quantize(m, {random_data(40)});
  const QuantParams &q = p.tensor(p.inputs[0]).quant;
  const InputQuantization f = input_quantization(p.front_end);
  EXPECT_EQ(f.offset, m.preprocessing.steps[0].table("mean"));
  for (size_t c = 0; c < 2; ++c)
    EXPECT_FLOAT_EQ(f.gain[c], m.preprocessing.steps[0].table("gain")[c] / q.scale[0]);
  EXPECT_EQ(f.zero_point, q.zero_point[0]);
  EXPECT_EQ(p.front_end.window, 4);
  EXPECT_EQ(p.front_end.channels, 2);
  EXPECT_EQ(p.front_end.rate_hz, 25);
  EXPECT_EQ(p.front_end.channel_names, m.preprocessing.channel_names);
}

TEST(Equalize, gives_each_channel_the_same_reach_before_and_behind) {
  Model m = plain_model({Flatten{}, Dense{6, relu}, Dense{4}});
  std::vector<float> &first = m.graph.params[0].data;
  for (size_t i = 0; i < first.size(); ++i) first[i] *= std::pow(3.0f, static_cast<float>(i % 6) - 2);
  Graph &g = m.graph;
  EXPECT_EQ(equalize(g), 1);
  for (size_t c = 0; c < 6; ++c) {
    float before = 0, behind = 0;
    for (size_t i = c; i < g.params[0].data.size(); i += 6)
      before = std::max(before, std::fabs(g.params[0].data[i]));
    for (size_t k = 0; k < 4; ++k) behind = std::max(behind, std::fabs(g.params[2].data[4 * c + k]));
    EXPECT_NEAR(before, behind, 1e-3 * static_cast<double>(before));
  }
}

// b' = b - mean(x) (W rounded - W).
TEST(BiasCorrection, is_the_mean_input_times_the_error_of_the_weights) {
  for (const bool is_per_tensor : {false, true}) {
    Model m = plain_model({Flatten{}, Dense{3}});
    const Dataset d = random_data(70);
    const std::vector<float> w = m.graph.params[0].data, b = m.graph.params[1].data;
    const Calibration calibration = calibrate(m, d);
    correct_biases(m, d, Lowerer(m, calibration, {.has_dense_per_tensor = is_per_tensor}));
    double mean[8] = {}, scale[3] = {};
    for (size_t i = 0; i < d.values.size(); ++i) mean[i % 8] += static_cast<double>(d.values[i]) / 70;
    for (size_t i = 0; i < 24; ++i) {
      const size_t c = is_per_tensor ? 0 : i % 3;
      scale[c] = std::max(scale[c], std::fabs(static_cast<double>(w[i])) / 127);
    }
    for (size_t c = 0; c < 3; ++c) {
      double shift = 0;
      const double s = scale[is_per_tensor ? 0 : c];
      for (size_t i = 0; i < 8; ++i) {
        const double weight = static_cast<double>(w[3 * i + c]);
        shift += mean[i] * (s * std::round(weight / s) - weight);
      }
      EXPECT_NEAR(m.graph.params[1].data[c], static_cast<double>(b[c]) - shift, 1e-5);
      EXPECT_EQ(m.graph.params[0].data, w);
    }
  }
}

// A bias that int32 would not hold widens the scale of its channel: correction sees the weights that result.
TEST(BiasCorrection, rounds_as_the_layer_does_where_a_bias_widens_its_scale) {
  Model m = plain_model({Flatten{}, Dense{3}});
  const Dataset d = random_data(70);
  for (float &w : m.graph.params[0].data) w *= 1e-3f;
  m.graph.params[1].data = {1000, 0, -2000};
  const Calibration calibration = calibrate(m, d);
  const Lowerer lowerer(m, calibration, {});
  const int dense = static_cast<int>(m.graph.nodes.size()) - 1;
  const std::vector<float> rounded = rounded_weights(lowerer, m.graph, dense);
  const double input_scale = lowerer.stored(0).quant.scale[0];
  int widened = 0;
  for (size_t c = 0; c < 3; ++c) {
    double largest = 0;
    for (size_t i = 0; i < 8; ++i)
      largest = std::max(largest, std::fabs(double{m.graph.params[0].data[3 * i + c]}));
    const double needed = std::fabs(double{m.graph.params[1].data[c]}) / (input_scale * 0x1p29);
    const double step = std::max(largest / 127, needed);
    widened += needed > largest / 127;
    for (size_t i = 0; i < 8; ++i) {
      const double w = m.graph.params[0].data[3 * i + c];
      EXPECT_NEAR(rounded[3 * i + c], step * std::round(w / step), 1e-3 * step) << c;
    }
  }
  EXPECT_EQ(widened, 2);
}

TEST(RepresentativeSet, leaves_out_what_reaches_more_than_four_times_as_far) {
  for (const double sign : {1.0, -1.0})
    for (const double reach : {3.9, 4.1}) {
      Dataset d;
      d.window = 2;
      d.channels = 1;
      for (int i = 0; i < 11; ++i) {
        d.values.push_back(i == 6 ? static_cast<float>(sign * reach) : i == 2 ? -1.0f : 0.5f);
        d.values.push_back(0.1f);
      }
      d.classes.assign(11, 0);
      // of eleven, the tenth in order is the 90 % one: 1 by its magnitude
      const std::vector<size_t> kept = usual_examples(d, {2, 1, 0, {}, {normalization("none", {0}, {1})}});
      EXPECT_EQ(kept.size(), reach > 4 ? 10u : 11u) << sign * reach;
      EXPECT_EQ(std::count(kept.begin(), kept.end(), 6u), reach > 4 ? 0 : 1);
      // in normalized values: a mean far away makes all alike
      EXPECT_EQ(usual_examples(d, {2, 1, 0, {}, {normalization("channel", {100}, {1})}}).size(), 11u);
      EXPECT_EQ(without_outliers(d, {2, 1, 0, {}, {normalization("none", {0}, {1})}}).size(), kept.size());
    }
}

TEST(RepresentativeSet, is_judged_at_the_edges) {
  Dataset d;
  d.window = d.channels = 1;
  d.labels = {"a", "b", "c"};
  const auto judged = [&](const std::vector<int> &classes, size_t examples, const char *origin = "train") {
    d.values.assign(examples, 0);
    d.classes.clear();
    for (size_t i = 0; i < examples; ++i) d.classes.push_back(classes[i % classes.size()]);
    std::string all;
    for (const std::string &f : judge_representative(d, origin)) all += f + "|";
    return all;
  };
  EXPECT_EQ(judged({0, 1, 2}, 50), "");
  EXPECT_EQ(judged({0, 1, 2}, 49).find("only 49 windows to calibrate on"), 0u);
  EXPECT_EQ(judged({0, 2}, 50), "no window to calibrate on is of b: values of that class may saturate|");
  EXPECT_EQ(judged({1}, 50),
            "no window to calibrate on is of any class but one: values of those classes may saturate|");
  EXPECT_EQ(judged({0, 1, 2}, 60, "test").find("calibrating on test windows"), 0u);
  EXPECT_EQ(judged({0, 1, 2}, 60, "val"), "");
}

}  // namespace
}  // namespace mote

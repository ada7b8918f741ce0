// Detectors of anomalies against plain double precision: areas under curves pair by pair, Gaussians by
// solving linear equations, k-means by what a fixed point is, integers by the formula of the runtime.
#include "mote/detector.h"

#include <cmath>
#include <set>

#include "base/random.h"
#include "features/preprocessing.h"
#include "graph/op_def.h"
#include "mote/files.h"
#include "mote/host_program.h"
#include "mote/layers.h"
#include "mote/quantize.h"
#include "test_support.h"

namespace mote::test {
namespace {

// Lists of features that go together: x1 = x0 + little, the others by themselves. Anomalies break that.
Dataset clouds(size_t normal, size_t anomalies, uint64_t seed, int features = 4) {
  Dataset data;
  data.window = features;
  data.channels = 1;
  data.is_features = true;
  data.labels = detector_labels();
  data.channel_names = {"f"};
  Random random(seed);
  for (size_t i = 0; i < normal + anomalies; ++i) {
    const bool is_anomaly = i >= normal;
    std::vector<float> x(static_cast<size_t>(features));
    for (float &v : x) v = static_cast<float>(3 * random.normal() + 1);
    if (!is_anomaly) x[1] = x[0] + 0.5f * static_cast<float>(random.normal());
    data.values.insert(data.values.end(), x.begin(), x.end());
    data.classes.push_back(is_anomaly);
    data.sources.push_back({"memory", 0, static_cast<int>(i)});
  }
  return data;
}

TEST(RocAuc, is_the_share_of_pairs_in_order_and_half_of_equal_ones) {
  Random random(3);
  for (int trial = 0; trial < 20; ++trial) {
    std::vector<double> scores;
    std::vector<int> truth = {0, 1};
    for (size_t i = 0; i < 60; ++i) {
      if (i >= 2) truth.push_back(static_cast<int>(random.below(2)));
      scores.push_back(static_cast<double>(random.below(trial < 10 ? 6 : 1000)) + truth[i]);
    }
    double pairs = 0, in_order = 0;
    for (size_t a = 0; a < scores.size(); ++a)
      for (size_t b = 0; b < scores.size(); ++b) {
        if (truth[a] != 1 || truth[b] != 0) continue;
        pairs += 1;
        in_order += scores[a] > scores[b] ? 1 : scores[a] == scores[b] ? 0.5 : 0;
      }
    EXPECT_NEAR(roc_auc(scores, truth), in_order / pairs, 1e-12);
    // all of the curve: McClish's formula leaves (1 + (A - 1/2) / (1/2)) / 2 = A
    EXPECT_NEAR(partial_roc_auc(scores, truth, 1), in_order / pairs, 1e-12);
    // the points of the curve have that area below them, by trapezoids
    const auto curve = roc_curve(scores, truth, scores.size() + 1);
    double below = 0;
    for (size_t i = 1; i < curve.size(); ++i)
      below += (curve[i].first - curve[i - 1].first) * (curve[i].second + curve[i - 1].second) / 2;
    EXPECT_NEAR(below, in_order / pairs, 1e-12);
    EXPECT_EQ(curve.front(), (std::pair<double, double>(0, 0)));
    EXPECT_EQ(curve.back(), (std::pair<double, double>(1, 1)));
    const auto few = roc_curve(scores, truth, 2);
    EXPECT_EQ(few, (std::vector<std::pair<double, double>>{{0, 0}, {1, 1}}));
  }
}

// Found at each false-alarm rate by looking for the threshold, added up in small steps.
TEST(PartialRocAuc, is_the_area_up_to_a_rate_between_that_of_a_coin_and_one) {
  Random random(5);
  std::vector<double> scores;
  std::vector<int> truth;
  for (size_t i = 0; i < 400; ++i) {
    truth.push_back(i % 4 == 0);
    scores.push_back(random.normal() + (truth.back() != 0 ? 1.2 : 0));
  }
  constexpr double kMost = 0.1;
  std::vector<double> normal;
  for (size_t i = 0; i < scores.size(); ++i)
    if (truth[i] == 0) normal.push_back(scores[i]);
  std::sort(normal.rbegin(), normal.rend());
  double area =
      0;  // no score occurs twice, so the curve is of steps: 300 normal scores, 30 of them up to 0.1
  for (size_t k = 0; k < 30; ++k) {
    double found = 0;
    for (size_t i = 0; i < scores.size(); ++i) found += truth[i] != 0 && scores[i] > normal[k];
    area += found / 100 / 300;
  }
  const double least = kMost * kMost / 2;
  EXPECT_NEAR(partial_roc_auc(scores, truth, kMost), 0.5 * (1 + (area - least) / (kMost - least)), 1e-12);
}

TEST(RocAuc, is_no_number_of_one_kind) {
  EXPECT_TRUE(std::isnan(roc_auc({1, 2}, {0, 0})));
  EXPECT_TRUE(roc_curve({1, 2}, {0, 0}, 10).empty());
  EXPECT_TRUE(std::isnan(partial_roc_auc({1, 2}, {1, 1}, 0.1)));
}

// x' A^-1 x by elimination.
double quadratic_form(std::vector<std::vector<double>> a, std::vector<double> x) {
  const std::vector<double> right = x;
  const size_t n = x.size();
  for (size_t c = 0; c < n; ++c) {
    for (size_t r = c + 1; r < n; ++r) {
      const double f = a[r][c] / a[c][c];
      for (size_t k = c; k < n; ++k) a[r][k] -= f * a[c][k];
      x[r] -= f * x[c];
    }
  }
  for (size_t c = n; c-- > 0;) {
    for (size_t k = c + 1; k < n; ++k) x[c] -= a[c][k] * x[k];
    x[c] /= a[c][c];
  }
  double sum = 0;
  for (size_t k = 0; k < n; ++k) sum += right[k] * x[k];
  return sum;
}

std::vector<std::vector<double>> inputs_of(const Model &model, const Dataset &data) {
  const FrontEnd front_end(model.preprocessing);
  const size_t n = output_shape(model.preprocessing).elements();
  std::vector<std::vector<double>> list;
  std::vector<float> x(n);
  for (size_t i = 0; i < data.size(); ++i) {
    front_end.apply(data.example(i), x.data());
    list.emplace_back(x.begin(), x.end());
  }
  return list;
}

TEST(Gaussian, scores_are_squared_mahalanobis_distances) {
  const Dataset train = clouds(3000, 0, 1), test = clouds(50, 50, 2);
  for (const char *covariance : {"diagonal", "full"}) {
    const Model model =
        fit_detector("g", train, {.kind = DetectorKind::kGaussian, .covariance = covariance}, {.threads = 1});
    const auto seen = inputs_of(model, train), asked = inputs_of(model, test);
    const size_t n = seen[0].size();
    std::vector<double> mean(n);
    for (const auto &x : seen)
      for (size_t k = 0; k < n; ++k) mean[k] += x[k] / static_cast<double>(seen.size());
    std::vector<std::vector<double>> s(n, std::vector<double>(n));
    double low = 0, high = 0;
    for (const auto &x : seen)
      for (size_t r = 0; r < n; ++r) {
        low = std::min(low, x[r]);
        high = std::max(high, x[r]);
        for (size_t c = 0; c < n; ++c)
          if (r == c || covariance == std::string("full"))
            s[r][c] += (x[r] - mean[r]) * (x[c] - mean[c]) / static_cast<double>(seen.size());
      }
    const double step = 4 * (high - low) / 255;
    for (size_t k = 0; k < n; ++k) s[k][k] += step * step / 12;
    const std::vector<double> scores = anomaly_scores(model, test);
    for (size_t i = 0; i < asked.size(); ++i) {
      std::vector<double> d(n);
      for (size_t k = 0; k < n; ++k) d[k] = asked[i][k] - mean[k];
      const double expected = quadratic_form(s, d);
      EXPECT_NEAR(scores[i], expected, 1e-3 * expected) << covariance;
    }
  }
}

// Ledoit and Wolf 2004 with every sum written out: few examples for each feature. Of ten for each and more
// the covariance stands for itself.
TEST(Gaussian, of_few_examples_is_shrunk_towards_a_multiple_of_the_unit_matrix) {
  for (const size_t count : {20, 59, 60}) {
    const Dataset train = clouds(count, 0, 1, 6), test = clouds(30, 30, 2, 6);
    const Model model =
        fit_detector("g", train, {.kind = DetectorKind::kGaussian, .covariance = "full"}, {.threads = 1});
    const auto seen = inputs_of(model, train), asked = inputs_of(model, test);
    const size_t n = 6;
    const auto m = static_cast<double>(count);
    std::vector<double> mean(n);
    double low = 0, high = 0;
    for (const auto &x : seen)
      for (size_t k = 0; k < n; ++k) {
        mean[k] += x[k] / m;
        low = std::min(low, x[k]);
        high = std::max(high, x[k]);
      }
    std::vector<std::vector<double>> s(n, std::vector<double>(n));
    const auto product = [&](const std::vector<double> &x, size_t r, size_t c) {
      return (x[r] - mean[r]) * (x[c] - mean[c]);
    };
    for (const auto &x : seen)
      for (size_t r = 0; r < n; ++r)
        for (size_t c = 0; c < n; ++c) s[r][c] += product(x, r, c) / m;
    double mu = 0, d2 = 0, b2 = 0;  // <S, I>, |S - mu I|^2, the mean of |x x' - S|^2 over m
    for (size_t k = 0; k < n; ++k) mu += s[k][k] / static_cast<double>(n);
    for (size_t r = 0; r < n; ++r)
      for (size_t c = 0; c < n; ++c) {
        const double d = s[r][c] - (r == c ? mu : 0);
        d2 += d * d;
        for (const auto &x : seen) b2 += std::pow(product(x, r, c) - s[r][c], 2) / (m * m);
      }
    const double share = count < 60 ? std::min(1.0, b2 / d2) : 0;
    if (count == 20) EXPECT_GT(share, 0.02);
    const double step = 4 * (high - low) / 255;
    for (size_t r = 0; r < n; ++r)
      for (size_t c = 0; c < n; ++c)
        s[r][c] = (1 - share) * s[r][c] + (r == c ? share * mu + step * step / 12 : 0);
    const std::vector<double> scores = anomaly_scores(model, test);
    for (size_t i = 0; i < asked.size(); ++i) {
      std::vector<double> d(n);
      for (size_t k = 0; k < n; ++k) d[k] = asked[i][k] - mean[k];
      const double expected = quadratic_form(s, d);
      EXPECT_NEAR(scores[i], expected, 1e-3 * expected) << count;
    }
  }
}

// Only a full covariance knows that two features go together.
TEST(Gaussian, of_full_covariance_finds_what_breaks_a_correlation) {
  const Dataset train = clouds(500, 0, 1), test = clouds(200, 200, 2);
  const auto auc = [&](const char *covariance) {
    return roc_auc(
        anomaly_scores(fit_detector("g", train, {.kind = DetectorKind::kGaussian, .covariance = covariance},
                                    {.threads = 1}),
                       test),
        test.classes);
  };
  EXPECT_LT(auc("diagonal"), 0.65);
  EXPECT_GT(auc("full"), 0.85);
}

// Fewer examples than features, one of which never varies: the covariance is singular without shrinkage.
TEST(Gaussian, of_few_examples_has_finite_scores) {
  Dataset train = clouds(6, 0, 1, 12);
  for (size_t i = 0; i < train.size(); ++i) train.values[i * 12 + 5] = 2;
  const Model model =
      fit_detector("g", train, {.kind = DetectorKind::kGaussian, .covariance = "full"}, {.threads = 1});
  for (double s : anomaly_scores(model, train)) EXPECT_TRUE(std::isfinite(s) && s < 1e6) << s;
}

TEST(KMeans, is_a_fixed_point_and_does_not_depend_on_threads) {
  const Dataset train = clouds(700, 0, 1);
  const DetectorSettings settings{.kind = DetectorKind::kKmeans, .centroids = 5};
  const Model model = fit_detector("k", train, settings, {.seed = 3, .threads = 1});
  const Model again = fit_detector("k", train, settings, {.seed = 3, .threads = 4});
  const std::vector<float> &centroids = model.graph.params[0].data;
  EXPECT_EQ(centroids, again.graph.params[0].data);
  EXPECT_NE(centroids, fit_detector("k", train, settings, {.seed = 4, .threads = 1}).graph.params[0].data);
  const auto x = inputs_of(model, train);
  const size_t n = x[0].size();
  std::vector<double> sums(centroids.size()), counts(5);
  const std::vector<double> scores = anomaly_scores(model, train);
  for (size_t i = 0; i < x.size(); ++i) {
    size_t best = 0;
    double least = INFINITY;
    for (size_t c = 0; c < 5; ++c) {
      double d = 0;
      for (size_t k = 0; k < n; ++k) {
        const double e = x[i][k] - static_cast<double>(centroids[c * n + k]);
        d += e * e;
      }
      if (d < least) {
        least = d;
        best = c;
      }
    }
    EXPECT_NEAR(scores[i], least, 1e-4 * (least + 1e-3));
    ++counts[best];
    for (size_t k = 0; k < n; ++k) sums[best * n + k] += x[i][k];
  }
  for (size_t c = 0; c < 5; ++c)
    for (size_t k = 0; k < n; ++k)
      EXPECT_NEAR(static_cast<double>(centroids[c * n + k]), sums[c * n + k] / counts[c], 1e-5);
}

TEST(KMeans, refuses_more_centroids_than_windows) {
  EXPECT_ERROR(fit_detector("k", clouds(4, 0, 1), {.kind = DetectorKind::kKmeans, .centroids = 5}, {}),
               "5 centroids, and there are 4 normal windows");
}

TEST(Detectors, are_fitted_to_normal_windows_alone) {
  EXPECT_ERROR(fit_detector("k", clouds(9, 1, 1), {.kind = DetectorKind::kKmeans, .centroids = 2}, {}),
               "is an anomaly, and a detector learns from normal windows alone");
  EXPECT_ERROR(fit_detector("k", clouds(9, 0, 1), {}, {}), "is not fitted in one go");
}

// Every window is a centroid: no threshold above 0 tells anything.
TEST(Threshold, of_scores_that_are_all_zero_is_refused) {
  const Dataset train = clouds(5, 0, 1);
  const Model model = fit_detector("k", train, {.kind = DetectorKind::kKmeans, .centroids = 5}, {});
  EXPECT_ERROR(choose_anomaly_threshold(model, train, 0), "a score of 0");
}

TEST(Threshold, is_a_number_that_a_file_can_hold) {
  Model model = fit_detector("k", clouds(9, 0, 1), {.kind = DetectorKind::kKmeans, .centroids = 2}, {});
  IntegerProgram program = quantize(model, {.calibrate_on = clouds(9, 0, 1)});
  for (double bad : {0.0, -1.0, 1e-31, 1e31, double{INFINITY}, double{NAN}}) {
    EXPECT_ERROR(set_anomaly_threshold(model, bad), "is no score");
    EXPECT_ERROR(set_anomaly_threshold(program, bad), "is no score");
  }
}

// A window far beyond the threshold has its score, and not what is left of it beside 1.
TEST(Scores, of_float_hold_what_is_far_away) {
  const Dataset train = clouds(200, 0, 1);
  const Model model = fit_detector("g", train, {.kind = DetectorKind::kGaussian}, {.threads = 1});
  Dataset far = clouds(1, 0, 2);
  for (float &v : far.values) v *= 1e6f;
  Dataset farther = far;
  for (float &v : farther.values) v *= 10;
  EXPECT_NEAR(anomaly_scores(model, farther)[0] / anomaly_scores(model, far)[0], 100, 0.1);
}

Model trained_autoencoder(const Splits &data) {
  return detector_of(
      train(sequential("auto", {20, 3}, {Flatten{}, Dense{5, relu}, Dense{60}}), data,
            {.epochs = 3, .batch = 8, .loss = {LossType::kMse}, .target = ModelTarget::kInput, .threads = 1})
          .model);
}

Splits of_detector() {
  Splits data = toy_splits(2, 20, 3, 60);
  for (Dataset *set : {&data.train, &data.val, &data.test}) set->labels = detector_labels();
  return data;
}

TEST(Threshold, is_the_least_that_normal_windows_keep_to) {
  const Splits data = of_detector();
  Model model = trained_autoencoder(data);
  const auto alarms = [&](const auto &detector) {
    size_t n = 0;
    const Answers a = answers(detector, data.train);
    for (size_t i = 0; i < data.train.size(); ++i) n += data.train.classes[i] == 0 && a.answered[i] == 1;
    return n;
  };
  const auto normal =
      static_cast<size_t>(std::count(data.train.classes.begin(), data.train.classes.end(), 0));
  for (double share : {0.0, 0.1, 0.3}) {
    const auto allowed = static_cast<size_t>(share * static_cast<double>(normal) + 1e-9);
    const DetectionThreshold chosen = choose_anomaly_threshold(model, data.train, share);
    EXPECT_EQ(chosen.windows, normal);
    set_anomaly_threshold(model, chosen.threshold);
    EXPECT_EQ(alarms(model), allowed);
    set_anomaly_threshold(model, 0.999 * chosen.threshold);
    EXPECT_GT(alarms(model), allowed);
    set_anomaly_threshold(model, chosen.threshold);
    IntegerProgram program = quantize(model, {.calibrate_on = data.train});
    set_anomaly_threshold(program, choose_anomaly_threshold(program, data.train, share).threshold);
    EXPECT_LE(alarms(program), allowed);  // scores of one level stand or fall together
    const double least = anomaly_threshold(program) * 0.97;
    set_anomaly_threshold(program, least);
    EXPECT_GT(alarms(program), allowed);
  }
  // wherever one begins, the same is found: its levels are fine about the threshold alone
  IntegerProgram near = quantize(model, {.calibrate_on = data.train});
  const double found = choose_anomaly_threshold(near, data.train, 0.1).threshold;
  for (double factor : {1e-4, 1.0 / 40, 40.0, 1e4}) {
    IntegerProgram from = near;
    set_anomaly_threshold(from, factor * found);
    EXPECT_NEAR(choose_anomaly_threshold(from, data.train, 0.1).threshold, found, 0.02 * found) << factor;
  }
  EXPECT_ERROR(choose_anomaly_threshold(model, data.train, 1.0), "is no share");
  Dataset none = data.train;
  std::fill(none.classes.begin(), none.classes.end(), 1);
  EXPECT_ERROR(choose_anomaly_threshold(model, none, 0.1), "there is no normal window");
}

// What the last layer of the program gives, from the int8 values before it.
TEST(Autoencoder, integers_are_the_mean_squared_difference) {
  const Splits data = of_detector();
  const IntegerProgram whole = quantize(trained_autoencoder(data), {.calibrate_on = data.train});
  IntegerProgram network = whole;
  const ProgramLayer score = network.layers.back();
  network.layers.pop_back();
  network.outputs = {score.inputs[1]};
  const ProgramTensor &x = whole.tensor(score.inputs[0]), &y = whole.tensor(score.inputs[1]);
  const std::vector<int8_t> in = integer_inputs(whole, data.test), out = integer_outputs(network, data.test),
                            values = integer_outputs(whole, data.test);
  const size_t n = x.shape.elements();
  const double t = score.attrs.number("threshold");
  std::set<int> levels;
  for (size_t i = 0; i < data.test.size(); ++i) {
    double s = 0;
    for (size_t k = i * n; k < (i + 1) * n; ++k) {
      const double d = static_cast<double>(x.quant.scale[0]) * (in[k] - x.quant.zero_point[0]) -
                       static_cast<double>(y.quant.scale[0]) * (out[k] - y.quant.zero_point[0]);
      s += d * d / static_cast<double>(n);
    }
    EXPECT_NEAR(values[2 * i + 1] + 128, std::floor(256 * s / (s + t)), 1) << i;
    EXPECT_EQ(values[2 * i] + values[2 * i + 1], -1);
    levels.insert(values[2 * i + 1]);
  }
  EXPECT_GT(levels.size(), 5u);
}

TEST(Detectors, of_int8_rank_as_those_of_float) {
  const Dataset train = clouds(800, 0, 1), test = clouds(300, 300, 2);
  for (const DetectorSettings &settings :
       {DetectorSettings{.kind = DetectorKind::kGaussian, .covariance = "full"},
        DetectorSettings{.kind = DetectorKind::kGaussian}, DetectorSettings{.kind = DetectorKind::kKmeans}}) {
    Model model = fit_detector("d", train, settings, {.threads = 1});
    set_anomaly_threshold(model, choose_anomaly_threshold(model, train, 0.01).threshold);
    const IntegerProgram program = quantize(model, {.calibrate_on = train});
    EXPECT_NEAR(roc_auc(anomaly_scores(program, test), test.classes),
                roc_auc(anomaly_scores(model, test), test.classes), 0.005);
    const Evaluation e = evaluate(program, test);
    EXPECT_TRUE(e.detection.is_set);
    EXPECT_EQ(e.detection.normal, 300u);
    EXPECT_EQ(e.detection.false_alarms, e.confusion[0][1]);
    EXPECT_EQ(format_mote(std::get<Model>(parse_mote(format_mote(model), "x"))), format_mote(model));
    EXPECT_EQ(format_mote(std::get<IntegerProgram>(parse_mote(format_mote(program), "x"))),
              format_mote(program));
    EXPECT_ERROR(format_tflite(program), "no operator of TensorFlow Lite");
  }
}

// A file of the network alone, in whose metadata the score is.
TEST(Autoencoder, a_tflite_holds_the_network_before_the_score) {
  const Splits data = of_detector();
  const IntegerProgram program = quantize(trained_autoencoder(data), {.calibrate_on = data.train});
  const std::string bytes = format_tflite(program);
  const IntegerProgram back = parse_tflite(bytes, "x.tflite");
  EXPECT_EQ(back.tensor(back.outputs[0]).shape.elements(), 60u);
  EXPECT_NE(bytes.find("mean squared error"), std::string::npos);
}

}  // namespace
}  // namespace mote::test

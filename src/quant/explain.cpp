// Where an int8 model loses: each layer alone against the float graph, each as part of the whole, the
// spread of its values, what clips; then remedies, each tried on the same windows.
//
// Noise is measured, not derived. One layer by itself is layer_alone.cpp; the text explain_text.cpp; the
// drawing report/plot.cpp; the record report/records.cpp. Decibels: 10 log10(signal power / noise power).
#include "mote/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>

#include "base/error.h"
#include "base/escape.h"
#include "features/preprocessing.h"
#include "graph/cost.h"
#include "graph/fold.h"
#include "mote/detector.h"
#include "mote/evaluate.h"
#include "mote/host_program.h"
#include "quant/layer_alone.h"
#include "quant/qat.h"

namespace mote {

namespace {

constexpr int kBins = 64;  // of a spread

double decibels(double signal, double noise) {
  if (noise == 0) return INFINITY;
  return signal > 0 ? 10 * std::log10(signal / noise) : -INFINITY;
}

ValueRange range_of(const ProgramTensor &t) {
  const bool is_wide = t.dtype == DType::kInt16;
  const float scale = t.quant.scale[0];
  const int zero = t.quant.zero_point[0], low = is_wide ? -32768 : -128, high = is_wide ? 32767 : 127;
  return {scale * (low - zero), scale * (high - zero)};
}

void add_to(Spread &spread, const float *values, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (!std::isfinite(values[i])) continue;
    const double at = (values[i] - spread.low) / spread.width;
    ++spread.counts[static_cast<size_t>(std::clamp(at, 0.0, kBins - 1.0))];
  }
}

Spread empty_spread(double low, double high) {
  return {low, (high > low ? high - low : 1) / kBins, std::vector<uint64_t>(kBins)};
}

Spread spread_of(const std::vector<float> &values) {
  ValueRange r;
  r.include(values.data(), values.size());
  Spread s = empty_spread(r.low, r.high);
  add_to(s, values.data(), values.size());
  return s;
}

std::string source_of(const Dataset &data, size_t example) {
  return example < data.sources.size() ? data.sources[example].text() : fmt::format("example {}", example);
}

class Explainer {
 public:
  Explainer(const Model &model, const IntegerProgram &program, const Splits &data, const ExplainOptions &o)
      : given_(model), program_(program), data_(data), o_(o), model_(folded(model)) {
    e_.is_of_training = data.val.size() == 0;
    const Dataset &scored = e_.is_of_training ? data.train : data.val;
    scored_ = representative_set(scored, o.scored);
    examples_ = calibration_set(model, {data.train, o.settings});
  }

  Explanation run() {
    look_at_scores();
    look_at_layers();
    if (o_.has_remedies && !is_detector(given_)) try_remedies();
    find();
    return std::move(e_);
  }

 private:
  void look_at_scores() {
    const Evaluation f = evaluate(given_, scored_), q = evaluate(program_, scored_);
    e_.scored = scored_.size();
    e_.is_regression = f.is_regression;
    e_.labels = program_.labels;
    e_.float_accuracy = f.accuracy;
    e_.int8_accuracy = q.accuracy;
    e_.float_mse = f.mse;
    e_.int8_mse = q.mse;
    for (size_t i = 0; i < f.predicted.size(); ++i)
      if (f.predicted[i] != q.predicted[i])
        e_.flips.push_back({i, source_of(scored_, i), f.truth[i], f.predicted[i], q.predicted[i]});
  }

  void look_at_layers() {
    const Graph &g = model_.graph;
    const Calibration calibration = calibrate(model_, examples_);
    e_.calibrated = examples_.size();
    const Lowerer lowerer(model_, calibration, {});
    const std::vector<Match> matches = match(lowerer, g, program_);
    std::map<int, int> value_of = {{program_.inputs[0], 0}};
    for (const Match &m : matches) value_of[m.tensor] = m.value;
    IntegerProgram all = program_;  // all matched tensors as outputs
    all.outputs.clear();
    all.states.clear();
    for (const Match &m : matches) all.outputs.push_back(m.tensor);
    HostProgram host(all);
    std::vector<LayerAlone> alone;
    const size_t layers = matches.size();
    std::vector<double> signal(layers), noise(layers), alone_noise(layers);
    std::vector<Histogram> magnitudes;
    const Dataset looked_at = representative_set(scored_, o_.looked_at);
    const Calibration seen = calibrate(model_, looked_at);
    for (const Match &m : matches) {
      alone.emplace_back(program_, m.tensor, value_of);
      ExplainedLayer l;
      const Node *node = m.node < 0 ? nullptr : &g.nodes[m.node];
      const size_t v = m.value;
      l.name = node ? node->name : "input";
      l.op = node ? node->op->name : "after normalization";
      l.has_fixed_range = node && (node->op->output_range == OutputRange::kProbability ||
                                   node->op->output_range == OutputRange::kSymmetricUnit);
      l.range = range_of(program_.tensor(m.tensor));
      l.seen = seen.extremes[v].range;
      l.low_source = source_of(examples_, calibration.extremes[v].low_example);
      l.high_source = source_of(examples_, calibration.extremes[v].high_example);
      l.activations = empty_spread(std::min(l.range.low, l.seen.low), std::max(l.range.high, l.seen.high));
      for (Role role : {Role::kGamma, Role::kKernel})
        if (const Parameter *weights = node ? g.param(*node, role) : nullptr)
          l.weights = spread_of(weights->data);
      magnitudes.emplace_back(ValueRange{0, std::max(-l.seen.low, l.seen.high)});
      e_.layers.push_back(std::move(l));
    }
    Observer observer(model_, kObserved);
    std::vector<uint8_t> output(host.predict_bytes());
    std::vector<float> y, magnitude;
    for (size_t from = 0; from < looked_at.size(); from += kObserved) {
      const size_t rows = std::min(kObserved, looked_at.size() - from);
      observer.run(looked_at, from, rows);
      for (size_t r = 0; r < rows; ++r) {
        host.predict(looked_at.example(from + r), output.data());
        const uint8_t *at = output.data();
        for (size_t k = 0; k < layers; ++k) {
          const ProgramTensor &t = program_.tensor(matches[k].tensor);
          const size_t n = t.shape.elements();
          const float *x = observer.value(matches[k].value) + r * n;
          ExplainedLayer &l = e_.layers[k];
          const auto error = [&] {
            double sum = 0;
            for (size_t i = 0; i < n; ++i) {
              const double d = double{x[i]} - y[i];
              sum += d * d;
            }
            return sum;
          };
          read_back(t, at, y);
          at += t.bytes();
          noise[k] += error();
          alone[k].run(observer, r, y);
          alone_noise[k] += error();
          magnitude.assign(x, x + n);
          for (float &m : magnitude) {
            m = std::fabs(m);
            signal[k] += double{m} * m;
          }
          magnitudes[k].add(magnitude.data(), n);
          // half a step beyond an end still rounds to it
          const float slack = t.quant.scale[0] / 2;
          for (size_t i = 0; i < n && !l.has_fixed_range; ++i) {
            l.below += x[i] < l.range.low - slack;
            l.above += x[i] > l.range.high + slack;
          }
          l.values += n;
          add_to(l.activations, x, n);
        }
      }
    }
    for (size_t k = 0; k < layers; ++k) {
      e_.layers[k].alone_db = decibels(signal[k], alone_noise[k]);
      e_.layers[k].accumulated_db = decibels(signal[k], noise[k]);
      // leaves out half of its share at either end; there are no values below 0
      e_.layers[k].usual = magnitudes[k].choose(RangeMethod::kPercentile, 99.8).high;
    }
  }

  struct Size {
    long weights = 0, buffer = 0, int16_macs = 0;
  };
  static Size size_of(const IntegerProgram &p) {
    Size s;
    for (const ProgramTensor &t : p.tensors)
      if (t.is_constant) s.weights += t.bytes();
    s.buffer = plan_memory(p).bytes;
    for (const ProgramLayer &l : p.layers) {
      if (l.inputs.empty() || p.tensor(l.inputs[0]).dtype != DType::kInt16) continue;
      s.int16_macs += cost_of(p, l).macs;
    }
    return s;
  }

  template <class Make>
  void attempt(const std::string &what, const std::string &setting, Make make) {
    const auto start = std::chrono::steady_clock::now();
    IntegerProgram tried;
    try {
      tried = make();
    } catch (const Error &) {
      return;  // this model cannot have it
    }
    const Evaluation e = evaluate(tried, scored_);
    const Size now = size_of(program_), then = size_of(tried);
    e_.remedies.push_back({what, setting, e.accuracy, e.mse, then.weights - now.weights,
                           then.buffer - now.buffer, then.int16_macs - now.int16_macs,
                           std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()});
  }

  void attempt(const std::string &what, const std::string &setting, const QuantizeSettings &settings) {
    attempt(what, setting, [&] { return quantize(given_, {data_.train, settings}); });
  }

  void try_calibrations() {
    const CalibrationOptions &now = o_.settings.calibration;
    const auto with = [&](const std::string &what, RangeMethod method, double percentile) {
      if (now.method == method && (method != RangeMethod::kPercentile || now.percentile == percentile))
        return;
      QuantizeSettings s = o_.settings;
      s.calibration.method = method;
      s.calibration.percentile = percentile;
      std::string setting = "--calibration " + range_method_name(method);
      if (method == RangeMethod::kPercentile) setting += fmt::format(" --percentile {}", percentile);
      attempt(what, setting, s);
    };
    with("ranges of all values", RangeMethod::kMinMax, now.percentile);
    with("ranges averaged over batches", RangeMethod::kMovingAverage, now.percentile);
    with("ranges without the outermost 0.01 %", RangeMethod::kPercentile, 99.99);
    with("ranges without the outermost 0.1 %", RangeMethod::kPercentile, 99.9);
    with("ranges of least squared error", RangeMethod::kMse, now.percentile);
    with("ranges of least entropy", RangeMethod::kEntropy, now.percentile);
  }

  // The layers that do worst alone.
  void try_wide_layers() {
    constexpr size_t kMost = 3;
    const Graph &g = model_.graph;
    std::vector<const ExplainedLayer *> worst;
    for (const ExplainedLayer &l : e_.layers) worst.push_back(&l);
    std::stable_sort(worst.begin(), worst.end(), [](auto *a, auto *b) { return a->alone_db < b->alone_db; });
    std::vector<std::string> tried;
    for (const ExplainedLayer *l : worst) {
      const auto layer = std::find_if(g.layers.begin(), g.layers.end(), [&](const GraphLayer &group) {
        for (int i = group.first_node; i < group.last_node; ++i)
          if (g.nodes[i].name == l->name) return true;
        return false;
      });
      if (layer == g.layers.end() || tried.size() == kMost) continue;
      const auto holds = [&](const std::vector<std::string> &list) {
        return std::find(list.begin(), list.end(), layer->name) != list.end();
      };
      if (holds(tried) || holds(o_.settings.int16_layers)) continue;
      tried.push_back(layer->name);
      QuantizeSettings s = o_.settings;
      s.int16_layers.push_back(layer->name);
      attempt(fmt::format("layer '{}' on int16", layer->name), "--int16 " + shell_word(layer->name), s);
    }
  }

  void try_remedies() {
    try_calibrations();
    const auto with = [&](const char *what, const char *setting, auto change) {
      QuantizeSettings s = o_.settings;
      if (change(s)) attempt(what, setting, s);
    };
    with("outlying windows left out", "--drop-outliers",
         [](QuantizeSettings &s) { return !std::exchange(s.drops_outliers, true); });
    with("channels equalized between layers", "--equalize",
         [](QuantizeSettings &s) { return !std::exchange(s.has_equalization, true); });
    with("biases corrected", "--bias-correction",
         [](QuantizeSettings &s) { return !std::exchange(s.has_bias_correction, true); });
    with("dense weights with a scale per channel", "--dense per-channel",
         [](QuantizeSettings &s) { return std::exchange(s.has_dense_per_tensor, false); });
    try_wide_layers();
    if (o_.training) {
      constexpr size_t kExamples = 2000;
      constexpr int kEpochs = 3;
      Splits some;
      some.train = representative_set(data_.train, kExamples);
      some.val = scored_;
      TrainOptions training = *o_.training;
      training.callbacks.clear();
      attempt(fmt::format("{} epochs in int8 arithmetic", kEpochs),
              fmt::format("--method qat --epochs {}", kEpochs), [&] {
                return quantize_aware(given_, some, {data_.train, o_.settings}, {.epochs = kEpochs}, training)
                    .program;
              });
    }
    std::stable_sort(e_.remedies.begin(), e_.remedies.end(), [&](const Remedy &a, const Remedy &b) {
      const double x = e_.is_regression ? -a.mse : a.accuracy, y = e_.is_regression ? -b.mse : b.accuracy;
      if (x != y) return x > y;
      const auto cost = [](const Remedy &r) { return r.weight_bytes + r.buffer_bytes + r.int16_macs / 100; };
      return cost(a) < cost(b);
    });
  }

  const char *windows() const {
    return e_.is_of_training ? "training windows, as there are no others" : "validation windows";
  }

  void find() {
    if (!e_.is_regression) {
      size_t worse = 0, better = 0;
      for (const Flip &f : e_.flips) {
        worse += f.by_float == f.truth;
        better += f.by_int8 == f.truth;
      }
      e_.findings.push_back(
          fmt::format("int8 {:.2f} %, float {:.2f} % of {} {}: {} change their class, {} to the "
                      "worse and {} to the better.",
                      100 * e_.int8_accuracy, 100 * e_.float_accuracy, e_.scored, windows(), e_.flips.size(),
                      worse, better));
    } else {
      e_.findings.push_back(fmt::format("Mean squared error: int8 {:.5g}, float {:.5g} on {} {}.",
                                        e_.int8_mse, e_.float_mse, e_.scored, windows()));
    }
    find_outliers();
    find_saturation();
    const ExplainedLayer *worst = nullptr;
    for (const ExplainedLayer &l : e_.layers)
      if (std::isfinite(l.alone_db) && (!worst || l.alone_db < worst->alone_db)) worst = &l;
    constexpr double kPoor = 25;
    if (worst && worst->alone_db < kPoor)
      e_.findings.push_back(fmt::format("Layer '{}' loses most: {:.1f} dB of signal to noise by itself.",
                                        worst->name, worst->alone_db));
    const double now = e_.is_regression ? -e_.int8_mse : e_.int8_accuracy;
    if (is_as_good()) {
      e_.findings.push_back(e_.is_regression
                                ? "int8 is as good as float here: its error is at most 5 % larger."
                                : "int8 is as good as float here: within 0.3 points or two windows.");
    } else if (is_detector(given_)) {
      e_.findings.push_back(
          "No remedy was tried: these windows hold no anomaly to judge it by, and each needs a threshold of "
          "its "
          "own. `mote quantize` with another --calibration, or training with another anomaly.reach, then "
          "`mote "
          "evaluate` compares by AUC.");
    } else if (!e_.remedies.empty()) {
      const Remedy &best = e_.remedies.front();
      const double then = e_.is_regression ? -best.mse : best.accuracy;
      if (then > now)
        e_.findings.push_back(
            e_.is_regression ? fmt::format("Best of what was tried: {} (`mote quantize {}`): error {:.5g}.",
                                           best.what, best.setting, best.mse)
                             : fmt::format("Best of what was tried: {} (`mote quantize {}`): {:.2f} %.",
                                           best.what, best.setting, 100 * best.accuracy));
      else
        e_.findings.push_back("Nothing that was tried does better.");
    }
  }

  bool is_as_good() const {
    if (e_.is_regression) return e_.int8_mse <= 1.05 * e_.float_mse;
    const double lost = e_.float_accuracy - e_.int8_accuracy;
    return lost <= std::max(0.003, 2.0 / std::max<size_t>(1, e_.scored)) + 1e-9;
  }

  // A range that one example made wide.
  void find_outliers() {
    constexpr double kFar = 4;  // times what is usual
    for (const ExplainedLayer &l : e_.layers) {
      const double high = l.range.high, low = -l.range.low;
      if (l.has_fixed_range || l.usual <= 0 || std::max(high, low) < kFar * l.usual) continue;
      e_.findings.push_back(
          fmt::format("The range of '{}' reaches {:.4g}, where 99.9 % of its values stay below {:.4g}: most "
                      "of the 256 steps "
                      "are never used. {} sets it.",
                      l.name, std::max(high, low), l.usual, high > low ? l.high_source : l.low_source));
      return;  // later layers follow from the first
    }
  }

  void find_saturation() {
    constexpr double kMuch = 0.01;
    for (const ExplainedLayer &l : e_.layers) {
      const double share = 1.0 * (l.below + l.above) / std::max<size_t>(1, l.values);
      if (share > kMuch)
        e_.findings.push_back(fmt::format("{:.1f} % of the values of '{}' lie beyond its range and saturate.",
                                          100 * share, l.name));
    }
  }

  const Model &given_;
  const IntegerProgram &program_;
  const Splits &data_;
  const ExplainOptions &o_;
  Model model_;
  Dataset scored_, examples_;
  Explanation e_;
};

}  // namespace

Explanation explain(const Model &model, const IntegerProgram &program, const Splits &data,
                    const ExplainOptions &options) {
  if (!program.states.empty())
    throw Error(ErrorCode::kUnsupported, "explain", "the int8 model works row by row",
                "quantize without --by-row to look at it");
  if (!program.front_end.is_set() || data.train.size() == 0)
    throw Error(ErrorCode::kDataFormat, "explain", "there are no training windows to compare on");
  const Preprocessing now = fixed_form(folded(model).preprocessing, program.tensor(program.inputs[0]).quant);
  if (now.steps.back().tables != program.front_end.steps.back().tables)
    throw Error(ErrorCode::kDataFormat, "explain", "the int8 model's normalization is not the float model's",
                "an older mote made it: run `mote quantize` anew");
  return Explainer(model, program, data, options).run();
}

}  // namespace mote

// Runs the float graph over examples, keeps what each value reached, and chooses ranges from that: minimum
// and maximum, a percentile, least squared error or least divergence. How a range becomes a scale is in
// lower.cpp.
#include "quant/calibrate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "base/error.h"
#include "data/network_inputs.h"
#include "features/preprocessing.h"
#include "kernels/loops.h"
#include "mote/recordings.h"

namespace mote {

Observer::Observer(const Model &model, size_t batch) : model_(model), batch_(batch) {
  const Graph &g = model.graph;
  values_.emplace_back(batch * g.input.elements());
  for (const Node &node : g.nodes) {
    const NodeView view = g.view(node);
    const Forward &forward = node.op->forward.get();
    kernels_.push_back(forward.compile(view));
    inner_ranges_.push_back(forward.inner_ranges ? forward.inner_ranges(view) : nullptr);
    states_.emplace_back(forward.state_floats(view) * batch);
    scratches_.emplace_back(forward.scratch_floats(view));
    values_.emplace_back(batch * node.shape.elements());
  }
}

size_t Observer::value_floats(int v) const { return model_.graph.value_shape(v).elements(); }

void Observer::run(const Dataset &data, size_t first, size_t rows) {
  const Graph &g = model_.graph;
  const size_t floats = g.input.elements();
  rows_ = rows;
  const NetworkInputs inputs(model_.preprocessing, data);
  for (size_t r = 0; r < rows; ++r) inputs.of(first + r, values_[0].data() + r * floats);
  std::vector<const float *> x, params;
  for (int i = 0; i < g.count(); ++i) {
    const Node &node = g.nodes[i];
    x.clear();
    params.clear();
    for (int v : node.inputs) x.push_back(values_[v].data());
    for (int p : node.params) params.push_back(g.params[p].data.data());
    ForwardArgs a;
    a.rows = rows;
    a.x = x.data();
    a.y = values_[i + 1].data();
    a.params = params.data();
    a.state = states_[i].data();
    a.scratch = scratches_[i].data();
    kernels_[i](a);
  }
}

void Observer::add_inner_ranges(size_t node, std::vector<ValueRange> &ranges) const {
  if (inner_ranges_[node]) inner_ranges_[node](states_[node].data(), rows_, ranges);
}

Histogram::Histogram(const ValueRange &range) : counts_(kBins) {
  constexpr float kMost = 1e30f;  // beyond it a model is broken anyhow
  whole_ = {std::clamp(range.low, -kMost, 0.0f), std::clamp(range.high, 0.0f, kMost)};
  low_ = whole_.low;
  width_ = std::max((whole_.high - low_) / kBins, 1e-30);
}

void Histogram::add(const float *values, size_t count) {
  const float low = low_, high = low_ + kBins * width_, per_width = 1 / width_;
  const bool has_outside = !outside_.empty();
  for (size_t i = 0; i < count; ++i) {
    const float v = values[i];
    if (v == 0 || !std::isfinite(v) || (has_outside && (v < low || v > high))) continue;
    ++counts_[static_cast<size_t>(std::clamp((v - low) * per_width, 0.0f, kBins - 1.0f))];
  }
}

std::vector<Histogram::Cell> Histogram::cells() const {
  std::vector<Cell> list;
  for (const Cell &c : outside_)
    if (c.x < low_) list.push_back(c);
  for (int i = 0; i < kBins; ++i)
    if (const uint64_t n = counts_[i]; n > 0) list.push_back({low_ + (i + 0.5) * width_, width_ / 2, n});
  for (const Cell &c : outside_)
    if (c.x >= low_) list.push_back(c);
  return list;
}

uint64_t Histogram::total() const {
  uint64_t sum = 0;
  for (const Cell &c : cells()) sum += c.count;
  return sum;
}

ValueRange Histogram::central(double share) const {
  const std::vector<Cell> list = cells();
  const double outside = total() * (1 - share) / 2;
  ValueRange range;
  const auto end_of = [&](auto first, auto last, double sign) {
    double sum = 0;
    for (; first != last && sign * first->x > 0; ++first)
      if ((sum += first->count) > outside) return static_cast<float>(first->x + sign * first->half);
    return 0.0f;
  };
  range.low = std::max(whole_.low, end_of(list.begin(), list.end(), -1));
  range.high = std::min(whole_.high, end_of(list.rbegin(), list.rend(), 1));
  return range;
}

constexpr double kNearlyAll = 0.99, kSmallPart = 1.0 / 16;

bool Histogram::is_coarse() const {
  const ValueRange r = central(kNearlyAll);
  const double span = double{r.high} - r.low;
  return total() > 0 && span < kSmallPart * kBins * width_ && kBins * width_ > 1e-20;
}

Histogram Histogram::finer() const {
  const ValueRange r = central(kNearlyAll);
  // with room for the tails, and never narrower than what the bins can tell
  const double reach = std::max({2.0 * r.high, -2.0 * r.low, 2 * width_});
  Histogram h({static_cast<float>(std::max(-reach, low_)), static_cast<float>(std::min(reach, high()))});
  h.whole_ = whole_;
  for (const Cell &c : cells())
    if (c.x < h.low_ || c.x > h.high()) h.outside_.push_back(c);
  if (h.outside_.empty()) h.outside_.push_back({h.high(), 0, 0});  // values beyond the ends stay out
  return h;
}

// Within the range the error of rounding is spread evenly over a step: step^2 / 12; but no value has a larger
// one than itself, which rounding to 0 makes.
double Histogram::error(const std::vector<Cell> &list, double low, double high) const {
  const double step = (high - low) / 255, rounding = step * step / 12;
  double sum = 0;
  for (const Cell &c : list) {
    const double beyond = c.x < low ? low - c.x : c.x > high ? c.x - high : 0;
    sum += c.count * (beyond > 0 ? beyond * beyond : std::min(rounding, c.x * c.x));
  }
  return sum;
}

// One end after the other, until neither moves.
ValueRange Histogram::least_error() const {
  constexpr int kSteps = 128;
  const std::vector<Cell> list = cells();
  double low = whole_.low, upper = whole_.high, best = error(list, low, upper);
  for (bool moved = true; moved;) {
    moved = false;
    for (const bool is_high : {true, false})
      for (int k = 1; k <= kSteps; ++k) {
        const double end = (is_high ? high() : low_) * k / kSteps;
        if (end == 0) continue;
        const double e = is_high ? error(list, low, end) : error(list, end, upper);
        if (e < best * (1 - 1e-9)) {
          best = e;
          (is_high ? upper : low) = end;
          moved = true;
        }
      }
  }
  return {static_cast<float>(low), static_cast<float>(upper)};
}

double Histogram::divergence(int first, int last) const {
  constexpr int kLevels = 255;
  const int bins = last - first + 1;
  std::vector<double> p(bins), q(bins);
  for (int i = 0; i < kBins; ++i) p[std::clamp(i, first, last) - first] += counts_[i];
  for (const Cell &c : outside_) (c.x < low_ ? p.front() : p.back()) += c.count;
  for (int level = 0; level < kLevels; ++level) {
    const int from = int64_t{level} * bins / kLevels, to = int64_t{level + 1} * bins / kLevels;
    double sum = 0;
    int held = 0;
    for (int i = from; i < to; ++i) {
      const uint64_t n = counts_[first + i];
      sum += n;
      held += n > 0;
    }
    for (int i = from; i < to; ++i)
      if (counts_[first + i] > 0) q[i] = sum / held;
  }
  double p_sum = 0, q_sum = 0, sum = 0;
  for (size_t i = 0; i < p.size(); ++i) {
    p_sum += p[i];
    q_sum += q[i];
  }
  if (q_sum == 0) return std::numeric_limits<double>::infinity();
  constexpr double kEmpty = 1e-4;  // of a level that holds nothing where there is something
  for (size_t i = 0; i < p.size(); ++i)
    if (p[i] > 0) sum += p[i] / p_sum * std::log(p[i] / p_sum / std::max(q[i] / q_sum, kEmpty / bins));
  return sum;
}

// The upper end first, then the lower one.
ValueRange Histogram::least_divergence() const {
  constexpr int kSteps = 128, kFewestBins = 256;  // so that the levels are still apart
  const int zero = std::lround(-low_ / width_);
  int first = 0, last = kBins - 1;
  for (const bool is_high : {true, false}) {
    double best = std::numeric_limits<double>::infinity();
    const int outermost = is_high ? kBins - 1 : 0;
    int &end = is_high ? last : first, chosen = outermost;
    for (int k = kSteps; k > 0; --k) {
      end = zero + (outermost - zero) * k / kSteps;
      if (last - first + 1 < kFewestBins) break;
      const double d = divergence(first, last);
      if (d < best) {
        best = d;
        chosen = end;
      }
    }
    end = chosen;
  }
  return {static_cast<float>(std::min(0.0, low_ + first * width_)),
          static_cast<float>(std::max(0.0, low_ + (last + 1) * width_))};
}

ValueRange Histogram::choose(RangeMethod method, double percentile) const {
  if (total() == 0) return whole_;
  if (method == RangeMethod::kMse) return least_error();
  if (method == RangeMethod::kEntropy) return least_divergence();
  return method == RangeMethod::kPercentile ? central(percentile / 100) : whole_;
}

namespace {

// What each value of the graph is asked for.
struct ValueTask {
  RangeMethod method;
  std::optional<ValueRange> fixed;
  bool needs_histogram() const {
    return !fixed && method != RangeMethod::kMinMax && method != RangeMethod::kMovingAverage;
  }
};

std::vector<ValueTask> tasks_of(const Graph &g, const CalibrationOptions &o) {
  if (!(o.percentile >= CalibrationOptions::kLeastPercentile && o.percentile <= 100))
    throw Error(ErrorCode::kInvalidArgument, "calibration",
                fmt::format("percentile {} is not 50 .. 100", o.percentile));
  std::vector<ValueTask> tasks(g.nodes.size() + 1, {o.method, {}});
  for (const LayerRange &own : o.layers) {
    const GraphLayer &layer = layer_by_name(g, own.layer, "calibration");
    if (own.range && !(own.range->low <= 0 && own.range->high >= 0 && own.range->low < own.range->high))
      throw Error(ErrorCode::kInvalidArgument, own.layer,
                  fmt::format("the range {} .. {} must include 0 and more", own.range->low, own.range->high));
    for (int i = layer.first_node; i < layer.last_node; ++i)
      tasks[i + 1] = {own.method.value_or(o.method), own.range};
  }
  return tasks;
}

// Returns the example's range.
ValueRange note_extremes(const float *values, size_t floats, size_t example, Extremes &e) {
  ValueRange seen;
  kernels::loops().extend_range(values, floats, &seen.low, &seen.high);
  if (seen.low < e.range.low) {
    e.range.low = seen.low;
    e.low_example = example;
  }
  if (seen.high > e.range.high) {
    e.range.high = seen.high;
    e.high_example = example;
  }
  return seen;
}

}  // namespace

Calibration calibrate(const Model &model, const Dataset &data, const CalibrationOptions &options) {
  Observer observer(model, kObserved);
  return calibrate(observer, data, options);
}

Calibration calibrate(Observer &observer, const Dataset &data, const CalibrationOptions &options) {
  if (data.size() == 0)
    throw Error(ErrorCode::kDataFormat, "quantize", "there are no windows to calibrate on");
  const Graph &g = observer.graph();
  const Preprocessing &p = observer.preprocessing();
  if ((p.is_set() ? window_shape(p) : g.input).elements() != data.example_floats())
    throw Error(ErrorCode::kShape, "quantize",
                "the calibration windows do not fit the model's input " + g.input.text());
  const std::vector<ValueTask> tasks = tasks_of(g, options);
  const size_t values = tasks.size();
  Calibration c{std::vector<ValueRange>(values), std::vector<std::vector<ValueRange>>(g.nodes.size()),
                std::vector<Extremes>(values)};
  const auto each_batch = [&](auto work) {
    for (size_t from = 0; from < data.size(); from += observer.batch()) {
      const size_t rows = std::min(observer.batch(), data.size() - from);
      observer.run(data, from, rows);
      for (size_t v = 0; v < values; ++v) work(v, from, rows);
    }
  };
  std::vector<ValueRange> average(values);
  each_batch([&](size_t v, size_t from, size_t rows) {
    const int value = v;
    const size_t floats = observer.value_floats(value);
    ValueRange batch;
    for (size_t r = 0; r < rows; ++r) {
      const ValueRange seen =
          note_extremes(observer.value(value) + r * floats, floats, from + r, c.extremes[v]);
      batch.low = std::min(batch.low, seen.low);
      batch.high = std::max(batch.high, seen.high);
    }
    const float kept = from == 0 ? 0.0f : 0.9f;
    average[v].low = kept * average[v].low + (1 - kept) * batch.low;
    average[v].high = kept * average[v].high + (1 - kept) * batch.high;
    if (v > 0) observer.add_inner_ranges(v - 1, c.inner[v - 1]);
  });
  std::vector<std::optional<Histogram>> histograms(values);
  for (size_t v = 0; v < values; ++v)
    if (tasks[v].needs_histogram()) histograms[v].emplace(c.extremes[v].range);
  constexpr int kRounds = 5;  // each looks up to 16 times closer
  std::vector<bool> is_open(values);
  for (size_t v = 0; v < values; ++v) is_open[v] = histograms[v].has_value();
  for (int round = 0; round < kRounds && std::find(is_open.begin(), is_open.end(), true) != is_open.end();
       ++round) {
    each_batch([&](size_t v, size_t, size_t rows) {
      const int value = v;
      if (is_open[v]) histograms[v]->add(observer.value(value), rows * observer.value_floats(value));
    });
    for (size_t v = 0; v < values; ++v) {
      is_open[v] = is_open[v] && round + 1 < kRounds && histograms[v]->is_coarse();
      if (is_open[v]) histograms[v] = histograms[v]->finer();
    }
  }
  for (size_t v = 0; v < values; ++v) {
    const ValueTask &task = tasks[v];
    c.values[v] = task.fixed      ? *task.fixed
                  : histograms[v] ? histograms[v]->choose(task.method, options.percentile)
                  : task.method == RangeMethod::kMovingAverage ? average[v]
                                                               : c.extremes[v].range;
    if (v > 0 && !c.inner[v - 1].empty() && !task.fixed) c.values[v] = c.inner[v - 1][0];
  }
  return c;
}

// Indices of each class, or all as one where there are no classes to balance.
static std::vector<std::vector<size_t>> examples_by_class(const Dataset &data) {
  std::vector<std::vector<size_t>> classes(std::max<size_t>(1, data.labels.size()));
  for (size_t i = 0; i < data.size(); ++i) {
    const size_t k = data.labels.empty() ? 0 : data.classes[i];
    if (k >= classes.size()) classes.resize(k + 1);
    classes[k].push_back(i);
  }
  return classes;
}

static Dataset pick(const Dataset &data, const std::vector<size_t> &examples) {
  Dataset set;
  set.window = data.window;
  set.channels = data.channels;
  set.rate_hz = data.rate_hz;
  set.labels = data.labels;
  set.channel_names = data.channel_names;
  const size_t floats = data.example_floats(), targets = data.size() ? data.targets.size() / data.size() : 0;
  for (size_t i : examples) {
    set.values.insert(set.values.end(), data.example(i), data.example(i) + floats);
    set.classes.push_back(data.classes[i]);
    const auto from = data.targets.begin() + i * targets;
    set.targets.insert(set.targets.end(), from, from + targets);
    if (i < data.sources.size()) set.sources.push_back(data.sources[i]);
  }
  if (data.features && data.features->size() == data.size()) set.features = data.features->picked(examples);
  return set;
}

Dataset representative_set(const Dataset &data, size_t count) {
  const std::vector<std::vector<size_t>> classes = examples_by_class(data);
  count = std::min(count, data.size());
  std::vector<size_t> quota(classes.size(), 0);
  for (size_t left = count; left > 0;)  // one more of each class in turn
    for (size_t k = 0; k < classes.size() && left > 0; ++k)
      if (quota[k] < classes[k].size()) {
        ++quota[k];
        --left;
      }
  std::vector<size_t> chosen;
  for (size_t round = 0; chosen.size() < count; ++round)
    for (size_t k = 0; k < classes.size(); ++k) {
      if (round >= quota[k]) continue;
      chosen.push_back(classes[k][round * classes[k].size() / quota[k]]);
    }
  return pick(data, chosen);
}

std::vector<size_t> usual_examples(const Dataset &data, const Preprocessing &p) {
  constexpr double kShare = 0.9;
  constexpr float kFar = 4;
  std::vector<float> reach(data.size()), network_input(output_shape(p).elements());
  const NetworkInputs inputs(p, data);
  for (size_t i = 0; i < data.size(); ++i) {
    inputs.of(i, network_input.data());
    ValueRange r;
    r.include(network_input.data(), network_input.size());
    reach[i] = std::max(-r.low, r.high);
  }
  if (reach.empty()) return {};
  std::vector<float> sorted = reach;
  const auto usual = sorted.begin() + static_cast<long>(kShare * (sorted.size() - 1));
  std::nth_element(sorted.begin(), usual, sorted.end());
  std::vector<size_t> kept;
  for (size_t i = 0; i < data.size(); ++i)
    if (reach[i] <= kFar * *usual) kept.push_back(i);
  return kept;
}

Dataset without_outliers(const Dataset &data, const Preprocessing &p) {
  return pick(data, usual_examples(data, p));
}

std::vector<std::string> judge_representative(const Dataset &examples, const std::string &origin,
                                              bool is_of_detector) {
  std::vector<std::string> findings;
  constexpr size_t kFew = 50;
  if (origin == "test")
    findings.push_back(
        "calibrating on test windows: their score no longer says what to expect of new data; use training "
        "windows");
  if (examples.size() < kFew)
    findings.push_back(fmt::format(
        "only {} windows to calibrate on: values of new data may lie outside of the ranges; give {} or more",
        examples.size(), kFew));
  std::set<int> seen(examples.classes.begin(), examples.classes.end());
  if (!is_of_detector && examples.labels.size() > 1 && seen.size() < examples.labels.size()) {
    std::vector<std::string> missing;
    for (size_t k = 0; k < examples.labels.size(); ++k)
      if (!seen.contains(k)) missing.push_back(examples.labels[k]);
    findings.push_back(
        fmt::format("no window to calibrate on is of {}: values of {} may saturate",
                    seen.size() == 1 ? "any class but one" : fmt::format("{}", fmt::join(missing, ", ")),
                    missing.size() == 1 ? "that class" : "those classes"));
  }
  return findings;
}

}  // namespace mote

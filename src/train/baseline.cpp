// The linear model is ridge regression to one value per class (1 or 0, less their means) on standardized
// inputs, solved by conjugate gradients (Hestenes, Stiefel 1952), whose steps are as many as the work may be.
//
// The penalty is a hundredth of what an input's squares sum up to in the mean over the directions that the
// windows span. Networks: train.cpp.
#include "train/baseline.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "data/network_inputs.h"
#include "features/preprocessing.h"

namespace mote {

namespace {

constexpr size_t kMostBaselineBytes = 50'000'000;
constexpr size_t kMostUnknowns = size_t{1} << 20;  // inputs times answers of the linear model
constexpr int kMostIterations = 60, kFewestIterations = 8;
// A multiply-add here takes as long as so many of the training's, whose kernels are written for vectors.
constexpr double kAsLongAs = 16, kShareOfTraining = 0.05;
constexpr double kAlwaysMacs = 1e8;  // a tenth of a second
constexpr double kRidge = 0.01;

// Numbers that each window shall have: of its class 1 among 0, or its targets.
struct Answered {
  size_t count = 0;
  bool is_regression = false;
  std::vector<double> values;  // [windows, count]
};

Answered answers_of(const Dataset &set, bool is_regression) {
  Answered a;
  a.is_regression = is_regression;
  const size_t n = set.size();
  if (is_regression) {
    a.count = n == 0 ? 0 : set.targets.size() / n;
    a.values.assign(set.targets.begin(), set.targets.end());
    return a;
  }
  a.count = set.labels.size();
  a.values.resize(n * a.count);
  for (size_t i = 0; i < n; ++i)
    if (set.classes[i] >= 0) a.values[i * a.count + static_cast<size_t>(set.classes[i])] = 1;
  return a;
}

// Inputs of windows, standardized as those of the training are.
class Standardized {
 public:
  Standardized(const Model &model, const Dataset &train, ThreadPool &pool)
      : preprocessing_(model.preprocessing), inputs_(output_shape(preprocessing_).elements()), pool_(pool) {
    std::vector<float> x = raw(train);
    mean_.resize(inputs_);
    gain_.resize(inputs_);
    const size_t n = train.size();
    for (size_t i = 0; i < n; ++i)
      for (size_t k = 0; k < inputs_; ++k) mean_[k] += double{x[i * inputs_ + k]};
    for (double &m : mean_) m /= static_cast<double>(n);
    for (size_t i = 0; i < n; ++i)
      for (size_t k = 0; k < inputs_; ++k) {
        const double d = double{x[i * inputs_ + k]} - mean_[k];
        gain_[k] += d * d;
      }
    constexpr double kConstant = 1e-20;  // of the squared mean: rounding
    for (size_t k = 0; k < inputs_; ++k) {
      const double variance = gain_[k] / static_cast<double>(n);
      gain_[k] = variance > kConstant * mean_[k] * mean_[k] ? 1 / __builtin_sqrt(variance) : 0;
    }
    train_ = standardize(std::move(x));
  }

  size_t inputs() const { return inputs_; }
  const std::vector<float> &train() const { return train_; }
  std::vector<float> of(const Dataset &set) const { return standardize(raw(set)); }

 private:
  std::vector<float> raw(const Dataset &set) const {
    const NetworkInputs inputs(preprocessing_, set);
    std::vector<float> x(set.size() * inputs_);
    const size_t slices = static_cast<size_t>(pool_.threads());
    pool_.run(pool_.threads(), [&](int slice) {
      const size_t s = static_cast<size_t>(slice);
      for (size_t i = set.size() * s / slices; i < set.size() * (s + 1) / slices; ++i)
        inputs.of(i, x.data() + i * inputs_);
    });
    return x;
  }
  std::vector<float> standardize(std::vector<float> x) const {
    for (size_t i = 0; i < x.size(); ++i) {
      const size_t k = i % inputs_;
      x[i] = static_cast<float>((double{x[i]} - mean_[k]) * gain_[k]);
    }
    return x;
  }

  const Preprocessing &preprocessing_;
  size_t inputs_;
  ThreadPool &pool_;
  std::vector<double> mean_, gain_;
  std::vector<float> train_;
};

// Eight sums side by side, then those: one order, and room for vectors.
double dot(const float *x, const double *w, size_t count) {
  double sums[8] = {};
  size_t i = 0;
  for (; i + 8 <= count; i += 8)
    for (size_t k = 0; k < 8; ++k) sums[k] += double{x[i + k]} * w[i + k];
  for (; i < count; ++i) sums[i % 8] += double{x[i]} * w[i];
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

// Windows [rows, inputs] times weights [answers, inputs]: [rows, answers].
std::vector<double> products(const std::vector<float> &x, const std::vector<double> &weights, size_t inputs,
                             ThreadPool &pool) {
  const size_t rows = x.size() / inputs, answers = weights.size() / inputs;
  const auto slices = static_cast<size_t>(pool.threads());
  std::vector<double> y(rows * answers);
  pool.run(pool.threads(), [&](int slice) {
    const size_t s = static_cast<size_t>(slice);
    for (size_t i = rows * s / slices; i < rows * (s + 1) / slices; ++i)
      for (size_t c = 0; c < answers; ++c)
        y[i * answers + c] = dot(x.data() + i * inputs, weights.data() + c * inputs, inputs);
  });
  return y;
}

// And back: [answers, inputs] from [rows, answers]. A thread has some of the inputs, and goes through all
// rows.
std::vector<double> back(const std::vector<float> &x, const std::vector<double> &y, size_t inputs,
                         size_t answers, ThreadPool &pool) {
  const size_t rows = x.size() / inputs, slices = static_cast<size_t>(pool.threads());
  std::vector<double> w(answers * inputs);
  pool.run(pool.threads(), [&](int slice) {
    const size_t s = static_cast<size_t>(slice), from = inputs * s / slices, to = inputs * (s + 1) / slices;
    for (size_t i = 0; i < rows; ++i)
      for (size_t c = 0; c < answers; ++c) {
        const double factor = y[i * answers + c];
        const float *row = x.data() + i * inputs;
        double *sum = w.data() + c * inputs;
        for (size_t k = from; k < to; ++k) sum[k] += factor * double{row[k]};
      }
  });
  return w;
}

std::vector<double> means_of_columns(const std::vector<double> &values, size_t columns) {
  std::vector<double> means(columns);
  for (size_t i = 0; i < values.size(); ++i) means[i % columns] += values[i];
  const double rows = static_cast<double>(values.size() / columns);
  for (double &m : means) m /= rows;
  return means;
}

// Weights [answers, inputs] of least squares with a penalty.
class Ridge {
 public:
  Ridge(const std::vector<float> &x, size_t inputs, ThreadPool &pool) : x_(x), inputs_(inputs), pool_(pool) {
    double squares = 0;
    for (const float v : x) squares += double{v} * double{v};
    const size_t rows = x.size() / inputs;
    penalty_ = kRidge * squares / static_cast<double>(std::max<size_t>(1, std::min(rows, inputs)));
  }

  std::vector<double> solve(const std::vector<double> &y, size_t answers, int iterations) const {
    std::vector<double> w(answers * inputs_), rest = back(x_, y, inputs_, answers, pool_), along = rest;
    std::vector<double> length = squares_of(rest, rest);
    const std::vector<double> first = length;
    for (int n = 0; n < iterations; ++n) {
      std::vector<double> image = back(x_, products(x_, along, inputs_, pool_), inputs_, answers, pool_);
      for (size_t i = 0; i < image.size(); ++i) image[i] += penalty_ * along[i];
      const std::vector<double> curvature = squares_of(along, image);
      for (size_t c = 0; c < answers; ++c) {
        if (length[c] <= kDone * first[c] || curvature[c] <= 0) continue;
        const double step = length[c] / curvature[c];
        const double *d = along.data() + c * inputs_, *a = image.data() + c * inputs_;
        for (size_t k = 0; k < inputs_; ++k) {
          w[c * inputs_ + k] += step * d[k];
          rest[c * inputs_ + k] -= step * a[k];
        }
      }
      const std::vector<double> next = squares_of(rest, rest);
      for (size_t c = 0; c < answers; ++c) {
        const double turn = length[c] > 0 ? next[c] / length[c] : 0;
        for (size_t k = c * inputs_; k < (c + 1) * inputs_; ++k) along[k] = rest[k] + turn * along[k];
      }
      length = next;
    }
    return w;
  }

 private:
  static constexpr double kDone = 1e-16;

  std::vector<double> squares_of(const std::vector<double> &a, const std::vector<double> &b) const {
    std::vector<double> sums(a.size() / inputs_);
    for (size_t i = 0; i < a.size(); ++i) sums[i / inputs_] += a[i] * b[i];
    return sums;
  }

  const std::vector<float> &x_;
  size_t inputs_;
  ThreadPool &pool_;
  double penalty_;
};

// Class means as a linear model: the nearest mean has the largest product with the window, less half of the
// mean's square.
struct Linear {
  std::vector<double> weights, bias;  // [answers, inputs], [answers]
};

Linear nearest_means(const Standardized &inputs, const Answered &wanted, ThreadPool &pool) {
  const size_t d = inputs.inputs();
  Linear means{back(inputs.train(), wanted.values, d, wanted.count, pool), std::vector<double>(wanted.count)};
  for (size_t c = 0; c < wanted.count; ++c) {
    double windows = 0, square = 0;
    for (size_t i = c; i < wanted.values.size(); i += wanted.count) windows += wanted.values[i];
    for (size_t k = c * d; k < (c + 1) * d; ++k) {
      means.weights[k] /= std::max(windows, 1.0);
      square += means.weights[k] * means.weights[k];
    }
    means.bias[c] = windows > 0 ? -square / 2 : -HUGE_VAL;  // nothing is near a class without windows
  }
  return means;
}

Linear mean_answer(const Standardized &inputs, const Answered &wanted) {
  return {std::vector<double>(wanted.count * inputs.inputs()), means_of_columns(wanted.values, wanted.count)};
}

Linear ridge(const Standardized &inputs, const Answered &wanted, int iterations, ThreadPool &pool) {
  Linear line{{}, means_of_columns(wanted.values, wanted.count)};
  std::vector<double> centred = wanted.values;
  for (size_t i = 0; i < centred.size(); ++i) centred[i] -= line.bias[i % wanted.count];
  line.weights = Ridge(inputs.train(), inputs.inputs(), pool).solve(centred, wanted.count, iterations);
  return line;
}

double score_of(const Linear &line, const std::vector<float> &x, const Answered &wanted, size_t inputs,
                ThreadPool &pool) {
  std::vector<double> y = products(x, line.weights, inputs, pool);
  for (size_t i = 0; i < y.size(); ++i) y[i] += line.bias[i % wanted.count];
  double sum = 0;
  const size_t rows = y.size() / wanted.count;
  if (wanted.is_regression) {
    for (size_t i = 0; i < y.size(); ++i) sum += std::fabs(y[i] - wanted.values[i]);
    return sum / static_cast<double>(y.size());
  }
  for (size_t i = 0; i < rows; ++i) {
    const double *row = y.data() + i * wanted.count;
    const auto best = static_cast<size_t>(std::max_element(row, row + wanted.count) - row);
    sum += wanted.values[i * wanted.count + best];
  }
  return sum / static_cast<double>(rows);
}

int iterations_for(double macs_of_one, double training_macs) {
  const double allowed = std::max(kAlwaysMacs, kShareOfTraining * training_macs / kAsLongAs);
  return static_cast<int>(std::min<double>(kMostIterations, allowed / macs_of_one));
}

}  // namespace

std::optional<Baseline> baseline_of(const Model &model, const Splits &data, double training_macs,
                                    ThreadPool &pool) {
  const Preprocessing &p = model.preprocessing;
  const size_t n = data.train.size(), d = output_shape(p).elements();
  if (p.target == ModelTarget::kInput || n == 0 || n * d * sizeof(float) > kMostBaselineBytes) return {};
  const bool is_regression = p.target == ModelTarget::kValues;
  const Answered wanted = answers_of(data.train, is_regression);
  if (wanted.count == 0 || wanted.count * d > kMostUnknowns) return {};
  const Standardized inputs(model, data.train, pool);
  const Linear means = is_regression ? mean_answer(inputs, wanted) : nearest_means(inputs, wanted, pool);
  std::optional<Linear> line;
  const double of_one = 2.0 * static_cast<double>(n) * static_cast<double>(d * wanted.count);
  if (const int steps = iterations_for(of_one, training_macs); steps >= kFewestIterations)
    line = ridge(inputs, wanted, steps, pool);
  const auto score = [&](const Dataset &set) -> std::optional<BaselineScore> {
    if (set.size() == 0) return {};
    const Answered right = answers_of(set, is_regression);
    const std::vector<float> x = inputs.of(set);
    BaselineScore s{score_of(means, x, right, d, pool), {}};
    if (line) s.linear = score_of(*line, x, right, d, pool);
    return s;
  };
  return Baseline{score(data.val), score(data.test)};
}

}  // namespace mote

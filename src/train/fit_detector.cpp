// Gaussians and k-means fitted to what the preprocessing makes of normal windows.
//
// A full covariance of fewer than ten windows for each feature is shrunk towards a multiple of the unit
// matrix; of more this would blur the directions in which normal windows hardly vary, which tell most. Every
// covariance gets the rounding of the int8 inputs that a device will have: a direction in which the windows
// vary less than that tells nothing there. Source: Ledoit and Wolf 2004, "A well-conditioned estimator for
// large-dimensional covariance matrices"; Arthur and Vassilvitskii 2007, "k-means++".
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/random.h"
#include "base/threads.h"
#include "data/network_inputs.h"
#include "features/preprocessing.h"
#include "graph/op_def.h"
#include "mote/detector.h"
#include "nn/detector.h"

namespace mote {

namespace {

constexpr size_t kEnoughOfEach = 10;  // windows for each feature, from which a covariance stands for itself
constexpr uint64_t kCentroidStream = 0x6b6d65616e73;  // names the random stream

// [examples, n]
struct Points {
  std::vector<float> values;
  size_t n = 0;
  size_t size() const { return n == 0 ? 0 : values.size() / n; }
  const float *at(size_t i) const { return values.data() + i * n; }
};

Points inputs_of(const Preprocessing &p, const Dataset &data) {
  const NetworkInputs inputs(p, data);
  Points points{{}, output_shape(p).elements()};
  points.values.resize(data.size() * points.n);
  for (size_t i = 0; i < data.size(); ++i) {
    inputs.of(i, points.values.data() + i * points.n);
    for (size_t k = 0; k < points.n; ++k)
      if (!std::isfinite(points.values[i * points.n + k]))
        throw Error(ErrorCode::kDataFormat, data.sources.empty() ? "train" : data.sources[i].text(),
                    "a feature of this window is no number", "`mote data` names values that are none");
  }
  return points;
}

std::vector<double> mean_of(const Points &points) {
  std::vector<double> mean(points.n);
  for (size_t i = 0; i < points.size(); ++i)
    for (size_t k = 0; k < points.n; ++k) mean[k] += double{points.at(i)[k]};
  for (double &m : mean) m /= static_cast<double>(points.size());
  return mean;
}

// Variance of rounding to the int8 steps of a detector's input.
double rounding_of(const Points &points, double reach) {
  const auto [low, high] = std::minmax_element(points.values.begin(), points.values.end());
  const double step = reach * (std::max(0.0, double{*high}) - std::min(0.0, double{*low})) / 255;
  return std::max(1e-12, step * step / 12);
}

// W with rows r of r + 1 values, W' W = covariance^-1: the inverse of the Cholesky factor.
std::vector<double> whitening_of(std::vector<double> covariance, size_t n) {
  std::vector<double> &l = covariance;  // becomes the factor, row by row
  for (size_t r = 0; r < n; ++r)
    for (size_t c = 0; c <= r; ++c) {
      double sum = l[r * n + c];
      for (size_t k = 0; k < c; ++k) sum -= l[r * n + k] * l[c * n + k];
      l[r * n + c] = r == c ? std::sqrt(std::max(sum, 1e-30)) : sum / l[c * n + c];
    }
  std::vector<double> w(n * (n + 1) / 2);
  for (size_t c = 0; c < n; ++c)
    for (size_t r = c; r < n; ++r) {
      double sum = r == c ? 1 : 0;
      for (size_t k = c; k < r; ++k) sum -= l[r * n + k] * w[k * (k + 1) / 2 + c];
      w[r * (r + 1) / 2 + c] = sum / l[r * n + r];
    }
  return w;
}

struct Moments {
  std::vector<double> mean, covariance;  // [n, n], lower triangle
};

Moments full_moments(const Points &points) {
  const size_t n = points.n;
  Moments m{mean_of(points), std::vector<double>(n * n)};
  std::vector<double> d(n);
  double fourth = 0;  // sum of |d|^4
  for (size_t i = 0; i < points.size(); ++i) {
    double square = 0;
    for (size_t k = 0; k < n; ++k) {
      d[k] = double{points.at(i)[k]} - m.mean[k];
      square += d[k] * d[k];
    }
    fourth += square * square;
    for (size_t r = 0; r < n; ++r)
      for (size_t c = 0; c <= r; ++c) m.covariance[r * n + c] += d[r] * d[c];
  }
  const auto count = static_cast<double>(points.size());
  double trace = 0, norm = 0;  // of S; |S|^2
  for (size_t r = 0; r < n; ++r)
    for (size_t c = 0; c <= r; ++c) {
      double &s = m.covariance[r * n + c];
      s /= count;
      norm += (r == c ? 1 : 2) * s * s;
      if (r == c) trace += s;
    }
  if (points.size() >= kEnoughOfEach * n) return m;
  const double mu = trace / static_cast<double>(n), delta = norm - mu * trace;  // |S - mu I|^2
  const double beta = (fourth / count - norm) / count;
  const double shrinkage = delta > 0 ? std::clamp(beta / delta, 0.0, 1.0) : 1.0;
  for (size_t r = 0; r < n; ++r)
    for (size_t c = 0; c <= r; ++c) {
      m.covariance[r * n + c] *= 1 - shrinkage;
      if (r == c) m.covariance[r * n + c] += shrinkage * mu;
    }
  return m;
}

void fit_gaussian(Graph &graph, const Points &points, bool is_full, double reach) {
  const size_t n = points.n;
  const double rounding = rounding_of(points, reach);
  std::vector<double> mean, w;
  if (is_full) {
    Moments m = full_moments(points);
    for (size_t k = 0; k < n; ++k) m.covariance[k * n + k] += rounding;
    mean = std::move(m.mean);
    w = whitening_of(std::move(m.covariance), n);
  } else {
    mean = mean_of(points);
    w.resize(n);
    for (size_t i = 0; i < points.size(); ++i)
      for (size_t k = 0; k < n; ++k) {
        const double d = double{points.at(i)[k]} - mean[k];
        w[k] += d * d;
      }
    for (double &v : w) v = 1 / std::sqrt(v / static_cast<double>(points.size()) + rounding);
  }
  const Node &node = graph.nodes.back();
  graph.param(node, Role::kLocation)->data.assign(mean.begin(), mean.end());
  graph.param(node, Role::kWhitening)->data.assign(w.begin(), w.end());
}

double distance(const float *a, const double *b, size_t n) {
  double sum = 0;
  for (size_t k = 0; k < n; ++k) sum += (double{a[k]} - b[k]) * (double{a[k]} - b[k]);
  return sum;
}

class KMeans {
 public:
  KMeans(const Points &points, size_t count, uint64_t seed, int threads)
      : points_(points), count_(count), pool_(threads), nearest_(points.size()), squares_(points.size()) {
    seed_centroids(seed);
    constexpr int kMostRounds = 300;  // as scikit-learn's max_iter
    for (int round = 0; round < kMostRounds && assign(); ++round) move();
  }
  const std::vector<double> &centroids() const { return centroids_; }

 private:
  // The first anywhere, each further one by its squared distance from those there are.
  void seed_centroids(uint64_t seed) {
    Random random(seed, {kCentroidStream});
    const size_t n = points_.n;
    std::vector<double> least(points_.size(), 1.0);
    for (size_t k = 0; k < count_; ++k) {
      double total = 0;
      for (double d : least) total += d;
      size_t at = random.below(points_.size());
      if (total > 0) {
        double left = random.uniform() * total;
        for (at = 0; at + 1 < points_.size() && left >= least[at]; ++at) left -= least[at];
      }
      centroids_.insert(centroids_.end(), points_.at(at), points_.at(at) + n);
      for (size_t i = 0; i < points_.size(); ++i) {
        const double d = distance(points_.at(i), centroids_.data() + k * n, n);
        least[i] = k == 0 ? d : std::min(least[i], d);
      }
    }
  }

  // Whether a point has another centroid than before. Each point is one thread's alone.
  bool assign() {
    constexpr size_t kAtATime = 256;
    std::vector<char> has_moved(points_.size());
    pool_.run(static_cast<int>((points_.size() + kAtATime - 1) / kAtATime), [&](int slice) {
      const size_t from = static_cast<size_t>(slice) * kAtATime;
      for (size_t i = from; i < std::min(points_.size(), from + kAtATime); ++i) {
        size_t best = 0;
        double least = distance(points_.at(i), centroids_.data(), points_.n);
        for (size_t k = 1; k < count_; ++k)
          if (const double d = distance(points_.at(i), centroids_.data() + k * points_.n, points_.n);
              d < least) {
            least = d;
            best = k;
          }
        has_moved[i] = !is_begun_ || nearest_[i] != best;
        nearest_[i] = best;
        squares_[i] = least;
      }
    });
    is_begun_ = true;
    return std::find(has_moved.begin(), has_moved.end(), 1) != has_moved.end();
  }

  // To the mean of its points; one without points goes to the point that is the farthest from its own.
  void move() {
    const size_t n = points_.n;
    std::vector<double> sums(count_ * n);
    std::vector<size_t> counts(count_);
    for (size_t i = 0; i < points_.size(); ++i) {
      ++counts[nearest_[i]];
      for (size_t k = 0; k < n; ++k) sums[nearest_[i] * n + k] += double{points_.at(i)[k]};
    }
    for (size_t c = 0; c < count_; ++c) {
      if (counts[c] > 0) {
        for (size_t k = 0; k < n; ++k)
          centroids_[c * n + k] = sums[c * n + k] / static_cast<double>(counts[c]);
        continue;
      }
      const auto far =
          static_cast<size_t>(std::max_element(squares_.begin(), squares_.end()) - squares_.begin());
      std::copy_n(points_.at(far), n, centroids_.begin() + static_cast<long>(c * n));
      squares_[far] = 0;
    }
  }

  const Points &points_;
  size_t count_;
  ThreadPool pool_;
  std::vector<size_t> nearest_;
  std::vector<double> squares_, centroids_;
  bool is_begun_ = false;
};

void fit_centroids(Graph &graph, const Points &points, int count, const TrainOptions &options) {
  if (std::cmp_greater(count, points.size()))
    throw Error(
        ErrorCode::kDataFormat, "model.centroids",
        fmt::format("{} centroids, and there are {} normal windows to train on", count, points.size()),
        "give fewer of them, or more recordings");
  const KMeans found(points, static_cast<size_t>(count), options.seed,
                     options.threads > 0 ? options.threads : hardware_threads());
  graph.param(graph.nodes.back(), Role::kCentroids)
      ->data.assign(found.centroids().begin(), found.centroids().end());
}

}  // namespace

Model unfitted_detector(const std::string &name, const Shape &input, const DetectorSettings &settings) {
  if (settings.kind != DetectorKind::kGaussian && settings.kind != DetectorKind::kKmeans)
    throw Error(ErrorCode::kInvalidArgument, "detector",
                fmt::format("'{}' is not fitted in one go", detector_names().name_of(settings.kind)),
                "kGaussian and kKmeans are; train() and detector_of() make an autoencoder one");
  Model model;
  model.graph.name = name;
  model.graph.input = input;
  if (settings.kind == DetectorKind::kGaussian)
    add_gaussian(model.graph, settings.covariance, settings.reach);
  else
    add_centroids(model.graph, settings.centroids, settings.reach);
  return model;
}

Model fit_detector(const std::string &name, const Dataset &normal, const DetectorSettings &settings,
                   const TrainOptions &given) {
  if (normal.size() == 0)
    throw Error(ErrorCode::kDataFormat, "train", "there is no normal window to learn from",
                "anomaly.normal names the classes that are normal");
  for (size_t i = 0; i < normal.classes.size(); ++i)
    if (normal.classes[i] != 0)
      throw Error(ErrorCode::kInvalidArgument,
                  normal.sources.empty() ? fmt::format("example {}", i) : normal.sources[i].text(),
                  "is an anomaly, and a detector learns from normal windows alone",
                  "leave out the examples whose class is not 0");
  TrainOptions options = given;
  options.target = ModelTarget::kClasses;
  const Shape input =
      options.features.empty()
          ? (normal.is_features ? Shape{normal.window} : Shape{normal.window, normal.channels})
          : feature_shape(options.features, {normal.window, normal.channels}, normal.rate_hz, normal.image);
  Model model = untrained(unfitted_detector(name, input, settings), normal, options);
  model.labels = detector_labels();
  const Points points = inputs_of(model.preprocessing, normal);
  if (settings.kind == DetectorKind::kGaussian)
    fit_gaussian(model.graph, points, settings.covariance == "full", settings.reach);
  else
    fit_centroids(model.graph, points, settings.centroids, options);
  return model;
}

}  // namespace mote

// k-means over sorted numbers: a cluster is a stretch of them, so that a round costs a search for each border
// and sums are differences of running sums, all in double precision and in a fixed order.
#include "compress/cluster.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/random.h"

namespace mote {

namespace {

constexpr uint64_t kClusterStream = 0x434C5553;  // "CLUS"

using Values = std::vector<double>;

// The first centroid at random, each further one with a probability that grows with the squared distance to
// the nearest that there is. Source: Arthur and Vassilvitskii 2007.
Values start_by_distance(const std::vector<float> &sorted, int count, uint64_t seed) {
  Random random(seed, {kClusterStream, sorted.size()});
  Values centroids = {
      sorted[std::min(sorted.size() - 1, static_cast<size_t>(random.uniform() * sorted.size()))]};
  Values distance(sorted.size(), INFINITY);
  while (std::ssize(centroids) < count) {
    double sum = 0;
    for (size_t i = 0; i < sorted.size(); ++i) {
      const double d = sorted[i] - centroids.back();
      distance[i] = std::min(distance[i], d * d);
      sum += distance[i];
    }
    if (sum == 0) break;  // no more values than these
    double left = random.uniform() * sum;
    size_t chosen = 0;
    while (chosen + 1 < sorted.size() && (left -= distance[chosen]) >= 0) ++chosen;
    centroids.push_back(sorted[chosen]);
  }
  return centroids;
}

Values start_of(const std::vector<float> &sorted, int count, ClusterStart start, uint64_t seed) {
  if (start == ClusterStart::kKMeans) return start_by_distance(sorted, count, seed);
  Values centroids;
  const double low = sorted.front(), high = sorted.back();
  for (int k = 0; k < count; ++k) {
    const double t = (k + 0.5) / count;
    if (start == ClusterStart::kLinear)
      centroids.push_back(count == 1 ? (low + high) / 2 : low + (high - low) * k / (count - 1));
    else
      centroids.push_back(sorted[static_cast<size_t>(t * static_cast<double>(sorted.size()))]);
  }
  return centroids;
}

// The end of each stretch of values that are nearest to one centroid.
std::vector<size_t> ends_of(const std::vector<float> &sorted, const Values &centroids) {
  std::vector<size_t> ends;
  for (size_t k = 0; k + 1 < centroids.size(); ++k) {
    const double border = (centroids[k] + centroids[k + 1]) / 2;
    ends.push_back(std::upper_bound(sorted.begin(), sorted.end(), border,
                                    [](double b, float v) { return b < double{v}; }) -
                   sorted.begin());
  }
  ends.push_back(sorted.size());
  return ends;
}

}  // namespace

std::vector<float> cluster_values(std::vector<float> values, int count, ClusterStart start, uint64_t seed) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  Values running = {0};
  for (float v : values) running.push_back(running.back() + v);
  Values centroids = start_of(values, count, start, seed);
  std::vector<size_t> before;
  constexpr int kMostRounds = 300;
  for (int round = 0; round < kMostRounds; ++round) {
    std::sort(centroids.begin(), centroids.end());
    const std::vector<size_t> ends = ends_of(values, centroids);
    if (ends == before) break;
    Values means;
    size_t first = 0;
    for (size_t end : ends) {
      if (end > first) means.push_back((running[end] - running[first]) / static_cast<double>(end - first));
      first = std::max(first, end);
    }
    before = means.size() == centroids.size() ? ends : std::vector<size_t>{};
    centroids = std::move(means);
  }
  std::sort(centroids.begin(), centroids.end());
  std::vector<float> list;
  for (double c : centroids)
    if (list.empty() || static_cast<float>(c) != list.back()) list.push_back(static_cast<float>(c));
  return list;
}

void cluster_weights(Parameter &p, ClusterStart start, uint64_t seed) {
  const WeightForm &form = p.form;
  const size_t groups = form.is_per_channel ? p.channels() : 1;
  const int count = form.clusters - (form.keeps_zeros ? 1 : 0);
  MOTE_CHECK(count > 0);
  for (size_t g = 0; g < groups; ++g) {
    std::vector<float> values;
    for (size_t i = g; i < p.data.size(); i += groups)
      if (!form.keeps_zeros || p.data[i] != 0) values.push_back(p.data[i]);
    const std::vector<float> centroids = cluster_values(values, count, start, seed);
    for (size_t i = g; i < p.data.size(); i += groups) {
      if (form.keeps_zeros && p.data[i] == 0) continue;
      p.data[i] = *std::min_element(centroids.begin(), centroids.end(), [&](float a, float b) {
        return std::fabs(a - p.data[i]) < std::fabs(b - p.data[i]);
      });
    }
  }
}

}  // namespace mote

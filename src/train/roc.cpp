// The area under the ROC curve of scores, whole or up to a false-alarm rate.
//
// The curve goes through one point for each score that occurs, straight between them, so that equal scores
// count half. Source: McClish 1989, "Analyzing a portion of the ROC curve".
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.h"
#include "mote/detector.h"

namespace mote {

namespace {

struct Point {
  double false_alarms = 0, found = 0;  // shares
};

std::vector<Point> curve_of(const std::vector<double> &scores, const std::vector<int> &is_anomaly) {
  MOTE_CHECK(scores.size() == is_anomaly.size());
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] > scores[b]; });
  const auto anomalies =
      static_cast<double>(std::count_if(is_anomaly.begin(), is_anomaly.end(), [](int a) { return a != 0; }));
  const double normal = static_cast<double>(scores.size()) - anomalies;
  std::vector<Point> curve(1);
  double alarms = 0, found = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    (is_anomaly[order[i]] != 0 ? found : alarms) += 1;
    if (i + 1 < order.size() && scores[order[i + 1]] == scores[order[i]]) continue;
    curve.push_back({alarms / normal, found / anomalies});
  }
  return curve;
}

bool has_both(const std::vector<int> &is_anomaly) {
  return std::find(is_anomaly.begin(), is_anomaly.end(), 0) != is_anomaly.end() &&
         std::any_of(is_anomaly.begin(), is_anomaly.end(), [](int a) { return a != 0; });
}

// Below the curve up to a rate, where it is cut.
double area(const std::vector<Point> &curve, double most) {
  double sum = 0;
  for (size_t i = 1; i < curve.size() && curve[i - 1].false_alarms < most; ++i) {
    const Point &a = curve[i - 1];
    Point b = curve[i];
    if (b.false_alarms > most) {
      const double share = (most - a.false_alarms) / (b.false_alarms - a.false_alarms);
      b = {most, a.found + share * (b.found - a.found)};
    }
    sum += (b.false_alarms - a.false_alarms) * (a.found + b.found) / 2;
  }
  return sum;
}

}  // namespace

std::vector<std::pair<double, double>> roc_curve(const std::vector<double> &scores,
                                                 const std::vector<int> &is_anomaly, size_t most) {
  MOTE_CHECK(most > 1);
  std::vector<std::pair<double, double>> points;
  if (!has_both(is_anomaly)) return points;
  const std::vector<Point> curve = curve_of(scores, is_anomaly);
  const size_t count = std::min(most, curve.size());
  for (size_t i = 0; i < count; ++i) {
    const Point &p = curve[i * (curve.size() - 1) / (count - 1)];
    points.emplace_back(p.false_alarms, p.found);
  }
  return points;
}

double roc_auc(const std::vector<double> &scores, const std::vector<int> &is_anomaly) {
  if (!has_both(is_anomaly)) return std::numeric_limits<double>::quiet_NaN();
  return area(curve_of(scores, is_anomaly), 1);
}

double partial_roc_auc(const std::vector<double> &scores, const std::vector<int> &is_anomaly,
                       double max_fpr) {
  if (!has_both(is_anomaly)) return std::numeric_limits<double>::quiet_NaN();
  const double least = max_fpr * max_fpr / 2;  // of a coin
  return 0.5 * (1 + (area(curve_of(scores, is_anomaly), max_fpr) - least) / (max_fpr - least));
}

}  // namespace mote

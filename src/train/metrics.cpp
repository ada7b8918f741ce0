// Scores of given predictions: accuracy with its interval, precision, recall and F1 of each class, errors
// of regression, and the same as text.
//
// Definitions of scikit-learn's classification_report (zero_division = 0); the interval is Wilson's of
// 1927 at 95 %, or one over groups (group_interval.h). Predictions are made in evaluate.cpp.
#include "mote/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/terminal_lines.h"
#include "train/group_interval.h"

namespace mote {

Interval wilson_interval(size_t successes, size_t trials) {
  if (trials == 0) return {};
  constexpr double z = 1.959963984540054;
  const double n = trials;
  const double p = successes / n, centre = p + z * z / (2 * n);
  const double half = z * __builtin_sqrt(p * (1 - p) / n + z * z / (4 * n * n)), scale = 1 + z * z / n;
  return {std::max(0.0, (centre - half) / scale), std::min(1.0, (centre + half) / scale)};
}

static double ratio(double a, double b) { return b > 0 ? a / b : 0.0; }

// Classes without any names are called by their numbers.
static std::vector<std::string> names_of_classes(const std::vector<std::string> &labels,
                                                 const std::vector<int> &truth,
                                                 const std::vector<int> &predicted) {
  int most = -1;
  for (const std::vector<int> *list : {&truth, &predicted})
    for (int c : *list) {
      if (c < 0 || (!labels.empty() && c >= std::ssize(labels)))
        throw Error(ErrorCode::kInvalidArgument, "evaluate",
                    fmt::format("there is no class {}; there are {} labels", c, labels.size()));
      most = std::max(most, c);
    }
  if (!labels.empty()) return labels;
  std::vector<std::string> numbers;
  for (int c = 0; c <= most; ++c) numbers.push_back(std::to_string(c));
  return numbers;
}

static std::vector<GroupScore> scores_of_groups(const Evaluation &e) {
  if (e.groups.of.empty()) return std::vector<GroupScore>(0);
  std::vector<GroupScore> all(e.groups.names.size());
  for (size_t i = 0; i < e.truth.size(); ++i) {
    GroupScore &g = all[e.groups.of[i]];
    ++g.examples;
    g.correct += e.truth[i] == e.predicted[i];
  }
  for (size_t g = 0; g < all.size(); ++g) all[g].name = e.groups.names[g];
  std::erase_if(all, [](const GroupScore &g) { return g.examples == 0; });
  std::stable_sort(all.begin(), all.end(), [](const GroupScore &a, const GroupScore &b) {
    return a.correct * b.examples < b.correct * a.examples;
  });
  return all;
}

static void judge_groups(Evaluation &e, size_t correct) {
  e.group_scores = scores_of_groups(e);
  if (e.group_scores.empty()) {
    e.interval = wilson_interval(correct, e.truth.size());
    e.interval_method = e.truth.empty() ? IntervalMethod::kNone : IntervalMethod::kWilson;
    return;
  }
  std::vector<GroupSum> sums;
  for (const GroupScore &g : e.group_scores)
    sums.push_back({static_cast<double>(g.examples), static_cast<double>(g.correct)});
  const GroupInterval found = share_interval(sums);
  e.interval = found.ends;
  e.interval_method = found.method;
}

static void check_groups(const WindowGroups &groups, size_t examples) {
  if (groups.of.empty()) return;
  const auto is_known = [&](int g) { return g >= 0 && g < std::ssize(groups.names); };
  if (groups.of.size() != examples || !std::all_of(groups.of.begin(), groups.of.end(), is_known))
    throw Error(ErrorCode::kInvalidArgument, "evaluate",
                fmt::format("{} examples, and the groups of {} that have {} names", examples,
                            groups.of.size(), groups.names.size()));
}

Evaluation score(const std::string &precision, const std::vector<std::string> &labels,
                 const std::vector<int> &truth, const std::vector<int> &predicted,
                 const WindowGroups &groups) {
  MOTE_CHECK(truth.size() == predicted.size());
  check_groups(groups, truth.size());
  Evaluation e;
  e.precision = precision;
  e.labels = names_of_classes(labels, truth, predicted);
  const size_t k = e.labels.size();
  e.truth = truth;
  e.predicted = predicted;
  e.confusion.assign(k, std::vector<size_t>(k));
  for (size_t i = 0; i < truth.size(); ++i) ++e.confusion[truth[i]][predicted[i]];
  size_t correct = 0;
  for (size_t c = 0; c < k; ++c) {
    size_t support = 0, claimed = 0;
    for (size_t o = 0; o < k; ++o) {
      support += e.confusion[c][o];
      claimed += e.confusion[o][c];
    }
    const double hit = e.confusion[c][c];
    correct += e.confusion[c][c];
    ClassScore s{ratio(hit, claimed), ratio(hit, support), 0, support};
    s.f1 = ratio(2 * s.precision * s.recall, s.precision + s.recall);
    e.classes.push_back(s);
    const double share = ratio(support, truth.size()), equal = 1.0 / k;
    e.macro.precision += equal * s.precision;
    e.macro.recall += equal * s.recall;
    e.macro.f1 += equal * s.f1;
    e.weighted.precision += share * s.precision;
    e.weighted.recall += share * s.recall;
    e.weighted.f1 += share * s.f1;
  }
  e.macro.support = e.weighted.support = truth.size();
  e.examples = truth.size();
  e.accuracy = ratio(correct, truth.size());
  e.groups = groups;
  judge_groups(e, correct);
  return e;
}

AccuracyDifference accuracy_difference(const Evaluation &a, const Evaluation &b) {
  if (a.truth != b.truth || a.groups.of != b.groups.of)
    throw Error(ErrorCode::kInvalidArgument, "evaluate",
                fmt::format("{} and {} were not judged on the same examples", a.precision, b.precision));
  AccuracyDifference d;
  d.difference = b.accuracy - a.accuracy;
  const bool are_grouped = !a.groups.of.empty();
  std::vector<GroupSum> sums(are_grouped ? a.groups.names.size() : a.truth.size());
  for (size_t i = 0; i < a.truth.size(); ++i) {
    GroupSum &g = sums[are_grouped ? static_cast<size_t>(a.groups.of[i]) : i];
    g.windows += 1;
    g.sum += int{b.predicted[i] == b.truth[i]} - int{a.predicted[i] == a.truth[i]};
    d.changed += a.predicted[i] != b.predicted[i];
  }
  std::erase_if(sums, [](const GroupSum &g) { return g.windows == 0; });
  const GroupInterval found = difference_interval(sums);
  d.interval = found.ends;
  d.method = found.method;
  d.over = over_groups(a.groups, sums.size(), found.method);
  return d;
}

std::string AccuracyDifference::text() const {
  const std::string points = fmt::format("{:+.2f} points", 100 * difference);
  if (method == IntervalMethod::kNone) return points;
  return fmt::format("{} (95 % interval {:.2f} to {:.2f}{}{})", points, 100 * interval.low,
                     100 * interval.high, over.empty() ? "" : " over ", over);
}

Evaluation score_values(const std::string &precision, size_t examples, const std::vector<float> &targets,
                        const std::vector<float> &outputs) {
  MOTE_CHECK(targets.size() == outputs.size());
  Evaluation e;
  e.precision = precision;
  e.is_regression = true;
  e.examples = examples;
  for (size_t i = 0; i < targets.size(); ++i) {
    const double error = double{outputs[i]} - targets[i];
    e.mse += error * error;
    e.mae += error < 0 ? -error : error;
  }
  const double n = std::max<size_t>(1, targets.size());
  e.mse /= n;
  e.mae /= n;
  return e;
}

std::string DetectionScore::text() const {
  std::string out = std::isnan(auc) ? "No AUC: there are only windows of one kind.\n"
                                    : fmt::format(
                                          "AUC {:.4f}, partial AUC {:.4f} (false alarms to {:.0f} %, "
                                          "standardized as McClish has it).\n",
                                          auc, partial_auc, 100 * kMaxFpr);
  if (normal == 0) return out;
  const double share = static_cast<double>(false_alarms) / static_cast<double>(normal);
  out += fmt::format("From a score of {:.4g} on ({}): {} of {} normal windows are false alarms, {:.2f} %",
                     threshold, unit, false_alarms, normal, 100 * share);
  if (interval_method == IntervalMethod::kNone) return out + ".\n";
  return out + fmt::format(" (95 % interval {:.2f} - {:.2f}{}{}).\n", 100 * false_alarm_interval.low,
                           100 * false_alarm_interval.high, over.empty() ? "" : " over ", over);
}

std::string WrongWindow::place() const {
  std::string text = source.line > 0 ? fmt::format("{}:{}", source.file, source.line) : source.file;
  if (rows == 0) return text;
  const int last = source.row + rows;
  text += fmt::format(" rows {}-{}", source.row, last - 1);
  return rate_hz > 0 ? text + fmt::format(" ({:.2f}-{:.2f} s)", source.row / rate_hz, last / rate_hz) : text;
}

std::string Evaluation::report() const {
  if (is_regression)
    return fmt::format("mean squared error {:.6g}, root of it {:.6g}, mean absolute error {:.6g}\n", mse,
                       __builtin_sqrt(mse), mae);
  size_t width = 12;
  for (const std::string &label : labels) width = std::max(width, columns_of(label));
  std::string out = fmt::format("{:>{}} {:>10} {:>10} {:>10} {:>10}\n\n", "", width, "precision", "recall",
                                "f1-score", "support");
  const auto row = [&](const std::string &name, const ClassScore &s) {
    out += fmt::format("{:>{}} {:>10.2f} {:>10.2f} {:>10.2f} {:>10}\n", name, width, s.precision, s.recall,
                       s.f1, s.support);
  };
  for (size_t c = 0; c < labels.size(); ++c) row(labels[c], classes[c]);
  out += fmt::format("\n{:>{}} {:>10} {:>10} {:>10.2f} {:>10}\n", "accuracy", width, "", "", accuracy,
                     truth.size());
  row("macro avg", macro);
  row("weighted avg", weighted);
  if (detection.is_set) out += "\n" + detection.text();
  return out;
}

std::string Evaluation::interval_text() const {
  if (interval_method == IntervalMethod::kNone)
    return truth.empty() ? "no windows" : fmt::format("no interval: all are of one {}", groups.kind);
  const std::string over = over_groups(groups, group_scores.size(), interval_method);
  return fmt::format("95 % interval {:.1f} - {:.1f}{}{}", 100 * interval.low, 100 * interval.high,
                     over.empty() ? "" : " over ", over);
}

std::string Evaluation::groups_text(size_t most) const {
  if (group_scores.size() < 2 || groups.kind == "recording") return "";
  size_t width = groups.kind.size();
  const size_t shown = std::min(most, group_scores.size());
  for (size_t i = 0; i < shown; ++i) width = std::max(width, columns_of(group_scores[i].name));
  std::string out = fmt::format("{:<{}}  windows  accuracy\n", groups.kind, width);
  for (size_t i = 0; i < shown; ++i) {
    const GroupScore &g = group_scores[i];
    out += fmt::format("{}{:{}}  {:>7}  {:>6.1f} %\n", g.name, "", width - columns_of(g.name), g.examples,
                       100 * g.accuracy());
  }
  if (shown < group_scores.size())
    out += fmt::format("and {} more that are better; --json has all\n", group_scores.size() - shown);
  return out;
}

std::string Evaluation::confusion_text() const {
  if (is_regression) return "";
  size_t width = 8;
  for (const std::string &label : labels) width = std::max(width, columns_of(label) + 1);
  std::string out = fmt::format("{:>{}}  predicted\n{:>{}}", "", width, "true", width);
  for (const std::string &label : labels) out += fmt::format(" {:>{}}", label, width);
  out += "\n";
  for (size_t t = 0; t < labels.size(); ++t) {
    out += fmt::format("{:>{}}", labels[t], width);
    for (size_t p = 0; p < labels.size(); ++p) out += fmt::format(" {:>{}}", confusion[t][p], width);
    out += "\n";
  }
  return out;
}

std::string Evaluation::worst_pair() const {
  size_t worst = 0, from = 0, to = 0;
  for (size_t t = 0; t < labels.size(); ++t)
    for (size_t p = 0; p < labels.size(); ++p)
      if (t != p && confusion[t][p] > worst) {
        worst = confusion[t][p];
        from = t;
        to = p;
      }
  if (worst == 0) return "";
  return fmt::format("Most confused: {} of {} '{}' were taken for '{}'.", worst, classes[from].support,
                     labels[from], labels[to]);
}

}  // namespace mote

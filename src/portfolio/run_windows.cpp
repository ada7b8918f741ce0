// Two runs are compared only on windows whose values, classes and order are equal; a run whose recordings
// have changed has none.
//
// The test: paired_test.h.
#include "portfolio/run_windows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "portfolio/paired_test.h"

namespace mote {

namespace {

// Mean absolute error of each window, in the units of the answers.
std::vector<double> errors_of(const Answers &answers, const Dataset &windows) {
  std::vector<double> errors;
  if (!answers.errors.empty()) return {answers.errors.begin(), answers.errors.end()};
  if (windows.size() == 0 || windows.targets.size() != answers.values.size()) return {};
  const size_t outputs = answers.values.size() / windows.size();
  for (size_t i = 0; i < windows.size(); ++i) {
    double sum = 0;
    for (size_t k = i * outputs; k < (i + 1) * outputs; ++k)
      sum += std::fabs(static_cast<double>(answers.values[k]) - windows.targets[k]);
    errors.push_back(sum / static_cast<double>(outputs));
  }
  return errors;
}

std::string place_of(const Dataset &windows, size_t i) {
  if (i >= windows.sources.size()) return fmt::format("window {}", i);
  WrongWindow w;
  w.source = windows.sources[i];
  w.rows = windows.is_features || windows.image.is_set() ? 0 : windows.window;
  w.rate_hz = windows.rate_hz;
  return w.place();
}

std::string label_of(const Evaluation &e, int c) {
  return c >= 0 && static_cast<size_t>(c) < e.labels.size() ? e.labels[static_cast<size_t>(c)]
                                                            : std::to_string(c);
}

// Why the windows are not the same; "": they are.
std::string other_windows(const RunWindows &a, const RunWindows &b) {
  const Dataset &x = a.windows, &y = b.windows;
  if (x.window != y.window || x.channels != y.channels)
    return fmt::format("their windows have {} x {} and {} x {} values", x.window, x.channels, y.window,
                       y.channels);
  if (x.channel_names != y.channel_names) return "they look at other channels";
  if (x.labels != y.labels) return "they tell other classes apart";
  if (x.size() != y.size()) return fmt::format("they are judged on {} and {} windows", x.size(), y.size());
  const bool is_same = x.classes == y.classes && x.targets == y.targets &&
                       x.values.size() == y.values.size() &&
                       std::equal(x.values.begin(), x.values.end(), y.values.begin());
  return is_same ? "" : "they are judged on windows of other recordings, or of another split";
}

void count_classes(const Evaluation &a, const Evaluation &b, const Dataset &windows, PairedComparison &t) {
  for (size_t i = 0; i < t.windows; ++i) {
    const bool is_a = a.predicted[i] == a.truth[i], is_b = b.predicted[i] == b.truth[i];
    if (is_a == is_b) continue;
    ++(is_a ? t.only_a : t.only_b);
    t.flipped.push_back({place_of(windows, i), label_of(a, a.truth[i]), label_of(a, a.predicted[i]),
                         label_of(b, b.predicted[i]), is_a});
  }
  t.difference = accuracy_difference(a, b);
}

void count_errors(const std::vector<double> &a, const std::vector<double> &b, const Dataset &windows,
                  PairedComparison &t) {
  t.is_regression = true;
  for (size_t i = 0; i < t.windows; ++i) {
    if (a[i] == b[i]) continue;
    ++(a[i] < b[i] ? t.only_a : t.only_b);
    t.flipped.push_back(
        {place_of(windows, i), "", fmt::format("{:.4g}", a[i]), fmt::format("{:.4g}", b[i]), a[i] < b[i]});
  }
}

}  // namespace

RunWindows windows_of_run(const Run &run, const std::string &mark, std::vector<std::string> &notes) {
  RunWindows result;
  result.mark = mark;
  const auto refuse = [&](const std::string &why) {
    result.why_not = mark + " " + why;
    return std::move(result);
  };
  if (!run.has(run_file::kModel)) return refuse("has no model");
  if (!run.knows_its_data()) return refuse("does not say which recordings it was trained on");
  try {
    RunData data = load_own_data(run);
    const bool has_test = data.splits.test.size() > 0;
    result.windows = std::move(has_test ? data.splits.test : data.splits.val);
    if (result.windows.size() == 0) return refuse("has neither test nor validation windows");
    if (!has_test)
      notes.push_back(
          mark + " has no test part: its validation windows are scored, by which training chose its epoch");
    const auto score = [&](const auto &model, size_t place) {
      result.scores[place] = evaluate(model, result.windows);
      if (result.scores[place]->is_regression)
        result.errors[place] = errors_of(answers(model, result.windows), result.windows);
    };
    score(run.model(), 0);
    if (run.has_integer_model()) score(run.integer_model(), 1);
  } catch (const Error &e) {
    return refuse(fmt::format("cannot be scored ({})", e.what()));
  }
  return result;
}

PairedComparison compare_windows(const RunWindows &a, const RunWindows &b, const std::string &precision) {
  PairedComparison t;
  t.precision = precision;
  t.why_not = !a.why_not.empty() ? a.why_not : !b.why_not.empty() ? b.why_not : other_windows(a, b);
  if (!t.why_not.empty()) return t;
  const size_t place = precision == "int8" ? 1 : 0;
  const Evaluation &x = *a.scores[place], &y = *b.scores[place];
  t.windows = a.windows.size();
  if (x.is_regression != y.is_regression) {
    t.why_not = "one answers with classes, the other with values";
    return t;
  }
  if (!x.is_regression) {
    count_classes(x, y, a.windows, t);
  } else if (a.errors[place].size() != t.windows || b.errors[place].size() != t.windows) {
    t.why_not = "the errors of single windows are not known";
    return t;
  } else {
    count_errors(a.errors[place], b.errors[place], a.windows, t);
  }
  t.p = exact_sign_test(t.only_a, t.only_b);
  t.p_adjusted = t.p;
  return t;
}

}  // namespace mote

// Scores of classifiers and regressions against sums made here example by example, and their tables read
// back.
#include <sstream>

#include "test_support.h"

namespace mote {
namespace {

std::vector<std::vector<std::string>> table_of(const std::string &text) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream cells(line);
    std::vector<std::string> row;
    for (std::string cell; cells >> cell;) row.push_back(cell);
    if (!row.empty()) rows.push_back(row);
  }
  return rows;
}

struct Case {
  std::vector<std::string> labels;
  std::vector<int> truth, predicted;
};

// Four classes of different sizes, none symmetric; "d" is never predicted.
Case some_case() {
  Case c{{"a", "b", "c", "d"}, {}, {}};
  const int counts[4][4] = {{7, 2, 1, 0}, {0, 5, 4, 0}, {3, 0, 8, 0}, {1, 0, 1, 0}};
  for (int t = 0; t < 4; ++t)
    for (int p = 0; p < 4; ++p)
      for (int n = 0; n < counts[t][p]; ++n) {
        c.truth.push_back(t);
        c.predicted.push_back(p);
      }
  return c;
}

TEST(Score, is_what_counting_the_examples_gives) {
  const Case c = some_case();
  const Evaluation e = score("int8", c.labels, c.truth, c.predicted);
  EXPECT_EQ(e.precision, "int8");
  EXPECT_EQ(e.labels, c.labels);
  EXPECT_EQ(e.truth, c.truth);
  EXPECT_EQ(e.predicted, c.predicted);
  const size_t n = c.truth.size();
  EXPECT_EQ(e.examples, n);
  double right = 0, macro[3] = {}, weighted[3] = {};
  for (int k = 0; k < 4; ++k) {
    double hit = 0, is_k = 0, said_k = 0;
    for (size_t i = 0; i < n; ++i) {
      hit += c.truth[i] == k && c.predicted[i] == k;
      is_k += c.truth[i] == k;
      said_k += c.predicted[i] == k;
    }
    right += hit;
    const double precision = said_k > 0 ? hit / said_k : 0, recall = hit / is_k,
                 f1 = hit > 0 ? 2 * hit / (said_k + is_k) : 0;
    const ClassScore &s = e.classes[static_cast<size_t>(k)];
    EXPECT_NEAR(s.precision, precision, 1e-12);
    EXPECT_NEAR(s.recall, recall, 1e-12);
    EXPECT_NEAR(s.f1, f1, 1e-12);
    EXPECT_EQ(s.support, static_cast<size_t>(is_k));
    const double values[3] = {precision, recall, f1};
    for (int v = 0; v < 3; ++v) {
      macro[v] += values[v] / 4;
      weighted[v] += values[v] * is_k / static_cast<double>(n);
    }
  }
  EXPECT_NEAR(e.accuracy, right / static_cast<double>(n), 1e-12);
  const auto expect = [&](const ClassScore &s, const double *values) {
    EXPECT_NEAR(s.precision, values[0], 1e-12);
    EXPECT_NEAR(s.recall, values[1], 1e-12);
    EXPECT_NEAR(s.f1, values[2], 1e-12);
    EXPECT_EQ(s.support, n);
  };
  expect(e.macro, macro);
  expect(e.weighted, weighted);
  EXPECT_EQ(e.interval.low, wilson_interval(static_cast<size_t>(right), n).low);
  EXPECT_EQ(e.interval.high, wilson_interval(static_cast<size_t>(right), n).high);
  EXPECT_EQ(e.confusion[1], (std::vector<size_t>{0, 5, 4, 0}));
  EXPECT_EQ(e.confusion[3], (std::vector<size_t>{1, 0, 1, 0}));
}

// Wilson 1927: the probabilities q for which |p - q| = z sqrt(q (1 - q) / n).
TEST(Score, wilson_interval_ends_where_the_normal_test_turns) {
  const double z = 1.959963984540054;
  for (const auto &[hits, n] : {std::pair{1, 2}, {3, 10}, {0, 7}, {7, 7}, {990, 1000}, {1, 1}}) {
    const Interval i = wilson_interval(static_cast<size_t>(hits), static_cast<size_t>(n));
    const double p = static_cast<double>(hits) / n;
    for (const double q : {i.low, i.high})
      EXPECT_NEAR((p - q) * (p - q), z * z * q * (1 - q) / n, 1e-9) << hits << " of " << n;
    EXPECT_LE(i.low, p + 1e-12);  // no hit: 0, but for the rounding of a square root
    EXPECT_GE(i.high, p - 1e-12);
    EXPECT_LT(i.low, i.high);
    EXPECT_GE(i.low, 0);
    EXPECT_LE(i.high, 1);
  }
  EXPECT_EQ(wilson_interval(0, 0).low, 0);
  EXPECT_EQ(wilson_interval(0, 0).high, 1);
  EXPECT_EQ(score("float", {"a"}, {}, {}).accuracy, 0);
}

TEST(Score, report_has_each_figure_in_its_column) {
  const Case c = some_case();
  const Evaluation e = score("float", c.labels, c.truth, c.predicted);
  const auto rows = table_of(e.report());
  const auto two = [](double v) {
    char text[16];
    std::snprintf(text, sizeof text, "%.2f", v);
    return std::string(text);
  };
  ASSERT_EQ(rows.size(), 8u);
  EXPECT_EQ(rows[0], (std::vector<std::string>{"precision", "recall", "f1-score", "support"}));
  for (size_t k = 0; k < 4; ++k) {
    const ClassScore &s = e.classes[k];
    EXPECT_EQ(rows[k + 1], (std::vector<std::string>{c.labels[k], two(s.precision), two(s.recall), two(s.f1),
                                                     std::to_string(s.support)}));
  }
  EXPECT_EQ(rows[5], (std::vector<std::string>{"accuracy", two(20.0 / 32), "32"}));
  const auto average = [&](const std::string &name, const ClassScore &s) {
    return std::vector<std::string>{name, "avg", two(s.precision), two(s.recall), two(s.f1), "32"};
  };
  EXPECT_EQ(rows[6], average("macro", e.macro));
  EXPECT_EQ(rows[7], average("weighted", e.weighted));
}

TEST(Score, confusion_text_has_the_truth_in_rows) {
  const Case c = some_case();
  const auto rows = table_of(score("float", c.labels, c.truth, c.predicted).confusion_text());
  EXPECT_EQ(rows, (std::vector<std::vector<std::string>>{{"predicted"},
                                                         {"true", "a", "b", "c", "d"},
                                                         {"a", "7", "2", "1", "0"},
                                                         {"b", "0", "5", "4", "0"},
                                                         {"c", "3", "0", "8", "0"},
                                                         {"d", "1", "0", "1", "0"}}));
}

TEST(Score, worst_pair_is_the_largest_off_the_diagonal) {
  const Case c = some_case();
  EXPECT_EQ(score("float", c.labels, c.truth, c.predicted).worst_pair(),
            "Most confused: 4 of 9 'b' were taken for 'c'.");
  EXPECT_EQ(score("float", {"a", "b"}, {0, 1}, {0, 1}).worst_pair(), "");
  EXPECT_EQ(score("float", {"a", "b"}, {0, 1}, {0, 0}).worst_pair(),
            "Most confused: 1 of 1 'b' were taken for 'a'.");
}

TEST(ScoreValues, are_means_over_all_outputs) {
  const std::vector<float> targets = {1, -2, 0.5f, 4, 0, 0}, outputs = {2, -4, 0.5f, 3.5f, -1, 0.25f};
  const Evaluation e = score_values("float", 3, targets, outputs);
  double squares = 0, absolute = 0;
  for (size_t i = 0; i < 6; ++i) {
    const double d = static_cast<double>(outputs[i]) - static_cast<double>(targets[i]);
    squares += d * d / 6;
    absolute += std::fabs(d) / 6;
  }
  EXPECT_TRUE(e.is_regression);
  EXPECT_EQ(e.precision, "float");
  EXPECT_EQ(e.examples, 3u);
  EXPECT_NEAR(e.mse, squares, 1e-12);
  EXPECT_NEAR(e.mae, absolute, 1e-12);
  double read[3] = {};
  ASSERT_EQ(std::sscanf(e.report().c_str(), "mean squared error %lf, root of it %lf, mean absolute error %lf",
                        read, read + 1, read + 2),
            3);
  EXPECT_NEAR(read[0], squares, 1e-5);
  EXPECT_NEAR(read[1], std::sqrt(squares), 1e-5);
  EXPECT_NEAR(read[2], absolute, 1e-5);
  EXPECT_EQ(e.confusion_text(), "");
  EXPECT_EQ(score_values("float", 0, {}, {}).mse, 0);
}

TEST(Judgement, says_the_figures_and_epochs_that_it_judges_by) {
  std::vector<EpochRecord> h;
  for (int n = 1; n <= 20; ++n) {
    const double val = n == 6 ? 0.3 : 0.5 + 0.05 * n;
    h.push_back({n, 1.0 / n, 0.987, val, 0.712, 0.1, 0});
  }
  EXPECT_TRUE(judge_history(h).starts_with(
      "Overfitting: training accuracy 98.7 %, validation 71.2 %; validation loss was lowest in epoch 6."))
      << judge_history(h);
  for (EpochRecord &e : h) e.is_regression = true;
  EXPECT_TRUE(judge_history(h).starts_with(
      "Overfitting: validation loss was lowest in epoch 6 (0.3) and is now 1.5."))
      << judge_history(h);
  for (EpochRecord &e : h) e.val_loss = 0.3;
  EXPECT_EQ(judge_history(h), "");
  std::vector<EpochRecord> under;
  for (int n = 1; n <= 20; ++n) under.push_back({n, 2.0 / n, 0.654, 2.1 / n, 0.65, 0.1, 0});
  EXPECT_TRUE(
      judge_history(under).starts_with("Underfitting: training accuracy is only 65.4 %. Try more epochs (the "
                                       "loss is still falling), a larger"))
      << judge_history(under);
  for (EpochRecord &e : under) e.accuracy = e.val_accuracy = 0.95;
  EXPECT_EQ(judge_history(under), "The loss is still falling: more epochs should help.");
  under.resize(4);
  EXPECT_EQ(judge_history(under), "");  // too few to judge
}

TEST(Score, classes_without_labels_are_called_by_their_numbers) {
  const Evaluation e = score("float", {}, {0, 2, 2, 1}, {0, 2, 1, 1});
  EXPECT_EQ(e.labels, (std::vector<std::string>{"0", "1", "2"}));
  EXPECT_EQ(e.accuracy, 0.75);
  EXPECT_EQ(e.confusion[2], (std::vector<size_t>{0, 1, 1}));
  EXPECT_NE(e.report().find("weighted avg"), std::string::npos);
  EXPECT_TRUE(score("float", {}, {}, {}).labels.empty());
}

TEST(Score, a_class_beyond_the_labels_is_refused) {
  EXPECT_ERROR(score("float", {"a", "b"}, {0, 2}, {0, 1}), "there is no class 2; there are 2 labels");
  EXPECT_ERROR(score("float", {"a", "b"}, {0, 1}, {0, -1}), "there is no class -1");
  EXPECT_ERROR(score("float", {}, {-1}, {0}), "there is no class -1");
}

// Models and data that a program made itself need not name their classes.
TEST(Evaluate, a_model_without_labels_takes_those_of_the_data_or_numbers) {
  Splits data = test::toy_splits();
  Model model = test::toy_run(data, 6).model;
  const Evaluation named = evaluate(model, data.test);
  model.labels.clear();
  const Evaluation by_data = evaluate(model, data.test);
  EXPECT_EQ(by_data.labels, data.test.labels);
  EXPECT_EQ(by_data.confusion, named.confusion);
  data.test.labels.clear();
  const Evaluation by_number = evaluate(model, data.test);
  EXPECT_EQ(by_number.labels, (std::vector<std::string>{"0", "1", "2"}));
  EXPECT_EQ(by_number.confusion, named.confusion);
  ASSERT_EQ(by_number.wrong.size(), named.wrong.size());
  for (size_t i = 0; i < named.wrong.size(); ++i)
    EXPECT_EQ(by_number.wrong[i].probability, named.wrong[i].probability);
}

}  // namespace
}  // namespace mote

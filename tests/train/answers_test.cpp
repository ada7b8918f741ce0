// What a model says of examples: probabilities against a softmax in double, the windows that were told
// wrongly, and where they are.
#include <cmath>
#include <limits>

#include "small_program.h"

namespace mote::test {
namespace {

TEST(WrongWindow, says_where_it_is) {
  WrongWindow w;
  w.source = {"data/punch.csv", 12, 50};
  EXPECT_EQ(w.place(), "data/punch.csv:12");  // an image or a list of features
  w.rows = 100;
  EXPECT_EQ(w.place(), "data/punch.csv:12 rows 50-149");
  w.rate_hz = 100;
  EXPECT_EQ(w.place(), "data/punch.csv:12 rows 50-149 (0.50-1.50 s)");
  w.source.line = 0;
  EXPECT_EQ(w.place(), "data/punch.csv rows 50-149 (0.50-1.50 s)");
}

Model toy_model(const Splits &data) {
  return train(sequential("toy", {20, 3}, {Flatten{}, Dense{data.classes()}, Softmax{}}), data, {.epochs = 1})
      .model;
}

TEST(Answers, of_a_float_model_are_its_softmax) {
  const Splits data = toy_splits();
  const Model model = toy_model(data);
  const Answers a = answers(model, data.test);
  const std::vector<float> logits = float_outputs(model, data.test);
  const Evaluation e = evaluate(model, data.test);
  ASSERT_EQ(a.classes, 3u);
  EXPECT_EQ(a.answered, e.predicted);
  for (size_t i = 0; i < data.test.size(); ++i) {
    double sum = 0;
    for (size_t k = 0; k < 3; ++k) sum += std::exp(double{logits[3 * i + k]});
    for (size_t k = 0; k < 3; ++k) {
      const double p = std::exp(double{logits[3 * i + k]}) / sum;
      EXPECT_NEAR(a.probabilities[3 * i + k], p, 1e-5);
      EXPECT_NEAR(a.scores[3 * i + k] + 128, std::min(255.0, 256 * p), 0.51);
    }
  }
}

// Forty windows of six rows, all said to be of the first class.
Dataset random_windows(const SmallProgram &small) {
  Dataset data;
  data.window = 6;
  data.channels = 2;
  data.labels = small.p.labels;
  for (uint64_t n = 0; n < 40; ++n) {
    const std::vector<float> rows = small.random_rows(6, n);
    data.values.insert(data.values.end(), rows.begin(), rows.end());
    data.classes.push_back(0);
    data.sources.push_back({"f", 0, static_cast<int>(n)});
  }
  return data;
}

TEST(Answers, of_a_program_are_its_outputs) {
  const SmallProgram small(6, 2, 3, Last::kSoftmax);
  const Dataset data = random_windows(small);
  const Answers a = answers(small.p, data);
  const Evaluation e = evaluate(small.p, data);
  EXPECT_EQ(a.answered, e.predicted);
  EXPECT_EQ(a.scores, integer_outputs(small.p, data));
  for (size_t i = 0; i < a.scores.size(); ++i)
    EXPECT_FLOAT_EQ(a.probabilities[i], static_cast<float>(a.scores[i] + 128) / 256);
  // every window that was not told as the first class, the surest first
  size_t wrong = 0;
  for (int p : e.predicted) wrong += p != 0;
  ASSERT_GT(wrong, 5u);
  ASSERT_EQ(e.wrong.size(), wrong);
  for (size_t i = 0; i < wrong; ++i) {
    const auto n = static_cast<size_t>(e.wrong[i].source.row);
    EXPECT_EQ(e.wrong[i].predicted, e.predicted[n]);
    EXPECT_EQ(e.wrong[i].truth, 0);
    EXPECT_FLOAT_EQ(static_cast<float>(e.wrong[i].probability), a.probability(n));
    if (i > 0) EXPECT_GE(e.wrong[i - 1].probability, e.wrong[i].probability);
  }
}

TEST(Answers, places_in_stretches_of_sounds_count_from_the_beginning_of_the_file) {
  const SmallProgram small(6, 2, 3, Last::kSoftmax);
  for (const auto &[file, line, place] :
       std::vector<std::tuple<const char *, long, const char *>>{{"a.wav", 1101, "a.wav rows 1110-1115"},
                                                                 {"a.csv", 1101, "a.csv:1101 rows 10-15"},
                                                                 {"a.cbor", 0, "a.cbor rows 10-15"}}) {
    Dataset data = random_windows(small);
    data.rate_hz = 0;
    for (ExampleSource &s : data.sources) s = {file, line, 10};
    const Evaluation e = evaluate(small.p, data);
    ASSERT_FALSE(e.wrong.empty());
    EXPECT_EQ(e.wrong[0].place(), place);
  }
}

TEST(Answers, one_output_is_the_second_of_two_classes) {
  const SmallProgram small(6, 2, 2, Last::kLogistic);
  const Dataset data = random_windows(small);
  const Answers a = answers(small.p, data);
  ASSERT_EQ(a.scores.size(), 40u);
  ASSERT_EQ(a.classes, 2u);
  for (size_t i = 0; i < 40; ++i) {
    const float second = static_cast<float>(a.scores[i] + 128) / 256;
    EXPECT_FLOAT_EQ(a.probabilities[2 * i + 1], second);
    EXPECT_FLOAT_EQ(a.probabilities[2 * i], 1 - second);
    EXPECT_EQ(a.answered[i], second > 0.5f);
  }
}

TEST(Answers, that_are_no_numbers_are_an_error) {
  const Splits data = toy_splits();
  Model model = toy_model(data);
  model.graph.params[0].data[0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_ERROR(answers(model, data.test), "the model's output for this window is no number");
}

}  // namespace
}  // namespace mote::test

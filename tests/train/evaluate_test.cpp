// evaluate(): classes and errors against the outputs themselves, float and int8.
#include <algorithm>

#include "mote/host_program.h"
#include "test_support.h"

namespace mote {
namespace {

int largest(const float *x, size_t n) { return static_cast<int>(std::max_element(x, x + n) - x); }

TEST(Evaluate, classes_are_those_of_the_largest_outputs) {
  const Splits data = test::toy_splits(3, 20, 3, 60);
  const Model model = test::toy_run(data, 2).model;
  const IntegerProgram program = quantize(model, {.calibrate_on = data.train});
  const Evaluation f = evaluate(model, data.test), q = evaluate(program, data.test);
  const std::vector<float> logits = float_outputs(model, data.test),
                           shares = float_outputs(model, data.test, true);
  const std::vector<int8_t> bytes = integer_outputs(program, data.test);
  ASSERT_EQ(f.truth, data.test.classes);
  ASSERT_EQ(q.truth, data.test.classes);
  EXPECT_EQ(f.precision, "float");
  EXPECT_EQ(q.precision, "int8");
  HostProgram host(program);
  for (size_t i = 0; i < data.test.size(); ++i) {
    EXPECT_EQ(f.predicted[i], largest(logits.data() + 3 * i, 3));
    // softmax of the logits, by its formula
    double sum = 0;
    for (size_t k = 0; k < 3; ++k) sum += std::exp(static_cast<double>(logits[3 * i + k]));
    for (size_t k = 0; k < 3; ++k)
      EXPECT_NEAR(shares[3 * i + k], std::exp(static_cast<double>(logits[3 * i + k])) / sum, 1e-5);
    int8_t one[3];
    host.predict(data.test.example(i), one);
    EXPECT_TRUE(std::equal(one, one + 3, bytes.data() + 3 * i));
    EXPECT_EQ(q.predicted[i], std::max_element(one, one + 3) - one);
  }
  EXPECT_LT(f.accuracy, 1.0);  // else right and wrong could not be told apart
  // the mean loss of the outputs taken as probabilities, not below half a step
  double loss = 0;
  for (size_t i = 0; i < data.test.size(); ++i) {
    double p[3], all = 0;
    for (size_t k = 0; k < 3; ++k) {
      p[k] = std::clamp((bytes[3 * i + k] + 128) / 256.0, 1 / 512.0, 511 / 512.0);
      all += p[k];
    }
    loss -=
        std::log(p[static_cast<size_t>(data.test.classes[i])] / all) / static_cast<double>(data.test.size());
  }
  EXPECT_NEAR(loss_of_outputs({}, program, data.test, bytes), loss, 1e-5);
}

TEST(Evaluate, one_output_stands_for_the_second_class_above_a_half) {
  const Splits data = test::toy_splits(2, 20, 3, 60);
  const Model model = train(sequential("two", {20, 3}, {Flatten{}, Dense{1, sigmoid}}), data,
                            {.epochs = 2, .batch = 8, .loss = {LossType::kBinaryCrossentropy}, .threads = 1})
                          .model;
  const IntegerProgram program = quantize(model, {.calibrate_on = data.train});
  const std::vector<float> shares = float_outputs(model, data.test, true);
  const std::vector<int8_t> bytes = integer_outputs(program, data.test);
  const Evaluation f = evaluate(model, data.test), q = evaluate(program, data.test);
  double loss = 0;
  for (size_t i = 0; i < data.test.size(); ++i) {
    EXPECT_EQ(f.predicted[i], shares[i] > 0.5f);
    const double p = std::clamp((bytes[i] + 128) / 256.0, 1 / 512.0, 511 / 512.0);
    EXPECT_EQ(q.predicted[i], bytes[i] > 0);
    loss -= std::log(data.test.classes[i] == 1 ? p : 1 - p) / static_cast<double>(data.test.size());
  }
  EXPECT_NE(std::count(q.predicted.begin(), q.predicted.end(), 1), 0);
  EXPECT_NE(std::count(q.predicted.begin(), q.predicted.end(), 0), 0);
  EXPECT_NEAR(loss_of_outputs({LossType::kBinaryCrossentropy}, program, data.test, bytes), loss, 1e-5);
}

// Shares of the data run side by side; each example's outputs are its own.
TEST(Evaluate, integer_outputs_are_those_of_each_example_in_its_place) {
  const Splits data = test::toy_splits(2, 8, 2, 400);
  const Model model = train(sequential("small", {8, 2}, {Flatten{}, Dense{2, softmax}}), data,
                            {.epochs = 1, .batch = 32, .threads = 1})
                          .model;
  const IntegerProgram program = quantize(model, {.calibrate_on = data.train});
  ASSERT_GT(data.train.size(), 300u);  // enough for several threads
  const std::vector<int8_t> all = integer_outputs(program, data.train);
  HostProgram host(program);
  for (size_t i = 0; i < data.train.size(); ++i) {
    int8_t y[2];
    host.predict(data.train.example(i), y);
    ASSERT_EQ((std::vector<int>{all[2 * i], all[2 * i + 1]}), (std::vector<int>{y[0], y[1]})) << i;
  }
}

TEST(Evaluate, an_autoencoder_is_compared_with_its_normalized_input) {
  const Splits data = test::toy_splits(2, 8, 2, 40);
  const Model model =
      train(sequential("auto", {8, 2}, {Flatten{}, Dense{5, relu}, Dense{16}}), data,
            {.epochs = 3, .batch = 8, .loss = {LossType::kMse}, .target = ModelTarget::kInput, .threads = 1})
          .model;
  const IntegerProgram program = quantize(model, {.calibrate_on = data.train});
  const std::vector<float> &mean = model.preprocessing.steps[0].table("mean"),
                           &gain = model.preprocessing.steps[0].table("gain");
  const std::vector<float> outputs = float_outputs(model, data.test);
  const std::vector<int8_t> bytes = integer_outputs(program, data.test);
  const QuantParams &y = program.tensor(program.outputs[0]).quant;
  double mse[2] = {}, mae[2] = {};
  const size_t n = outputs.size();
  ASSERT_EQ(n, data.test.size() * 16);
  for (size_t i = 0; i < n; ++i) {
    const size_t c = i % mean.size();
    const double target = (static_cast<double>(data.test.values[i]) - static_cast<double>(mean[c])) *
                          static_cast<double>(gain[c]);
    const double given[2] = {static_cast<double>(outputs[i]),
                             static_cast<double>(y.scale[0]) * (bytes[i] - y.zero_point[0])};
    for (int k = 0; k < 2; ++k) {
      const double d = given[k] - target;
      mse[k] += d * d / static_cast<double>(n);
      mae[k] += std::fabs(d) / static_cast<double>(n);
    }
  }
  const Evaluation f = evaluate(model, data.test), q = evaluate(program, data.test);
  EXPECT_TRUE(f.is_regression && q.is_regression);
  EXPECT_EQ(f.examples, data.test.size());
  EXPECT_NEAR(f.mse, mse[0], 1e-4 * mse[0]);
  EXPECT_NEAR(f.mae, mae[0], 1e-4 * mae[0]);
  EXPECT_NEAR(q.mse, mse[1], 1e-4 * mse[1]);
  EXPECT_NEAR(q.mae, mae[1], 1e-4 * mae[1]);
  EXPECT_NEAR(loss_of_outputs({LossType::kMse}, program, data.test, bytes), mse[1], 1e-4 * mse[1]);
}

TEST(Evaluate, refuses_what_does_not_belong_together) {
  const Splits data = test::toy_splits();
  const Model model = test::toy_run(data, 1).model;
  const IntegerProgram program = quantize(model, {.calibrate_on = data.train});
  Dataset other = data.test;
  other.labels = {"x", "y", "z"};
  EXPECT_ERROR(evaluate(model, other), "the data has the classes x, y, z, the model class0, class1, class2");
  EXPECT_ERROR(evaluate(program, other), "the data has the classes x, y, z");
  other = data.test;
  other.window = 10;
  other.channels = 6;
  EXPECT_ERROR(evaluate(model, other), "windows of (10, 6), the model expects (20, 3)");
  EXPECT_ERROR(evaluate(program, other), "windows of (10, 6), the model expects (20, 3)");
  other = data.test;
  other.classes.clear();
  other.values = {};
  EXPECT_ERROR(evaluate(model, other), "there are no windows");
}

}  // namespace
}  // namespace mote

// From float to int8: multipliers and rounding of TensorFlow Lite, fusions, int16 layers, the front end,
// refusals.
//
// Op by op: tests/ops; by fine-tuning: qat_test.cpp.
#include "quant/quantize.h"

#include "mote_runtime.h"
#include "ops/integer_support.h"
#include "quant/lower.h"
#include "test_support.h"

namespace mote {
namespace {

using test::toy_run;
using test::toy_splits;

TEST(Multiplier, is_that_of_tflite) {
  EXPECT_EQ(quantize_multiplier(1.0).value, 1 << 30);
  EXPECT_EQ(quantize_multiplier(1.0).shift, 1);
  EXPECT_EQ(quantize_multiplier(0.25).value, 1 << 30);
  EXPECT_EQ(quantize_multiplier(0.25).shift, -1);
  EXPECT_EQ(quantize_multiplier(0.0).value, 0);
  EXPECT_EQ(quantize_multiplier(1e-12).value, 0);
  const Multiplier near_one =
      quantize_multiplier(0.99999999999);  // rounds up to 2^31, so to the next exponent
  EXPECT_EQ(near_one.value, 1 << 30);
  EXPECT_EQ(near_one.shift, 1);
}

// Double rounding: high half of the doubled product to nearest, then the shift with ties away from zero.
TEST(Requantize, rounds_twice) {
  EXPECT_EQ(mote_requantize(3, 1 << 30, 0), 2);    // 1.5
  EXPECT_EQ(mote_requantize(-3, 1 << 30, 0), -1);  // -1.5: the high half rounds ties toward +infinity
  EXPECT_EQ(mote_requantize(5, 1 << 30, -1), 2);   // 1.25, but 2.5 -> 3 -> 1.5 -> 2
  EXPECT_EQ(mote_requantize(-5, 1 << 30, -1), -1);
  EXPECT_EQ(mote_requantize(7, 1 << 30, 1), 7);
  Random random(1);
  for (int i = 0; i < 100000; ++i) {  // never more than one step from the real product
    const auto x = static_cast<int32_t>(random.bits() >> 44);
    const auto m = static_cast<int32_t>((1u << 30) + random.below(1u << 30));
    const int shift = -static_cast<int>(random.below(20));
    const double real = static_cast<double>(x) * m / 2147483648.0 * std::ldexp(1.0, shift);
    ASSERT_LE(std::fabs(mote_requantize(x, m, shift) - real), 1.0);
  }
}

TEST(Round, goes_to_nearest_with_halves_away_from_zero) {
  for (float x : {0.5f, -0.5f, 1.5f, -2.5f, 0.49999997f, -0.49999997f, 8388609.0f, 1e9f, 0.0f})
    EXPECT_EQ(mote_round(x), static_cast<int32_t>(std::round(x))) << x;
  EXPECT_EQ(mote_round(NAN), 0);
  EXPECT_EQ(mote_round(1e20f), INT32_MAX);
  EXPECT_EQ(mote_round(-INFINITY), INT32_MIN);
}

TEST(Quantize, ranges_include_zero_and_represent_it_exactly) {
  const QuantParams positive = choose_quant_params({2, 10});
  EXPECT_EQ(positive.zero_point[0], -128);
  EXPECT_NEAR(positive.scale[0], 10.0 / 255, 1e-6);
  EXPECT_EQ(choose_quant_params({-3, -1}).zero_point[0], 127);
  EXPECT_GT(choose_quant_params({0, 0}).scale[0], 0);
}

TEST(Quantize, int8_agrees_with_float_on_the_toy_problem) {
  const Splits data = toy_splits(3, 20, 3, 60);
  const TrainedRun run = toy_run(data, 30);
  const IntegerProgram q = quantize(run.model, {data.train});
  EXPECT_GE(evaluate(q, data.test).accuracy, evaluate(run.model, data.test).accuracy - 0.05);
}

TEST(Quantize, fuses_activations_and_drops_what_training_needs) {
  const Splits data = toy_splits();
  Model model = sequential(
      "m", {20, 3},
      {Conv1D{4, 3, relu}, Dropout{0.5}, MaxPool1D{2}, Flatten{}, Dense{8, relu}, Dense{3, softmax}});
  const TrainedRun run = train(model, data, {.epochs = 1, .threads = 1});
  std::string ops;
  for (const ProgramLayer &l : quantize(run.model, {data.train}).layers) ops += l.op + " ";
  EXPECT_EQ(ops, "reshape conv2d max_pool2d reshape dense dense softmax ");
}

std::string ops_of(const IntegerProgram &p) {
  std::string ops;
  for (const ProgramLayer &l : p.layers) ops += l.op + ":" + dtype_name(p.tensor(l.outputs[0]).dtype) + " ";
  return ops;
}

// Mean distance of a program's outputs from the float model's, on the test windows.
double mean_error(const Model &model, const IntegerProgram &program, const Dataset &data) {
  const QuantParams &y = program.tensor(program.outputs[0]).quant;
  const std::vector<int8_t> q = integer_outputs(program, data);
  const std::vector<float> floats = float_outputs(model, data, true);
  double sum = 0;
  for (size_t i = 0; i < q.size(); ++i)
    sum += std::fabs(static_cast<double>(y.scale[0]) * (q[i] - y.zero_point[0]) -
                     static_cast<double>(floats[i]));
  return sum / static_cast<double>(q.size());
}

TEST(Quantize, layers_chosen_for_int16_work_on_int16_and_come_closer) {
  const Splits data = toy_splits();
  Model model =
      sequential("m", {20, 3}, {Conv1D{4, 3, relu}, MaxPool1D{2}, Flatten{}, Dense{8, relu}, Dense{3}});
  const TrainedRun run = train(model, data, {.epochs = 8, .threads = 1});
  EXPECT_EQ(ops_of(quantize(run.model, {data.train, {.int16_layers = {"dense"}}})),
            "reshape:int8 conv2d:int8 max_pool2d:int8 reshape:int8 quantize:int16 dense:int16 quantize:int8 "
            "dense:int8 ");
  const IntegerProgram narrow = quantize(run.model, {data.train}),
                       wide = quantize(
                           run.model,
                           {data.train,
                            {.int16_layers = {"conv1d", "max_pool1d", "flatten", "dense", "dense_1"}}});
  EXPECT_EQ(ops_of(wide),
            "quantize:int16 reshape:int16 conv2d:int16 max_pool2d:int16 reshape:int16 dense:int16 "
            "dense:int16 quantize:int8 ");
  EXPECT_LT(mean_error(run.model, wide, data.test), mean_error(run.model, narrow, data.test));
  EXPECT_ERROR(quantize(run.model, {data.train, {.int16_layers = {"dense_2"}}}),
               "no layer 'dense_2'; did you mean 'dense");
}

TEST(Quantize, a_gru_keeps_small_updates_over_many_steps) {
  const Splits data = toy_splits(3, 120, 2, 12);
  Model model = sequential("g", {120, 2}, {GRU{8}, Dense{3, softmax}});
  const TrainedRun run = train(model, data, {.epochs = 3, .threads = 1});
  const IntegerProgram q = quantize(run.model, {data.train});
  EXPECT_EQ(ops_of(q), "gru:int8 dense:int8 softmax:int8 ");
  EXPECT_LT(mean_error(run.model, q, data.test), 0.01);
  EXPECT_ERROR(quantize(run.model, {data.train, {.int16_layers = {"gru"}}}),
               "[gru 'gru'] cannot work on int16 activations");
  // the unrolled file is the definition of the cell
  HostProgram cell(q), unrolled(parse_tflite(format_tflite(q), "g.tflite"));
  EXPECT_GT(unrolled.program().layers.size(), 120u * 10);
  std::vector<int8_t> x(cell.input_bytes()), a(3), b(3);
  Random random(4);
  for (int n = 0; n < 20; ++n) {
    for (int8_t &v : x) v = static_cast<int8_t>(random.below(256));
    cell.invoke(x.data(), a.data());
    unrolled.invoke(x.data(), b.data());
    EXPECT_EQ(a, b);
  }
}

TEST(Quantize, a_dead_channel_and_a_huge_bias_survive) {
  const Splits data = toy_splits();
  TrainedRun run = toy_run(data, 2);
  for (Parameter &p : run.model.graph.params) {
    if (p.name == "conv1d/kernel")
      for (size_t i = 0; i < p.data.size(); i += 4) p.data[i] = 0;  // channel 0
    if (p.name == "conv1d/bias") p.data[0] = 500;
  }
  const IntegerProgram q = quantize(run.model, {data.train});
  EXPECT_NO_THROW(evaluate(q, data.test));
}

TEST(Quantize, refuses_an_empty_calibration_set) {
  const Splits data = toy_splits();
  const TrainedRun run = toy_run(data, 1);
  Dataset empty;
  EXPECT_ERROR(quantize(run.model, {empty}), "no windows to calibrate on");
}

TEST(FrontEnd, counts_give_the_bytes_of_their_sensor_values) {
  const float offset[2] = {0.5f, -3}, gain[2] = {10, 0.25f}, unit[2] = {0.01f, 0.5f};
  int16_t counts[8];
  float values[8];
  for (int i = 0; i < 8; ++i) {
    counts[i] = static_cast<int16_t>(1000 * i - 3500);
    values[i] = static_cast<float>(counts[i]) * unit[i % 2];
  }
  int8_t a[8], b[8];
  mote_front_end_s16(counts, 8, unit, 2, offset, gain, 2, 5, a);
  mote_front_end_f32(values, 8, offset, gain, 2, 5, b);
  EXPECT_EQ(std::vector<int8_t>(a, a + 8), std::vector<int8_t>(b, b + 8));
}

TEST(FrontEnd, saturates_and_survives_nan) {
  EXPECT_EQ(mote_sense(1e30f, 0, 1, 3), 127);
  EXPECT_EQ(mote_sense(-1e30f, 0, 1, 3), -128);
  EXPECT_EQ(mote_sense(NAN, 0, 1, 3), 3);
  EXPECT_EQ(mote_sense(2.5f, 0, 1, 0), 3);
}

}  // namespace
}  // namespace mote

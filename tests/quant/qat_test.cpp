// Quantization-aware training: its forward pass is the integer program, its last accuracy that of every
// export.
#include "quant/qat.h"

#include <filesystem>

#include "base/cpu.h"
#include "features/preprocessing.h"
#include "mote/export.h"
#include "mote/files.h"
#include "mote/workflow.h"
#include "quant/calibrate.h"
#include "test_support.h"
#include "train/network.h"

namespace mote {
namespace {

struct Case {
  std::string name;
  std::vector<Layer> layers;
};

std::vector<Layer> residual(Layer last) {
  return {Layer(Conv1D{.filters = 6, .kernel = 3, .activation = relu, .padding = same}).named("first"),
          Layer(Conv1D{.filters = 6, .kernel = 3, .padding = same}).named("second"),
          Layer(Add{relu}).from({"first", "second"}), GlobalAveragePool1D{}, std::move(last)};
}

// The networks whose exports are compared example by example.
std::vector<Case> exported_cases() {
  return {
      {"dense", {Flatten{}, Dense{16, relu}, Dense{8, relu}, Dense{3, softmax}}},
      {"conv1d",
       {Conv1D{.filters = 8, .kernel = 5}, BatchNorm{}, ReLU{}, MaxPool1D{2}, Flatten{}, Dense{3, softmax}}},
      {"residual", residual(Dense{3, softmax})},
      {"leading_norm",
       {BatchNorm{}, Conv1D{.filters = 8, .kernel = 5}, ReLU{}, BatchNorm{}, Flatten{}, Dense{3, softmax}}},
      {"gru", {GRU{8}, Dense{3, softmax}}}};
}

// Every kind of layer, without a softmax, so that the network's outputs are the program's.
std::vector<Case> forward_cases() {
  return {
      {"dense", {Flatten{}, Dense{9, relu}, Dense{4}}},
      {"conv1d", {Conv1D{.filters = 8, .kernel = 5, .stride = 2}, ReLU{}, MaxPool1D{2}, Flatten{}, Dense{4}}},
      {"padded",
       {Conv1D{.filters = 7, .kernel = 4, .padding = same}, ReLU6{}, AveragePool1D{2}, Flatten{}, Dense{4}}},
      {"separable",
       {SeparableConv1D{.filters = 6, .kernel = 3, .activation = relu}, DepthwiseConv1D{3}, LeakyReLU{},
        GlobalMaxPool1D{}, Dense{4}}},
      {"images",
       {Reshape{{10, 6, 1}}, Conv2D{.filters = 16, .kernel = 3, .activation = relu}, DepthwiseConv2D{3},
        HardSwish{}, MaxPool2D{2}, GlobalAveragePool2D{}, Dense{4}}},
      {"free_norm",
       {BatchNorm{}, Conv1D{.filters = 5, .kernel = 3, .activation = relu}, BatchNorm{}, Flatten{},
        Dropout{0.3}, Dense{4}}},
      {"curves",
       {Conv1D{.filters = 5, .kernel = 3, .activation = Activation::kTanh},
        Conv1D{.filters = 4, .kernel = 3, .activation = sigmoid}, Flatten{}, Dense{4}}},
      {"powers",
       {Conv1D{.filters = 5, .kernel = 3}, Square{}, AveragePool1D{2}, Flatten{}, Dense{6}, Abs{}, Dense{4}}},
      {"gru", {GRU{6, true}, GRU{5}, Dense{4}}},
      {"lstm", {LSTM{6}, Dense{4}}},
      {"simple_rnn", {SimpleRNN{6}, Dense{4}}},
      {"residual", residual(Dense{4})},
  };
}

TunedModel tune(const Model &model, const Splits &data, int epochs = 4, int threads = 1,
                const QuantizeSettings &settings = {}) {
  return quantize_aware(model, data, {data.train, settings}, {.epochs = epochs, .learning_rate = 2e-3f},
                        {.epochs = 10, .batch = 8, .threads = threads});
}

TEST(Qat, the_forward_pass_is_the_integer_program) {
  const Splits data = test::toy_splits(4, 20, 3);
  for (const Case &c : forward_cases()) {
    Model model = sequential(c.name, {20, 3}, c.layers);
    initialize(model.graph, 3);
    model.preprocessing.window = 20;
    model.preprocessing.channels = 3;
    model.preprocessing.steps = {normalization("none", {0}, {1})};
    model.preprocessing.target = ModelTarget::kValues;
    TrainOptions options{.batch = 8};
    IntegerForward pass(prepare_deployment(model, {.calibrate_on = data.train}, true), data.train, {},
                        options);
    const Graph graph = pass.model().graph;
    ThreadPool pool(2);
    constexpr int kRows = 7;
    Network network(graph, kRows, 1, pool, {.loss = {LossType::kMse}, .forward = &pass});
    // a leading normalization has moved into the preprocessing
    const size_t floats = data.val.example_floats();
    for (int r = 0; r < kRows; ++r)
      FrontEnd(pass.model().preprocessing).apply(data.val.example(r), network.input() + r * floats);
    const std::vector<float> targets(kRows * 4, 0.5f);
    network.step(kRows, {nullptr, targets.data()}, {}, 0);
    const IntegerProgram program = pass.program(graph);
    const std::vector<int8_t> expected = integer_outputs(program, data.val);
    const QuantParams &quant = program.tensor(program.outputs[0]).quant;
    for (int r = 0; r < kRows; ++r)
      for (int k = 0; k < 4; ++k)
        ASSERT_EQ(network.output(r)[k],
                  quant.scale[0] *
                      static_cast<float>(expected[static_cast<size_t>(r * 4 + k)] - quant.zero_point[0]))
            << c.name << " example " << r << " output " << k;
    for (float g : network.gradients()) ASSERT_TRUE(std::isfinite(g)) << c.name;
  }
}

TEST(Qat, its_last_accuracy_is_that_of_every_export_example_by_example) {
  const Splits data = test::toy_splits(3, 20, 3, 40);
  for (const Case &c : exported_cases()) {
    const TrainedRun run = train(sequential(c.name, {20, 3}, c.layers), data, {.epochs = 6, .batch = 8});
    const TunedModel tuned = tune(run.model, data);
    const double printed = tuned.run.history.back().val_accuracy;
    const std::vector<int8_t> outputs = integer_outputs(tuned.program, data.val);
    EXPECT_EQ(evaluate(tuned.program, data.val).accuracy, printed) << c.name;
    // .mote
    const auto saved = std::get<IntegerProgram>(parse_mote(format_mote(tuned.program), "x"));
    EXPECT_EQ(integer_outputs(saved, data.val), outputs) << c.name;
    // .tflite: from the int8 input that the front end gives
    HostProgram read(parse_tflite(format_tflite(tuned.program), "x"));
    const size_t count = outputs.size() / data.val.size(), floats = data.val.example_floats();
    size_t correct = 0;
    for (size_t i = 0; i < data.val.size(); ++i) {
      std::vector<int8_t> x(floats), y(count);
      FrontEnd(tuned.program.front_end).quantize(data.val.example(i), nullptr, x.data());
      read.invoke(x.data(), y.data());
      EXPECT_TRUE(std::equal(y.begin(), y.end(), outputs.begin() + static_cast<long>(i * count)))
          << c.name << " example " << i;
      correct += argmax_s8(y.data(), static_cast<int>(count)) == data.val.classes[i];
    }
    EXPECT_EQ(static_cast<double>(correct) / static_cast<double>(data.val.size()), printed) << c.name;
    // C: its self-test compares the outputs of all validation windows, from sensor values
    const test::TempFolder folder;
    export_c(tuned.program, (folder / "c").string(),
             {.golden_from = &data.val, .golden_count = static_cast<int>(data.val.size())});
    const std::string said = verify_c((folder / "c").string());
    EXPECT_TRUE(said.starts_with("compiled")) << said;
  }
}

// With a softmax or with logits as outputs: a loss near the float model's.
TEST(Qat, reports_the_loss_of_what_is_deployed) {
  const Splits data = test::toy_splits(3, 20, 3, 40);
  for (const Activation last : {softmax, none}) {
    const TrainedRun run = train(sequential("toy", {20, 3}, {Flatten{}, Dense{8, relu}, Dense{3, last}}),
                                 data, {.epochs = 10, .batch = 8});
    const IntegerProgram program = quantize(run.model, {.calibrate_on = data.train});
    const double loss = loss_of_outputs({}, program, data.val, integer_outputs(program, data.val));
    EXPECT_NEAR(loss, run.history.back().val_loss, 0.02 + 0.1 * run.history.back().val_loss);
  }
}

TEST(Qat, does_not_depend_on_threads) {
  const Splits data = test::toy_splits(3, 20, 3, 40);
  const TrainedRun run = test::toy_run(data, 3);
  EXPECT_EQ(format_mote(tune(run.model, data, 2, 1).program),
            format_mote(tune(run.model, data, 2, 4).program));
}

TEST(Qat, does_not_depend_on_the_instruction_set) {
  const Splits data = test::toy_splits(3, 20, 3, 40);
  const TrainedRun run =
      train(sequential("mixed", {20, 3},
                       {Conv1D{.filters = 8, .kernel = 3, .padding = same}, BatchNorm{}, ReLU{}, MaxPool1D{2},
                        DepthwiseConv1D{3}, GRU{6}, Dense{3, softmax}}),
            data, {.epochs = 2, .batch = 8});
  const std::string expected = format_mote(tune(run.model, data, 2).program);
  const Tier before = active_tier();
  for (Tier tier : available_tiers()) {
    force_tier(tier);
    EXPECT_EQ(format_mote(tune(run.model, data, 2).program), expected) << tier_name(tier);
  }
  force_tier(before);
}

// Where steps are far too coarse, training with its arithmetic wins most of it back.
TEST(Qat, wins_back_what_a_bad_range_lost) {
  const Splits data = test::toy_splits(4, 20, 3, 60);
  const Model model = sequential("toy", {20, 3}, {Flatten{}, Dense{12, relu}, Dense{4, softmax}});
  const TrainedRun run = train(model, data, {.epochs = 20, .batch = 8});
  QuantizeSettings coarse;
  coarse.calibration.layers = {{"dense", {}, ValueRange{0, 2500}}};
  const double as_float = evaluate(run.model, data.val).accuracy,
               plain = evaluate(quantize(run.model, {data.train, coarse}), data.val).accuracy;
  const TunedModel tuned = tune(run.model, data, 30, 1, coarse);
  EXPECT_LT(plain, as_float - 0.15);
  EXPECT_GT(tuned.run.history.back().val_accuracy, as_float - 0.05);
}

TEST(Qat, ranges_follow_the_weights) {
  const Splits data = test::toy_splits(3, 20, 3, 40);
  const TrainedRun run = test::toy_run(data, 3);
  const TunedModel tuned = quantize_aware(run.model, data, {.calibrate_on = data.train},
                                          {.epochs = 60, .learning_rate = 2e-2f}, {.epochs = 10, .batch = 8});
  const Calibration now = calibrate(tuned.run.model, data.train);
  // of the values before the softmax
  const IntegerProgram before = quantize(run.model, {.calibrate_on = data.train});
  const auto span = [](const IntegerProgram &p) {
    const ProgramLayer &last = p.layers[p.layers.size() - 2];
    return 255 * p.tensor(last.outputs[0]).quant.scale[0];
  };
  const ValueRange &range = now.values[now.values.size() - 2];
  EXPECT_GT(span(tuned.program), 2 * span(before));
  EXPECT_GT(span(tuned.program), 0.6f * (range.high - range.low));
}

TEST(Qat, refuses_what_it_cannot_do) {
  const Splits data = test::toy_splits();
  const TrainedRun run = test::toy_run(data, 1);
  EXPECT_THROW(quantize_aware(run.model, data, {.calibrate_on = data.train, .by_row = true}, {}, {}), Error);
}

}  // namespace
}  // namespace mote

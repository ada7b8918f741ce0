// Programs that work row by row: after the rows of a window they give the window's outputs, by every door.
#include "features/preprocessing.h"
#include "mote/host_program.h"
#include "mote/workflow.h"
#include "test_support.h"

namespace mote {
namespace {

struct Case {
  std::string name;
  std::vector<Layer> layers;
  bool has_tflite = true;
};

std::vector<Case> cases() {
  return {
      {"gru", {GRU{8}, Dense{3, softmax}}},
      {"gru_before", {GRU{.units = 6, .reset_after = false}, Dense{3}}},
      {"simple_rnn", {SimpleRNN{8}, Dense{3, softmax}}},
      {"stacked", {GRU{6, true}, SimpleRNN{5}, Dense{3}}},
      {"lstm", {LSTM{8}, Dense{3, softmax}}, false},
      {"lstm_stacked", {LSTM{6, true}, LSTM{5}, Dense{4, relu}, Dense{3}}, false},
      {"row_layers",
       {Conv1D{.filters = 5, .kernel = 1, .activation = relu}, BatchNorm{.momentum = 0.8}, GRU{6}, Dense{3}}},
  };
}

TEST(ByRow, the_last_row_gives_the_outputs_of_the_window) {
  const Splits data = test::toy_splits(3, 12, 3, 20);
  for (const Case &c : cases()) {
    const TrainedRun run = train(sequential(c.name, {12, 3}, c.layers), data,
                                 {.epochs = 4, .batch = 16, .optimizer = Adam{1e-2f}});
    const IntegerProgram window = quantize(run.model, {data.train}),
                         row = quantize(run.model, {.calibrate_on = data.train, .by_row = true});
    EXPECT_EQ(row.front_end.window, 1) << c.name;
    const std::vector<int8_t> expected = integer_outputs(window, data.test);
    EXPECT_EQ(integer_outputs(row, data.test), expected) << c.name;
    EXPECT_EQ(evaluate(row, data.test).predicted, evaluate(window, data.test).predicted) << c.name;
    const IntegerProgram back = std::get<IntegerProgram>(parse_mote(format_mote(row), "x"));
    EXPECT_EQ(integer_outputs(back, data.test), expected) << c.name;

    const test::TempFolder folder;
    export_c(row, (folder / "c").string(), {.golden_from = &data.test, .golden_count = 12});
    const std::string verdict = verify_c((folder / "c").string());
    EXPECT_NE(verdict.find("12 of 12"), std::string::npos) << c.name << verdict;

    if (!c.has_tflite) {
      EXPECT_ERROR(format_tflite(row), "keeps its state outside");
      continue;
    }
    // the file takes the states as further inputs and gives them as outputs
    HostProgram file(parse_tflite(format_tflite(row), "x.tflite"));
    const InputQuantization f = input_quantization(row.front_end);
    std::vector<int8_t> in(file.input_bytes()), out(file.output_bytes());
    const size_t own_in = 3, own_out = 3;
    for (size_t i = 0; i < 4; ++i) {
      std::fill(in.begin(), in.end(), int8_t{0});
      for (size_t t = 0; t < 12; ++t) {
        for (size_t k = 0; k < 3; ++k) {
          const float x = (data.test.example(i)[t * 3 + k] - f.offset[k]) * f.gain[k];
          in[k] = static_cast<int8_t>(
              std::clamp(std::round(x) + static_cast<float>(f.zero_point), -128.0f, 127.0f));
        }
        file.invoke(in.data(), out.data());
        std::copy(out.begin() + own_out, out.end(), in.begin() + own_in);
      }
      EXPECT_TRUE(std::equal(out.begin(), out.begin() + own_out, expected.begin() + static_cast<long>(3 * i)))
          << c.name;
    }
  }
}

TEST(ByRow, reset_starts_a_new_sequence) {
  const Splits data = test::toy_splits(2, 10, 2, 20);
  const TrainedRun run = train(sequential("n", {10, 2}, {LSTM{4}, Dense{2}}), data, {.epochs = 2});
  HostProgram host(quantize(run.model, {.calibrate_on = data.train, .by_row = true}));
  const float row[2] = {0.5f, -1.0f};
  int8_t first[2], second[2], again[2];
  host.predict(row, first);
  host.predict(row, second);
  host.reset();
  host.predict(row, again);
  EXPECT_EQ(std::memcmp(first, again, 2), 0);
  EXPECT_NE(std::memcmp(first, second, 2), 0);
}

TEST(ByRow, what_sees_several_rows_is_refused_by_name) {
  const Splits data = test::toy_splits(2, 12, 2, 20);
  const auto refusal = [&](const std::vector<Layer> &layers) {
    const TrainedRun run = train(sequential("n", {12, 2}, layers), data, {.epochs = 1});
    return test::error_of([&] { quantize(run.model, {.calibrate_on = data.train, .by_row = true}); });
  };
  EXPECT_NE(refusal({Conv1D{4, 3}, GRU{4}, Dense{2}}).find("looks at more than one row"), std::string::npos);
  EXPECT_NE(refusal({Conv1D{.filters = 4, .kernel = 3, .padding = causal}, GRU{4}, Dense{2}})
                .find("looks at several rows"),
            std::string::npos);
  EXPECT_NE(refusal({GRU{4, true}, GlobalMaxPool1D{}, Dense{2}})
                .find("'global_max_pool1d'] looks at more than one row"),
            std::string::npos);
  EXPECT_NE(refusal({GRU{4, true}, GlobalAveragePool1D{}, Dense{2}})
                .find("'global_average_pool1d'] looks at more than one row"),
            std::string::npos);
  EXPECT_NE(refusal({GRU{4, true}, Flatten{}, Dense{2}}).find("'dense'] looks at more than one row"),
            std::string::npos);
  EXPECT_NE(refusal({Flatten{}, Dense{2}}).find("more than one row"), std::string::npos);
}

}  // namespace
}  // namespace mote

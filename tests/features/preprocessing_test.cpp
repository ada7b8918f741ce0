// One preprocessing at every caller: training, evaluation, calibration, the host's int8 program and the
// exported C see the same values of a window, which are those of the formula in double precision.
#include "features/preprocessing.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "features/feature_def.h"
#include "features/preprocessing_json.h"
#include "mote/evaluate.h"
#include "mote/export.h"
#include "mote/host_program.h"
#include "quant/calibrate.h"
#include "test_support.h"

namespace mote {
namespace {

using nlohmann::json;

// Flatten alone: its output is the network's input.
Model bare_model(const Splits &data, const std::string &kind) {
  Model model = sequential("bare", {data.train.window, data.train.channels}, {Flatten{}});
  model.preprocessing = {data.train.window,        data.train.channels,   data.train.rate_hz,
                         data.train.channel_names, {normalization(kind)}, ModelTarget::kInput};
  fit(model.preprocessing, data.train.values.data(), data.train.size());
  return model;
}

// From the formula: the real input of value i of a window, and its int8.
double real_value(const Preprocessing &p, float x, size_t i) {
  const std::vector<float> &mean = p.steps[0].table("mean"), &gain = p.steps[0].table("gain");
  return (static_cast<double>(x) - static_cast<double>(mean[i % mean.size()])) *
         static_cast<double>(gain[i % gain.size()]);
}

TEST(Preprocessing, every_caller_sees_the_values_of_the_formula) {
  const Splits data = test::toy_splits(3, 12, 3, 40);
  for (const char *kind : {"channel", "feature", "none"}) {
    const Model model = bare_model(data, kind);
    const Preprocessing &p = model.preprocessing;
    const size_t floats = data.val.example_floats();
    ASSERT_EQ(output_shape(p).elements(), floats);
    const std::vector<float> outputs = float_outputs(model, data.val);
    Observer observer(model, 1);
    std::vector<float> applied(floats);
    for (size_t e = 0; e < data.val.size(); ++e) {
      FrontEnd(p).apply(data.val.example(e), applied.data());
      observer.run(data.val, e, 1);
      for (size_t i = 0; i < floats; ++i) {
        const double expected = real_value(p, data.val.example(e)[i], i);
        ASSERT_NEAR(applied[i], expected, 1e-6 * std::max(1.0, std::fabs(expected))) << kind;
        ASSERT_EQ(applied[i], outputs[e * floats + i]) << kind;
        ASSERT_EQ(applied[i], observer.value(0)[i]) << kind;
      }
    }
    EXPECT_EQ(evaluate(model, data.val).mse, 0) << kind;  // the targets are the same, too
  }
}

TEST(Preprocessing, the_fixed_form_is_that_of_the_host_and_of_the_exported_c) {
  const Splits data = test::toy_splits(3, 12, 3, 40);
  for (const char *kind : {"channel", "feature", "none"}) {
    const Model model = bare_model(data, kind);
    const IntegerProgram program = quantize(model, {.calibrate_on = data.train});
    const QuantParams &input = program.tensor(program.inputs[0]).quant;
    EXPECT_EQ(program.front_end.target, ModelTarget::kInput);
    EXPECT_EQ(program.front_end.window, model.preprocessing.window);
    EXPECT_EQ(program.front_end.channel_names, model.preprocessing.channel_names);
    EXPECT_EQ(FeaturePlan(program.front_end).floats, 0u);
    const std::vector<int8_t> inputs = integer_inputs(program, data.val),
                              outputs = integer_outputs(program, data.val);
    EXPECT_EQ(inputs, outputs) << kind;  // the program has no layer
    const Preprocessing real = real_form(program.front_end, input);
    const size_t floats = data.val.example_floats();
    std::vector<float> values(floats);
    for (size_t e = 0; e < data.val.size(); ++e) {
      FrontEnd(real).apply(data.val.example(e), values.data());
      for (size_t i = 0; i < floats; ++i) {
        const double x = real_value(model.preprocessing, data.val.example(e)[i], i);
        const double q = x / static_cast<double>(input.scale[0]) + input.zero_point[0];
        EXPECT_NEAR(inputs[e * floats + i], std::clamp(q, -128.0, 127.0), 0.501) << kind;
        EXPECT_NEAR(values[i], x, 1e-5 * std::max(1.0, std::fabs(x))) << kind;
      }
    }
    const test::TempFolder folder;  // its self-test compares all windows, from sensor values
    export_c(program, (folder / "c").string(),
             {.golden_from = &data.val, .golden_count = static_cast<int>(data.val.size())});
    EXPECT_TRUE(verify_c((folder / "c").string()).starts_with("compiled")) << kind;
  }
}

void expect_equal(const Preprocessing &a, const Preprocessing &b) {
  EXPECT_EQ(a.window, b.window);
  EXPECT_EQ(a.channels, b.channels);
  EXPECT_EQ(a.rate_hz, b.rate_hz);
  EXPECT_EQ(a.channel_names, b.channel_names);
  ASSERT_EQ(a.steps.size(), b.steps.size());
  for (size_t i = 0; i < a.steps.size(); ++i) {
    EXPECT_EQ(a.steps[i].block, b.steps[i].block);
    EXPECT_EQ(a.steps[i].attrs, b.steps[i].attrs);
    EXPECT_EQ(a.steps[i].tables, b.steps[i].tables);
    EXPECT_EQ(a.steps[i].chain, b.steps[i].chain);
  }
}

TEST(PreprocessingJson, gives_every_form_back_and_keeps_the_fields_of_format_1) {
  const Preprocessing real{4, 2, 62.5, {"u", "v"}, {normalization("channel", {1, -2.5f}, {0.1f, 3})}};
  const json j = preprocessing_json(real);
  EXPECT_EQ(j, json::parse(R"({"window": 4, "channels": 2, "rate_hz": 62.5, "channel_names": ["u", "v"],
      "normalize": "channel", "mean": [1.0, -2.5], "gain": [0.10000000149011612, 3.0]})"));
  EXPECT_EQ(preprocessing_format(real), 1);
  expect_equal(preprocessing_from(j), real);

  const Preprocessing fixed = fixed_form(real, {{0.5f}, {-3}, 0});
  const json f = preprocessing_json(fixed);
  EXPECT_EQ(f, json::parse(R"({"window": 4, "channels": 2, "rate_hz": 62.5, "channel_names": ["u", "v"],
      "offset": [1.0, -2.5], "gain": [0.20000000298023224, 6.0], "zero_point": -3})"));
  EXPECT_EQ(preprocessing_format(fixed), 1);
  expect_equal(preprocessing_from(f), fixed);

  const json none = preprocessing_json({});
  EXPECT_EQ(none, json::parse(R"({"window": 0, "channels": 0, "rate_hz": 0.0, "channel_names": [],
      "offset": [], "gain": [], "zero_point": 0})"));
  EXPECT_FALSE(preprocessing_from(none).is_set());
}

PreprocessingStep statistics_of(const std::string &values, int chain = 0) {
  return {"statistics", {{"values", values}}, {}, chain};
}

TEST(PreprocessingJson, several_steps_are_a_list_of_format_2_and_chains_of_format_4) {
  Preprocessing p{2, 1, 0, {"u"}, resolved({statistics_of("mean"), statistics_of("max", 1)}, 0)};
  p.steps.push_back(normalization("channel", {1}, {0.5f}));
  p.steps[1].chain = 0;
  EXPECT_EQ(preprocessing_format(p), 2);
  json j = preprocessing_json(p);
  EXPECT_EQ(j.at("steps").size(), 2u);
  EXPECT_EQ(j.at("steps")[0].at("block"), "statistics");
  EXPECT_FALSE(j.at("steps")[0].contains("chain"));
  expect_equal(preprocessing_from(j), p);
  j["steps"][0]["block"] = "statistic";
  EXPECT_ERROR(preprocessing_from(j), "no block is called 'statistic'; did you mean 'statistics'?");

  p.steps[1].chain = 1;
  EXPECT_EQ(preprocessing_format(p), 4);
  j = preprocessing_json(p);
  EXPECT_EQ(preprocessing_misfit(j), std::nullopt);
  EXPECT_EQ(j.at("steps")[1].at("chain"), 1);
  expect_equal(preprocessing_from(j), p);
  EXPECT_NO_THROW(check_fits(p, "x", 2, false));
  for (const int wrong : {-1, 2}) {
    p.steps[1].chain = wrong;
    EXPECT_ERROR(check_fits(p, "x", 2, false), "does not fit its input");
  }
  j["steps"][1]["chain"] = "second";
  EXPECT_NE(preprocessing_misfit(j), std::nullopt);
}

TEST(Preprocessing, applies_its_steps_in_order_and_fits_each_behind_the_others) {
  Preprocessing p{2, 1, 0, {"u"}, resolved({statistics_of("min,max")}, 0)};
  p.steps.push_back(normalization("none", {4}, {0.5f}));
  const float x[] = {5, 2};
  float y[2];
  EXPECT_EQ(output_shape(p), (Shape{1, 2}));
  FrontEnd(p).apply(x, y);
  EXPECT_EQ(y[0], -1);  // (2 - 4) / 2
  EXPECT_EQ(y[1], 0.5f);
  p.steps.clear();
  FrontEnd(p).apply(x, y);
  EXPECT_EQ(y[0], 5);
  EXPECT_EQ(y[1], 2);
}

TEST(Preprocessing, refuses_what_a_device_could_not_do_and_what_does_not_fit) {
  const std::vector<float> values = {1, 2, 3, 4};
  Preprocessing p{2, 1, 0, {"u"}, {normalization("channel"), normalization("channel")}};
  EXPECT_ERROR(fit(p, values.data(), 2), "so it comes last");
  p.steps = {quantization({0}, {1}, 0)};
  EXPECT_ERROR(fit(p, values.data(), 2), "so it is the last step of a fixed form");
  EXPECT_ERROR(check_fits(p, "x", 2, false), "does not fit its input");
  EXPECT_NO_THROW(check_fits(p, "x", 2, true));
  EXPECT_ERROR(check_fits(p, "x", 3, true), "does not fit its input");
  p.steps = {normalization("channel", {1}, {1}), normalization("channel", {1}, {1})};
  EXPECT_ERROR(check_fits(p, "x", 2, false), "does not fit its input");
  p.steps = {normalization("channel", {1}, {INFINITY})};
  EXPECT_ERROR(check_fits(p, "x", 2, false), "not finite");
  EXPECT_ERROR(check_fits(p, "x", 2, true), "does not fit its input");
}

// A block behind one that gives a row for a row, or of another rate, knows its rate.
TEST(Features, know_the_rate_of_what_comes_to_them) {
  const PreprocessingStep filter = {"filter", {{"cutoff_hz", 5.0}}, {}};
  const auto rates = [](std::vector<PreprocessingStep> blocks, double rate_hz) {
    std::vector<double> all;
    for (const PreprocessingStep &step : resolved(std::move(blocks), rate_hz))
      if (step.attrs.contains("rate_hz")) all.push_back(step.attrs.number("rate_hz"));
    return all;
  };
  EXPECT_EQ(rates({{"magnitude", {}, {}}, filter, {"decimate", {{"factor", int64_t{4}}}, {}}, filter}, 100),
            (std::vector<double>{100, 25}));
  EXPECT_EQ(rates({{"resample", {{"to_hz", 50.0}}, {}}, filter}, 80), (std::vector<double>{80, 50}));
  EXPECT_EQ(rates({{"autocorrelation", {}, {}}, filter}, 100), std::vector<double>{0});
  PreprocessingStep other = filter;
  other.attrs["rate_hz"] = 100.0;
  EXPECT_ERROR(rates({{"decimate", {{"factor", int64_t{4}}}, {}}, other}, 100),
               "rate_hz is 100, the block before it gives 25 rows a second");
}

TEST(Features, of_a_chain_say_which_one_does_not_fit) {
  EXPECT_ERROR(feature_shape({{"raw", {}, {}}, {"mfe", {}, {}}}, {16000, 2}, 16000),
               "features.blocks[1] (mfe): its window has 2 channels");
}

// What every block must give, whichever is added.
TEST(Features, are_complete) {
  for (const FeatureDef *feature : all_features()) {
    EXPECT_EQ(&feature_by_name(feature->name), feature);
    EXPECT_FALSE(feature->formula.empty()) << feature->name;
    EXPECT_TRUE(feature->shape) << feature->name;
    for (const AttrSpec &spec : feature->attrs) EXPECT_FALSE(spec.doc.empty()) << feature->name;
    for (const FeatureTable &table : feature->tables)
      for (const AttrSpec &spec : feature->attrs) EXPECT_NE(table.name, spec.name) << feature->name;
    EXPECT_TRUE(feature->stands_flat || !feature->doc.empty()) << feature->name;
  }
}

}  // namespace
}  // namespace mote

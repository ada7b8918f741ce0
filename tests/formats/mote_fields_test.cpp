// .mote files: each field comes back as it was, and each damaged one is refused with a sentence.
#include <nlohmann/json.hpp>

#include "base/zip.h"
#include "features/fixed_arithmetic.h"
#include "features/preprocessing.h"
#include "features/window_features.h"
#include "mote/host_program.h"
#include "small_program.h"

namespace mote::test {
namespace {

using nlohmann::json;

Model odd_model() {
  Model m = toy_model();
  m.graph.name = "odd \xC3\xBC";
  initialize(m.graph, 4);
  m.labels = {"b", "10", "a"};
  m.preprocessing = {
      20, 3, 62.5, {"ax", "ay", "az"}, {normalization("standard", {1, 2, -3.25f}, {0.5f, 4, 0.1f})}};
  m.preprocessing.running_mean = 77;
  m.preprocessing.channel_ranges = {{0.25f, 1, -3, 4.125f}, {-1e-9f, 2e-9f, -5e-9f, 0}, {0, 0, 0, 0}};
  return m;
}

IntegerProgram odd_program() {
  SmallProgram s(5, 2, 4, Last::kSoftmax);
  s.p.front_end.rate_hz = 12.5;
  s.p.front_end.running_mean = 1234;
  s.p.tensors[1].quant.axis = 0;
  return s.p;
}

void expect_equal_steps(const Preprocessing &a, const Preprocessing &b) {
  ASSERT_EQ(a.steps.size(), b.steps.size());
  for (size_t i = 0; i < a.steps.size(); ++i) {
    EXPECT_EQ(a.steps[i].block, b.steps[i].block);
    EXPECT_EQ(a.steps[i].attrs, b.steps[i].attrs);
    EXPECT_EQ(a.steps[i].tables, b.steps[i].tables);
  }
}

TEST(MoteFile, gives_every_field_of_a_float_model_back) {
  for (const ModelTarget target : {ModelTarget::kClasses, ModelTarget::kValues}) {
    Model m = odd_model();
    m.preprocessing.target = target;
    if (target == ModelTarget::kValues) m.labels.clear();
    const Model back = std::get<Model>(parse_mote(format_mote(m), "x"));
    EXPECT_EQ(back.graph.name, m.graph.name);
    EXPECT_EQ(back.graph.input, m.graph.input);
    EXPECT_EQ(back.labels, m.labels);
    EXPECT_EQ(back.preprocessing.target, target);
    const Preprocessing &a = back.preprocessing, &b = m.preprocessing;
    EXPECT_EQ(a.window, b.window);
    EXPECT_EQ(a.channels, b.channels);
    EXPECT_EQ(a.rate_hz, b.rate_hz);
    EXPECT_EQ(a.running_mean, 77);
    EXPECT_EQ(a.channel_names, b.channel_names);
    EXPECT_EQ(a.channel_ranges, b.channel_ranges);
    expect_equal_steps(a, b);
    ASSERT_EQ(back.graph.nodes.size(), m.graph.nodes.size());
    for (size_t i = 0; i < m.graph.nodes.size(); ++i) {
      const Node &x = back.graph.nodes[i], &y = m.graph.nodes[i];
      EXPECT_EQ(x.op, y.op);
      EXPECT_EQ(x.name, y.name);
      EXPECT_EQ(x.attrs, y.attrs);
      EXPECT_EQ(x.inputs, y.inputs);
      EXPECT_EQ(x.shape, y.shape);
    }
    ASSERT_EQ(back.graph.layers.size(), m.graph.layers.size());
    for (size_t i = 0; i < m.graph.layers.size(); ++i) {
      const GraphLayer &x = back.graph.layers[i], &y = m.graph.layers[i];
      EXPECT_EQ(x.name, y.name);
      EXPECT_EQ(x.type, y.type);
      EXPECT_EQ(x.first_node, y.first_node);
      EXPECT_EQ(x.last_node, y.last_node);
    }
    ASSERT_EQ(back.graph.params.size(), m.graph.params.size());
    for (size_t i = 0; i < m.graph.params.size(); ++i)
      EXPECT_EQ(back.graph.params[i].data, m.graph.params[i].data);
  }
}

void expect_equal(const IntegerProgram &back, const IntegerProgram &p) {
  EXPECT_EQ(back.name, p.name);
  EXPECT_EQ(back.labels, p.labels);
  EXPECT_EQ(back.inputs, p.inputs);
  EXPECT_EQ(back.outputs, p.outputs);
  EXPECT_EQ(back.front_end.target == ModelTarget::kInput, p.front_end.target == ModelTarget::kInput);
  const Preprocessing &a = back.front_end, &b = p.front_end;
  expect_equal_steps(a, b);
  EXPECT_EQ(a.window, b.window);
  EXPECT_EQ(a.channels, b.channels);
  EXPECT_EQ(a.running_mean, b.running_mean);
  EXPECT_EQ(a.rate_hz, b.rate_hz);
  EXPECT_EQ(a.channel_names, b.channel_names);
  ASSERT_EQ(back.tensors.size(), p.tensors.size());
  for (size_t i = 0; i < p.tensors.size(); ++i) {
    const ProgramTensor &x = back.tensors[i], &y = p.tensors[i];
    EXPECT_EQ(x.name, y.name);
    EXPECT_EQ(x.shape, y.shape);
    EXPECT_EQ(x.dtype, y.dtype);
    EXPECT_EQ(x.quant.scale, y.quant.scale);
    EXPECT_EQ(x.quant.zero_point, y.quant.zero_point);
    EXPECT_EQ(x.quant.axis, y.quant.axis);
    EXPECT_EQ(x.data, y.data);
    EXPECT_EQ(x.is_constant, y.is_constant);
  }
  ASSERT_EQ(back.layers.size(), p.layers.size());
  for (size_t i = 0; i < p.layers.size(); ++i) {
    EXPECT_EQ(back.layers[i].op, p.layers[i].op);
    EXPECT_EQ(back.layers[i].name, p.layers[i].name);
    EXPECT_EQ(back.layers[i].inputs, p.layers[i].inputs);
    EXPECT_EQ(back.layers[i].outputs, p.layers[i].outputs);
    for (const auto &[key, value] : p.layers[i].attrs)
      EXPECT_TRUE(back.layers[i].attrs.at(key) == value) << key;
  }
  ASSERT_EQ(back.states.size(), p.states.size());
  for (size_t i = 0; i < p.states.size(); ++i) {
    EXPECT_EQ(back.states[i].input, p.states[i].input);
    EXPECT_EQ(back.states[i].output, p.states[i].output);
  }
}

TEST(MoteFile, gives_every_field_of_an_int8_program_back) {
  expect_equal(std::get<IntegerProgram>(parse_mote(format_mote(odd_program()), "x")), odd_program());
  const Splits data = toy_splits(2, 8, 2, 6);
  const TrainedRun run = train(sequential("n", {8, 2}, {LSTM{4}, Dense{2}}), data, {.epochs = 1});
  const IntegerProgram row = quantize(run.model, {.calibrate_on = data.train, .by_row = true});
  ASSERT_EQ(row.states.size(), 2u);
  expect_equal(std::get<IntegerProgram>(parse_mote(format_mote(row), "x")), row);
  // an autoencoder says that its outputs are its input
  SmallProgram s(2, 2, 4, Last::kLogits);
  s.p.labels.clear();
  s.p.front_end.target = ModelTarget::kInput;
  expect_equal(std::get<IntegerProgram>(parse_mote(format_mote(s.p), "x")), s.p);
}

// A file whose manifest was changed.
class Manifest {
 public:
  explicit Manifest(const std::string &bytes) : entries_(parse_zip(bytes, "x")) {}
  template <class Change>
  std::string refusal(Change change) const {
    ZipEntries entries = entries_;
    json j = json::parse(entries.at("model.json"));
    change(j);
    entries["model.json"] = j.dump();
    return error_of([&] { parse_mote(format_zip(entries), "file"); });
  }

 private:
  ZipEntries entries_;
};

#define EXPECT_REFUSED(file, part, ...)                              \
  do {                                                               \
    const std::string said = file.refusal([](json & j) __VA_ARGS__); \
    EXPECT_NE(said.find(part), std::string::npos) << said;           \
  } while (false)

TEST(MoteFile, refuses_each_damaged_field_of_a_float_model) {
  const Manifest file(format_mote(odd_model()));
  for (const char *key : {"format", "kind", "name", "input", "labels", "preprocessing", "nodes", "layers"}) {
    const std::string said = file.refusal([key](json &j) { j.erase(key); });
    EXPECT_NE(said.find("model.json is damaged"), std::string::npos) << key << said;
  }
  EXPECT_REFUSED(file, "unknown kind 'double'", { j["kind"] = "double"; });
  EXPECT_REFUSED(file, "input shape is damaged", { j["input"] = {0, 3}; });
  EXPECT_REFUSED(file, "input shape is damaged", { j["input"] = {20, -3}; });
  EXPECT_REFUSED(file, "input shape is damaged", { j["input"] = {(1 << 24) + 1, 3}; });
  EXPECT_REFUSED(file, "does not fit its input", { j["preprocessing"]["window"] = 19; });
  EXPECT_REFUSED(file, "does not fit its input", { j["preprocessing"]["channels"] = 0; });
  EXPECT_REFUSED(file, "does not fit its input", { j["preprocessing"]["mean"] = {1, 2}; });
  EXPECT_REFUSED(file, "does not fit its input", {
    j["preprocessing"]["mean"] = {1, 2, 3, 4, 5, 6, 7};
    j["preprocessing"]["gain"] = j["preprocessing"]["mean"];
  });
  EXPECT_REFUSED(file, "does not fit its input", {
    j["preprocessing"]["mean"] = json::array();
    j["preprocessing"]["gain"] = json::array();
  });
  EXPECT_REFUSED(file, "channel_ranges.low must be 3 finite numbers", {
    j["preprocessing"]["channel_ranges"]["low"] = {1, 2};
  });
  EXPECT_REFUSED(file, "channel_ranges.high must be 3 finite numbers", {
    j["preprocessing"]["channel_ranges"]["high"] = {1, 2, 1e300};
  });
  EXPECT_REFUSED(file, "model.json is damaged", { j["preprocessing"]["channel_ranges"].erase("mean"); });
  EXPECT_REFUSED(file, "not finite", { j["preprocessing"]["mean"] = {1, 1e300, 1}; });
  EXPECT_REFUSED(file, "not finite", { j["preprocessing"]["gain"] = {1, 1, -1e300}; });
  EXPECT_REFUSED(file, "not made yet", { j["nodes"][1]["inputs"] = {2}; });
  EXPECT_REFUSED(file, "not made yet", { j["nodes"][1]["inputs"] = {-1}; });
  EXPECT_REFUSED(file, "has no input", { j["nodes"][1]["inputs"] = json::array(); });
  EXPECT_REFUSED(file, "layers are damaged", { j["layers"][0]["first_node"] = -1; });
  EXPECT_REFUSED(file, "layers are damaged", { j["layers"][1]["last_node"] = 0; });
  EXPECT_REFUSED(file, "layers are damaged", { j["layers"].back()["last_node"] = j["nodes"].size() + 1; });
  EXPECT_REFUSED(file, "unknown target 'x'", { j["target"] = "x"; });
  EXPECT_REFUSED(file, "does not fit its target", { j["labels"] = {"a", "b"}; });
  EXPECT_REFUSED(file, "does not fit its target", { j["target"] = "input"; });
  EXPECT_REFUSED(file, "does not fit its target", { j["target"] = "values"; });  // which have no labels
}

TEST(MoteFile, refuses_each_damaged_field_of_an_int8_program) {
  const Manifest file(format_mote(odd_program()));
  for (const char *key : {"name", "labels", "tensors", "layers", "inputs", "outputs", "front_end"}) {
    const std::string said = file.refusal([key](json &j) { j.erase(key); });
    EXPECT_NE(said.find("model.json is damaged"), std::string::npos) << key << said;
  }
  EXPECT_REFUSED(file, "has the type 'int7'", { j["tensors"][0]["dtype"] = "int7"; });
  EXPECT_REFUSED(file, "unequal numbers", { j["tensors"][1]["zero_point"] = {0, 0, 0}; });
  EXPECT_REFUSED(file, "is missing", { j["tensors"][1]["data"] = "data/9.bin"; });
  EXPECT_REFUSED(file, "refers to tensor 5", { j["layers"][0]["inputs"][0] = 5; });
  EXPECT_REFUSED(file, "refers to tensor -2", { j["layers"][0]["inputs"][2] = -2; });
  EXPECT_REFUSED(file, "refers to tensor -1", { j["layers"][0]["outputs"][0] = -1; });
  EXPECT_REFUSED(file, "refers to tensor -1", { j["inputs"] = {-1}; });
  EXPECT_REFUSED(file, "carried states are damaged", { j["states"] = {{0}}; });
  EXPECT_REFUSED(file, "front end needs one int8 input", { j["inputs"] = {0, 3}; });
  EXPECT_REFUSED(file, "has no output", { j["outputs"] = json::array(); });
  EXPECT_REFUSED(file, "does not fit its input", { j["front_end"]["channels"] = 3; });
  EXPECT_REFUSED(file, "does not fit its target", { j["labels"] = {"a", "b"}; });
  EXPECT_REFUSED(file, "does not fit its target", { j["reconstructs_input"] = true; });
  EXPECT_REFUSED(file, "does not fit its target", {
    j["labels"] = json::array();
    j["reconstructs_input"] = true;  // 4 outputs for 10 inputs
  });
  EXPECT_REFUSED(file, "'dnese'", { j["layers"][0]["op"] = "dnese"; });
}

TEST(MoteFile, refuses_values_that_no_model_has_and_names_the_field) {
  const Manifest file(format_mote(odd_program())), model(format_mote(odd_model()));
  for (const double scale : {0.0, -0.5, 1e-40, 1e300})
    EXPECT_NE(file.refusal([&](json &j) { j["tensors"][0]["scale"][0] = scale; })
                  .find("scale[0] must be a finite number above 0 that is not subnormal"),
              std::string::npos)
        << scale;
  EXPECT_REFUSED(file, "zero_point[0] must be from -128 to 127 for int8, and is 128",
                 { j["tensors"][0]["zero_point"][0] = 128; });
  EXPECT_REFUSED(file, "zero_point[0] must be from 0 to 0 for int32",
                 { j["tensors"][2]["zero_point"][0] = 1; });
  EXPECT_REFUSED(file, "scale must be one, or one for each", {
    j["tensors"][0]["scale"] = {1, 1, 1};
    j["tensors"][0]["zero_point"] = {0, 0, 0};
    j["tensors"][0]["axis"] = 7;
  });
  EXPECT_REFUSED(file, "tensors[0].scale[0] must be a number", { j["tensors"][0]["scale"][0] = nullptr; });
  EXPECT_REFUSED(file, "tensors[0].axis must be a whole number", { j["tensors"][0]["axis"] = -5; });
  EXPECT_REFUSED(file, "front_end.zero_point must be a whole number from -128 to 127, and is 300",
                 { j["front_end"]["zero_point"] = 300; });
  EXPECT_REFUSED(file, "front_end.gain[1] must be a number", { j["front_end"]["gain"][1] = "1"; });
  EXPECT_REFUSED(file, "running_mean", { j["front_end"]["running_mean"] = -1; });
  EXPECT_REFUSED(file, "front_end.rate_hz must be a number from 0", { j["front_end"]["rate_hz"] = -1; });
  EXPECT_REFUSED(file, "layers[0].attrs['activation']",
                 { j["layers"][0]["attrs"]["activation"] = json::object(); });
  EXPECT_REFUSED(file, "name must be a text of at most", { j["name"] = std::string(100000, 'x'); });
  EXPECT_REFUSED(model, "a low is above its high", {
    j["preprocessing"]["channel_ranges"]["low"] = {9, 9, 9};
  });
  EXPECT_REFUSED(model, "preprocessing.mean[0] must be a number",
                 { j["preprocessing"]["mean"][0] = nullptr; });
  EXPECT_REFUSED(model, "nodes[0].op is missing", { j["nodes"][0].erase("op"); });
  std::string deep = "{\"format\": ";
  for (int i = 0; i < 100000; ++i) deep += "[";
  EXPECT_ERROR(parse_mote(format_zip({{"model.json", deep}}), "file"), "nested deeper than");
  EXPECT_ERROR(parse_mote(format_zip({{"model.json", "{\"format\": 1e400}"}}), "file"), "beyond all range");
  EXPECT_ERROR(parse_mote(format_zip({{"model.json", "{\n"}}), "file"), "not JSON from line 2, column 1 on");
}

// Two blocks in integers, which leave the shape as it is.
Model model_in_integers() {
  Model m = odd_model();
  Preprocessing &p = m.preprocessing;
  const PreprocessingStep last = p.steps.back();
  p.steps = resolved({{"sign_free", {}, {}}, {"raw", {{"scale", 0.5}}, {}}}, p.rate_hz);
  for (PreprocessingStep &step : p.steps) step.arithmetic = Arithmetic::kFixed;
  set_exponents(p, p.channel_ranges);
  fit_blocks(p);
  p.steps.push_back(last);
  return m;
}

TEST(MoteFile, gives_steps_in_integers_back) {
  const Model m = model_in_integers();
  const Model back = std::get<Model>(parse_mote(format_mote(m), "x"));
  expect_equal_steps(back.preprocessing, m.preprocessing);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(back.preprocessing.steps[i].arithmetic, m.preprocessing.steps[i].arithmetic);
    EXPECT_EQ(back.preprocessing.steps[i].exponents, m.preprocessing.steps[i].exponents);
  }
  EXPECT_EQ(m.preprocessing.steps[0].exponents, (std::vector<int>{11, 41, 0}));
  EXPECT_EQ(m.preprocessing.steps[1].exponents, m.preprocessing.steps[0].exponents);
}

TEST(MoteFile, refuses_steps_in_integers_that_do_not_fit) {
  const Manifest file(format_mote(model_in_integers()));
  EXPECT_REFUSED(file, "arithmetic is not known to this version of mote",
                 { j["preprocessing"]["steps"][0]["arithmetic"] = "int3"; });
  EXPECT_REFUSED(file, "exponents belongs to a step in integers",
                 { j["preprocessing"]["steps"][0].erase("exponents"); });
  EXPECT_REFUSED(file, "exponents belongs to a step in integers",
                 { j["preprocessing"]["steps"][1].erase("arithmetic"); });
  EXPECT_REFUSED(file, "exponents[0] must be a whole number",
                 { j["preprocessing"]["steps"][0]["exponents"][0] = 1.5; });
  EXPECT_REFUSED(file, "does not fit its input", { j["preprocessing"]["steps"][0]["exponents"] = {1, 2}; });
  EXPECT_REFUSED(file, "does not fit its input",
                 { j["preprocessing"]["steps"][0]["exponents"] = json::array(); });
  EXPECT_REFUSED(file, "does not fit its input", {
    for (json &step : j["preprocessing"]["steps"]) step["exponents"] = {900, 0, 0};
  });
  EXPECT_REFUSED(file, "does not fit its input", {  // of another unit than the block before it gives
    j["preprocessing"]["steps"][1]["exponents"][2] = 5;
  });
  EXPECT_REFUSED(file, "does not fit its input", {  // one in floats behind one in integers
    j["preprocessing"]["steps"][1].erase("arithmetic");
    j["preprocessing"]["steps"][1].erase("exponents");
  });
  EXPECT_REFUSED(file, "has no routine in integers", {
    j["preprocessing"]["steps"][0] = {
        {"block", "image"}, {"formula", ""}, {"arithmetic", "fixed"}, {"exponents", {0, 0, 0}}};
  });
}

TEST(MoteFile, a_model_that_cannot_be_read_is_not_written) {
  const test::TempFolder folder;
  const std::string path = (folder / "m.mote").string();
  save(odd_program(), path);
  const std::string before = read_file(path);
  IntegerProgram program = odd_program();
  program.tensors[0].quant.zero_point[0] = 200;
  EXPECT_ERROR(save(program, path), "zero_point[0] must be");
  Model model = odd_model();
  model.preprocessing.steps[0].tables["gain"][1] = NAN;
  EXPECT_ERROR(save(model, path), "preprocessing.gain[1] must be a number");
  EXPECT_EQ(read_file(path), before);
}

}  // namespace
}  // namespace mote::test

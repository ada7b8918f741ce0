// What stands in a .tflite file, read back by a second reader that knows the schema's numbers only; and what
// our reader makes of each field.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "flatbuffer_walk.h"
#include "graph/op_def.h"
#include "mote/host_program.h"
#include "program/program.h"
#include "small_program.h"

namespace mote::test {
namespace {

constexpr int kInt8 = 9, kInt32 = 2;

SmallProgram small() { return {5, 2, 4, Last::kSoftmax}; }

TEST(TfliteFile, holds_the_tensors_of_the_program) {
  const SmallProgram s = small();
  const std::string bytes = format_tflite(s.p, {.keep_names = true});
  EXPECT_EQ(bytes.substr(4, 4), "TFL3");
  const WalkedFile f = walk_tflite(bytes);
  EXPECT_EQ(f.version, 3);
  EXPECT_EQ(f.description, "mote");
  ASSERT_EQ(f.tensors.size(), s.p.tensors.size());
  EXPECT_EQ(f.inputs, std::vector<int32_t>(s.p.inputs.begin(), s.p.inputs.end()));
  EXPECT_EQ(f.outputs, std::vector<int32_t>(s.p.outputs.begin(), s.p.outputs.end()));
  ASSERT_FALSE(f.buffers.empty());
  EXPECT_TRUE(f.buffers[0].data.empty());  // the format's empty buffer
  for (size_t i = 0; i < f.tensors.size(); ++i) {
    const ProgramTensor &t = s.p.tensors[i];
    const WalkedTensor &w = f.tensors[i];
    EXPECT_EQ(w.name, t.name);
    EXPECT_EQ(w.shape, std::vector<int32_t>(t.shape.dims().begin(), t.shape.dims().end()));
    EXPECT_EQ(w.type, t.dtype == DType::kInt8 ? kInt8 : kInt32);
    EXPECT_EQ(w.scale, t.quant.scale);
    EXPECT_EQ(w.zero_point, std::vector<int64_t>(t.quant.zero_point.begin(), t.quant.zero_point.end()));
    EXPECT_EQ(w.axis, t.quant.axis);
    EXPECT_FALSE(w.is_variable);
    if (t.is_constant)
      EXPECT_EQ(f.buffers.at(w.buffer).data, t.data);
    else
      EXPECT_EQ(w.buffer, 0u);
  }
  const WalkedFile lean = walk_tflite(format_tflite(s.p));
  for (size_t i = 0; i < lean.tensors.size(); ++i)
    EXPECT_EQ(lean.tensors[i].name, i == 0 || i == 4 ? s.p.tensors[i].name : "");
}

TEST(TfliteFile, holds_its_data_on_16_bytes_and_each_content_once) {
  // tables of many sizes, so that their places are not aligned by chance
  for (int window : {3, 5, 7, 11, 13}) {
    const SmallProgram s(window, 3, 5, Last::kSoftmax);
    const WalkedFile f = walk_tflite(format_tflite(s.p));
    std::set<std::vector<uint8_t>> contents;
    size_t held = 0;
    for (const WalkedBuffer &b : f.buffers) {
      if (b.data.empty()) continue;
      ++held;
      EXPECT_EQ(b.at % 16, 0u) << window;
      EXPECT_TRUE(contents.insert(b.data).second);
    }
    EXPECT_EQ(held, 3u);  // weights, bias, metadata
  }
}

TEST(TfliteFile, tells_the_front_end_in_its_metadata) {
  SmallProgram s = small();
  s.p.front_end.rate_hz = 62.5;
  const WalkedFile f = walk_tflite(format_tflite(s.p));
  ASSERT_EQ(f.metadata.size(), 1u);
  EXPECT_EQ(f.metadata[0].first, "mote.front_end");
  const std::vector<uint8_t> &data = f.buffers.at(f.metadata[0].second).data;
  const nlohmann::json j = nlohmann::json::parse(data.begin(), data.end());
  const InputQuantization numbers = input_quantization(s.p.front_end);
  ASSERT_NE(numbers.offset, numbers.gain);
  EXPECT_EQ(j.at("offset").get<std::vector<float>>(), numbers.offset);
  EXPECT_EQ(j.at("gain").get<std::vector<float>>(), numbers.gain);
  EXPECT_EQ(j.at("zero_point"), 3);
  EXPECT_EQ(j.at("window"), 5);
  EXPECT_EQ(j.at("channels"), 2);
  EXPECT_EQ(j.at("rate_hz"), 62.5);
  EXPECT_EQ(j.at("channel_names").get<std::vector<std::string>>(), s.p.front_end.channel_names);
  EXPECT_EQ(j.at("labels").get<std::vector<std::string>>(), s.p.labels);
  // by the formula that it states, the int8 input of a window
  const std::vector<float> raw = s.random_rows(5, 2);
  const std::vector<int> q = s.front_end(raw.data());
  const auto offset = j.at("offset").get<std::vector<double>>(),
             gain = j.at("gain").get<std::vector<double>>();
  for (size_t i = 0; i < raw.size(); ++i)
    EXPECT_NEAR((static_cast<double>(raw[i]) - offset[i % 2]) * gain[i % 2] + 3, q[i], 0.51);
  SmallProgram bare = small();
  bare.p.front_end = {};
  EXPECT_TRUE(walk_tflite(format_tflite(bare.p)).metadata.empty());
}

TEST(TfliteFile, its_readme_says_the_same) {
  SmallProgram s = small();
  s.p.front_end.rate_hz = 62.5;
  const std::string text = tflite_readme(s.p, "m.tflite");
  for (const char *part :
       {"| input | (1, 5, 2) int8 | 0.05", "| 3 |", "| output | (1, 4) int8 | 0.00390625 | -128 |",
        "in the order of the output: walk, 10, 2, b.", "gain[i % 2]) + 3, -128, 127)",
        "window   5 rows at 62.5 Hz", "channels ch0, ch1", "offset   -1, -0.5\n"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  const std::vector<float> &gain = input_quantization(s.p.front_end).gain;
  EXPECT_NE(text.find(fmt::format("gain     {:.9g}, {:.9g}", gain[0], gain[1])), std::string::npos);
}

// A program of one op in two forms, of which the second needs a higher version.
TEST(TfliteFile, an_operator_in_two_forms_has_the_version_that_both_know) {
  for (const bool is_first : {false, true}) {
    SmallProgram s(5, 2, 4, Last::kLogits);
    IntegerProgram &p = s.p;
    p.front_end = {};
    p.labels.clear();
    // a second dense layer; one of the two has no bias, which version 6 knows
    ProgramTensor weights{"w2", {3, 4}, DType::kInt8, {{0.01f}, {0}, 0}, std::vector<uint8_t>(12, 5), true};
    const int w = p.add_tensor(weights),
              y = p.add_tensor({"y2", {1, 3}, DType::kInt8, {{0.1f}, {0}, 0}, {}, false});
    ProgramTensor bias{"b2", {3}, DType::kInt32, {{0.001f}, {0}, 0}, std::vector<uint8_t>(12, 1), true};
    p.layers.push_back(
        {"dense", "second", {{"activation", std::string("none")}}, {3, w, p.add_tensor(bias)}, {y}});
    p.outputs = {y};
    p.layers[is_first ? 0 : 1].inputs.resize(2);
    drop_unused_tensors(p);
    const WalkedFile f = walk_tflite(format_tflite(p));
    ASSERT_EQ(f.operators.size(), 2u);
    for (const WalkedOperator &o : f.operators) {
      EXPECT_EQ(o.code, 9);
      EXPECT_GE(o.version, lowest_version(f, o));
    }
    EXPECT_EQ(f.operators[is_first ? 0 : 1].version, 6);
    EXPECT_EQ(f.operators[is_first ? 0 : 1].inputs.size(), 2u);
  }
}

// Field numbers of the options: schema.fbs.
TEST(TfliteFile, holds_the_options_of_a_convolution_and_a_pool_in_their_places) {
  IntegerProgram p;
  p.name = "c";
  const auto tensor = [&](const Shape &shape) {
    return p.add_tensor({"t", shape, DType::kInt8, {{0.05f}, {-3}, 0}, {}, false});
  };
  const int x = tensor({1, 9, 8, 4});
  ProgramTensor w{"w",
                  {6, 3, 2, 4},
                  DType::kInt8,
                  {std::vector<float>(6, 0.01f), std::vector<int>(6, 0), 0},
                  std::vector<uint8_t>(144, 3),
                  true};
  const int iw = p.add_tensor(w), y = tensor({1, 5, 3, 6});
  using List = std::vector<int64_t>;
  p.layers.push_back({"conv2d",
                      "c",
                      complete_attrs("c", op_by_name("conv2d").attrs,
                                     {{"filters", int64_t{6}},
                                      {"kernel", List{3, 2}},
                                      {"strides", List{2, 3}},
                                      {"padding", std::string("same")},
                                      {"activation", std::string("relu6")}}),
                      {x, iw},
                      {y}});
  const int z = tensor({1, 2, 2, 6});
  p.layers.push_back(
      {"avg_pool2d",
       "a",
       complete_attrs("a", op_by_name("avg_pool2d").attrs,
                      {{"pool", List{3, 2}}, {"strides", List{2, 1}}, {"padding", std::string("valid")}}),
       {y},
       {z}});
  const int last = tensor({1, 1, 1, 6});
  ProgramTensor d{"d",
                  {1, 2, 1, 6},
                  DType::kInt8,
                  {std::vector<float>(6, 0.01f), std::vector<int>(6, 0), 3},
                  std::vector<uint8_t>(12, 3),
                  true};
  p.layers.push_back(
      {"depthwise_conv2d",
       "d",
       complete_attrs("d", op_by_name("depthwise_conv2d").attrs,
                      {{"kernel", List{2, 1}}, {"strides", List{1, 2}}, {"dilation", List{1, 3}}}),
       {z, p.add_tensor(d)},
       {last}});
  p.inputs = {x};
  p.outputs = {last};
  const std::string bytes = format_tflite(p);
  const WalkedFile f = walk_tflite(bytes);
  ASSERT_EQ(f.operators.size(), 3u);
  EXPECT_EQ(f.codes, 3u);
  const auto byte = [](const WalkedOperator &o, int field) { return int{o.options.scalar<int8_t>(field)}; };
  const auto number = [](const WalkedOperator &o, int field, int otherwise) {
    return o.options.scalar<int32_t>(field, otherwise);
  };
  const WalkedOperator &c = f.operators[0], &a = f.operators[1], &e = f.operators[2];
  EXPECT_EQ((std::vector<int>{c.code, c.options_type, byte(c, 0), number(c, 1, 0), number(c, 2, 0),
                              byte(c, 3), number(c, 4, 1), number(c, 5, 1)}),
            (std::vector<int>{3, 1, 0, 3, 2, 3, 1, 1}));  // SAME, stride w, h, RELU6, dilation w, h
  EXPECT_EQ((std::vector<int>{a.code, a.options_type, byte(a, 0), number(a, 1, 0), number(a, 2, 0),
                              number(a, 3, 0), number(a, 4, 0), byte(a, 5)}),
            (std::vector<int>{1, 5, 1, 1, 2, 2, 3, 0}));  // VALID, stride w, h, filter w, h, NONE
  EXPECT_EQ(
      (std::vector<int>{e.code, e.options_type, byte(e, 0), number(e, 1, 0), number(e, 2, 0), number(e, 3, 0),
                        byte(e, 4), number(e, 5, 1), number(e, 6, 1)}),
      (std::vector<int>{4, 2, 1, 2, 1, 1, 0, 3, 1}));  // VALID, stride w, h, multiplier, NONE, dilation w, h
  ASSERT_EQ(c.inputs.size(), 3u);                      // interpreters want a bias: one of zeros
  EXPECT_EQ(f.buffers.at(f.tensors.at(static_cast<size_t>(c.inputs[2])).buffer).data,
            std::vector<uint8_t>(24, 0));
  EXPECT_EQ(f.tensors.at(static_cast<size_t>(e.inputs[1])).axis, 3);
  for (const auto &[activation, message] :
       {std::pair<char, const char *>{4, "fuses tanh"}, {9, "fuses the activation number 9"}}) {
    std::string odd = bytes;
    odd[c.options.scalar_place(3)] = activation;
    EXPECT_ERROR(parse_tflite(odd, "x"), message);
  }
  // and our reader makes the same of them
  const IntegerProgram back = parse_tflite(bytes, "dir/x.tflite");
  EXPECT_EQ(back.name, "x");
  ASSERT_EQ(back.layers.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(back.layers[i].op, p.layers[i].op);
    for (const char *key : {"strides", "dilation", "pool"})
      if (back.layers[i].attrs.contains(key))
        EXPECT_EQ(back.layers[i].attrs.list(key), p.layers[i].attrs.list(key)) << key;
    for (const char *key : {"padding", "activation"})
      EXPECT_EQ(back.layers[i].attrs.text(key), p.layers[i].attrs.text(key)) << key;
  }
}

TEST(TfliteReader, gives_every_field_back) {
  const SmallProgram s = small();
  const IntegerProgram back = parse_tflite(format_tflite(s.p, {.keep_names = true}), "a/toy.tflite");
  EXPECT_EQ(back.name, "toy");
  EXPECT_EQ(back.inputs, s.p.inputs);
  EXPECT_EQ(back.outputs, s.p.outputs);
  EXPECT_FALSE(back.front_end.is_set());
  ASSERT_EQ(back.tensors.size(), s.p.tensors.size());
  for (size_t i = 0; i < back.tensors.size(); ++i) {
    const ProgramTensor &a = back.tensors[i], &b = s.p.tensors[i];
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.shape, b.shape);
    EXPECT_EQ(a.dtype, b.dtype);
    EXPECT_EQ(a.quant.scale, b.quant.scale);
    EXPECT_EQ(a.quant.zero_point, b.quant.zero_point);
    EXPECT_EQ(a.quant.axis, b.quant.axis);
    EXPECT_EQ(a.data, b.data);
    EXPECT_EQ(a.is_constant, b.is_constant);
  }
  ASSERT_EQ(back.layers.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(back.layers[i].op, s.p.layers[i].op);
    EXPECT_EQ(back.layers[i].inputs, s.p.layers[i].inputs);
    EXPECT_EQ(back.layers[i].outputs, s.p.layers[i].outputs);
  }
}

// A file in which one number was changed.
TEST(TfliteReader, refuses_what_the_format_does_not_allow) {
  const SmallProgram s = small();
  const std::string bytes = format_tflite(s.p);
  const auto changed = [&](size_t at, auto value) {
    std::string other = bytes;
    std::memcpy(other.data() + at, &value, sizeof value);
    return other;
  };
  const auto find = [&](const void *data, size_t n) {
    const size_t at = bytes.find(std::string(static_cast<const char *>(data), n));
    EXPECT_NE(at, std::string::npos);
    return at;
  };
  std::string other = bytes;
  other.replace(4, 4, "TFL2");
  EXPECT_ERROR(parse_tflite(other, "x"), "not a valid .tflite");
  const float scale = 0.1f;
  for (float wrong : {0.0f, -1.0f, INFINITY, NAN})
    EXPECT_ERROR(parse_tflite(changed(find(&scale, 4), wrong), "x"), "has the scale");
  const int64_t zero = -5;  // of the logits
  for (int64_t wrong : {int64_t{-129}, int64_t{128}})
    EXPECT_ERROR(parse_tflite(changed(find(&zero, 8), wrong), "x"),
                 fmt::format("has the zero point {}", wrong));
  for (int64_t wrong : {int64_t{-32769}, int64_t{65536}})
    EXPECT_ERROR(parse_tflite(changed(find(&zero, 8), wrong), "x"),
                 fmt::format("has the zero point {}", wrong));
  const int32_t shape[] = {3, 1, 5, 2};  // of the input: length and dimensions
  const size_t dims = find(shape, sizeof shape) + 4;
  EXPECT_ERROR(parse_tflite(changed(dims + 4, int32_t{6}), "x"), "do not fit");
  EXPECT_ERROR(parse_tflite(changed(dims + 4, int32_t{-2}), "x"), "has a dimension of -2");
  EXPECT_ERROR(parse_tflite(changed(dims + 4, int32_t{0}), "x"), "dimension of 0");
  EXPECT_ERROR(parse_tflite(changed(dims + 4, int32_t{1 << 28}), "x"), "is too large");
  EXPECT_EQ(parse_tflite(changed(dims, int32_t{-1}), "x").tensor(0).shape[0], 1);  // a dynamic batch
  const int32_t inputs[] = {3, 0, 1, 2};                                           // of the dense layer
  const size_t operands = find(inputs, sizeof inputs) + 4;
  EXPECT_ERROR(parse_tflite(changed(operands, int32_t{5}), "x"), "refers to tensor 5, which does not exist");
  EXPECT_ERROR(parse_tflite(changed(operands, int32_t{-2}), "x"), "refers to tensor -2");
  EXPECT_NO_THROW(parse_tflite(changed(operands + 8, int32_t{-1}), "x"));  // a bias may be absent
  EXPECT_ERROR(parse_tflite(changed(operands + 4, int32_t{-1}), "x"), "is missing");
  EXPECT_ERROR(parse_tflite(changed(operands + 4, int32_t{0}), "x"), "must be a constant");
}

}  // namespace
}  // namespace mote::test

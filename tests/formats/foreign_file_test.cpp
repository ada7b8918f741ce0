// Files of other programs: uint8 ends, shapes that are known, and what is said of files that do not run.
#include <fmt/format.h>

#include "base/files.h"
#include "formats/foreign_file.h"
#include "formats/model_format.h"
#include "formats/tflite/options.h"
#include "mote/export.h"
#include "mote/files.h"
#include "mote/host_program.h"
#include "mote/workflow.h"
#include "test_support.h"

namespace mote::test {
namespace {

using tfl::TensorType_FLOAT16;
using tfl::TensorType_FLOAT32;
using tfl::TensorType_INT32;
using tfl::TensorType_INT8;
using tfl::TensorType_UINT8;

std::vector<uint8_t> run(const std::string &bytes, const std::vector<uint8_t> &input) {
  HostProgram host(parse_tflite(bytes, "x.tflite"));
  EXPECT_EQ(host.input_bytes(), input.size());
  std::vector<uint8_t> output(host.output_bytes());
  host.invoke(input.data(), output.data());
  return output;
}

std::vector<uint8_t> all_bytes() {
  std::vector<uint8_t> bytes(256);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i);
  return bytes;
}

TEST(Uint8Ends, are_the_int8_values_plus_128) {
  ForeignFile f;
  const int x = f.tensor({1, 256}, TensorType_UINT8, 0.5f, 128),
            inside = f.tensor({1, 256}, TensorType_INT8, 0.5f, 0),
            y = f.tensor({1, 256}, TensorType_INT8, 0.25f, -3);
  f.op(kQuantize, {x}, {inside});
  f.op(kQuantize, {inside}, {y});
  const std::string bytes = f.bytes({x}, {y});
  const IntegerProgram p = parse_tflite(bytes, "x.tflite");
  EXPECT_EQ(p.layers.size(), 1u);  // the first only turns bytes
  const ProgramTensor &port = p.tensor(p.inputs[0]);
  EXPECT_EQ(port.port_dtype(), DType::kUint8);
  EXPECT_EQ(port.port_quant().zero_point, std::vector<int>{128});
  const std::vector<uint8_t> output = run(bytes, all_bytes());
  for (int q = 0; q < 256; ++q)
    EXPECT_EQ(static_cast<int8_t>(output[static_cast<size_t>(q)]), std::clamp(2 * (q - 128) - 3, -128, 127))
        << q;
}

// Each value of uint8 as float32 and back, by the formulas.
TEST(Uint8Ends, are_dequantized_and_quantized_by_the_formulas) {
  ForeignFile f;
  const int x = f.tensor({1, 256}, TensorType_UINT8, 0.5f, 200), y = f.tensor({1, 256}, TensorType_FLOAT32);
  f.op(kDequantize, {x}, {y});
  const std::vector<uint8_t> output = run(f.bytes({x}, {y}), all_bytes());
  for (int q = 0; q < 256; ++q) {
    float value;
    std::memcpy(&value, output.data() + 4 * q, 4);
    EXPECT_EQ(value, 0.5f * static_cast<float>(q - 200));
  }
  ForeignFile back;
  const int u = back.tensor({1, 256}, TensorType_FLOAT32),
            v = back.tensor({1, 256}, TensorType_UINT8, 0.5f, 7);
  back.op(kQuantize, {u}, {v});
  const std::vector<uint8_t> quantized = run(back.bytes({u}, {v}), output);
  for (int q = 0; q < 256; ++q)
    EXPECT_EQ(quantized[static_cast<size_t>(q)], std::clamp(q - 200 + 7, 0, 255)) << q;
}

TEST(Uint8Ends, are_joined_and_exported) {
  ForeignFile f;
  const int x = f.tensor({1, 4}, TensorType_UINT8, 0.5f, 9),
            c = f.tensor({1, 2}, TensorType_UINT8, 0.5f, 9, {7, 255}),
            y = f.tensor({1, 6}, TensorType_UINT8, 0.5f, 9);
  f.op(kConcatenation, {x, c}, {y}, tfl::BuiltinOptions_ConcatenationOptions,
       tfl::CreateConcatenationOptions(f.builder(), 1).Union());
  const std::string bytes = f.bytes({x}, {y});
  EXPECT_EQ(run(bytes, {0, 1, 128, 255}), (std::vector<uint8_t>{0, 1, 128, 255, 7, 255}));
  const IntegerProgram p = parse_tflite(bytes, "x.tflite");
  TempFolder folder;
  export_c(p, (folder / "c").string(), {.golden_count = 3});
  const std::string header = read_file(folder / "c/model.h");
  EXPECT_NE(header.find("_invoke(const uint8_t *input, uint8_t *output);"), std::string::npos) << header;
  EXPECT_NE(header.find("OUTPUT_ZERO_POINT (9)"), std::string::npos) << header;
  EXPECT_NE(verify_c((folder / "c").string()).find("3 of 3 golden vectors equal"), std::string::npos);
  // written again, and as .mote: the same bytes
  EXPECT_EQ(run(format_tflite(p), {0, 1, 128, 255}), (std::vector<uint8_t>{0, 1, 128, 255, 7, 255}));
  HostProgram saved(std::get<IntegerProgram>(parse_mote(format_mote(p), "x.mote")));
  const std::vector<uint8_t> input{3, 2, 1, 0};
  std::vector<uint8_t> output(6);
  saved.invoke(input.data(), output.data());
  EXPECT_EQ(output, (std::vector<uint8_t>{3, 2, 1, 0, 7, 255}));
}

TEST(Uint8Ends, of_layers_that_compute_with_uint8_are_refused) {
  ForeignFile f;
  const int x = f.tensor({1, 4}, TensorType_UINT8, 0.5f, 128),
            y = f.tensor({1, 4}, TensorType_UINT8, 1 / 256.0f);
  f.op(kSoftmax, {x}, {y}, tfl::BuiltinOptions_SoftmaxOptions,
       tfl::CreateSoftmaxOptions(f.builder(), 1).Union());
  EXPECT_ERROR(parse_tflite(f.bytes({x}, {y}), "old.tflite"),
               "old.tflite operator 0 (SOFTMAX): computes with uint8, the quantization of before 2020");
}

TEST(KnownShapes, are_computed_when_a_file_is_read) {
  ForeignFile f;
  const int x = f.tensor({1, 2, 3}, TensorType_INT8, 0.5f, 1), y = f.tensor({1, 6}, TensorType_INT8, 0.5f, 1);
  f.op(kReshape, {x, f.shape_of_batch(x, 3, {6})}, {y});
  const std::string bytes = f.bytes({x}, {y});
  const IntegerProgram p = parse_tflite(bytes, "x.tflite");
  ASSERT_EQ(p.layers.size(), 1u);
  EXPECT_EQ(p.tensors.size(), 2u);  // nothing is left of the shapes
  EXPECT_EQ(run(bytes, {1, 2, 3, 4, 5, 6}), (std::vector<uint8_t>{1, 2, 3, 4, 5, 6}));
}

// The shape itself may be what a model gives.
TEST(KnownShapes, that_a_model_returns_are_computed_by_the_host) {
  ForeignFile f;
  const int x = f.tensor({1, 2, 3}, TensorType_INT8, 0.5f, 1), y = f.tensor({3}, TensorType_INT32);
  f.op(kShape, {x}, {y});
  EXPECT_EQ(run(f.bytes({x}, {y}), std::vector<uint8_t>(6)),
            (std::vector<uint8_t>{1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0}));
}

// What a reader says of a model with this one operator, its name first.
std::string refusal(ForeignFile &f, const std::vector<int> &inputs, const std::vector<int> &outputs) {
  try {
    parse_tflite(f.bytes(inputs, outputs), "m.tflite");
  } catch (const Error &e) {
    EXPECT_FALSE(e.hint().empty()) << e.what();
    return e.what();
  }
  return "is accepted";
}
#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST(Refusals, say_what_an_operator_is_and_what_to_do) {
  struct Case {
    int code;
    const char *custom, *says, *hint;
  };
  for (const Case &c :
       {Case{kVarHandle, nullptr, "operator 0 (VAR_HANDLE): keeps values from one call to the next",
             "before it is made a streaming one"},
        {kCallOnce, nullptr, "(CALL_ONCE): keeps values", "whole window"},
        {kWhile, nullptr, "(WHILE): runs another graph of the file", "unroll=True"},
        {kCustom, "Edge", "(CUSTOM 'Edge'): is the custom operator 'Edge'", "standard operators"},
        {kCustom, "FlexErf", "is TensorFlow's own operator 'Erf'", "TFLITE_BUILTINS_INT8"},
        {kResizeBilinear, nullptr, "is RESIZE_BILINEAR, which mote does not have", "docs/formats.md"},
        {161, nullptr, "(RIGHT_SHIFT): is RIGHT_SHIFT", "docs/formats.md"},
        {190, nullptr, "is OPERATOR_190", "docs/formats.md"}}) {
    ForeignFile f;
    const int x = f.tensor({1, 4}, TensorType_INT8, 0.5f), y = f.tensor({1, 4}, TensorType_INT8, 0.5f);
    f.op(c.code, {x}, {y}, tfl::BuiltinOptions_NONE, 0, c.custom);
    const std::string text = refusal(f, {x}, {y});
    EXPECT_SAYS(text, "m.tflite operator 0");
    EXPECT_SAYS(text, c.says);
    EXPECT_SAYS(text, c.hint);
  }
}

TEST(Refusals, of_float_and_hybrid_layers_say_so) {
  for (const bool is_hybrid : {false, true}) {
    ForeignFile f;
    const int x = f.tensor({1, 2}, TensorType_FLOAT32), y = f.tensor({1, 1}, TensorType_FLOAT32),
              w = is_hybrid ? f.tensor({1, 2}, TensorType_INT8, 0.1f, 0, {1, 2})
                            : f.tensor({1, 2}, TensorType_FLOAT32, 0, 0, std::vector<uint8_t>(8));
    f.op(kFullyConnected, {x, w}, {y});
    const std::string text = refusal(f, {x}, {y});
    EXPECT_SAYS(text, is_hybrid ? "is hybrid (float activations, int8 weights)" : "works on float32");
    EXPECT_SAYS(text, "representative dataset");
  }
  ForeignFile lstm;
  std::vector<int> inputs(24, -1);
  const int y = lstm.tensor({1, 3, 2}, TensorType_FLOAT32);
  inputs[0] = lstm.tensor({1, 3, 2}, TensorType_FLOAT32);
  for (size_t i = 1; i < 9; ++i)
    inputs[i] = lstm.tensor({2, 2}, TensorType_FLOAT32, 0, 0, std::vector<uint8_t>(16));
  lstm.op(kLstm, inputs, {y});
  EXPECT_SAYS(refusal(lstm, {inputs[0]}, {y}), "(UNIDIRECTIONAL_SEQUENCE_LSTM): works on float32");
}

TEST(Refusals, name_types_and_leave_out_what_nothing_uses) {
  ForeignFile f;
  const int x = f.tensor({1, 2}, TensorType_INT8, 0.1f), h = f.tensor({1, 2}, TensorType_FLOAT16),
            y = f.tensor({1, 4}, TensorType_INT8, 0.1f);
  f.op(kConcatenation, {x, h}, {y});
  EXPECT_SAYS(refusal(f, {x}, {y}), "tensor 't1' is float16, which is not supported");
  // unused: a constant with the scale 0, a tensor without size, one of another type, a second graph
  ForeignFile good;
  const int a = good.tensor({1, 2}, TensorType_INT8, 0.1f), b = good.tensor({2}, TensorType_INT8, 0.1f);
  good.tensor({2}, TensorType_INT8, 0, 5, {1, 2});
  good.tensor({0}, TensorType_INT8, 0.1f);
  good.tensor({1}, tfl::TensorType_STRING);
  good.add_graph();
  good.op(kReshape, {a}, {b});
  const std::string bytes = good.bytes({a}, {b});
  EXPECT_EQ(run(bytes, {4, 200}), (std::vector<uint8_t>{4, 200}));
  EXPECT_EQ(parse_tflite(bytes, "m").tensors.size(), 2u);
  EXPECT_NO_THROW(format_mote(parse_tflite(bytes, "m")));
}

TEST(Refusals, of_custom_operators_are_not_about_the_types_of_their_tensors) {
  struct Case {
    const char *custom, *says, *hint;
  };
  for (const Case &c : {Case{"ethos-u", "known only to the program that made the file", "from before Vela"},
                        {"edgetpu-custom-op", "known only to the program", "the Edge TPU compiler"},
                        {"TFLite_Detection_PostProcess", "boxes of a detection", "cut the model before it"},
                        {"Edge", "known only to the program", "before that program compiled it"}})
    for (const tfl::TensorType type : {TensorType_UINT8, TensorType_FLOAT32}) {
      ForeignFile f;
      const int x = f.tensor({1, 4}, TensorType_INT8, 0.5f), y = f.tensor({1, 4}, TensorType_INT8, 0.5f),
                commands =
                    f.tensor({4}, type, 0, 0, std::vector<uint8_t>(type == TensorType_UINT8 ? 4 : 16, 1));
      f.op(kCustom, {commands, x}, {y}, tfl::BuiltinOptions_NONE, 0, c.custom);
      TempFolder folder;
      const std::string path = (folder / "m.tflite").string();
      write_file(path, f.bytes({x}, {y}));
      const SummaryOf made = summary_of(path);
      EXPECT_EQ(made.record.at("kind"), "int8");
      ASSERT_EQ(made.record.at("reasons").size(), 1u) << made.text;
      const auto &reason = made.record.at("reasons")[0];
      EXPECT_SAYS(reason.at("message").get<std::string>(),
                  fmt::format("the custom operator '{}', ", c.custom));
      EXPECT_SAYS(reason.at("message").get<std::string>(), c.says);
      EXPECT_SAYS(reason.at("hint").get<std::string>(), c.hint);
    }
  ForeignFile f;
  const int x = f.tensor({1, 4}, TensorType_FLOAT32), y = f.tensor({1, 4}, TensorType_FLOAT32);
  f.op(kCustom, {x}, {y}, tfl::BuiltinOptions_NONE, 0, "FlexErf");
  EXPECT_EQ(writable_format("tflite")->describe.get()(f.bytes({x}, {y}), "x").kind, "float32");
}

TEST(Refusals, of_tensors_without_a_name_have_no_empty_quotes) {
  for (const bool has_names : {true, false}) {
    ForeignFile f;
    if (!has_names) f.leave_out_names();
    const int x = f.tensor({1, 4}, TensorType_INT32, 0.5f), y = f.tensor({1, 4}, TensorType_INT8, 0.5f);
    f.op(kQuantize, {x}, {y});
    const std::string text = refusal(f, {x}, {y});
    EXPECT_SAYS(text,
                has_names ? "input 0 ('t0') is int32, expected int8" : "input 0 is int32, expected int8");
    EXPECT_SAYS(text, "cut the model where its values are of these types");
    EXPECT_EQ(text.find("TensorFlow's converter"), std::string::npos) << text;
  }
  ForeignFile f;
  f.leave_out_names();
  const int x = f.tensor({1, 2}, TensorType_INT8, 0.1f), h = f.tensor({1, 2}, TensorType_FLOAT16),
            y = f.tensor({1, 4}, TensorType_INT8, 0.1f);
  f.op(kConcatenation, {x, h}, {y});
  EXPECT_SAYS(refusal(f, {x}, {y}), "a tensor without a name is float16, which is not supported");
}

// To cut a model helps where something is left of it.
TEST(Refusals, advise_to_cut_only_what_leaves_half_of_the_model) {
  const auto said = [](int code, int before, int after) {
    ForeignFile f;
    const int x = f.tensor({1, 4}, TensorType_INT8, 0.5f);
    int y = x;
    for (int i = 0; i <= before + after; ++i) {
      const int from = y;
      y = f.tensor({1, 4}, TensorType_INT8, 0.5f);
      f.op(i == before || i == before + after ? code : kQuantize, {from}, {y});
    }
    return refusal(f, {x}, {y});
  };
  const auto has = [](const std::string &text, const char *part) {
    return text.find(part) != std::string::npos;
  };
  for (int before = 0; before < 6; ++before) {
    const std::string text = said(kResizeBilinear, before, 3);
    EXPECT_SAYS(text, "build the layer of operators that it has (docs/formats.md lists them)");
    EXPECT_EQ(has(text, "or cut the model before it"), before >= 4) << before << text;
    EXPECT_FALSE(has(text, "more reason")) << text;  // the last operator is told of with the first
  }
  EXPECT_SAYS(said(kReduceMax, 0, 3), "MAX_POOL_2D over the whole window");
  EXPECT_SAYS(said(kReduceMax, 5, 0), "GlobalMaxPooling2D), or cut the model before it");
}

// A layer of two channels with the multipliers 1 and `second`, the biases 5 and the largest.
std::string with_a_largest_bias(int code, tfl::TensorType type, float second) {
  ForeignFile f;
  const bool is_dense = code == kFullyConnected, is_depthwise = code == kDepthwiseConv2D,
             is_wide = type == tfl::TensorType_INT16;
  const std::vector<int> values = is_dense ? std::vector<int>{1, 2} : std::vector<int>{1, 1, 1, 2};
  const std::vector<int> shape = is_dense       ? std::vector<int>{2, 2}
                                 : is_depthwise ? std::vector<int>{1, 1, 1, 2}
                                                : std::vector<int>{2, 1, 1, 2};
  const int x = f.tensor(values, type, 0.5f, is_wide ? 0 : 3),
            y = f.tensor(values, type, 0.5f, is_wide ? 0 : -7),
            w = f.weights(shape, {1, second}, is_depthwise ? 3 : 0,
                          is_depthwise ? std::vector<uint8_t>{1, 127} : std::vector<uint8_t>{1, 0, 0, 127}),
            bias = f.integers({5, INT32_MAX});
  const auto valid = tfl::Padding_VALID;
  if (is_dense)
    f.op(code, {x, w, bias}, {y}, tfl::BuiltinOptions_FullyConnectedOptions,
         tfl::CreateFullyConnectedOptions(f.builder()).Union());
  else if (is_depthwise)
    f.op(code, {x, w, bias}, {y}, tfl::BuiltinOptions_DepthwiseConv2DOptions,
         tfl::CreateDepthwiseConv2DOptions(f.builder(), valid, 1, 1, 1).Union());
  else
    f.op(code, {x, w, bias}, {y}, tfl::BuiltinOptions_Conv2DOptions,
         tfl::CreateConv2DOptions(f.builder(), valid, 1, 1).Union());
  return f.bytes({x}, {y});
}

// Below 2^-32 a multiplier is 0 and the result the zero point, whatever the sum.
TEST(DeadChannels, give_the_zero_point_whatever_their_bias) {
  for (int code : {kConv2D, kDepthwiseConv2D, kFullyConnected})
    for (const tfl::TensorType type : {TensorType_INT8, tfl::TensorType_INT16}) {
      if (code == kDepthwiseConv2D && type != TensorType_INT8) continue;  // not with an int32 bias
      EXPECT_ERROR(parse_tflite(with_a_largest_bias(code, type, 0x1p-32f), "x"),
                   "could overflow a 32-bit accumulator");
      for (const float dead : {0x1p-33f, 1e-24f, 0.0f}) {
        const IntegerProgram p = parse_tflite(with_a_largest_bias(code, type, dead), "x");
        if (type == TensorType_INT8) {
          EXPECT_EQ(run(format_tflite(p), {40, 206}), (std::vector<uint8_t>{40 - 3 + 5 - 7, 256 - 7}));
        } else {
          EXPECT_EQ(run(format_tflite(p), {40, 0, 206, 255}), (std::vector<uint8_t>{40 + 5, 0, 0, 0}));
        }
        TempFolder folder;
        export_c(p, (folder / "c").string(), {.golden_count = 3});
        EXPECT_NE(verify_c((folder / "c").string()).find("3 of 3 golden vectors equal"), std::string::npos);
      }
    }
}

// A row of sensor values for a model whose input is quantized by another program.
TEST(RunOfForeignFiles, says_how_the_input_is_quantized) {
  const auto said = [](tfl::TensorType type, float scale, int zero_point) {
    ForeignFile f;
    const int x = f.tensor({1, 2}, type, scale, zero_point), y = f.tensor({1, 2}, type, scale, zero_point);
    f.op(kReshape, {x}, {y});
    TempFolder folder;
    write_file(folder / "in.csv", "a,b\n1,2\n1.5,3\n");
    try {
      run_on_file(parse_tflite(f.bytes({x}, {y}), "m.tflite"), nullptr, (folder / "in.csv").string(), false);
    } catch (const Error &e) {
      return std::string(e.what());
    }
    return std::string("is accepted");
  };
  const std::string text = said(TensorType_INT8, 0.25f, -3);
  EXPECT_SAYS(text, "holds 1.5, the model's input is int8 with the scale 0.25 and the zero point -3");
  EXPECT_SAYS(text, "give round(value / 0.25) - 3 for each value");
  EXPECT_EQ(text.find(".mote"), std::string::npos) << text;
  EXPECT_SAYS(said(TensorType_UINT8, 0.5f, 128), "is uint8 with the scale 0.5 and the zero point 128");
  EXPECT_SAYS(said(TensorType_UINT8, 0.5f, 128), "round(value / 0.5) + 128");
}

TEST(Squeeze, leaves_out_dimensions_of_1_only) {
  const auto file = [](const std::vector<int> &dims, const std::vector<int> &out) {
    ForeignFile f;
    const int x = f.tensor({1, 1, 6, 1}, TensorType_INT8, 0.1f), y = f.tensor(out, TensorType_INT8, 0.1f);
    f.op(kSqueeze, {x}, {y}, tfl::BuiltinOptions_SqueezeOptions,
         tfl::CreateSqueezeOptionsDirect(f.builder(), &dims).Union());
    return f.bytes({x}, {y});
  };
  EXPECT_EQ(run(file({1, 3}, {1, 6}), {1, 2, 3, 4, 5, 6}).size(), 6u);
  EXPECT_NO_THROW(parse_tflite(file({-1}, {1, 1, 6}), "m"));
  EXPECT_NO_THROW(parse_tflite(file({}, {6}), "m"));
  EXPECT_ERROR(parse_tflite(file({2}, {1, 1, 6}), "m"),
               "leaves out dimension 2 of (1, 1, 6, 1), which is 6 and not 1");
  EXPECT_ERROR(parse_tflite(file({1}, {6}), "m"), "of (1, 1, 6, 1) leaves (1, 6, 1), and its output is (6)");
  EXPECT_ERROR(parse_tflite(file({4}, {6}), "m"), "axis 4 does not exist in 4 dimensions");
}

// The list in docs/formats.md, which refusals point to, is that of the ops.
TEST(Refusals, point_to_a_list_of_all_operators) {
  const std::string page = read_file(fs::path(MOTE_SOURCE_DIR) / "docs/formats.md");
  const size_t from = page.find("Operators that\nmote reads: "), to = page.find("What moves constants", from);
  ASSERT_NE(from, std::string::npos);
  std::string listed = page.substr(from, to - from);
  std::replace(listed.begin(), listed.end(), '\n', ' ');
  std::replace(listed.begin(), listed.end(), '.', ',');
  size_t count = 0;
  for (const OpDef *op : all_ops())
    if (op->tflite.is_given())
      for (int code : op->tflite->builtin_codes) {
        EXPECT_NE(listed.find(" " + builtin_name(code) + ","), std::string::npos) << builtin_name(code);
        ++count;
      }
  EXPECT_EQ(static_cast<size_t>(std::count(listed.begin(), listed.end(), ',')), count);
}

TEST(SummaryOfForeignFiles, lists_layers_and_all_reasons_at_once) {
  ForeignFile f;
  const int x = f.tensor({1, 4, 4, 1}, TensorType_FLOAT32), a = f.tensor({1, 8, 8, 1}, TensorType_FLOAT32),
            b = f.tensor({1, 8, 8, 1}, TensorType_INT8, 0.1f),
            c = f.tensor({1, 8, 8, 1}, TensorType_INT8, 0.1f);
  f.add_graph();
  f.op(kResizeBilinear, {x}, {a});
  f.op(kQuantize, {a}, {b});
  f.op(kCustom, {b}, {c}, tfl::BuiltinOptions_NONE, 0, "Edge\x1b[31m");
  TempFolder folder;
  const std::string path = (folder / "m.tflite").string(), bytes = f.bytes({x}, {c});
  write_file(path, bytes);
  const SummaryOf made = summary_of(path);
  EXPECT_EQ(made.record.at("kind"), "float32");
  EXPECT_EQ(made.record.at("runs"), false);
  EXPECT_EQ(made.record.at("graphs").size(), 2u);
  EXPECT_EQ(made.record.at("graphs")[0].at("operators")[1].at("op"), "QUANTIZE");
  EXPECT_EQ(made.record.at("reasons").size(), 3u);
  for (const auto &reason : made.record.at("reasons"))
    EXPECT_FALSE(reason.at("hint").get<std::string>().empty());
  for (const char *part :
       {"float32 model 'm'", "3 reasons", "(1, 8, 8, 1) float32", "operator 0: works on float32",
        "is RESIZE_BILINEAR", "operator 2: is the custom operator 'Edge", "Graph 1 'more'"})
    EXPECT_SAYS(made.text, part);
  EXPECT_ERROR(load(path), "2 more reasons: `mote summary");
}

// Every cut of a file, and many changes of bytes: told of or refused, never a crash.
TEST(SummaryOfForeignFiles, survives_damage) {
  ForeignFile f;
  const int x = f.tensor({1, 2, 3}, TensorType_UINT8, 0.5f, 1),
            y = f.tensor({1, 6}, TensorType_UINT8, 0.5f, 1);
  f.op(kReshape, {x, f.shape_of_batch(x, 3, {6})}, {y});
  const std::string bytes = f.bytes({x}, {y});
  const ModelFormat &format = *writable_format("tflite");
  Random random(3);
  for (int round = 0; round < 4000; ++round) {
    std::string broken = bytes;
    for (int k = 0; k < 2; ++k) broken[random.below(broken.size())] = static_cast<char>(random.below(256));
    try {
      const FileDescription d = format.describe.get()(broken, "x");
      if (d.reasons.empty()) HostProgram host(parse_tflite(broken, "x"));
    } catch (const Error &) {
    }
  }
}

}  // namespace
}  // namespace mote::test

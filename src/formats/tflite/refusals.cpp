// Sentences about what mote does not run, each with what to do about it; and the names in them.
//
// When they are said: reader.cpp. Names of operators: builtin_names.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "data/column_names.h"
#include "formats/tflite/options.h"
#include "formats/tflite/reading.h"

namespace mote {

const char *const kConvertInt8 =
    "convert the model again with full-integer quantization: a representative dataset, and "
    "OpsSet.TFLITE_BUILTINS_INT8 (inputs and outputs may be int8, uint8 or float32)";

const tfl::Model &verified_tflite(std::string_view bytes, const std::string &where) {
  const auto fail = [&](const std::string &message, const char *hint = "") {
    return Error(ErrorCode::kDataFormat, where, message, hint);
  };
  const auto *data = reinterpret_cast<const uint8_t *>(bytes.data());
  constexpr int kDeepest = 32, kMostTables = 1'000'000;
  flatbuffers::Verifier verifier(data, bytes.size(), kDeepest, kMostTables);
  if (bytes.size() < 16 || !tfl::VerifyModelBuffer(verifier))
    throw fail("is not a valid .tflite file: it is truncated or damaged", "copy or convert it again");
  const tfl::Model &model = *tfl::GetModel(data);
  if (model.version() != 3)
    throw fail(fmt::format("has schema version {}, expected 3", model.version()), "convert it again");
  if (!model.subgraphs() || model.subgraphs()->size() == 0) throw fail("has no graph");
  const tfl::SubGraph &graph = *model.subgraphs()->Get(0);
  if (!graph.tensors() || !graph.inputs() || !graph.outputs())
    throw fail("has no tensors, inputs or outputs");
  return model;
}

std::string tensor_name(const tfl::Tensor &t) {
  constexpr size_t kLongest = 200;
  if (!t.name()) return "";
  const std::string name(t.name()->string_view().substr(0, kLongest));
  return is_utf8(name) ? name : "?";
}

std::string tensor_type_name(tfl::TensorType type) {
  const char *name = tfl::EnumNameTensorType(type);
  return *name ? lower(name) : fmt::format("of the type {}", int{type});
}

int builtin_code(const tfl::OperatorCode &code) {
  return std::max<int>(code.deprecated_builtin_code(), code.builtin_code());
}

static std::string custom_name(const tfl::OperatorCode &code) {
  constexpr size_t kLongest = 100;
  const std::string name(code.custom_code() ? code.custom_code()->string_view().substr(0, kLongest) : "");
  return is_utf8(name) ? name : "?";
}

constexpr int kCustom = 32;

std::string operator_name(const tfl::OperatorCode &code) {
  const std::string name = builtin_name(builtin_code(code));
  return builtin_code(code) == kCustom ? fmt::format("{} '{}'", name, custom_name(code)) : name;
}

namespace {

// Kinds of operators whose refusal is one sentence for all of them.
struct Family {
  std::vector<int> codes;
  const char *message, *hint;
};
const std::vector<Family> &families() {
  static const std::vector<Family> kFamilies = {
      {{129, 142, 143, 144},  // CALL_ONCE, VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE
       "keeps values from one call to the next (a streaming model), and mote has no such variables yet",
       "export the model that takes a whole window at once, before it is made a streaming one"},
      {{118, 119, 31},  // IF, WHILE, CALL
       "runs another graph of the file (a loop or a branch), which mote cannot",
       "of a recurrent layer: convert it with unroll=True, or use keras.layers.LSTM, which becomes one "
       "UNIDIRECTIONAL_SEQUENCE_LSTM"},
      {{124},  // DENSIFY
       "stores its weights sparse, which mote does not read",
       "convert it without sparsity (leave out Optimize.EXPERIMENTAL_SPARSITY)"}};
  return kFamilies;
}

// Custom operators that are met so often that it is known what they are.
struct KnownCustom {
  const char *name, *what, *hint;
};
constexpr const char *kOfCompiler = "known only to the program that made the file";
constexpr KnownCustom kKnownCustoms[] = {
    {"ethos-u", kOfCompiler, "give the model from before Vela, Arm's compiler for the Ethos-U, compiled it"},
    {"edgetpu-custom-op", kOfCompiler, "give the model from before the Edge TPU compiler compiled it"},
    {"TFLite_Detection_PostProcess", "which chooses the boxes of a detection",
     "cut the model before it, and choose the boxes in the program around the model"}};

Error custom_refusal(const std::string &name) {
  const auto *known = std::find_if(std::begin(kKnownCustoms), std::end(kKnownCustoms),
                                   [&](const KnownCustom &k) { return name == k.name; });
  const bool is_known = known != std::end(kKnownCustoms);
  return {
      ErrorCode::kUnsupported, "",
      fmt::format("is the custom operator '{}', {}", name, is_known ? known->what : kOfCompiler),
      is_known
          ? known->hint
          : "give the model from before that program compiled it, or build the layer of standard operators"};
}

constexpr int kReduceMax = 82;

std::string hint_for_missing(int builtin, bool is_early) {
  const std::string build =
      builtin == kReduceMax ? "build the layer as MAX_POOL_2D over the whole window (MaxPooling2D with the "
                              "size of its input in place of GlobalMaxPooling2D)"
                            : "build the layer of operators that it has (docs/formats.md lists them)";
  return build + (is_early ? "" : ", or cut the model before it");
}

}  // namespace

bool is_custom(const tfl::OperatorCode &code) { return builtin_code(code) == kCustom; }

Error operator_refusal(const tfl::OperatorCode &code, bool is_early) {
  const int builtin = builtin_code(code);
  const std::string name = custom_name(code);
  if (is_custom(code) && name.starts_with("Flex"))
    return {
        ErrorCode::kUnsupported, "",
        fmt::format("is TensorFlow's own operator '{}' (Select TF ops), which no microcontroller has",
                    name.substr(4)),
        "convert with OpsSet.TFLITE_BUILTINS_INT8 alone; what has no such operator must be built otherwise"};
  if (is_custom(code)) return custom_refusal(name);
  return builtin_refusal(builtin, is_early);
}

Error builtin_refusal(int builtin, bool is_early) {
  for (const Family &f : families())
    if (std::find(f.codes.begin(), f.codes.end(), builtin) != f.codes.end())
      return {ErrorCode::kUnsupported, "", f.message, f.hint};
  return {ErrorCode::kUnsupported, "", fmt::format("is {}, which mote does not have", builtin_name(builtin)),
          hint_for_missing(builtin, is_early)};
}

Error float_refusal(bool is_hybrid) {
  return {ErrorCode::kUnsupported, "",
          is_hybrid ? "is hybrid (float activations, int8 weights); mote computes with integers throughout"
                    : "works on float32; mote computes with integers",
          kConvertInt8};
}

Error uint8_refusal() {
  return {ErrorCode::kUnsupported, "",
          "computes with uint8, the quantization of before 2020, which rounds otherwise",
          "convert the model again with TensorFlow 2, whose weights and activations are int8; inputs and "
          "outputs may stay uint8"};
}

}  // namespace mote

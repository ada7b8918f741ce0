// Writes an IntegerProgram as .tflite, and says what the format is to the table of formats.
//
// Layers that interpreters do not have were replaced by their standard form before (host/standard_form.h);
// what operator a layer is, its op says as a plain record, which options.cpp turns into a table. Schema:
// tflite.fbs.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "base/error.h"
#include "base/files.h"
#include "features/feature_def.h"
#include "features/preprocessing.h"
#include "features/preprocessing_json.h"
#include "formats/model_format.h"
#include "formats/tflite/options.h"
#include "formats/tflite/reading.h"
#include "host/detector_program.h"
#include "host/standard_form.h"
#include "mote/files.h"
#include "ops/integer_support.h"

namespace mote {

namespace {

tfl::TensorType type_of(DType dtype) {
  switch (dtype) {
    case DType::kFloat32:
      return tfl::TensorType_FLOAT32;
    case DType::kInt8:
      return tfl::TensorType_INT8;
    case DType::kInt16:
      return tfl::TensorType_INT16;
    case DType::kInt32:
      return tfl::TensorType_INT32;
    case DType::kInt64:
      return tfl::TensorType_INT64;
    case DType::kUint8:
      return tfl::TensorType_UINT8;
    case DType::kBool:
      return tfl::TensorType_BOOL;
  }
  return tfl::TensorType_INT8;
}

// Equal vectors are written once: what refers to one may refer to any that is equal.
template <class T>
class SharedVectors {
 public:
  flatbuffers::Offset<flatbuffers::Vector<T>> get(flatbuffers::FlatBufferBuilder &b,
                                                  const std::vector<T> &v) {
    auto &offset = offsets_[v];
    if (offset.IsNull()) offset = b.CreateVector(v);
    return offset;
  }

 private:
  std::map<std::vector<T>, flatbuffers::Offset<flatbuffers::Vector<T>>> offsets_;
};

class Writer {
 public:
  Writer(IntegerProgram program, bool keep_names, nlohmann::json detector = nullptr)
      : p_(std::move(program)), keep_names_(keep_names), detector_(std::move(detector)) {}

  std::string write() {
    buffers_.push_back(tfl::CreateBuffer(b_));  // index 0 must be the empty one
    for (int i = 0; i < std::ssize(p_.tensors); ++i) {
      const auto is_among = [&](const std::vector<int> &list) {
        return std::find(list.begin(), list.end(), i) != list.end();
      };
      add_tensor(p_.tensors[i],
                 !p_.tensors[i].is_uint8_port && (is_among(p_.inputs) || is_among(p_.outputs)));
    }
    const std::vector<int> inputs = with_uint8_ports(p_.inputs, true);
    for (const ProgramLayer &l : p_.layers) add_operator(l);
    const std::vector<int> outputs = with_uint8_ports(p_.outputs, false);
    const auto graph =
        tfl::CreateSubGraph(b_, b_.CreateVector(tensors_), ints_.get(b_, inputs), ints_.get(b_, outputs),
                            b_.CreateVector(operators_), b_.CreateString("main"));
    std::vector<flatbuffers::Offset<tfl::Metadata>> metadata;
    if (p_.front_end.is_set()) {
      const std::string text = front_end_json();
      metadata.push_back(
          tfl::CreateMetadata(b_, b_.CreateString("mote.front_end"), add_buffer({text.begin(), text.end()})));
    }
    std::vector<flatbuffers::Offset<tfl::OperatorCode>> codes;
    for (const auto &[code, version] : codes_)
      codes.push_back(tfl::CreateOperatorCode(b_, std::min(code, 127), 0, version, code));
    const auto model = tfl::CreateModel(b_, 3, b_.CreateVector(codes), b_.CreateVector(std::vector{graph}),
                                        b_.CreateString("mote"), b_.CreateVector(buffers_), 0,
                                        metadata.empty() ? 0 : b_.CreateVector(metadata));
    tfl::FinishModelBuffer(b_, model);
    return {reinterpret_cast<const char *>(b_.GetBufferPointer()), b_.GetSize()};
  }

 private:
  uint32_t add_buffer(const std::vector<uint8_t> &data) {
    const auto [it, is_new] = buffer_of_.try_emplace(data, buffers_.size());
    if (is_new) {
      b_.ForceVectorAlignment(data.size(), 1, 16);
      buffers_.push_back(tfl::CreateBuffer(b_, b_.CreateVector(data)));
    }
    return it->second;
  }

  // Names of what only the file itself refers to are left out.
  void add_tensor(const ProgramTensor &t, bool is_port, bool is_state = false) {
    flatbuffers::Offset<tfl::QuantizationParameters> quant = 0;
    if (t.quant.is_set()) {
      const std::vector<int64_t> zero_points(t.quant.zero_point.begin(), t.quant.zero_point.end());
      auto &shared = quants_[{t.quant.scale, zero_points, t.quant.axis}];
      if (shared.IsNull())
        shared = tfl::CreateQuantizationParameters(b_, 0, 0, scales_.get(b_, t.quant.scale),
                                                   longs_.get(b_, zero_points), tfl::QuantizationDetails_NONE,
                                                   0, t.quant.axis);
      quant = shared;
    }
    const uint32_t buffer = t.is_constant ? add_buffer(t.plain_bytes()) : 0;
    const auto name = keep_names_ || is_port ? b_.CreateSharedString(t.name) : 0;
    tensors_.push_back(tfl::CreateTensor(b_, ints_.get(b_, t.shape.dims()), type_of(t.dtype), buffer, name,
                                         quant, is_state));
  }

  int add_own_tensor(const TfOperand &operand, const std::string &name) {
    const std::vector<int> &values = operand.values;
    const bool is_scalar = operand.shape == std::vector<int>{0};
    const Shape shape(is_scalar               ? std::vector<int>{}
                      : operand.shape.empty() ? std::vector<int>(1, values.size())
                                              : operand.shape);
    std::vector<uint8_t> bytes;
    for (int v : values)  // little-endian, as the format demands
      for (size_t i = 0; i < dtype_bytes(operand.dtype); ++i) bytes.push_back(int64_t{v} >> (8 * i));
    add_tensor({name, shape, operand.dtype, operand.quant, bytes, !operand.is_state}, false,
               operand.is_state);
    return std::ssize(tensors_) - 1;
  }

  uint32_t code_index(int code, int version) {
    for (size_t i = 0; i < codes_.size(); ++i)
      if (codes_[i].first == code) {
        codes_[i].second = std::max(codes_[i].second, version);
        return i;
      }
    codes_.emplace_back(code, version);
    return codes_.size() - 1;
  }

  void add_operator(const ProgramLayer &l) {
    const OpDef &op = op_by_name(l.op);
    if (!op.tflite.is_given()) throw Error(ErrorCode::kUnsupported, layer_where(l), op.tflite.why());
    if (!op.tflite->write.is_given())
      throw Error(ErrorCode::kUnsupported, layer_where(l), op.tflite->write.why());
    const TfOperator record = op.tflite->write.get()(p_, l);
    std::vector<int> inputs;
    for (const TfOperand &o : record.operands)
      inputs.push_back(o.layer_input >= 0 ? l.inputs[o.layer_input]
                       : o.layer_input == TfOperand::kAbsent
                           ? -1
                           : add_own_tensor(o, l.name + (o.is_state ? "/state" : "/constant")));
    if (record.operands.empty()) {
      inputs = l.inputs;
      while (!inputs.empty() && inputs.back() < 0) inputs.pop_back();  // an absent bias is left out
    }
    std::vector<int> outputs = l.outputs;
    if (record.outputs >= 0) outputs.resize(record.outputs);
    const auto [type, options] = write_options(b_, record.options);
    operators_.push_back(tfl::CreateOperator(b_, code_index(record.builtin_code, record.version),
                                             ints_.get(b_, inputs), ints_.get(b_, outputs), type, options));
  }

  // A port that callers see as uint8 is a tensor of its own, with a QUANTIZE that only turns bytes: as
  // converters write it, and as interpreters take it.
  std::vector<int> with_uint8_ports(std::vector<int> ports, bool is_input) {
    for (int &port : ports) {
      const ProgramTensor &inside = p_.tensor(port);
      if (!inside.is_uint8_port) continue;
      ProgramTensor outside{inside.name, inside.shape, DType::kUint8, inside.port_quant(), {}, false};
      add_tensor(outside, true);
      const int seen = std::ssize(tensors_) - 1;
      constexpr int kQuantize = 114;
      const auto [type, options] = write_options(b_, TfQuantize{});
      operators_.push_back(tfl::CreateOperator(b_, code_index(kQuantize, 1),
                                               ints_.get(b_, {is_input ? seen : port}),
                                               ints_.get(b_, {is_input ? port : seen}), type, options));
      port = seen;
    }
    return ports;
  }

  std::string front_end_json() const {
    nlohmann::json j = preprocessing_json(p_.front_end);
    j["formula"] = feature_by_name(p_.front_end.steps.back().block).formula;
    j["labels"] = p_.labels;
    if (!detector_.is_null()) j["detector"] = detector_;
    return j.dump();
  }

  const IntegerProgram p_;
  const bool keep_names_;
  const nlohmann::json detector_;  // null: it is none
  flatbuffers::FlatBufferBuilder b_;
  SharedVectors<float> scales_;
  SharedVectors<int64_t> longs_;
  SharedVectors<int> ints_;
  std::map<std::tuple<std::vector<float>, std::vector<int64_t>, int>,
           flatbuffers::Offset<tfl::QuantizationParameters>>
      quants_;
  std::vector<flatbuffers::Offset<tfl::Buffer>> buffers_;
  std::vector<flatbuffers::Offset<tfl::Tensor>> tensors_;
  std::vector<flatbuffers::Offset<tfl::Operator>> operators_;
  std::vector<std::pair<int, int>> codes_;
  std::map<std::vector<uint8_t>, uint32_t> buffer_of_;
};

}  // namespace

std::string format_tflite(const IntegerProgram &program, const WriteOptions &options) {
  // a detector's score is no operator of TensorFlow Lite: the file holds the network and, as numbers, the
  // rest
  if (is_detector_program(program))
    return Writer(in_standard_operators(program_without_score(program)), options.keep_names,
                  {{"score", score_unit_of(program)}, {"threshold", score_threshold(program)}})
        .write();
  return Writer(in_standard_operators(program), options.keep_names).write();
}

void export_tflite(const IntegerProgram &program, const std::string &path, const WriteOptions &options) {
  write_model(formats::tflite_format(), program, path, options);
}

const ModelFormat &formats::tflite_format() {
  static const ModelFormat kFormat{
      .name = "tflite",
      .extension = ".tflite",
      .beside = "a README with its input and output",
      .is_kind = [](std::string_view bytes) { return bytes.size() >= 8 && bytes.substr(4, 4) == "TFL3"; },
      .read = parse_tflite,
      .write =
          [](const IntegerProgram &program, const std::string &file_name, const WriteOptions &options) {
            return ModelFormat::Files{
                {file_name, format_tflite(program, options)},
                {fs::path(file_name).stem().string() + "_README.md", tflite_readme(program, file_name)}};
          },
      .describe = describe_tflite};
  return kFormat;
}

}  // namespace mote

// Reads a .tflite that anyone made into an IntegerProgram, or says what in it mote cannot do.
//
// The file is hostile until the verifier of flatbuffers has passed; indices, sizes and numbers are checked
// here, and what operators mean by their ops (OpDef::tflite, then HostProgram binds them). Schema:
// tflite.fbs.
#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "base/error.h"
#include "base/text.h"
#include "formats/model_format.h"
#include "formats/tflite/options.h"
#include "graph/op_def.h"
#include "mote/files.h"
#include "mote/host_program.h"
#include "ops/integer_support.h"

namespace mote {

namespace {

class Reader {
 public:
  Reader(std::string_view bytes, std::string where) : bytes_(bytes), where_(std::move(where)) {}

  IntegerProgram read() {
    const auto *data = reinterpret_cast<const uint8_t *>(bytes_.data());
    constexpr int kDeepest = 32, kMostTables = 1'000'000;
    flatbuffers::Verifier verifier(data, bytes_.size(), kDeepest, kMostTables);
    if (bytes_.size() < 16 || !tfl::VerifyModelBuffer(verifier))
      fail("is not a valid .tflite file: it is truncated or damaged");
    model_ = tfl::GetModel(data);
    if (model_->version() != 3) fail(fmt::format("has schema version {}, expected 3", model_->version()));
    if (!model_->subgraphs() || model_->subgraphs()->size() == 0) fail("has no graph");
    if (model_->subgraphs()->size() > 1)
      refuse(fmt::format("has {} subgraphs (control flow); only single-graph models are supported",
                         model_->subgraphs()->size()));
    graph_ = model_->subgraphs()->Get(0);
    if (!graph_->tensors() || !graph_->inputs() || !graph_->outputs())
      fail("has no tensors, inputs or outputs");
    program_.name = stem();
    for (const tfl::Tensor *t : *graph_->tensors()) read_tensor(*t);
    program_.inputs = indices(graph_->inputs(), false);
    program_.outputs = indices(graph_->outputs(), false);
    for (int t : program_.inputs)
      if (program_.tensor(t).is_constant) fail("has a constant as its input");
    if (graph_->operators())
      for (flatbuffers::uoffset_t i = 0; i < graph_->operators()->size(); ++i) read_operator(i);
    HostProgram check(program_);  // refuses what the ops cannot run, before anything else is done with it
    return std::move(program_);
  }

 private:
  [[noreturn]] void fail(const std::string &message) const {
    throw Error(ErrorCode::kDataFormat, where_, message);
  }
  [[noreturn]] void refuse(const std::string &message) const {
    throw Error(ErrorCode::kUnsupported, where_, message);
  }

  std::string stem() const {
    const size_t slash = where_.find_last_of('/'), start = slash == std::string::npos ? 0 : slash + 1;
    return c_identifier(where_.substr(start, where_.find_last_of('.') - start));
  }

  std::vector<int> indices(const flatbuffers::Vector<int32_t> *list, bool may_be_absent) const {
    std::vector<int> out;
    if (!list) return out;
    for (int t : *list) {
      if (t < (may_be_absent ? -1 : 0) || t >= std::ssize(is_empty_))
        fail(fmt::format("refers to tensor {}, which does not exist", t));
      if (t >= 0 && is_empty_[t])
        refuse(fmt::format("tensor '{}' has a dimension of 0", program_.tensor(t).name));
      out.push_back(t);
    }
    return out;
  }

  DType type_of(const tfl::Tensor &t, const std::string &name) const {
    switch (t.type()) {
      case tfl::TensorType_FLOAT32:
        return DType::kFloat32;
      case tfl::TensorType_INT8:
        return DType::kInt8;
      case tfl::TensorType_INT16:
        return DType::kInt16;
      case tfl::TensorType_INT32:
        return DType::kInt32;
      case tfl::TensorType_INT64:
        return DType::kInt64;
      case tfl::TensorType_UINT8:
        return DType::kUint8;
      case tfl::TensorType_BOOL:
        return DType::kBool;
      default:
        refuse(fmt::format("tensor '{}' has type {}, which is not supported", name, int{t.type()}));
    }
  }

  void read_tensor(const tfl::Tensor &t) {
    ProgramTensor tensor;
    const std::string raw = t.name() ? t.name()->str() : "";
    tensor.name = is_utf8(raw) ? raw.substr(0, 200) : "?";
    tensor.dtype = type_of(t, tensor.name);
    if (t.sparsity())
      refuse(fmt::format("tensor '{}' is stored sparse, which is not supported", tensor.name));
    std::vector<int> dims;
    size_t elements = 1;
    bool is_empty = false;
    if (t.shape())
      for (int d : *t.shape()) {
        if (d == 0) is_empty = true;
        if (d < -1) refuse(fmt::format("tensor '{}' has a dimension of {}", tensor.name, d));
        dims.push_back(d < 1 ? 1 : d);  // a dynamic batch is run one by one
        elements *= dims.back();
        if (elements > size_t{1} << 28) refuse(fmt::format("tensor '{}' is too large", tensor.name));
      }
    tensor.shape = Shape(dims);
    if (const auto *q = t.quantization(); q && q->scale() && q->scale()->size() > 0) {
      tensor.quant.scale.assign(q->scale()->begin(), q->scale()->end());
      tensor.quant.axis = q->quantized_dimension();
      for (size_t i = 0; i < tensor.quant.scale.size(); ++i) {
        int64_t z = 0;  // copied: a hostile file may place it off its alignment
        if (q->zero_point() && i < q->zero_point()->size())
          std::memcpy(&z, q->zero_point()->Data() + i * sizeof z, sizeof z);
        if (z < -32768 || z > 65535) fail(fmt::format("tensor '{}' has the zero point {}", tensor.name, z));
        tensor.quant.zero_point.push_back(z);
      }
    }
    const auto *buffers = model_->buffers();
    if (t.buffer() > 0) {
      if (!buffers || t.buffer() >= buffers->size())
        fail(fmt::format("tensor '{}' refers to buffer {}, which does not exist", tensor.name, t.buffer()));
      const auto *content = buffers->Get(t.buffer())->data();
      if (content && content->size() > 0) {
        if (content->size() != tensor.bytes())
          fail(fmt::format("tensor '{}' {} needs {} bytes, its buffer has {}", tensor.name,
                           tensor.shape.text(), tensor.bytes(), content->size()));
        tensor.data.assign(content->begin(), content->end());
        tensor.is_constant = true;
      }
    }
    is_empty_.push_back(is_empty);
    program_.tensors.push_back(std::move(tensor));
  }

  static const OpDef *op_for(int builtin) {
    for (const OpDef *op : all_ops())
      if (op->tflite.is_given())
        for (int code : op->tflite->builtin_codes)
          if (code == builtin) return op;
    return nullptr;
  }

  void read_operator(flatbuffers::uoffset_t i) {
    const tfl::Operator &op = *graph_->operators()->Get(i);
    const auto *codes = model_->operator_codes();
    if (!codes || op.opcode_index() >= codes->size())
      fail(fmt::format("operator {} has no operator code", i));
    const tfl::OperatorCode &code = *codes->Get(op.opcode_index());
    const int builtin = std::max<int>(code.deprecated_builtin_code(), code.builtin_code());
    const OpDef *def = op_for(builtin);
    if (def == nullptr)
      refuse(fmt::format("operator {} is {}, which mote does not have{}", i, builtin_name(builtin),
                         float_hint(op)));
    ProgramLayer layer{def->name,
                       fmt::format("{}_{}", def->name, i),
                       {},
                       indices(op.inputs(), true),
                       indices(op.outputs(), false)};
    const std::string at = fmt::format("{} operator {} ({})", where_, i, builtin_name(builtin));
    try {
      const TfOperator record{builtin, code.version(), read_options(op)};
      layer.attrs =
          complete_attrs(layer_where(layer), def->attrs, def->tflite->read(record, program_, layer));
    } catch (const Error &e) {
      throw Error(e.code(), at, e.message(), e.hint());
    }
    for (int t : layer.outputs)
      if (program_.tensor(t).is_constant) fail(fmt::format("operator {} writes a constant", i));
    program_.layers.push_back(std::move(layer));
    check_types(at);
  }

  // A float or hybrid model is refused with that word, not with the first mismatch.
  void check_types(const std::string &at) const {
    const ProgramLayer &l = program_.layers.back();
    if (l.inputs.size() < 2 || l.inputs[0] < 0 || l.inputs[1] < 0) return;
    const DType x = program_.tensor(l.inputs[0]).dtype, w = program_.tensor(l.inputs[1]).dtype;
    if (x == DType::kFloat32 && w == DType::kInt8)
      throw Error(ErrorCode::kUnsupported, at, "is hybrid (float activations, int8 weights)",
                  "convert with full-integer quantization and a representative dataset");
    if (x == DType::kFloat32)
      throw Error(ErrorCode::kUnsupported, at, "works on float32",
                  "convert with full-integer quantization and a representative dataset");
  }

  std::string float_hint(const tfl::Operator &op) const {
    const std::vector<int> in = indices(op.inputs(), true);
    return !in.empty() && in[0] >= 0 && program_.tensor(in[0]).dtype == DType::kFloat32
               ? " (and it works on float32; only int8 models are supported)"
               : "";
  }

  std::string_view bytes_;
  std::string where_;
  const tfl::Model *model_ = nullptr;
  const tfl::SubGraph *graph_ = nullptr;
  std::vector<bool> is_empty_;  // markers that carry a scale and no values; no operator may read them
  IntegerProgram program_;
};

}  // namespace

IntegerProgram parse_tflite(std::string_view bytes, const std::string &where) {
  return Reader(bytes, where).read();
}

}  // namespace mote

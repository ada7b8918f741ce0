// Reads a .tflite that anyone made into an IntegerProgram, or says all that stands in the way.
//
// The file is hostile until the verifier of flatbuffers has passed; indices, sizes and numbers are checked
// here, and what operators mean by their ops (OpDef::tflite, then HostProgram binds them). A tensor that
// nothing refers to may be anything. uint8 is read as int8 (docs/decisions/0022-uint8-ends.md). Sentences:
// refusals.cpp. Schema: tflite.fbs.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>

#include "base/escape.h"
#include "base/text.h"
#include "formats/tflite/options.h"
#include "formats/tflite/reading.h"
#include "host/simplify.h"
#include "mote/files.h"
#include "mote/host_program.h"
#include "ops/integer_support.h"
#include "program/program.h"

namespace mote {

namespace {

std::optional<DType> dtype_of(tfl::TensorType type) {
  switch (type) {
    case tfl::TensorType_FLOAT32:
      return DType::kFloat32;
    case tfl::TensorType_INT8:
    case tfl::TensorType_UINT8:
      return DType::kInt8;
    case tfl::TensorType_INT16:
      return DType::kInt16;
    case tfl::TensorType_INT32:
      return DType::kInt32;
    case tfl::TensorType_INT64:
      return DType::kInt64;
    case tfl::TensorType_BOOL:
      return DType::kBool;
    default:
      return {};
  }
}

const OpDef *op_for(int builtin) {
  for (const OpDef *op : all_ops())
    if (op->tflite.is_given())
      for (int code : op->tflite->builtin_codes)
        if (code == builtin) return op;
  return nullptr;
}

class Reader {
 public:
  Reader(std::string_view bytes, std::string where)
      : where_(std::move(where)),
        model_(verified_tflite(bytes, where_)),
        graph_(*model_.subgraphs()->Get(0)),
        budget_(where_),
        room_(2 * bytes.size() + (1 << 16)) {}

  TfliteReading read() {
    program_.name = stem();
    for (const tfl::Tensor *t : *graph_.tensors()) read_tensor(*t);
    program_.inputs = ports(*graph_.inputs(), "input");
    program_.outputs = ports(*graph_.outputs(), "output");
    if (graph_.operators())
      for (flatbuffers::uoffset_t i = 0; i < graph_.operators()->size(); ++i) read_operator(i);
    if (reasons_.empty()) check_running();
    if (reasons_.empty()) {
      drop_idle_layers(program_);
      drop_unused_tensors(program_);
    }
    return {std::move(program_), std::move(reasons_)};
  }

 private:
  // Of a tensor, as far as the program's does not tell.
  struct FileTensor {
    std::string problem;  // why nothing may refer to it
    bool was_uint8 = false, is_port = false;
    bool is_unknown = false;  // made by an operator that could not be read
  };

  std::string stem() const {
    const size_t slash = where_.find_last_of('/'), start = slash == std::string::npos ? 0 : slash + 1;
    return c_identifier(where_.substr(start, where_.find_last_of('.') - start));
  }

  static const char *usual_hint(ErrorCode code) {
    return code == ErrorCode::kUnsupported ? "build or quantize this layer as TensorFlow's converter does "
                                             "(docs/formats.md), or leave it out"
                                           : "the file contradicts itself: convert the model again";
  }

  // Operators with the same reason are told of together.
  void add_reason(const Error &e, const std::string &at, int op = -1) {
    constexpr size_t kMostReasons = 200;
    if (reasons_.size() == kMostReasons && !reason_of_.contains(e.message() + "\n" + e.hint())) return;
    const auto [found, is_new] = reason_of_.try_emplace(e.message() + "\n" + e.hint(), reasons_.size());
    if (is_new)
      reasons_.push_back({e.code(), at, e.message(), e.hint().empty() ? usual_hint(e.code()) : e.hint(), {}});
    if (op >= 0) reasons_[found->second].operators.push_back(op);
  }

  void read_tensor(const tfl::Tensor &t) {
    ProgramTensor tensor;
    FileTensor file;
    tensor.name = tensor_name(t);
    file.problem = fill_tensor(t, tensor);
    file.was_uint8 = t.type() == tfl::TensorType_UINT8;
    if (!file.problem.empty()) tensor = {tensor.name, {}, DType::kInt8, {}, {}, false};
    files_.push_back(std::move(file));
    program_.tensors.push_back(std::move(tensor));
  }

  // Returns what is wrong with it.
  std::string fill_tensor(const tfl::Tensor &t, ProgramTensor &tensor) {
    const std::optional<DType> dtype = dtype_of(t.type());
    if (!dtype) return fmt::format("is {}, which is not supported", tensor_type_name(t.type()));
    tensor.dtype = *dtype;
    if (t.sparsity()) return "is stored sparse, which is not supported";
    constexpr size_t kMostDims = 8;
    if (t.shape() && t.shape()->size() > kMostDims)
      return fmt::format("has {} dimensions, at most {} are supported", t.shape()->size(), kMostDims);
    std::vector<int> dims;
    size_t elements = 1;
    bool is_empty = false;
    if (t.shape())
      for (int d : *t.shape()) {
        is_empty |= d == 0;
        if (d < -1) return fmt::format("has a dimension of {}", d);
        dims.push_back(d < 1 ? 1 : d);  // a dynamic batch is run one by one
        elements *= dims.back();
        if (elements > size_t{1} << 28) return "is too large";
      }
    tensor.shape = Shape(dims);
    const int offset = t.type() == tfl::TensorType_UINT8 ? kUint8Offset : 0;
    if (const auto *q = t.quantization(); q && q->scale() && q->scale()->size() > 0) {
      const size_t count = q->scale()->size();
      budget_.charge(count * (sizeof(float) + sizeof(int)));
      tensor.quant.scale.assign(q->scale()->begin(), q->scale()->end());
      tensor.quant.axis = q->quantized_dimension();
      for (size_t i = 0; i < count; ++i) {
        int64_t z = offset;  // copied: a hostile file may place it off its alignment
        if (q->zero_point() && i < q->zero_point()->size())
          std::memcpy(&z, q->zero_point()->Data() + i * sizeof z, sizeof z);
        if (z < -32768 || z > 65535) return fmt::format("has the zero point {}", z);
        tensor.quant.zero_point.push_back(static_cast<int>(z) - offset);
      }
    }
    if (is_empty) return "has a dimension of 0";  // a marker that carries a scale and no values
    return t.buffer() > 0 ? fill_constant(t, tensor) : "";
  }

  std::string fill_constant(const tfl::Tensor &t, ProgramTensor &tensor) {
    const auto *buffers = model_.buffers();
    if (!buffers || t.buffer() >= buffers->size())
      return fmt::format("refers to buffer {}, which does not exist", t.buffer());
    const auto *content = buffers->Get(t.buffer())->data();
    if (!content || content->size() == 0) return "";
    if (content->size() != tensor.bytes())
      return fmt::format("{} needs {} bytes, its buffer has {}", tensor.shape.text(), tensor.bytes(),
                         content->size());
    budget_.charge(content->size());
    tensor.data.assign(content->begin(), content->end());
    if (t.type() == tfl::TensorType_UINT8)
      for (uint8_t &byte : tensor.data) byte ^= kUint8Bit;
    tensor.is_constant = true;
    return "";
  }

  bool exists(int t) const { return t >= 0 && t < std::ssize(files_); }

  std::vector<int> ports(const flatbuffers::Vector<int32_t> &list, const char *role) {
    std::vector<int> out;
    budget_.charge(list.size() * sizeof(int));
    for (int t : list) {
      const auto refuse = [&](ErrorCode code, const std::string &message, const char *hint = "") {
        add_reason({code, "", message, hint}, where_);
      };
      if (!exists(t)) {
        refuse(ErrorCode::kDataFormat, fmt::format("refers to tensor {}, which does not exist", t));
        continue;
      }
      if (!files_[t].problem.empty())
        refuse(ErrorCode::kUnsupported,
               fmt::format("its {}, {}, {}", role, named(program_.tensor(t)), files_[t].problem),
               "convert the model with inputs and outputs of int8, uint8, int16 or float32");
      ProgramTensor &port = program_.tensors[t];
      if (port.is_constant && *role == 'i') refuse(ErrorCode::kDataFormat, "has a constant as its input");
      port.is_uint8_port = files_[t].was_uint8;
      files_[t].is_port = true;
      out.push_back(t);
    }
    return out;
  }

  // Errors: kDataFormat, kUnsupported, without a place.
  std::vector<int> indices(const flatbuffers::Vector<int32_t> *list, bool may_be_absent) {
    std::vector<int> out;
    if (!list) return out;
    budget_.charge(list->size() * sizeof(int));
    for (int t : *list) {
      if (!exists(t) && !(may_be_absent && t == -1))
        throw Error(ErrorCode::kDataFormat, "", fmt::format("refers to tensor {}, which does not exist", t));
      if (t >= 0 && !files_[t].problem.empty())
        throw Error(ErrorCode::kUnsupported, "",
                    fmt::format("{} {}", named(program_.tensor(t)), files_[t].problem), kConvertInt8);
      out.push_back(t);
    }
    return out;
  }

  // Whether any tensor of the operator, as far as it exists, is such a one.
  template <class Is>
  bool touches(const tfl::Operator &op, Is is) const {
    for (const auto *list : {op.inputs(), op.outputs()})
      if (list)
        for (int t : *list)
          if (exists(t) && is(t)) return true;
    return false;
  }

  void read_operator(flatbuffers::uoffset_t i) {
    const tfl::Operator &op = *graph_.operators()->Get(i);
    const auto *codes = model_.operator_codes();
    if (!codes || op.opcode_index() >= codes->size())
      return add_reason({ErrorCode::kDataFormat, "", fmt::format("operator {} has no operator code", i)},
                        where_);
    const tfl::OperatorCode &code = *codes->Get(op.opcode_index());
    constexpr size_t kRoundsOverOperands = 16;
    for (const auto *list : {op.inputs(), op.outputs()})
      if (list) budget_.charge(kRoundsOverOperands * sizeof(int) * list->size());
    const OpDef *def = op_for(builtin_code(code));
    const int index = static_cast<int>(i);
    const std::string at = fmt::format("{} operator {} ({})", where_, i, operator_name(code));
    const auto refuse = [&](const Error &e) {
      add_reason(e, at, index);
      if (op.outputs())
        for (int t : *op.outputs())
          if (exists(t)) files_[t].is_unknown = true;
    };
    const auto lacks = [&] { return operator_refusal(code, is_early(builtin_code(code), i)); };
    if (is_custom(code)) return refuse(lacks());  // the types of its tensors are the compiler's
    // what it computes with, before what is missing for it
    const std::optional<Error> arithmetic = arithmetic_refusal(op, def);
    if (arithmetic) refuse(*arithmetic);
    if (def == nullptr) return refuse(lacks());
    if (arithmetic) return;
    try {
      ProgramLayer layer{def->name,
                         fmt::format("{}_{}", def->name, i),
                         {},
                         indices(op.inputs(), true),
                         indices(op.outputs(), false)};
      const TfOperator record{builtin_code(code), code.version(), read_options(op)};
      layer.attrs =
          complete_attrs(layer_where(layer), def->attrs, def->tflite->read(record, program_, layer));
      for (int t : layer.outputs)
        if (program_.tensor(t).is_constant) throw Error(ErrorCode::kDataFormat, "", "writes a constant");
      const bool gives_port = std::any_of(
          layer.outputs.begin(), layer.outputs.end(),  // an operator may have made tensors of its own
          [&](int t) { return exists(t) && files_[t].is_port; });
      if (!gives_port && fold_constant_layer(program_, layer, room_)) {
        for (int t : layer.outputs) room_ -= program_.tensor(t).data.size();
        return;
      }
      program_.layers.push_back(std::move(layer));
      places_.push_back({at, index});
    } catch (const Error &e) {
      // a list of sizes that another operator would have given is that one's reason
      const bool follows = touches(op, [&](int t) {
        const DType type = program_.tensor(t).dtype;
        return files_[t].is_unknown && (type == DType::kInt32 || type == DType::kInt64);
      });
      if (follows) {
        if (op.outputs())
          for (int t : *op.outputs())
            if (exists(t)) files_[t].is_unknown = true;
      } else {
        refuse(e);
      }
    }
  }

  // Whether the first operator of its kind has less than half of the model before it.
  bool is_early(int builtin, flatbuffers::uoffset_t i) {
    return 2 * size_t{first_of_.try_emplace(builtin, i).first->second} < graph_.operators()->size();
  }

  // float32, or uint8 in what computes: a reason of its own. Ops that move values or change their type take
  // both.
  std::optional<Error> arithmetic_refusal(const tfl::Operator &op, const OpDef *def) const {
    if (def && def->tflite->takes_uint8) return {};
    const auto is_float = [&](int t) {
      return program_.tensor(t).dtype == DType::kFloat32 && files_[t].problem.empty();
    };
    if (touches(op, is_float))
      return float_refusal(touches(op, [&](int t) {
        return program_.tensor(t).is_constant && program_.tensor(t).dtype == DType::kInt8;
      }));
    if (touches(op, [&](int t) { return files_[t].was_uint8; })) return uint8_refusal();
    return {};
  }

  // Refuses what the ops cannot run, before anything else is done with it: one layer after the other, where
  // all of them together did not.
  void check_running() {
    try {
      HostProgram check(program_);
      return;
    } catch (const Error &e) {
      for (size_t i = 0; i < program_.layers.size(); ++i) {
        const ProgramLayer &l = program_.layers[i];
        try {
          op_by_name(l.op).run.get()(program_, l);
        } catch (const Error &of_layer) {
          add_reason(of_layer, places_[i].at, places_[i].index);
        }
      }
      if (reasons_.empty()) add_reason(e, where_);
    }
  }

  struct Place {
    std::string at;
    int index;
  };

  std::string where_;
  const tfl::Model &model_;
  const tfl::SubGraph &graph_;
  CopyBudget budget_;
  size_t room_;  // bytes that may still become constants
  std::vector<FileTensor> files_;
  std::vector<Place> places_;  // of the program's layers in the file
  std::vector<FileReason> reasons_;
  std::map<std::string, size_t> reason_of_;
  std::map<int, flatbuffers::uoffset_t> first_of_;  // operators that mote does not have
  IntegerProgram program_;
};

}  // namespace

TfliteReading read_tflite(std::string_view bytes, const std::string &where) {
  return Reader(bytes, where).read();
}

IntegerProgram parse_tflite(std::string_view bytes, const std::string &where) {
  TfliteReading reading = read_tflite(bytes, where);
  if (reading.reasons.empty()) return std::move(reading.program);
  const FileReason &first = reading.reasons[0];
  std::string hint = first.hint;
  if (const size_t more = reading.reasons.size() - 1; more > 0)
    hint += fmt::format("{}{} more reason{}: `mote summary {}`", hint.empty() ? "" : "; ", more,
                        more == 1 ? "" : "s", shell_path(where));
  throw Error(first.code, first.where, first.message, hint);
}

}  // namespace mote

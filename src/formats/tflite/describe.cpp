// What stands in a .tflite, operator by operator, for a person who wants to know why it does not run.
//
// Nothing is bound or copied but names, shapes and sizes; every graph is listed, the reasons are those of the
// first, which is the one that runs (reader.cpp).
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "formats/tflite/options.h"
#include "formats/tflite/reading.h"

namespace mote {

namespace {

constexpr size_t kMostListed = 8;  // dimensions of a tensor, outputs of an operator
constexpr size_t kMostRead = 64;   // tensors that an operator reads or writes

FileTensor describe_tensor(const tfl::Tensor &t) {
  FileTensor tensor{tensor_name(t), tensor_type_name(t.type()), {}, {}, 0};
  if (t.shape())
    for (flatbuffers::uoffset_t d = 0; d < std::min<size_t>(kMostListed, t.shape()->size()); ++d)
      tensor.shape.push_back(t.shape()->Get(d));
  if (const auto *q = t.quantization(); q && q->scale() && q->scale()->size() > 0) {
    tensor.scale = {q->scale()->Get(0)};
    if (q->zero_point() && q->zero_point()->size() > 0)
      std::memcpy(&tensor.zero_point, q->zero_point()->Data(), sizeof tensor.zero_point);
  }
  return tensor;
}

class Describer {
 public:
  Describer(std::string_view bytes, const std::string &where)
      : model_(verified_tflite(bytes, where)), budget_(where) {}

  std::vector<FileGraph> graphs() {
    std::vector<FileGraph> list;
    for (const tfl::SubGraph *graph : *model_.subgraphs()) list.push_back(describe(*graph));
    return list;
  }

 private:
  FileGraph describe(const tfl::SubGraph &graph) {
    FileGraph made;
    if (graph.name()) made.name = std::string(graph.name()->string_view().substr(0, 100));
    if (!is_utf8(made.name)) made.name = "?";
    made.inputs = tensors(graph, graph.inputs());
    made.outputs = tensors(graph, graph.outputs());
    made.input_tensors = numbers(graph, graph.inputs(), kMostListed);
    made.output_tensors = numbers(graph, graph.outputs(), kMostListed);
    if (graph.operators())
      for (const tfl::Operator *op : *graph.operators()) {
        FileOperator o;
        const auto *codes = model_.operator_codes();
        o.name = codes && op->opcode_index() < codes->size() ? operator_name(*codes->Get(op->opcode_index()))
                                                             : "?";
        o.outputs = tensors(graph, op->outputs());
        o.constant_bytes = constant_bytes(graph, op->inputs());
        o.reads = numbers(graph, op->inputs(), kMostRead);
        o.writes = numbers(graph, op->outputs(), kMostRead);
        made.operators.push_back(std::move(o));
      }
    return made;
  }

  std::vector<FileTensor> tensors(const tfl::SubGraph &graph, const flatbuffers::Vector<int32_t> *list) {
    std::vector<FileTensor> made;
    if (!list || !graph.tensors()) return made;
    for (int t : *list) {
      if (made.size() == kMostListed) break;
      if (t < 0 || static_cast<size_t>(t) >= graph.tensors()->size()) continue;
      constexpr size_t kAtMost = 400;  // of name, type and shape
      budget_.charge(kAtMost);
      made.push_back(describe_tensor(*graph.tensors()->Get(static_cast<flatbuffers::uoffset_t>(t))));
    }
    return made;
  }

  // The same tensors by their numbers.
  std::vector<int> numbers(const tfl::SubGraph &graph, const flatbuffers::Vector<int32_t> *list,
                           size_t most) {
    std::vector<int> made;
    if (!list || !graph.tensors()) return made;
    for (int t : *list) {
      if (made.size() == most) break;
      if (t >= 0 && static_cast<size_t>(t) < graph.tensors()->size()) made.push_back(t);
    }
    budget_.charge(made.size() * sizeof(int));
    return made;
  }

  size_t constant_bytes(const tfl::SubGraph &graph, const flatbuffers::Vector<int32_t> *list) {
    size_t bytes = 0;
    if (!list || !graph.tensors() || !model_.buffers()) return bytes;
    budget_.charge(list->size() * sizeof(int));
    for (int t : *list) {
      if (t < 0 || static_cast<size_t>(t) >= graph.tensors()->size()) continue;
      const tfl::Tensor &tensor = *graph.tensors()->Get(static_cast<flatbuffers::uoffset_t>(t));
      if (tensor.buffer() == 0 || tensor.buffer() >= model_.buffers()->size()) continue;
      const auto *data = model_.buffers()->Get(tensor.buffer())->data();
      if (data) bytes += data->size();
    }
    return bytes;
  }

  const tfl::Model &model_;
  CopyBudget budget_;
};

// As far as it can be told without its custom operators.
bool is_float(const FileGraph &graph) {
  const auto are_float = [](const std::vector<FileTensor> &list) {
    return std::all_of(list.begin(), list.end(), [](const FileTensor &t) { return t.type == "float32"; });
  };
  return are_float(graph.inputs) && std::all_of(graph.operators.begin(), graph.operators.end(),
                                                [&](const FileOperator &o) { return are_float(o.outputs); });
}

}  // namespace

FileDescription describe_tflite(std::string_view bytes, const std::string &where) {
  FileDescription made;
  made.bytes = bytes.size();
  made.graphs = Describer(bytes, where).graphs();
  TfliteReading reading = read_tflite(bytes, where);
  made.name = reading.program.name;
  made.reasons = std::move(reading.reasons);
  const auto has = [&](const Error &e) {
    return std::any_of(made.reasons.begin(), made.reasons.end(),
                       [&](const FileReason &r) { return r.message == e.message(); });
  };
  const bool is_all_float = !made.reasons.empty() && is_float(made.graphs[0]);
  made.kind = has(float_refusal(true))                    ? "hybrid"
              : has(float_refusal(false)) || is_all_float ? "float32"
              : has(uint8_refusal())                      ? "uint8"
                                                          : "int8";
  return made;
}

}  // namespace mote

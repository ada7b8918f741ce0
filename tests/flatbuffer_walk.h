// A second reader of .tflite files: walks the flatbuffer by field numbers of the schema (version 3), without
// generated code. Reading outside of the file throws.
//
// Source: the flatbuffers binary format, and tensorflow/lite/schema/schema.fbs for the numbers.
#pragma once

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace mote::test {

class FlatTable {
 public:
  FlatTable() = default;
  FlatTable(std::string_view bytes, size_t at) : bytes_(bytes), at_(at) {}
  static FlatTable root(std::string_view bytes) { return {bytes, FlatTable(bytes, 0).read<uint32_t>(0)}; }

  bool has(int field) const { return place(field) != 0; }
  template <class T>
  T scalar(int field, T otherwise = {}) const {
    const size_t p = place(field);
    return p ? read<T>(p) : otherwise;
  }
  size_t scalar_place(int field) const { return place(field); }
  FlatTable table(int field) const { return {bytes_, follow(place(field))}; }
  std::string text(int field) const {
    if (!has(field)) return "";
    const size_t p = follow(place(field));
    return std::string(bytes_.substr(p + 4, read<uint32_t>(p)));
  }
  size_t vector_place(int field) const { return follow(place(field)) + 4; }  // of its first element
  template <class T>
  std::vector<T> vector(int field) const {
    std::vector<T> list;
    if (!has(field)) return list;
    const size_t p = follow(place(field));
    for (uint32_t i = 0; i < read<uint32_t>(p); ++i) list.push_back(read<T>(p + 4 + i * sizeof(T)));
    return list;
  }
  std::vector<FlatTable> tables(int field) const {
    std::vector<FlatTable> list;
    if (!has(field)) return list;
    const size_t p = follow(place(field));
    for (uint32_t i = 0; i < read<uint32_t>(p); ++i) list.emplace_back(bytes_, follow(p + 4 + 4 * i));
    return list;
  }

 private:
  template <class T>
  T read(size_t at) const {
    if (at + sizeof(T) > bytes_.size()) throw std::out_of_range("outside of the file");
    T value;
    std::memcpy(&value, bytes_.data() + at, sizeof value);
    return value;
  }
  size_t follow(size_t at) const { return at + read<uint32_t>(at); }
  size_t place(int field) const {
    const size_t vtable = at_ - static_cast<size_t>(read<int32_t>(at_)),
                 entry = 4 + 2 * static_cast<size_t>(field);
    if (entry >= read<uint16_t>(vtable)) return 0;
    const uint16_t offset = read<uint16_t>(vtable + entry);
    return offset ? at_ + offset : 0;
  }

  std::string_view bytes_;
  size_t at_ = 0;
};

struct WalkedTensor {
  std::vector<int32_t> shape;
  int type = 0;
  uint32_t buffer = 0;
  std::string name;
  std::vector<float> scale;
  std::vector<int64_t> zero_point;
  int axis = 0;
  bool is_variable = false;
};
struct WalkedOperator {
  int code, deprecated_code, version, code_index;
  std::vector<int32_t> inputs, outputs;
  int options_type;
  FlatTable options;
};
struct WalkedBuffer {
  size_t at = 0;  // in the file
  std::vector<uint8_t> data;
};
struct WalkedFile {
  int version = 0;
  std::string description;
  std::vector<WalkedTensor> tensors;
  std::vector<WalkedOperator> operators;
  size_t codes = 0;
  std::vector<int32_t> inputs, outputs;
  std::vector<WalkedBuffer> buffers;
  std::vector<std::pair<std::string, uint32_t>> metadata;
};

inline WalkedFile walk_tflite(std::string_view bytes) {
  const FlatTable model = FlatTable::root(bytes), graph = model.tables(2).at(0);
  WalkedFile f;
  f.version = model.scalar<int32_t>(0);
  f.description = model.text(3);
  const std::vector<FlatTable> codes = model.tables(1);
  f.codes = codes.size();
  for (const FlatTable &t : graph.tables(0)) {
    WalkedTensor w{
        t.vector<int32_t>(0), t.scalar<int8_t>(1), t.scalar<uint32_t>(2), t.text(3), {}, {}, 0, {}};
    if (t.has(4)) {
      const FlatTable q = t.table(4);
      w.scale = q.vector<float>(2);
      w.zero_point = q.vector<int64_t>(3);
      w.axis = q.scalar<int32_t>(6);
    }
    w.is_variable = t.scalar<uint8_t>(5) != 0;
    f.tensors.push_back(std::move(w));
  }
  f.inputs = graph.vector<int32_t>(1);
  f.outputs = graph.vector<int32_t>(2);
  for (const FlatTable &o : graph.tables(3)) {
    const auto index = o.scalar<uint32_t>(0);
    const FlatTable &code = codes.at(index);
    f.operators.push_back({code.scalar<int32_t>(3), code.scalar<int8_t>(0), code.scalar<int32_t>(2, 1),
                           static_cast<int>(index), o.vector<int32_t>(1), o.vector<int32_t>(2),
                           o.scalar<uint8_t>(3), o.has(4) ? o.table(4) : FlatTable()});
  }
  for (const FlatTable &b : model.tables(4))
    f.buffers.push_back(b.has(0) ? WalkedBuffer{b.vector_place(0), b.vector<uint8_t>(0)} : WalkedBuffer{});
  for (const FlatTable &m : model.tables(6)) f.metadata.emplace_back(m.text(0), m.scalar<uint32_t>(1));
  return f;
}

// The lowest version of an operator that knows its types and forms, of the ops that mote writes.
// Source: tensorflow/lite/tools/versioning/op_version.cc, GetBuiltinOperatorVersion.
inline int lowest_version(const WalkedFile &f, const WalkedOperator &o) {
  constexpr int kInt16 = 7;
  const auto tensor = [&](size_t i) -> const WalkedTensor & {
    return f.tensors.at(static_cast<size_t>(o.inputs.at(i)));
  };
  const WalkedTensor &x = tensor(o.code == 49 ? 1 : 0),
                     &y = f.tensors.at(static_cast<size_t>(o.outputs.at(0)));
  const bool is_wide = x.type == kInt16;
  const size_t rank = x.shape.size();
  const auto scale = [](const WalkedTensor &t) { return static_cast<double>(t.scale.at(0)); };
  switch (o.code) {
    case 0:    // ADD
    case 2:    // CONCATENATION
    case 1:    // AVERAGE_POOL_2D
    case 17:   // MAX_POOL_2D
    case 14:   // LOGISTIC
    case 19:   // RELU
    case 21:   // RELU6
    case 25:   // SOFTMAX
    case 28:   // TANH
    case 40:   // MEAN
    case 83:   // PACK
    case 101:  // ABS
    case 6:    // DEQUANTIZE
      return is_wide ? 3 : 2;
    case 3: {  // CONV_2D; grouped where weights see fewer channels
      const bool is_grouped = x.shape.at(3) != tensor(1).shape.at(3);
      return is_grouped ? 6 : is_wide ? 4 : 3;
    }
    case 4:  // DEPTHWISE_CONV_2D
      return is_wide ? 5 : 3;
    case 9:  // FULLY_CONNECTED
      return is_wide ? 7 : o.inputs.size() == 2 ? 6 : 4;
    case 18:  // MUL
      return is_wide ? 4 : scale(x) * scale(tensor(1)) / scale(y) >= 1 ? 3 : 2;
    case 41: {  // SUB
      const bool is_broadcast = x.shape != tensor(1).shape;
      return is_wide ? 5 : is_broadcast && std::max(rank, tensor(1).shape.size()) > 4 ? 3 : 2;
    }
    case 34:  // PAD
    case 60:  // PADV2
      return rank > 4 ? 4 : is_wide ? 3 : 2;
    case 39:  // TRANSPOSE
      return rank > 5 ? 6 : is_wide ? 5 : rank > 4 ? 4 : 2;
    case 45:                    // STRIDED_SLICE
      return rank > 4 ? 4 : 2;  // beside int16 the first would do
    case 49:                    // SPLIT
      return is_wide ? 4 : 2;
    case 88:  // UNPACK
      return is_wide ? 4 : 2;
    case 102:  // SPLIT_V; beside int16 the first would do
      return 2;
    case 98:  // LEAKY_RELU
      return is_wide ? 2 : 1;
    case 114:  // QUANTIZE
      return y.type == kInt16 ? 2 : 1;
    case 22:   // RESHAPE
    case 44:   // UNIDIRECTIONAL_SEQUENCE_LSTM
    case 117:  // HARD_SWISH
      return 1;
    default:
      throw std::out_of_range("no version is known of operator " + std::to_string(o.code));
  }
}

}  // namespace mote::test

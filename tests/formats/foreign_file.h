// Builds .tflite files as other programs write them: any operator, any type, several graphs, mistakes.
#pragma once

#include <string>
#include <vector>

#include "tflite_generated.h"

namespace mote::test {

// From the schema; what mote's own table of operators says is not used.
enum Code {
  kConcatenation = 2,
  kConv2D = 3,
  kDepthwiseConv2D = 4,
  kDequantize = 6,
  kFullyConnected = 9,
  kReshape = 22,
  kResizeBilinear = 23,
  kSoftmax = 25,
  kCustom = 32,
  kSqueeze = 43,
  kStridedSlice = 45,
  kLstm = 44,
  kShape = 77,
  kReduceMax = 82,
  kPack = 83,
  kQuantize = 114,
  kWhile = 119,
  kCallOnce = 129,
  kVarHandle = 142,
  kReadVariable = 143
};

class ForeignFile {
 public:
  ForeignFile() { buffers_.push_back(tfl::CreateBuffer(b_)); }

  int tensor(const std::vector<int> &shape, tfl::TensorType type, float scale = 0, int64_t zero_point = 0,
             const std::vector<uint8_t> &data = {}) {
    flatbuffers::Offset<tfl::QuantizationParameters> quant = 0;
    if (scale != 0 || zero_point != 0) {
      const std::vector<float> scales{scale};
      const std::vector<int64_t> zeros{zero_point};
      quant = tfl::CreateQuantizationParametersDirect(b_, nullptr, nullptr, &scales, &zeros);
    }
    return add(shape, type, quant, data);
  }
  // int8 weights with a scale for each channel.
  int weights(const std::vector<int> &shape, const std::vector<float> &scales, int axis,
              const std::vector<uint8_t> &data) {
    const std::vector<int64_t> zeros(scales.size());
    const auto quant = tfl::CreateQuantizationParametersDirect(b_, nullptr, nullptr, &scales, &zeros,
                                                               tfl::QuantizationDetails_NONE, 0, axis);
    return add(shape, tfl::TensorType_INT8, quant, data);
  }
  void leave_out_names() { has_names_ = false; }
  int integers(const std::vector<int> &values, bool is_scalar = false) {
    const auto *bytes = reinterpret_cast<const uint8_t *>(values.data());
    return tensor(is_scalar ? std::vector<int>{} : std::vector<int>{static_cast<int>(values.size())},
                  tfl::TensorType_INT32, 0, 0, {bytes, bytes + 4 * values.size()});
  }

  void op(int code, const std::vector<int> &inputs, const std::vector<int> &outputs,
          tfl::BuiltinOptions type = tfl::BuiltinOptions_NONE, flatbuffers::Offset<void> options = 0,
          const char *custom = nullptr) {
    codes_.push_back(
        tfl::CreateOperatorCodeDirect(b_, static_cast<int8_t>(std::min(code, 127)), custom, 1, code));
    operators_.push_back(tfl::CreateOperatorDirect(b_, static_cast<uint32_t>(codes_.size()) - 1, &inputs,
                                                   &outputs, type, options));
  }
  // The rest of what a Keras model of any batch has before a reshape: x -> its shape -> the batch, packed.
  int shape_of_batch(int x, int rank, const std::vector<int> &others) {
    const int dims = tensor({rank}, tfl::TensorType_INT32), batch = tensor({}, tfl::TensorType_INT32),
              packed = tensor({static_cast<int>(others.size()) + 1}, tfl::TensorType_INT32);
    op(kShape, {x}, {dims});
    op(kStridedSlice, {dims, integers({0}), integers({1}), integers({1})}, {batch},
       tfl::BuiltinOptions_StridedSliceOptions, tfl::CreateStridedSliceOptions(b_, 0, 0, 0, 0, 1).Union());
    std::vector<int> parts{batch};
    for (int d : others) parts.push_back(integers({d}, true));
    op(kPack, parts, {packed}, tfl::BuiltinOptions_PackOptions,
       tfl::CreatePackOptions(b_, static_cast<int>(parts.size()), 0).Union());
    return packed;
  }
  flatbuffers::FlatBufferBuilder &builder() { return b_; }

  // A graph beside the first, empty.
  void add_graph() { ++more_graphs_; }

  std::string bytes(const std::vector<int> &inputs, const std::vector<int> &outputs) {
    std::vector<flatbuffers::Offset<tfl::SubGraph>> graphs{
        tfl::CreateSubGraphDirect(b_, &tensors_, &inputs, &outputs, &operators_, "main")};
    const std::vector<int> none;
    const std::vector<flatbuffers::Offset<tfl::Tensor>> no_tensors;
    const std::vector<flatbuffers::Offset<tfl::Operator>> no_operators;
    for (int i = 0; i < more_graphs_; ++i)
      graphs.push_back(tfl::CreateSubGraphDirect(b_, &no_tensors, &none, &none, &no_operators, "more"));
    tfl::FinishModelBuffer(b_, tfl::CreateModelDirect(b_, 3, &codes_, &graphs, "test", &buffers_));
    return {reinterpret_cast<const char *>(b_.GetBufferPointer()), b_.GetSize()};
  }

 private:
  int add(const std::vector<int> &shape, tfl::TensorType type,
          flatbuffers::Offset<tfl::QuantizationParameters> quant, const std::vector<uint8_t> &data) {
    uint32_t buffer = 0;
    if (!data.empty()) {
      buffer = static_cast<uint32_t>(buffers_.size());
      buffers_.push_back(tfl::CreateBufferDirect(b_, &data));
    }
    const std::string name = has_names_ ? "t" + std::to_string(tensors_.size()) : "";
    tensors_.push_back(tfl::CreateTensorDirect(b_, &shape, type, buffer, name.c_str(), quant));
    return static_cast<int>(tensors_.size()) - 1;
  }

  flatbuffers::FlatBufferBuilder b_;
  std::vector<flatbuffers::Offset<tfl::Buffer>> buffers_;
  std::vector<flatbuffers::Offset<tfl::Tensor>> tensors_;
  std::vector<flatbuffers::Offset<tfl::OperatorCode>> codes_;
  std::vector<flatbuffers::Offset<tfl::Operator>> operators_;
  int more_graphs_ = 0;
  bool has_names_ = true;
};

}  // namespace mote::test

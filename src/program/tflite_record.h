// Plain records of .tflite operators, so that ops can say how they are written without seeing flatbuffers.
// Field meanings: TensorFlow Lite schema version 3.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "mote/shape.h"

namespace mote {

enum class TfPadding { kSame, kValid };
// What the format can fuse; what a layer can have fused is FusedActivation (activation.h).
enum class TfActivation { kNone, kRelu, kReluN1To1, kRelu6, kTanh, kSignBit };

struct TfNoOptions {};
struct TfConv2D {
  TfPadding padding;
  int stride_w, stride_h, dilation_w, dilation_h;
  TfActivation activation;
};
struct TfPool2D {
  TfPadding padding;
  int stride_w, stride_h, filter_w, filter_h;
  TfActivation activation;
};
struct TfFullyConnected {
  TfActivation activation;
  bool keep_num_dims, shuffled_weights;
};
struct TfSoftmax {
  float beta;
};
struct TfReshape {
  std::vector<int> new_shape;
};
struct TfSqueeze {
  std::vector<int> dims;  // none: every dimension of 1
};
struct TfQuantize {};
struct TfDequantize {};
struct TfDepthwiseConv2D {
  TfPadding padding;
  int stride_w, stride_h, multiplier, dilation_w, dilation_h;
  TfActivation activation;
};
struct TfAdd {
  TfActivation activation;
  bool pot_scale_int16 = true;  // int16: an older arithmetic where all scales are powers of two
};
struct TfSub {
  TfActivation activation;
  bool pot_scale_int16 = true;
};
struct TfMul {
  TfActivation activation;
};
struct TfConcatenation {
  int axis;
  TfActivation activation;
};
struct TfPad {};
struct TfPadV2 {};
struct TfTranspose {};
struct TfMean {
  bool keep_dims;
};
struct TfStridedSlice {
  int begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask;
};
struct TfSlice {};
struct TfSplit {
  int splits;
};
struct TfSplitV {
  int splits;
};
struct TfPack {
  int count, axis;
};
struct TfUnpack {
  int count, axis;
};
struct TfLeakyRelu {
  float alpha;
};
struct TfHardSwish {};
struct TfLstm {
  TfActivation activation;
  float cell_clip, projection_clip;
  bool is_time_major;
};

using TfOptions = std::variant<TfNoOptions, TfConv2D, TfPool2D, TfFullyConnected, TfSoftmax, TfReshape,
                               TfSqueeze, TfQuantize, TfDequantize, TfDepthwiseConv2D, TfAdd, TfSub, TfMul,
                               TfConcatenation, TfPad, TfPadV2, TfTranspose, TfMean, TfStridedSlice, TfSlice,
                               TfSplit, TfSplitV, TfPack, TfUnpack, TfLeakyRelu, TfHardSwish, TfLstm>;

// An operand of the operator: input `layer_input` of the layer, a tensor of its own (a constant, or a state
// that outlives the call), or none.
struct TfOperand {
  int layer_input = kNone;
  std::vector<int> values = {};
  std::vector<int> shape = {};  // of the tensor; empty: one dimension; {0}: a scalar
  DType dtype = DType::kInt32;
  QuantParams quant = {};
  bool is_state = false;  // a variable tensor; has no values
  static constexpr int kNone = -1, kAbsent = -2;
};

struct TfOperator {
  int builtin_code = 0;
  int version = 1;
  TfOptions options;
  std::vector<TfOperand> operands = {};  // empty: the layer's inputs as they are
  int outputs = -1;                      // how many of the layer's outputs the operator has; -1: all
};

}  // namespace mote

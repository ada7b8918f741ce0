// Plain records of .tflite operators, so that ops can say how they are written without seeing flatbuffers.
// Field meanings: TensorFlow Lite schema version 3.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace mote {

enum class TfPadding { kSame, kValid };
enum class TfActivation { kNone = 0, kRelu = 1, kReluN1To1 = 2, kRelu6 = 3, kTanh = 4, kSignBit = 5 };

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
struct TfQuantize {};
struct TfDequantize {};

using TfOptions = std::variant<TfNoOptions, TfConv2D, TfPool2D, TfFullyConnected, TfSoftmax, TfReshape,
                               TfQuantize, TfDequantize>;

struct TfOperator {
  int builtin_code = 0;
  int version = 1;
  TfOptions options;
  // a constant int32 vector appended as last input (RESHAPE's new shape), if not empty
  std::vector<int> shape_input;
};

}  // namespace mote

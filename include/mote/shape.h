// Shape, element type and quantization of a tensor.
//
// Shapes: those of layers and of training leave out the batch: (100, 3) is a window of 100 rows of 3
// channels. Those of an IntegerProgram have it as TensorFlow Lite does: (1, 100, 3). Data is row-major,
// images are NHWC.
//
// Units: a real value is scale * (q - zero_point).
// Errors: an index beyond the dimensions is a bug of the caller (InternalError).
// Ownership/Threads: plain values.
//
// Example:
//   const mote::Shape window{100, 3};
//   const bool is_right = window.elements() == 300 && window[-1] == 3 && window.text() == "(100, 3)";
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <vector>

#include "mote/names.h"

namespace mote {

// Of element i of a row-major tensor: its index along one axis.
struct AlongAxis {
  size_t stride, size;
  size_t operator()(size_t i) const { return i / stride % size; }
};

class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<int> dims) : dims_(dims) {}
  explicit Shape(std::vector<int> dims) : dims_(std::move(dims)) {}

  int rank() const { return dims_.size(); }
  // A negative index counts from the end. The index must exist.
  // Negative: from the end. Errors: InternalError for an axis that there is not.
  int operator[](int i) const {
    const auto at = static_cast<size_t>(i < 0 ? i + rank() : i);
    if (at >= dims_.size()) no_axis(i);
    return dims_[at];
  }
  const std::vector<int> &dims() const { return dims_; }
  size_t elements() const;  // 1 for a scalar
  AlongAxis along(int axis) const;
  std::string text() const;  // "(100, 3)"
  bool operator==(const Shape &) const = default;

 private:
  [[noreturn]] void no_axis(int i) const;

  std::vector<int> dims_;
};

enum class DType { kFloat32, kInt8, kInt16, kInt32, kInt64, kUint8, kBool };

size_t dtype_bytes(DType dtype);  // of one element
const NameTable<DType> &dtype_names();
const char *dtype_name(DType dtype);

// real = scale * (q - zero_point). One scale for the whole tensor, or one per index of `axis`. Source: the
// int8 specification of TensorFlow Lite.
struct QuantParams {
  std::vector<float> scale;
  std::vector<int> zero_point;
  int axis = 0;
  bool is_set() const { return !scale.empty(); }
};

}  // namespace mote

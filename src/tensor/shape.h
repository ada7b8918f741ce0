// Shape and dtype of a tensor. Training shapes leave out the batch; shapes of an IntegerProgram include it.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <vector>

#include "base/names.h"

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

  int rank() const { return static_cast<int>(dims_.size()); }
  int operator[](int i) const { return dims_[static_cast<size_t>(i < 0 ? i + rank() : i)]; }
  const std::vector<int> &dims() const { return dims_; }
  size_t elements() const;  // 1 for a scalar
  AlongAxis along(int axis) const;
  std::string text() const;  // "(100, 3)"
  bool operator==(const Shape &) const = default;

 private:
  std::vector<int> dims_;
};

enum class DType { kFloat32, kInt8, kInt16, kInt32, kInt64, kUint8, kBool };

size_t dtype_bytes(DType dtype);
const NameTable<DType> &dtype_names();
const char *dtype_name(DType dtype);

// real = scale * (q - zero_point). One scale for the whole tensor, or one per index of `axis`.
struct QuantParams {
  std::vector<float> scale;
  std::vector<int> zero_point;
  int axis = 0;
  bool is_set() const { return !scale.empty(); }
};

}  // namespace mote

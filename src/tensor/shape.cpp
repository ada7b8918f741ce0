// Shapes as text and as index arithmetic, and the types of tensors: their sizes and their names in files.
#include "mote/shape.h"

#include "base/error.h"

namespace mote {

void Shape::no_axis(int i) const {
  throw InternalError("shape " + text() + " has no axis " + std::to_string(i));
}

size_t Shape::elements() const {
  size_t n = 1;
  for (int d : dims_) n *= d;
  return n;
}

AlongAxis Shape::along(int axis) const {
  AlongAxis a{1, 1};
  for (int d = rank() - 1; d > axis; --d) a.stride *= dims_[d];
  a.size = dims_[axis];
  return a;
}

std::string Shape::text() const {
  std::string text = "(";
  for (size_t i = 0; i < dims_.size(); ++i) text += (i ? ", " : "") + std::to_string(dims_[i]);
  return text + ")";
}

size_t dtype_bytes(DType dtype) {
  switch (dtype) {
    case DType::kFloat32:
    case DType::kInt32:
      return 4;
    case DType::kInt16:
      return 2;
    case DType::kInt64:
      return 8;
    default:
      return 1;
  }
}

const NameTable<DType> &dtype_names() {
  static const NameTable<DType> kNames({{"float32", DType::kFloat32},
                                        {"int8", DType::kInt8},
                                        {"int16", DType::kInt16},
                                        {"int32", DType::kInt32},
                                        {"int64", DType::kInt64},
                                        {"uint8", DType::kUint8},
                                        {"bool", DType::kBool}});
  return kNames;
}

const char *dtype_name(DType dtype) { return dtype_names().name_of(dtype).c_str(); }

}  // namespace mote

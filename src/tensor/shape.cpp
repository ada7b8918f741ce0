#include "tensor/shape.h"

namespace mote {

size_t Shape::elements() const {
  size_t n = 1;
  for (int d : dims_) n *= static_cast<size_t>(d);
  return n;
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

const char *dtype_name(DType dtype) {
  switch (dtype) {
    case DType::kFloat32:
      return "float32";
    case DType::kInt8:
      return "int8";
    case DType::kInt16:
      return "int16";
    case DType::kInt32:
      return "int32";
    case DType::kInt64:
      return "int64";
    case DType::kUint8:
      return "uint8";
    case DType::kBool:
      return "bool";
  }
  return "";
}

}  // namespace mote

// What reading of foreign operators shares: small constants, axes, strides, the refusal of unequal scales.
#include "ops/import_support.h"

#include <fmt/format.h>

#include "ops/integer_support.h"

namespace mote::ops {

NotSupported imported_only(const std::string &op) {
  return {fmt::format("{} is found in imported .tflite models; there is no layer that trains it yet", op)};
}

std::vector<int> constant_values(const IntegerProgram &p, const ProgramLayer &l, size_t input) {
  require(input < l.inputs.size() && l.inputs[input] >= 0, l, fmt::format("operand {} is missing", input));
  const ProgramTensor &t = p.tensor(l.inputs[input]);
  require(t.is_constant && (t.dtype == DType::kInt32 || t.dtype == DType::kInt64), l,
          fmt::format("operand {} ({}) must be a constant of integers", input, named(t)));
  require(t.shape.elements() <= 64 && t.data.size() == t.bytes(), l,
          fmt::format("operand {} has {} values", input, t.shape.elements()));
  std::vector<int> values;
  for (int64_t wide : widened(t)) {
    require(wide >= INT32_MIN && wide <= INT32_MAX, l, fmt::format("operand {} holds {}", input, wide));
    values.push_back(wide);
  }
  return values;
}

std::vector<int> ints(const Attrs &attrs, const char *key) {
  const std::vector<int64_t> &list = attrs.list(key);
  return {list.begin(), list.end()};
}

int normal_axis(const ProgramLayer &l, int axis, int rank) {
  require(axis >= -rank && axis < rank, l, fmt::format("axis {} does not exist in {} dimensions", axis, rank),
          ErrorCode::kShape);
  return axis < 0 ? axis + rank : axis;
}

std::vector<int> strides_of(const Shape &shape) {
  std::vector<int> strides(shape.rank(), 1);
  for (int d = shape.rank() - 2; d >= 0; --d) strides[d] = strides[d + 1] * shape[d + 1];
  return strides;
}

void require_same_scale(const ProgramLayer &l, const ProgramTensor &x, const ProgramTensor &y) {
  require(x.quant.scale == y.quant.scale && x.quant.zero_point == y.quant.zero_point, l,
          fmt::format("{} and {} must have the same scale and zero point", named(x), named(y)));
}

}  // namespace mote::ops

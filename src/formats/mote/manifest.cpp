// Types, ranges and counts of model.json. What one field means for another (shapes, indices, sizes of
// weights) is found when the model is built of them: mote_file.cpp, and the ops when they are bound.
//
// Format: docs/formats.md.
#include "formats/mote/manifest.h"

#include <fmt/format.h>

#include <cfloat>
#include <cmath>

#include "features/preprocessing_json.h"
#include "program/program.h"

namespace mote {

using nlohmann::json;

namespace {

using form::count;
using form::flag;
using form::integer;
using form::list;
using form::map_of;
using form::number;
using form::object;
using form::optional;
using form::text;

constexpr int64_t kFar =
    int64_t{1} << 31;  // of indices and dimensions; those that do not exist are said later
constexpr size_t kMostDims = 8;
constexpr uint64_t kMostClusters = 256;

// A setting of an op: its type is the op's to judge.
std::optional<Misfit> attr_misfit(const json &value) {
  constexpr double kHuge = 1e300;
  constexpr int64_t kWhole = int64_t{1} << 53;
  static const Form kList = list(integer(-kWhole, kWhole), 0, 4096), kText = text(),
                    kNumber = number(-kHuge, kHuge);
  return value.is_array() ? kList(value) : value.is_string() ? kText(value) : kNumber(value);
}

Form indices() { return list(integer(-kFar, kFar - 1)); }

Form float_form() {
  return object(
      {{"name", text()},
       {"input", list(integer(-kFar, kFar - 1), 1, kMostDims)},
       {"labels", list(text())},
       {"preprocessing", preprocessing_misfit},
       {"nodes",
        list(object(
            {{"op", text()}, {"name", text()}, {"attrs", map_of(attr_misfit)}, {"inputs", indices()}}))},
       {"layers", list(object({{"name", text()},
                               {"type", text()},
                               {"first_node", integer(-kFar, kFar - 1)},
                               {"last_node", integer(-kFar, kFar - 1)}}))},
       optional("weight_forms", list(object({{"parameter", count(kFar)},
                                             {"keeps_zeros", flag()},
                                             {"clusters", count(kMostClusters)},
                                             {"per_channel", flag()},
                                             {"bits", integer(4, 8)},
                                             {"gain", list(number(-FLT_MAX, FLT_MAX))}}))),
       optional("target", text())});
}

Form int8_form() {
  return object({{"name", text()},
                 {"labels", list(text())},
                 {"front_end", preprocessing_misfit},
                 {"tensors", list(object({{"name", text()},
                                          {"shape", list(integer(-kFar, kFar - 1), 0, kMostDims)},
                                          {"dtype", text()},
                                          {"scale", list(number(-DBL_MAX, DBL_MAX))},
                                          {"zero_point", list(integer(-kFar, kFar - 1))},
                                          {"axis", integer(-1, kMostDims)},
                                          optional("data", text()),
                                          optional("storage", text()),
                                          optional("is_uint8_port", flag())}))},
                 {"layers", list(object({{"op", text()},
                                         {"name", text()},
                                         {"attrs", map_of(attr_misfit)},
                                         {"inputs", indices()},
                                         {"outputs", indices()}}))},
                 {"inputs", indices()},
                 {"outputs", indices()},
                 optional("states", list(indices())),
                 optional("reconstructs_input", flag())});
}

}  // namespace

std::optional<Misfit> manifest_misfit(const json &manifest) {
  static const Form kHead = object({{"format", count(INT32_MAX, 1)}, {"kind", text()}});
  static const Form kFloat = float_form(), kInt8 = int8_form();
  if (std::optional<Misfit> misfit = kHead(manifest)) return misfit;
  const json &kind = manifest["kind"];
  return kind == "float" ? kFloat(manifest) : kind == "int8" ? kInt8(manifest) : std::nullopt;
}

// Source: the int8 specification of TensorFlow Lite; int16 and int32 are symmetric.
static std::pair<int, int> zero_points_of(DType dtype) {
  if (dtype == DType::kInt8) return {-128, 127};
  if (dtype == DType::kUint8) return {0, 255};
  return {0, 0};
}

std::optional<Misfit> quantization_misfit(const ProgramTensor &t) {
  const auto &[scale, zero_point, axis] = t.quant;
  const int rank = t.shape.rank();
  const auto misfit = [&](const std::string &field, const std::string &sentence) {
    return Misfit{fmt::format("tensor '{}': {}", t.name, field), sentence};
  };
  if (scale.size() > 1 && (axis < 0 || axis >= rank || std::ssize(scale) != t.shape[axis]))
    return misfit(
        "scale",
        fmt::format("must be one, or one for each of the values along the axis; there are {}, the axis "
                    "is {}, the shape {}",
                    scale.size(), axis, t.shape.text()));
  // a bias has the product of two scales, which may be smaller than either
  const double lowest = t.dtype == DType::kInt32 ? 0 : FLT_MIN;
  for (size_t i = 0; i < scale.size(); ++i)
    if (!std::isfinite(scale[i]) || !(scale[i] > 0) || scale[i] < lowest)
      return misfit(
          fmt::format("scale[{}]", i),
          fmt::format("must be a finite number above 0 that is not subnormal, and is {}", scale[i]));
  const auto [low, high] = zero_points_of(t.dtype);
  for (size_t i = 0; i < zero_point.size(); ++i)
    if (zero_point[i] < low || zero_point[i] > high)
      return misfit(fmt::format("zero_point[{}]", i),
                    fmt::format("must be from {} to {} for {}, and is {}", low, high, dtype_name(t.dtype),
                                zero_point[i]));
  return {};
}

}  // namespace mote

// shape_of: the dimensions of a tensor as a list of integers. Converters write it where a model was built for
// any batch; shapes are fixed when a file is read, so readers compute it then (host/simplify.h).
#include <fmt/format.h>

#include <cstring>

#include "ops/import_support.h"
#include "ops/integer_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

HostCall shape_of_run(const IntegerProgram &p, const ProgramLayer &l) {
  require(!l.inputs.empty() && l.inputs[0] >= 0 && !l.outputs.empty(), l, "needs an input and an output");
  const bool is_wide = p.tensor(l.outputs[0]).dtype == DType::kInt64;
  const ProgramTensor &y = output_of(p, l, 0, is_wide ? DType::kInt64 : DType::kInt32);
  const std::vector<int> dims = p.tensor(l.inputs[0]).shape.dims();
  require(y.shape.elements() == dims.size(), l,
          fmt::format("output {} has not room for {} dimensions", y.shape.text(), dims.size()),
          ErrorCode::kShape);
  return [is_wide, narrow = std::vector<int32_t>(dims.begin(), dims.end()),
          wide = std::vector<int64_t>(dims.begin(), dims.end())](HostInputs, HostOutputs out) {
    if (is_wide) {
      int64_t *to = out[0];
      std::copy(wide.begin(), wide.end(), to);
    } else {
      int32_t *to = out[0];
      std::copy(narrow.begin(), narrow.end(), to);
    }
  };
}

}  // namespace

const OpDef &shape_of_op() {
  constexpr int kShape = 77;
  const NotSupported kImported = imported_only("shape_of"),
                     kKnown{"a model that returns the shape of a tensor is not exported: the shape is known"};
  static const OpDef kOp{
      .name = "shape_of",
      .doc = "The dimensions of a tensor (imported models).",
      .attrs = {},
      .structure = kImported,
      .forward = kImported,
      .backward = kImported,
      .integer = kImported,
      .run = HostRun(shape_of_run),
      .c = kKnown,
      .tflite = Tflite{{kShape},
                       kKnown,
                       [](const TfOperator &, const IntegerProgram &, ProgramLayer &) { return Attrs{}; },
                       true},
      .cost = CostOf(no_macs),
      .properties = {Property::kTakesInt16, Property::kReadsShapes},
      .output_range = OutputRange::kCalibrated};
  return kOp;
}

}  // namespace mote::ops

// reshape: the same values under another shape. One -1 in the target stands for what is left.
#include <fmt/format.h>

#include <cstring>

#include "base/error.h"
#include "ops/channel_support.h"
#include "ops/import_support.h"
#include "ops/integer_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

Shape reshape_shape(const NodeView &v) {
  const auto fail = [&](const std::string &message) -> Error {
    return Error(ErrorCode::kShape, in_layer("reshape", v.name), message);
  };
  std::vector<int> dims;
  int64_t known = 1;
  int open = -1;
  for (int64_t d : v.attrs->list("shape")) {
    if (d == -1 && open >= 0) throw fail("the target shape has more than one -1");
    if (d == -1)
      open = dims.size();
    else if (d <= 0)
      throw fail(fmt::format("the target shape holds {}", d));
    else
      known *= d;
    if (known > (int64_t{1} << 31)) throw fail("the target shape is too large");
    dims.push_back(d);
  }
  const int64_t elements = v.in[0].elements();
  if (open >= 0 && elements % known == 0) {
    dims[open] = elements / known;
    known = elements;
  }
  const Shape shape(dims);
  if (known != elements)
    throw fail(fmt::format("input {} has {} values, the target shape {} has {}", v.in[0].text(), elements,
                           shape.text(), known));
  return shape;
}

Forward reshape_forward() {
  return {.compile = [](const NodeView &v) {
    return [size = v.out.elements()](const ForwardArgs &a) {
      if (a.y != a.x[0]) std::memcpy(a.y, a.x[0], size * a.rows * sizeof(float));
    };
  }};
}

Backward reshape_backward() {
  return {.compile = [](const NodeView &v) {
    return [size = v.out.elements()](const BackwardArgs &a) {
      if (a.dx[0] == nullptr || a.dx[0] == a.dy) return;
      for (size_t i = 0; i < size * a.rows; ++i) a.dx[0][i] += a.dy[i];
    };
  }};
}

size_t checked_bytes(const IntegerProgram &p, const ProgramLayer &l) {
  require(!l.inputs.empty() && l.inputs[0] >= 0 && !l.outputs.empty(), l, "needs an input and an output");
  const ProgramTensor &x = p.tensor(l.inputs[0]), &y = p.tensor(l.outputs[0]);
  require(x.dtype == y.dtype && x.shape.elements() == y.shape.elements() && !y.is_constant, l,
          fmt::format("input {} and output {} differ in size or type", x.shape.text(), y.shape.text()),
          ErrorCode::kShape);
  if (x.quant.is_set() || y.quant.is_set())
    require(x.quant.scale == y.quant.scale && x.quant.zero_point == y.quant.zero_point, l,
            "input and output must have the same scale and zero point");
  return x.bytes();
}

// SQUEEZE leaves out dimensions of 1, those listed or all.
void check_squeeze(const TfOperator &op, const IntegerProgram &p, const ProgramLayer &l) {
  const auto *squeeze = std::get_if<TfSqueeze>(&op.options);
  if (squeeze == nullptr || l.inputs[0] < 0) return;
  const Shape &shape = p.tensor(l.inputs[0]).shape;
  std::vector<bool> goes(shape.rank());
  for (int axis : squeeze->dims) {
    const int d = normal_axis(l, axis, shape.rank());
    require(shape[d] == 1, l,
            fmt::format("leaves out dimension {} of {}, which is {} and not 1", d, shape.text(), shape[d]),
            ErrorCode::kShape);
    goes[d] = true;
  }
  std::vector<int> left;
  for (int d = 0; d < shape.rank(); ++d)
    if (squeeze->dims.empty() ? shape[d] != 1 : !goes[d]) left.push_back(shape[d]);
  const Shape &out = p.tensor(l.outputs[0]).shape;
  require(out == Shape(left), l,
          fmt::format("of {} leaves {}, and its output is {}", shape.text(), Shape(left).text(), out.text()),
          ErrorCode::kShape);
}

Tflite reshape_tflite() {
  constexpr int kReshape = 22, kSqueeze = 43, kExpandDims = 70;
  return {{kReshape, kSqueeze, kExpandDims},
          [](const IntegerProgram &p, const ProgramLayer &l) {
            const std::vector<int> &dims = p.tensor(l.outputs[0]).shape.dims();
            return TfOperator{kReshape, 1, TfReshape{dims}, {{0}, {-1, dims}}};
          },
          [](const TfOperator &op, const IntegerProgram &p, ProgramLayer &l) {
            require(!l.inputs.empty() && !l.outputs.empty() && l.outputs[0] >= 0, l,
                    "needs an input and an output");
            check_squeeze(op, p, l);
            l.inputs.resize(1);  // the new shape is that of the output
            Attrs attrs;
            const std::vector<int> &dims = p.tensor(l.outputs[0]).shape.dims();
            attrs["shape"] = std::vector<int64_t>(dims.begin(), dims.end());
            return attrs;
          },
          true};
}

}  // namespace

const OpDef &reshape_op() {
  static const OpDef kOp{
      .name = "reshape",
      .doc = "The same values under another shape (Flatten is Reshape to [-1]).",
      .attrs = {{"shape",
                 std::vector<int64_t>{-1},
                 "target shape without the batch; one -1 takes what is left",
                 {},
                 -1,
                 1 << 30}},
      .structure = Structure{reshape_shape},
      .forward = reshape_forward(),
      .backward = reshape_backward(),
      .integer = Integer([](Lowering &l) {
        l.program.layers.push_back({"reshape", l.node.name, *l.node.attrs, {l.x[0]}, {l.y}});
      }),
      .run = HostRun([](const IntegerProgram &p, const ProgramLayer &l) -> HostCall {
        return [bytes = checked_bytes(p, l)](HostInputs in, HostOutputs out) {
          std::memmove(out[0], in[0], bytes);  // onto itself where a view was placed upon its input
        };
      }),
      .c = EmitC([](const IntegerProgram &p, const ProgramLayer &l) {
        checked_bytes(p, l);
        CCall call;
        call.is_copy = true;
        return call;
      }),
      .tflite = reshape_tflite(),
      .cost = CostOf(no_macs),
      .properties = {Property::kTakesInt16, Property::kView},
      .output_range = OutputRange::kSameAsInput,
      .channels = reshaped_channels};
  return kOp;
}

}  // namespace mote::ops

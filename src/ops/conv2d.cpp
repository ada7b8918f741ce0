// conv2d: convolution over (H, W, C), weights [KH, KW, C, filters]. Conv1D is this op with H = 1 (src/nn).
#include "kernels/conv2d.h"

#include <fmt/format.h>

#include "base/error.h"
#include "mote_runtime.h"
#include "ops/channel_support.h"
#include "ops/conv_support.h"
#include "ops/integer_support.h"
#include "ops/op_list.h"
#include "ops/weights.h"

namespace mote::ops {
namespace {

kernels::Conv2D geometry(const NodeView &v) {
  return conv_geometry("conv2d", v, v.attrs->integer("filters"));
}

Shape conv_shape(const NodeView &v) {
  const kernels::Conv2D s = geometry(v);
  return {s.oh, s.ow, s.f};
}

std::vector<ParamSpec> conv_params(const NodeView &v) {
  const kernels::Conv2D s = geometry(v);
  std::vector<ParamSpec> list = {{.role = Role::kKernel,
                                  .shape = {s.kh, s.kw, s.c, s.f},
                                  .channel_axis = 3,
                                  .init = initializer_of(*v.attrs),
                                  .fan_in = s.kh * s.kw * s.c,
                                  .fan_out = s.kh * s.kw * s.f,
                                  .input_axis = 2}};
  if (has_bias(*v.attrs)) list.push_back(bias_spec(*v.attrs, s.f, list[0].fan_in));
  return list;
}

Forward conv_forward() {
  return {.compile =
              [](const NodeView &v) {
                return [s = geometry(v), bias = has_bias(*v.attrs)](const ForwardArgs &a) {
                  kernels::conv2d_forward(s, a.rows, a.x[0], a.params[0], bias ? a.params[1] : nullptr, a.y,
                                          a.scratch);
                };
              },
          .scratch_floats = [](const NodeView &v) { return geometry(v).forward_scratch(); }};
}

Backward conv_backward() {
  return {.compile =
              [](const NodeView &v) {
                return [s = geometry(v), bias = has_bias(*v.attrs)](const BackwardArgs &a) {
                  kernels::conv2d_backward(s, a.rows, a.x[0], a.prepared, a.dy, a.dx[0], a.is_adding[0],
                                           a.dparams[0], bias ? a.dparams[1] : nullptr, a.scratch);
                };
              },
          .scratch_floats = [](const NodeView &v) { return geometry(v).backward_scratch(); },
          .prepare =
              [](const NodeView &v) {
                return [s = geometry(v)](const float *const *params, float *prepared) {
                  kernels::conv2d_prepare(s, params[0], prepared);
                };
              },
          .prepared_floats =
              [](const NodeView &v) {
                const kernels::Conv2D s = geometry(v);
                return (s.kh * s.kw) * static_cast<size_t>(s.c * s.f);
              },
          .overwrites = true};
}

void conv_lower(Lowering &l) {
  const kernels::Conv2D s = geometry(l.node);
  const int size = s.kh * s.kw * s.c;
  std::vector<float> weights(l.params[0]->size());
  for (int i = 0; i < size; ++i)
    for (int f = 0; f < s.f; ++f) weights[f * size + i] = (*l.params[0])[i * s.f + f];
  add_weighted_layer(l, "conv2d", *l.node.attrs, weights, {s.f, s.kh, s.kw, s.c}, bias_values(l, s.f));
}

ConvLayer prepare(const IntegerProgram &p, const ProgramLayer &l) { return prepare_conv(p, l, 0); }

ChannelMultipliers multipliers_of(const ProgramLayer &l, const ConvLayer &s) {
  return int8_multipliers(l, s, s.weights);
}

Int16Conv wide(const ProgramLayer &l, const ConvLayer &s) { return prepare_int16(l, s, s.weights, true); }

HostCall conv_run(const IntegerProgram &p, const ProgramLayer &l) {
  const ConvLayer s = prepare(p, l);
  if (s.is_int16) return run_int16(wide(l, s));
  return run_int8_conv(s, multipliers_of(l, s));
}

CCall conv_c(const IntegerProgram &p, const ProgramLayer &l) {
  const ConvLayer s = prepare(p, l);
  if (s.is_int16) return call_int16(wide(l, s));
  CCall call = call_int8_conv(s, multipliers_of(l, s));
  take_stored_form(call, p.tensor(l.inputs[1]));
  return call;
}

// Some interpreters demand a bias.
TfOperand zero_bias(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &x = p.tensor(l.inputs[0]), &w = p.tensor(l.inputs[1]);
  TfOperand bias{TfOperand::kNone, std::vector<int>(w.shape[0], 0)};
  for (float s : w.quant.scale) {
    bias.quant.scale.push_back(s * x.quant.scale[0]);
    bias.quant.zero_point.push_back(0);
  }
  return bias;
}

Tflite conv_tflite() {
  constexpr int kConv2D = 3;
  return {{kConv2D},
          [](const IntegerProgram &p, const ProgramLayer &l) {
            const Attrs &a = l.attrs;
            TfOperator op{
                kConv2D,
                p.tensor(l.inputs[0]).shape[3] != p.tensor(l.inputs[1]).shape[3] ? 6
                : is_int16(p, l)                                                 ? 4
                                                                                 : 3,
                TfConv2D{a.text("padding") == "same" ? TfPadding::kSame : TfPadding::kValid,
                         list_item(a, "strides", 1), list_item(a, "strides", 0), list_item(a, "dilation", 1),
                         list_item(a, "dilation", 0), record_activation(a)}};
            if (l.inputs.size() < 3 || l.inputs[2] < 0) op.operands = {{0}, {1}, zero_bias(p, l)};
            return op;
          },
          [](const TfOperator &op, const IntegerProgram &, ProgramLayer &l) {
            const auto *o = std::get_if<TfConv2D>(&op.options);
            require(o != nullptr, l, "has no options");
            return Attrs{{"activation", fused_activation(layer_where(l), o->activation)},
                         {"padding", std::string(o->padding == TfPadding::kSame ? "same" : "valid")},
                         {"strides", std::vector<int64_t>{o->stride_h, o->stride_w}},
                         {"dilation", std::vector<int64_t>{o->dilation_h, o->dilation_w}}};
          }};
}

Cost conv_cost(const std::vector<Shape> &in, const Shape &out, const Attrs &) {
  return {out.elements() / out[-1] * in[1].elements()};
}

}  // namespace

const OpDef &conv2d_op() {
  const std::vector<int64_t> ones{1, 1};
  static const OpDef kOp{
      .name = "conv2d",
      .doc = "2-D convolution with bias.",
      .attrs = {{"filters", int64_t{1}, "number of output channels", {}, 1, 1 << 16},
                {"kernel", ones, "[height, width]", {}, 1, 4096, {}, 2},
                {"strides", ones, "[vertical, horizontal]", {}, 1, 4096, {}, 2},
                {"dilation", ones, "[vertical, horizontal]", {}, 1, 4096, {}, 2},
                kConvPaddingAttr,
                kInitializerAttr,
                kUseBiasAttr,
                kActivationAttr},
      .structure = Structure{conv_shape, conv_params},
      .forward = conv_forward(),
      .backward = conv_backward(),
      .integer = Integer(conv_lower),
      .run = HostRun(conv_run),
      .c = EmitC(conv_c),
      .tflite = conv_tflite(),
      .cost = CostOf(conv_cost),
      .properties = {Property::kTakesInt16, Property::kTakesActivation, Property::kTakesChannelAffine},
      .output_range = OutputRange::kCalibrated,
      .standard_form = conv_standard_form,
      .channels = own_channels("filters")};
  return kOp;
}

}  // namespace mote::ops

// depthwise_conv2d: each input channel has filters of its own. Float weights [KH, KW, C, multiplier],
// quantized ones [1, KH, KW, out] with a scale per index of axis 3.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "kernels/depthwise.h"
#include "mote_runtime.h"
#include "ops/channel_support.h"
#include "ops/conv_support.h"
#include "ops/integer_support.h"
#include "ops/op_list.h"
#include "ops/weights.h"

namespace mote::ops {
namespace {

constexpr int kChannelAxis = 3;

kernels::Conv2D geometry(const NodeView &v) {
  const int channels = v.in[0].rank() == 3 ? v.in[0][2] : 1;
  return conv_geometry("depthwise_conv2d", v, channels * v.attrs->integer("multiplier"));
}

Shape depthwise_shape(const NodeView &v) {
  const kernels::Conv2D s = geometry(v);
  return {s.oh, s.ow, s.f};
}

// As Keras: the kernel is [height, width, channels, multiplier]; a filter sees one channel. Keras' fan_in
// counts all channels all the same, PyTorch's those that a filter sees.
std::vector<ParamSpec> depthwise_params(const NodeView &v) {
  const kernels::Conv2D s = geometry(v);
  const int multiplier = v.attrs->integer("multiplier"), taps = s.kh * s.kw;
  const Init init = initializer_of(*v.attrs);
  std::vector<ParamSpec> list = {{.role = Role::kKernel,
                                  .shape = {s.kh, s.kw, s.c, multiplier},
                                  .channel_axis = 2,
                                  .init = init,
                                  .fan_in = init == Init::kPytorchUniform ? taps : taps * s.c,
                                  .fan_out = taps * multiplier,
                                  .input_axis = 2}};
  if (has_bias(*v.attrs)) list.push_back(bias_spec(*v.attrs, s.f, taps));
  return list;
}

Forward depthwise_forward() {
  return {
      .compile =
          [](const NodeView &v) {
            return [s = geometry(v), bias = has_bias(*v.attrs)](const ForwardArgs &a) {
              kernels::depthwise_forward(s, a.rows, a.x[0], a.params[0], bias ? a.params[1] : nullptr, a.y,
                                         a.scratch);
            };
          },
      .scratch_floats = [](const NodeView &v) { return kernels::depthwise_forward_scratch(geometry(v)); }};
}

Backward depthwise_backward() {
  return {
      .compile =
          [](const NodeView &v) {
            return [s = geometry(v), bias = has_bias(*v.attrs)](const BackwardArgs &a) {
              kernels::depthwise_backward(s, a.rows, a.x[0], a.params[0], a.dy, a.dx[0], a.is_adding[0],
                                          a.dparams[0], bias ? a.dparams[1] : nullptr, a.scratch);
            };
          },
      .scratch_floats = [](const NodeView &v) { return kernels::depthwise_backward_scratch(geometry(v)); },
      .overwrites = true};
}

void depthwise_lower(Lowering &l) {
  const kernels::Conv2D s = geometry(l.node);
  const size_t taps = s.kh * s.kw, channels = s.f;
  std::vector<float> by_filter(taps * channels);
  for (size_t k = 0; k < taps; ++k)
    for (size_t c = 0; c < channels; ++c) by_filter[c * taps + k] = (*l.params[0])[k * channels + c];
  add_weighted_layer(l, "depthwise_conv2d", *l.node.attrs, by_filter, {s.f, s.kh, s.kw, 1},
                     bias_values(l, s.f));
  // from one filter after the other to the operator's order
  ProgramTensor &w = l.program.tensors[l.program.layers.back().inputs[1]];
  const std::vector<uint8_t> filters = w.data;
  for (size_t k = 0; k < taps; ++k)
    for (size_t c = 0; c < channels; ++c) w.data[k * channels + c] = filters[c * taps + k];
  w.shape = {1, s.kh, s.kw, s.f};
  w.quant.axis = kChannelAxis;
}

// Weights of one output channel after the other.
std::vector<int8_t> by_channel(const ConvLayer &s) {
  const size_t channels = s.real.size(), taps = s.weights.size() / channels;
  std::vector<int8_t> sorted(channels * taps);
  for (size_t c = 0; c < channels; ++c)
    for (size_t k = 0; k < taps; ++k) sorted[c * taps + k] = s.weights[k * channels + c];
  return sorted;
}

ChannelMultipliers multipliers_of(const ProgramLayer &l, const ConvLayer &s) {
  return int8_multipliers(l, s, by_channel(s));
}

Int16Conv wide(const ProgramLayer &l, const ConvLayer &s) {
  require(s.bias.empty() || s.bias_type == DType::kInt64, l,
          "its bias is int32, which no interpreter has beside int16 activations");
  return prepare_int16(l, s, by_channel(s), false);
}

// Filters of a single channel are those of a convolution, which gathers the channel's values once for all of
// them.
bool is_convolution(const ConvLayer &s) { return s.params.in_c == 1; }

ConvLayer as_convolution(ConvLayer s) {
  s.weights = by_channel(s);
  return s;
}

HostCall depthwise_run(const IntegerProgram &p, const ProgramLayer &l) {
  const ConvLayer s = prepare_conv(p, l, kChannelAxis);
  if (s.is_int16) return run_int16(wide(l, s));
  if (is_convolution(s)) return run_int8_conv(as_convolution(s), multipliers_of(l, s));
  if (s.params.out_c == s.params.in_c) {
    auto conv = std::make_shared<kernels::Int8Depthwise>(host_geometry(s.params), s.weights.data(),
                                                         host_requantization(s, multipliers_of(l, s)));
    return [conv](HostInputs in, HostOutputs out) { conv->run(in[0], out[0]); };
  }
  return
      [s, t = runtime_tables(s, by_channel(s), multipliers_of(l, s), false)](HostInputs in, HostOutputs out) {
        mote_depthwise_conv2d_s8(&s.params, in[0], s.weights.data(), t.bias.data(),
                                 t.multipliers.value.data(), t.multipliers.shift.data(), out[0]);
      };
}

CCalls depthwise_c(const IntegerProgram &p, const ProgramLayer &l) {
  const ConvLayer s = prepare_conv(p, l, kChannelAxis);
  if (s.is_int16) return call_int16(wide(l, s));
  if (is_convolution(s)) return call_int8_conv(as_convolution(s), multipliers_of(l, s));
  const RuntimeTables tables = runtime_tables(s, by_channel(s), multipliers_of(l, s), false);
  CCall call{"mote_depthwise_conv2d_s8",
             "depthwise_conv2d_s8.c",
             "mote_conv2d_params",
             conv_fields(lying(s.params)),
             {},
             {}};
  add_weights(call, s, tables);
  call.rows = conv_rows(s.params);
  return call;
}

Tflite depthwise_tflite() {
  constexpr int kDepthwiseConv2D = 4;
  return {{kDepthwiseConv2D},
          [](const IntegerProgram &p, const ProgramLayer &l) {
            const Attrs &a = l.attrs;
            const int multiplicity = p.tensor(l.inputs[1]).shape[3] / p.tensor(l.inputs[0]).shape[3];
            return TfOperator{
                kDepthwiseConv2D, is_int16(p, l) ? 5 : 3,
                TfDepthwiseConv2D{a.text("padding") == "same" ? TfPadding::kSame : TfPadding::kValid,
                                  list_item(a, "strides", 1), list_item(a, "strides", 0), multiplicity,
                                  list_item(a, "dilation", 1), list_item(a, "dilation", 0),
                                  record_activation(a)}};
          },
          [](const TfOperator &op, const IntegerProgram &, ProgramLayer &l) {
            const auto *o = std::get_if<TfDepthwiseConv2D>(&op.options);
            require(o != nullptr, l, "has no options");
            return Attrs{{"activation", fused_activation(layer_where(l), o->activation)},
                         {"padding", std::string(o->padding == TfPadding::kSame ? "same" : "valid")},
                         {"strides", std::vector<int64_t>{o->stride_h, o->stride_w}},
                         {"dilation", std::vector<int64_t>{o->dilation_h, o->dilation_w}}};
          }};
}

}  // namespace

const OpDef &depthwise_conv2d_op() {
  const std::vector<int64_t> ones{1, 1};
  static const OpDef kOp{
      .name = "depthwise_conv2d",
      .doc = "2-D convolution of each channel with filters of its own.",
      .attrs = {{"multiplier", int64_t{1}, "filters per channel", {}, 1, 4096},
                {"kernel", ones, "[height, width]", {}, 1, 4096, {}, 2},
                {"strides", ones, "[vertical, horizontal]", {}, 1, 4096, {}, 2},
                {"dilation", ones, "[vertical, horizontal]", {}, 1, 4096, {}, 2},
                kConvPaddingAttr,
                kInitializerAttr,
                kUseBiasAttr,
                kActivationAttr},
      .structure = Structure{depthwise_shape, depthwise_params},
      .forward = depthwise_forward(),
      .backward = depthwise_backward(),
      .integer = Integer(depthwise_lower),
      .run = HostRun(depthwise_run),
      .c = EmitC(depthwise_c),
      .tflite = depthwise_tflite(),
      .cost = CostOf([](const std::vector<Shape> &in, const Shape &out, const Attrs &) {
        return Cost{out.elements() / out[-1] * in[1].elements()};
      }),
      .properties = {Property::kTakesInt16, Property::kTakesActivation, Property::kTakesChannelAffine},
      .output_range = OutputRange::kCalibrated,
      .standard_form = conv_standard_form,
      .channels = filters_of_channels};
  return kOp;
}

}  // namespace mote::ops

// dense: y = x W + b over the last dimension. Weights [in, units] as in Keras; [units][in] once quantized.
#include <fmt/format.h>

#include "base/error.h"
#include "kernels/conv2d.h"
#include "kernels/gemm.h"
#include "mote_runtime.h"
#include "ops/channel_support.h"
#include "ops/conv_support.h"
#include "ops/integer_support.h"
#include "ops/op_list.h"
#include "ops/weights.h"

namespace mote::ops {
namespace {

Shape dense_shape(const NodeView &v) {
  if (v.in[0].rank() != 1)
    throw Error(ErrorCode::kShape, in_layer("dense", v.name),
                fmt::format("input {}: expected one dimension", v.in[0].text()),
                "put a Flatten or GlobalAveragePool1D layer before it; for every row of (time, channels) use "
                "Conv1D with kernel 1");
  return {v.attrs->integer("units")};
}

std::vector<ParamSpec> dense_params(const NodeView &v) {
  const int in = v.in[0][0], units = v.attrs->integer("units");
  std::vector<ParamSpec> list = {{.role = Role::kKernel,
                                  .shape = {in, units},
                                  .channel_axis = 1,
                                  .init = initializer_of(*v.attrs),
                                  .fan_in = in,
                                  .fan_out = units,
                                  .input_axis = 0}};
  if (has_bias(*v.attrs)) list.push_back(bias_spec(*v.attrs, units, in));
  return list;
}

Forward dense_forward() {
  return {.compile = [](const NodeView &v) {
    const int in = v.in[0][0], out = v.out[0];
    return [in, out, bias = has_bias(*v.attrs)](const ForwardArgs &a) {
      kernels::gemm(
          {a.rows, out, in, a.x[0], in, 1, a.params[0], out, a.y, out, bias ? a.params[1] : nullptr});
    };
  }};
}

Backward dense_backward() {
  return {
      .compile =
          [](const NodeView &v) {
            const int in = v.in[0][0], out = v.out[0];
            return [in, out, bias = has_bias(*v.attrs)](const BackwardArgs &a) {
              kernels::gemm({in, out, a.rows, a.x[0], 1, in, a.dy, out, a.dparams[0], out, nullptr, true});
              if (bias) kernels::add_column_sums(a.dy, a.rows, out, a.dparams[1]);
              if (a.dx[0] == nullptr) return;
              kernels::gemm(
                  {a.rows, in, out, a.dy, out, 1, a.prepared, in, a.dx[0], in, nullptr, a.is_adding[0]});
            };
          },
      .prepare =
          [](const NodeView &v) {
            return [in = v.in[0][0], out = v.out[0]](const float *const *params, float *prepared) {
              kernels::transpose(params[0], in, out, prepared);
            };
          },
      .prepared_floats = [](const NodeView &v) { return v.in[0].elements() * v.out.elements(); },
      .overwrites = true};
}

void dense_lower(Lowering &l) {
  const int in = l.node.in[0][0], units = l.node.out[0];
  std::vector<float> transposed(l.params[0]->size());
  kernels::transpose(l.params[0]->data(), in, units, transposed.data());
  add_weighted_layer(l, "dense", {}, transposed, {units, in}, bias_values(l, units), l.has_dense_per_tensor);
}

struct Prepared {
  mote_fully_connected_s8_params params;
  ConvLayer layer;  // the same as a convolution of one position
};

Prepared prepare(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &x = values_in(p, l, 0), &w = constant_of(p, l, 1, DType::kInt8),
                      &y = values_out(p, l, 0, x);
  require(w.shape.rank() == 2, l, "weights " + w.shape.text() + " must be [outputs, inputs]",
          ErrorCode::kShape);
  const int outputs = w.shape[0], inputs = w.shape[1];
  const int32_t batches = y.shape.elements() / outputs;
  require(x.shape.elements() == batches * static_cast<size_t>(inputs) &&
              y.shape.elements() == batches * static_cast<size_t>(outputs),
          l,
          fmt::format("input {}, weights {} and output {} do not fit", x.shape.text(), w.shape.text(),
                      y.shape.text()),
          ErrorCode::kShape);
  check_weight_scales(l, w, outputs);
  const ClampRange clamp = activation_range(l, activation_of(l.attrs), y);
  const float sx = scale_of(l, x), sy = scale_of(l, y);
  const bool is_per_channel = w.quant.scale.size() > 1;
  Prepared r{{batches, inputs, outputs, zero_point_of(l, y), clamp.low, clamp.high, is_per_channel}, {}};
  mote_conv2d_params &q = r.layer.params;
  q.batches = batches;
  q.in_c = inputs;
  q.out_c = outputs;
  q.in_h = q.in_w = q.out_h = q.out_w = q.kernel_h = q.kernel_w = q.stride_h = q.stride_w = q.dilation_h =
      q.dilation_w = q.groups = 1;
  q.act_min = clamp.low;
  q.act_max = clamp.high;
  q.input_zero_point = zero_point_of(l, x);
  q.output_zero_point = r.params.output_zero_point;
  take_constants(r.layer, w, optional_bias(p, l, 2, outputs, x.dtype));
  r.layer.is_int16 = x.dtype == DType::kInt16;
  for (int o = 0; o < outputs; ++o) {
    const float sw = w.quant.scale[is_per_channel ? o : 0];
    // The per-tensor form multiplies its scales in float: TFLM kernel_util, GetQuantizedConvolutionMultipler.
    add_multiplier(r.layer, is_per_channel ? sx * double{sw} / sy : (sx * sw) / double{sy});
  }
  return r;
}

Int16Conv wide(const ProgramLayer &l, const ConvLayer &s) { return prepare_int16(l, s, s.weights, true); }

ChannelMultipliers multipliers_of(const ProgramLayer &l, const Prepared &s) {
  ChannelMultipliers m = int8_multipliers(l, s.layer, s.layer.weights);
  if (!s.params.per_channel) {
    m.value.resize(1);
    m.shift.resize(1);
  }
  return m;
}

HostCall dense_run(const IntegerProgram &p, const ProgramLayer &l) {
  const Prepared s = prepare(p, l);
  if (s.layer.is_int16) return run_int16(wide(l, s.layer));
  return run_int8_conv(s.layer, multipliers_of(l, s));
}

CCall dense_c(const IntegerProgram &p, const ProgramLayer &l) {
  const Prepared s = prepare(p, l);
  if (s.layer.is_int16) return call_int16(wide(l, s.layer));
  const auto &q = s.params;
  const RuntimeTables tables = runtime_tables(s.layer, s.layer.weights, multipliers_of(l, s), true);
  CCall call{"mote_fully_connected_s8",
             "fully_connected_s8.c",
             "mote_fully_connected_s8_params",
             {{"batches", q.batches},
              {"inputs", q.inputs},
              {"outputs", q.outputs},
              {"output_zero_point", q.output_zero_point},
              {"act_min", q.act_min},
              {"act_max", q.act_max},
              {"per_channel", q.per_channel}},
             {},
             {}};
  add_weights(call, s.layer, tables);
  take_stored_form(call, p.tensor(l.inputs[1]));
  return call;
}

Tflite dense_tflite() {
  constexpr int kFullyConnected = 9;
  return {{kFullyConnected},
          [](const IntegerProgram &p, const ProgramLayer &l) {
            const bool has_bias = l.inputs.size() > 2 && l.inputs[2] >= 0;
            return TfOperator{kFullyConnected,
                              is_int16(p, l) ? 7
                              : has_bias     ? 4
                                             : 6,
                              TfFullyConnected{record_activation(l.attrs), false, false}};
          },
          [](const TfOperator &op, const IntegerProgram &, ProgramLayer &l) {
            const auto *o = std::get_if<TfFullyConnected>(&op.options);
            require(o == nullptr || !o->shuffled_weights, l, "shuffled weights are not supported");
            return Attrs{
                {"activation", fused_activation(layer_where(l), o ? o->activation : TfActivation::kNone)}};
          }};
}

Cost dense_cost(const std::vector<Shape> &in, const Shape &out, const Attrs &) {
  const int units = out.rank() > 0 ? out[-1] : 1;  // a single number may have no axis
  return {out.elements() / units * in[1].elements()};
}

}  // namespace

const OpDef &dense_op() {
  static const OpDef kOp{
      .name = "dense",
      .doc = "Fully connected layer: y = x W + b.",
      .attrs = {{"units", int64_t{1}, "number of outputs", {}, 1, 1 << 20},
                kInitializerAttr,
                kUseBiasAttr,
                kActivationAttr},
      .structure = Structure{dense_shape, dense_params},
      .forward = dense_forward(),
      .backward = dense_backward(),
      .integer = Integer(dense_lower),
      .run = HostRun(dense_run),
      .c = EmitC(dense_c),
      .tflite = dense_tflite(),
      .cost = CostOf(dense_cost),
      .properties = {Property::kTakesInt16, Property::kTakesActivation, Property::kTakesChannelAffine},
      .output_range = OutputRange::kCalibrated,
      .channels = own_channels("units")};
  return kOp;
}

}  // namespace mote::ops

// depthwise_conv2d: each input channel has filters of its own. Imported models only so far; weights [1, KH,
// KW, out], quantized along axis 3.
#include <fmt/format.h>

#include "mote_runtime.h"
#include "ops/import_support.h"
#include "ops/integer_support.h"
#include "ops/op_list.h"
#include "ops/weights.h"

namespace mote::ops {
namespace {

struct Prepared {
  mote_depthwise_conv2d_s8_params params;
  const ProgramTensor *weights, *bias;
  ChannelMultipliers multipliers;
};

Prepared prepare(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &x = input_of(p, l, 0, DType::kInt8), &w = constant_of(p, l, 1, DType::kInt8),
                      &y = output_of(p, l, 0, DType::kInt8);
  require(x.shape.rank() == 4 && w.shape.rank() == 4 && y.shape.rank() == 4 && w.shape[0] == 1, l,
          "input, weights (1, KH, KW, C) and output must have four dimensions", ErrorCode::kShape);
  const int in_c = x.shape[3], out_c = w.shape[3];
  require(out_c % in_c == 0, l, fmt::format("{} outputs are no multiple of {} input channels", out_c, in_c),
          ErrorCode::kShape);
  const Attrs &a = l.attrs;
  const bool is_same = a.text("padding") == "same";
  const Window h = place_window(layer_where(l), x.shape[1], w.shape[1], list_item(a, "strides", 0),
                                list_item(a, "dilation", 0), is_same);
  const Window v = place_window(layer_where(l), x.shape[2], w.shape[2], list_item(a, "strides", 1),
                                list_item(a, "dilation", 1), is_same);
  const Shape expected{x.shape[0], h.out, v.out, out_c};
  require(y.shape == expected, l, fmt::format("output {} should be {}", y.shape.text(), expected.text()),
          ErrorCode::kShape);
  check_weight_scales(l, w, static_cast<size_t>(out_c), 3);
  const ClampRange clamp = activation_range(l, activation_of(a), y);
  const double sx = scale_of(l, x), sy = scale_of(l, y);
  Prepared r{{x.shape[0],
              x.shape[1],
              x.shape[2],
              in_c,
              h.out,
              v.out,
              out_c,
              w.shape[1],
              w.shape[2],
              list_item(a, "strides", 0),
              list_item(a, "strides", 1),
              list_item(a, "dilation", 0),
              list_item(a, "dilation", 1),
              h.before,
              v.before,
              out_c / in_c,
              zero_point_of(l, x),
              zero_point_of(l, y),
              clamp.low,
              clamp.high},
             &w,
             optional_bias(p, l, 2, static_cast<size_t>(out_c)),
             {}};
  const size_t taps = static_cast<size_t>(w.shape[1]) * static_cast<size_t>(w.shape[2]);
  for (size_t c = 0; c < static_cast<size_t>(out_c); ++c) {
    const double real = sx * static_cast<double>(w.quant.scale[w.quant.scale.size() == 1 ? 0 : c]) / sy;
    std::vector<int8_t> column(taps);
    for (size_t k = 0; k < taps; ++k) column[k] = w.as<int8_t>()[k * static_cast<size_t>(out_c) + c];
    check_accumulator(l, accumulator_bound(column.data(), taps, r.bias, c), real);
    r.multipliers.add(real);
  }
  return r;
}

HostCall depthwise_run(const IntegerProgram &p, const ProgramLayer &l) {
  auto s = std::make_shared<Prepared>(prepare(p, l));
  return [s](const void *const *in, void *const *out) {
    mote_depthwise_conv2d_s8(&s->params, static_cast<const int8_t *>(in[0]), s->weights->as<int8_t>(),
                             s->bias ? s->bias->as<int32_t>() : nullptr, s->multipliers.value.data(),
                             s->multipliers.shift.data(), static_cast<int8_t *>(out[0]));
  };
}

CCalls depthwise_c(const IntegerProgram &p, const ProgramLayer &l) {
  const Prepared s = prepare(p, l);
  const auto &q = s.params;
  CCall call{"mote_depthwise_conv2d_s8",
             "depthwise_conv2d_s8.c",
             "mote_depthwise_conv2d_s8_params",
             {{"batches", q.batches},
              {"in_h", q.in_h},
              {"in_w", q.in_w},
              {"in_c", q.in_c},
              {"out_h", q.out_h},
              {"out_w", q.out_w},
              {"out_c", q.out_c},
              {"kernel_h", q.kernel_h},
              {"kernel_w", q.kernel_w},
              {"stride_h", q.stride_h},
              {"stride_w", q.stride_w},
              {"dilation_h", q.dilation_h},
              {"dilation_w", q.dilation_w},
              {"pad_top", q.pad_top},
              {"pad_left", q.pad_left},
              {"multiplicity", q.multiplicity},
              {"input_zero_point", q.input_zero_point},
              {"output_zero_point", q.output_zero_point},
              {"act_min", q.act_min},
              {"act_max", q.act_max}},
             {},
             {}};
  add_weights(call, *s.weights, s.bias, s.multipliers);
  return call;
}

Tflite depthwise_tflite() {
  constexpr int kDepthwiseConv2D = 4;
  return {
      {kDepthwiseConv2D},
      [](const IntegerProgram &p, const ProgramLayer &l) {
        const Attrs &a = l.attrs;
        const int multiplicity = p.tensor(l.inputs[1]).shape[3] / p.tensor(l.inputs[0]).shape[3];
        return TfOperator{
            kDepthwiseConv2D, 3,
            TfDepthwiseConv2D{a.text("padding") == "same" ? TfPadding::kSame : TfPadding::kValid,
                              list_item(a, "strides", 1), list_item(a, "strides", 0), multiplicity,
                              list_item(a, "dilation", 1), list_item(a, "dilation", 0), activation_of(a)}};
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
  const NotSupported imported = imported_only("depthwise_conv2d");
  const std::vector<int64_t> ones{1, 1};
  static const OpDef kOp{.name = "depthwise_conv2d",
                         .doc = "2-D convolution of each channel with filters of its own.",
                         .attrs = {{"strides", ones, "[vertical, horizontal]", {}, 1, 4096},
                                   {"dilation", ones, "[vertical, horizontal]", {}, 1, 4096},
                                   kPaddingAttr,
                                   kActivationAttr},
                         .structure = imported,
                         .forward = imported,
                         .backward = imported,
                         .integer = imported,
                         .run = Run(depthwise_run),
                         .c = EmitC(depthwise_c),
                         .tflite = depthwise_tflite(),
                         .cost = CostOf([](const std::vector<Shape> &in, const Shape &out, const Attrs &) {
                           return Cost{out.elements() / static_cast<size_t>(out[-1]) * in[1].elements()};
                         }),
                         .takes_activation = true};
  return kOp;
}

}  // namespace mote::ops

// What convolutions and the dense layer share when they are bound: geometry, multipliers, refusal of sums
// that could overflow, the vectors of this machine and the tables of the runtime. The sums themselves are in
// src/kernels and runtime/.
#include "ops/conv_support.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <numeric>

#include "base/error.h"
#include "ops/move_support.h"
#include "ops/weights.h"
#include "program/storage.h"

namespace mote::ops {

const AttrSpec kConvPaddingAttr{
    "padding",
    std::string("valid"),
    "'valid': none; 'same': output = ceil(input / stride); 'same_width': so across the width only",
    {"valid", "same", "same_width"}};

static bool pads_height(const Attrs &a) { return a.text("padding") == "same"; }
static bool pads_width(const Attrs &a) { return a.text("padding") != "valid"; }

std::vector<ProgramLayer> conv_standard_form(IntegerProgram &p, const ProgramLayer &l) {
  ProgramLayer plain = l;
  if (pads_height(l.attrs) || !pads_width(l.attrs)) return {plain};
  plain.attrs["padding"] = std::string("valid");
  ProgramTensor wider = p.tensor(l.inputs[0]);
  const Window w = place_window(layer_where(l), wider.shape[2], p.tensor(l.inputs[1]).shape[2],
                                list_item(l.attrs, "strides", 1), list_item(l.attrs, "dilation", 1), true);
  if (w.total == 0) return {plain};
  const Shape &s = wider.shape;
  wider.name += "/wider";
  wider.shape = {s[0], s[1], s[2] + w.total, s[3]};
  plain.inputs[0] = p.add_tensor(std::move(wider));
  const ProgramLayer border{"pad",
                            l.name + "/width",
                            {{"before", std::vector<int64_t>{0, 0, w.before, 0}},
                             {"after", std::vector<int64_t>{0, 0, w.total - w.before, 0}},
                             {"value", kBorderOfZeroPoint}},
                            {l.inputs[0]},
                            {plain.inputs[0]}};
  return {border, plain};
}

kernels::Conv2D conv_geometry(const std::string &op, const NodeView &v, int filters) {
  const std::string where = in_layer(op, v.name);
  if (v.in[0].rank() != 3)
    throw Error(ErrorCode::kShape, where,
                fmt::format("input {}: expected (height, width, channels)", v.in[0].text()),
                "put a Reshape before it, or use the 1-D layer for (time, channels)");
  const Attrs &a = *v.attrs;
  const Window h = place_own_window(where, v.in[0][0], list_item(a, "kernel", 0), list_item(a, "strides", 0),
                                    list_item(a, "dilation", 0), pads_height(a));
  const Window w = place_own_window(where, v.in[0][1], list_item(a, "kernel", 1), list_item(a, "strides", 1),
                                    list_item(a, "dilation", 1), pads_width(a));
  return {v.in[0][0],
          v.in[0][1],
          v.in[0][2],
          h.out,
          w.out,
          filters,
          list_item(a, "kernel", 0),
          list_item(a, "kernel", 1),
          list_item(a, "strides", 0),
          list_item(a, "strides", 1),
          list_item(a, "dilation", 0),
          list_item(a, "dilation", 1),
          h.before,
          w.before,
          h.total,
          w.total};
}

ConvLayer prepare_conv(const IntegerProgram &p, const ProgramLayer &l, int channel_axis) {
  const ProgramTensor &x = values_in(p, l, 0), &w = constant_of(p, l, 1, DType::kInt8),
                      &y = values_out(p, l, 0, x);
  require(x.shape.rank() == 4 && w.shape.rank() == 4 && y.shape.rank() == 4, l,
          "input, weights and output must have four dimensions", ErrorCode::kShape);
  const bool is_depthwise = channel_axis == 3;
  const int in_c = x.shape[3], out_c = w.shape[channel_axis], filter_c = is_depthwise ? 1 : w.shape[3];
  require(in_c % filter_c == 0 && out_c % (in_c / filter_c) == 0 && (!is_depthwise || w.shape[0] == 1), l,
          fmt::format("weights {} do not fit the input's {} channels", w.shape.text(), in_c),
          ErrorCode::kShape);
  const Attrs &a = l.attrs;
  const Window h = place_window(layer_where(l), x.shape[1], w.shape[1], list_item(a, "strides", 0),
                                list_item(a, "dilation", 0), pads_height(a));
  const Window v = place_window(layer_where(l), x.shape[2], w.shape[2], list_item(a, "strides", 1),
                                list_item(a, "dilation", 1), pads_width(a));
  const Shape expected{x.shape[0], h.out, v.out, out_c};
  require(y.shape == expected, l, fmt::format("output {} should be {}", y.shape.text(), expected.text()),
          ErrorCode::kShape);
  check_weight_scales(l, w, out_c, channel_axis);
  const ClampRange clamp = activation_range(l, activation_of(a), y);
  ConvLayer r{};
  mote_conv2d_params &q = r.params;
  q.batches = x.shape[0];
  q.in_h = x.shape[1];
  q.in_w = x.shape[2];
  q.in_c = in_c;
  q.out_h = h.out;
  q.out_w = v.out;
  q.out_c = out_c;
  q.kernel_h = w.shape[1];
  q.kernel_w = w.shape[2];
  q.stride_h = list_item(a, "strides", 0);
  q.stride_w = list_item(a, "strides", 1);
  q.dilation_h = list_item(a, "dilation", 0);
  q.dilation_w = list_item(a, "dilation", 1);
  q.pad_top = h.before;
  q.pad_left = v.before;
  q.groups = in_c / filter_c;
  q.input_zero_point = zero_point_of(l, x);
  q.output_zero_point = zero_point_of(l, y);
  q.act_min = clamp.low;
  q.act_max = clamp.high;
  take_constants(r, w, optional_bias(p, l, 2, out_c, x.dtype));
  r.is_int16 = x.dtype == DType::kInt16;
  const double sx = scale_of(l, x), sy = scale_of(l, y);
  for (int c = 0; c < out_c; ++c)
    add_multiplier(r, sx * w.quant.scale[w.quant.scale.size() == 1 ? 0 : c] / sy);
  return r;
}

void take_constants(ConvLayer &layer, const ProgramTensor &weights, const ProgramTensor *bias) {
  layer.weights = weights.values<int8_t>();
  layer.bias_type = bias ? bias->dtype : DType::kInt32;
  if (bias) layer.bias = widened(*bias);
}

void add_multiplier(ConvLayer &layer, double real) {
  if (!layer.bias.empty() && quantize_multiplier(real).value == 0) layer.bias[layer.real.size()] = 0;
  layer.real.push_back(real);
}

static int64_t bias_of(const ConvLayer &layer, size_t channel) {
  return layer.bias.empty() ? 0 : layer.bias[channel];
}

ChannelMultipliers int8_multipliers(const ProgramLayer &l, const ConvLayer &layer,
                                    const std::vector<int8_t> &weights) {
  ChannelMultipliers m;
  const size_t size = weights.size() / layer.real.size();
  for (size_t c = 0; c < layer.real.size(); ++c) {
    check_accumulator(l, accumulator_bound(weights.data() + c * size, size, bias_of(layer, c)),
                      layer.real[c]);
    m.add(layer.real[c]);
  }
  return m;
}

Int16Conv prepare_int16(const ProgramLayer &l, const ConvLayer &layer, std::vector<int8_t> weights,
                        bool is_narrow_without_bias) {
  const bool is_narrow = layer.bias.empty() ? is_narrow_without_bias : layer.bias_type == DType::kInt32;
  Int16Conv r{layer.params, std::move(weights), layer.bias, {}};
  r.params.has_narrow_sums = is_narrow;
  const size_t channels = layer.real.size();
  const size_t size = r.weights.size() / channels;
  for (size_t c = 0; c < channels; ++c) {
    double largest = std::fabs(static_cast<double>(bias_of(layer, c)));
    for (size_t i = 0; i < size; ++i) largest += 32768.0 * std::abs(r.weights[c * size + i]);
    if (is_narrow) check_accumulator(l, largest, layer.real[c]);
    check_wide_accumulator(l, largest, layer.real[c]);
    r.multipliers.add(layer.real[c]);
  }
  return r;
}

kernels::Int8ConvGeometry host_geometry(const mote_conv2d_params &q) {
  return {q.batches,    q.in_h,     q.in_w,     q.in_c,     q.out_h,           q.out_w,
          q.out_c,      q.kernel_h, q.kernel_w, q.stride_h, q.stride_w,        q.dilation_h,
          q.dilation_w, q.pad_top,  q.pad_left, q.groups,   q.input_zero_point};
}

kernels::Requantization host_requantization(const ConvLayer &s, const ChannelMultipliers &m) {
  kernels::Requantization r{{}, {}, {}, {}, s.params.output_zero_point, s.params.act_min, s.params.act_max};
  for (size_t c = 0; c < s.real.size(); ++c) {
    const size_t i = m.value.size() == 1 ? 0 : c;
    r.add(bias_of(s, c), m.value[i], m.shift[i]);
  }
  return r;
}

HostCall run_int8_conv(const ConvLayer &s, const ChannelMultipliers &m) {
  auto conv = std::make_shared<kernels::Int8Conv>(host_geometry(s.params), s.weights.data(),
                                                  host_requantization(s, m));
  return [conv](HostInputs in, HostOutputs out) { conv->run(in[0], out[0]); };
}

RuntimeTables runtime_tables(const ConvLayer &s, const std::vector<int8_t> &weights,
                             ChannelMultipliers multipliers, bool has_zero_point_in_bias) {
  RuntimeTables t{{}, std::move(multipliers)};
  std::vector<int32_t> &values = t.multipliers.value;
  std::vector<int8_t> &shifts = t.multipliers.shift;
  const size_t channels = s.real.size(), size = weights.size() / channels;
  const int64_t zero_point = has_zero_point_in_bias ? s.params.input_zero_point : 0;
  for (size_t c = 0; c < channels; ++c) {
    const int8_t *w = weights.data() + c * size;
    const int64_t bias = bias_of(s, c);
    t.bias.push_back(static_cast<int32_t>(bias - zero_point * std::accumulate(w, w + size, int64_t{0})));
    const size_t i = values.size() == 1 ? 0 : c;
    if (shifts[i] >= MOTE_WIDE_SUM / 2) continue;  // shared, and marked by another channel
    if (values[i] == 0) shifts[i] = -1;            // the result is 0 whatever the shift
    const bool is_small = accumulator_bound(w, size, bias) < 0x1p30 && shifts[i] < 0;
    if (!is_small) shifts[i] = static_cast<int8_t>(shifts[i] + MOTE_WIDE_SUM);
  }
  return t;
}

void add_weights(CCall &call, const ConvLayer &s, const RuntimeTables &t) {
  add_weights(call, int8_array("weights", s.weights), {"bias", DType::kInt32, {t.bias.begin(), t.bias.end()}},
              t.multipliers);
}

// Its kernel takes whole rows of the input.
static bool lies(const mote_conv2d_params &q) {
  const bool is_one_run = q.in_w == 1 || (q.groups == 1 && q.dilation_w == 1);
  return q.in_h > 1 && q.kernel_w == q.in_w && q.pad_left == 0 && q.out_w == 1 && is_one_run;
}

mote_conv2d_params lying(mote_conv2d_params q) {
  if (!lies(q)) return q;
  q.in_c *= q.in_w;
  q.in_w = q.kernel_w = 1;
  std::swap(q.in_h, q.in_w);
  std::swap(q.out_h, q.out_w);
  std::swap(q.kernel_h, q.kernel_w);
  std::swap(q.stride_h, q.stride_w);
  std::swap(q.dilation_h, q.dilation_w);
  std::swap(q.pad_top, q.pad_left);
  return q;
}

CCall call_int8_conv(const ConvLayer &s, const ChannelMultipliers &m) {
  CCall call{"mote_conv2d_s8", "conv2d_s8.c", "mote_conv2d_params", conv_fields(lying(s.params)), {}, {}};
  add_weights(call, s, runtime_tables(s, s.weights, m, true));
  call.rows = conv_rows(s.params);
  return call;
}

void take_stored_form(CCall &call, const ProgramTensor &weights) {
  const auto &forms = packed_forms();
  if (std::find(forms.begin(), forms.end(), weights.storage) == forms.end()) return;
  for (const CField &f : call.fields)
    if (f.name == "groups" && f.values.at(0) != 1) return;
  for (CArray &a : call.arrays)
    if (a.suffix == "weights") a = {"weights", DType::kUint8, {weights.data.begin(), weights.data.end()}};
  const std::string stem = call.routine.substr(0, call.routine.size() - std::strlen("_s8"));
  call.routine = stem + "_" + weights.storage->name + "_s8";
  call.source = stem.substr(std::strlen("mote_")) + "_packed_s8.c";
  call.header = "mote_packed.h";
}

HostCall run_int16(Int16Conv conv) {
  auto s = std::make_shared<Int16Conv>(std::move(conv));
  return [s](HostInputs in, HostOutputs out) {
    mote_conv2d_s16(&s->params, in[0], s->weights.data(), s->bias.empty() ? nullptr : s->bias.data(),
                    s->multipliers.value.data(), s->multipliers.shift.data(), out[0]);
  };
}

CCall call_int16(const Int16Conv &s) {
  CCall call{"mote_conv2d_s16", "conv2d_s16.c", "mote_conv2d_params", conv_fields(s.params), {}, {}};
  add_weights(call, {"weights", DType::kInt8, {s.weights.begin(), s.weights.end()}},
              {"bias", DType::kInt64, s.bias}, s.multipliers);
  return call;
}

std::vector<CField> conv_fields(const mote_conv2d_params &q) {
  return {{"batches", q.batches},
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
          {"groups", q.groups},
          {"input_zero_point", q.input_zero_point},
          {"output_zero_point", q.output_zero_point},
          {"act_min", q.act_min},
          {"act_max", q.act_max},
          {"has_narrow_sums", q.has_narrow_sums}};
}

CRows conv_rows(const mote_conv2d_params &q) {
  if (q.in_h > 1 || q.kernel_h > 1) {
    const int span = (q.kernel_h - 1) * q.dilation_h + 1;
    if (lies(q)) return {span, q.stride_h, q.pad_top, "in_w", "out_w", "pad_left"};
    return {span, q.stride_h, q.pad_top, "in_h", "out_h", "pad_top"};
  }
  CRows rows{(q.kernel_w - 1) * q.dilation_w + 1, q.stride_w, q.pad_left, "in_w", "out_w", "pad_left"};
  rows.fields = conv_fields(q);
  return rows;
}

}  // namespace mote::ops

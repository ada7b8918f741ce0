// Integer layers: multipliers, clamps, windows, checks of foreign tensors, and the one rule by which float
// weights and biases become integers. Source: TFLite quantization_util and kernel_util.
#include "ops/integer_support.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "kernels/loops.h"

namespace mote {

Multiplier quantize_multiplier(double real) {
  if (!(real > 0)) return {};
  if (real >= 0x1p30) return {INT32_MAX, 30};
  int exponent;
  const double fraction = std::frexp(real, &exponent);
  auto q = static_cast<int64_t>(std::round(fraction * 2147483648.0));
  if (q == int64_t{1} << 31) {
    q /= 2;
    ++exponent;
  }
  if (exponent < -31) return {};
  return {static_cast<int32_t>(q), exponent};
}

static int quantize_bound(float bound, float scale, int zero_point) {
  const float q = std::round(bound / scale);
  return zero_point + (q > 1e6f ? 1000000 : q < -1e6f ? -1000000 : static_cast<int>(q));
}

ClampRange activation_range(const ProgramLayer &layer, FusedActivation activation,
                            const ProgramTensor &output) {
  const int lowest = output.dtype == DType::kInt16 ? -32768 : -128,
            highest = output.dtype == DType::kInt16 ? 32767 : 127;
  const float scale = scale_of(layer, output);
  const int zero_point = zero_point_of(layer, output);
  const auto bound = [&](float f) { return quantize_bound(f, scale, zero_point); };
  switch (activation) {
    case FusedActivation::kRelu:
      return {std::max(lowest, zero_point), highest};
    case FusedActivation::kRelu6:
      return {std::max(lowest, zero_point), std::min(highest, bound(6.0f))};
    case FusedActivation::kReluN1To1:
      return {std::max(lowest, bound(-1.0f)), std::min(highest, bound(1.0f))};
    default:
      return {lowest, highest};
  }
}

const AttrSpec kActivationAttr{"activation", std::string("none"), "fused activation",
                               fused_activation_names().names()};
const AttrSpec kPaddingAttr{"padding",
                            std::string("valid"),
                            "'valid': none; 'same': output = ceil(input / stride)",
                            {"valid", "same"}};

const std::string &activation_name(FusedActivation activation) {
  return fused_activation_names().name_of(activation);
}

FusedActivation activation_of(const Attrs &attrs) {
  const FusedActivation *known = fused_activation_names().find(attrs.text("activation"));
  return known ? *known : FusedActivation::kNone;
}

TfActivation record_activation(const Attrs &attrs) {
  switch (activation_of(attrs)) {
    case FusedActivation::kRelu:
      return TfActivation::kRelu;
    case FusedActivation::kRelu6:
      return TfActivation::kRelu6;
    case FusedActivation::kReluN1To1:
      return TfActivation::kReluN1To1;
    case FusedActivation::kNone:
      break;
  }
  return TfActivation::kNone;
}

std::string fused_activation(const std::string &where, TfActivation activation) {
  switch (activation) {
    case TfActivation::kNone:
      return activation_name(FusedActivation::kNone);
    case TfActivation::kRelu:
      return activation_name(FusedActivation::kRelu);
    case TfActivation::kRelu6:
      return activation_name(FusedActivation::kRelu6);
    case TfActivation::kReluN1To1:
      return activation_name(FusedActivation::kReluN1To1);
    case TfActivation::kTanh:
    case TfActivation::kSignBit:
      break;
  }
  throw Error(ErrorCode::kUnsupported, where, "fuses tanh or sign-bit, which integer kernels do not have");
}

Window place_window(const std::string &where, int in, int kernel, int stride, int dilation, bool is_same) {
  const int64_t span64 = int64_t{kernel - 1} * dilation + 1;
  if (span64 > (1 << 28)) throw Error(ErrorCode::kShape, where, "kernel and dilation are too large");
  const int span = span64;
  const int out = is_same ? (in + stride - 1) / stride : (in - span + stride) / stride;
  if (out <= 0 || (!is_same && span > in))
    throw Error(ErrorCode::kShape, where,
                fmt::format("a window of {} does not fit into an input of length {}", span, in),
                "use a smaller kernel or pool, less dilation, or padding = \"same\"");
  const int total = is_same ? std::max((out - 1) * stride + span - in, 0) : 0;
  return {out, total / 2, total};
}

Window place_own_window(const std::string &where, int in, int kernel, int stride, int dilation,
                        bool is_same) {
  if (stride > in)
    throw Error(ErrorCode::kShape, where,
                fmt::format("a stride of {} is larger than the input's {}", stride, in),
                "use a smaller stride");
  return place_window(where, in, kernel, stride, dilation, is_same);
}

int list_item(const Attrs &attrs, const char *key, size_t i) { return attrs.list(key)[i]; }

std::string layer_where(const ProgramLayer &layer) { return in_layer(layer.op, layer.name); }

void require(bool condition, const ProgramLayer &layer, const std::string &message, ErrorCode code) {
  if (!condition) throw Error(code, layer_where(layer), message);
}

std::string named(const ProgramTensor &t) {
  return t.name.empty() ? "a tensor without a name" : fmt::format("tensor '{}'", t.name);
}
static std::string in_brackets(const ProgramTensor &t) {
  return t.name.empty() ? "" : fmt::format(" ('{}')", t.name);
}

// Values of a type that no quantization makes of them.
static bool is_of_indices(const ProgramTensor &t) {
  return !t.is_constant && (t.dtype == DType::kInt32 || t.dtype == DType::kInt64 || t.dtype == DType::kBool);
}

static const ProgramTensor &tensor_of(const IntegerProgram &p, const ProgramLayer &l,
                                      const std::vector<int> &list, size_t i, DType dtype, const char *role) {
  require(i < list.size() && list[i] >= 0, l, fmt::format("{} {} is missing", role, i));
  const ProgramTensor &t = p.tensor(list[i]);
  if (t.dtype != dtype)
    throw Error(ErrorCode::kUnsupported, layer_where(l),
                fmt::format("{} {}{} is {}, expected {}", role, i, in_brackets(t), dtype_name(t.dtype),
                            dtype_name(dtype)),
                is_of_indices(t) ? "mote computes with int8 and int16: cut the model where its values are of "
                                   "these types, and compute the rest in the program around it"
                                 : "");
  return t;
}

const ProgramTensor &input_of(const IntegerProgram &p, const ProgramLayer &l, size_t i, DType dtype) {
  return tensor_of(p, l, l.inputs, i, dtype, "input");
}
const ProgramTensor &output_of(const IntegerProgram &p, const ProgramLayer &l, size_t i, DType dtype) {
  const ProgramTensor &t = tensor_of(p, l, l.outputs, i, dtype, "output");
  require(!t.is_constant, l, fmt::format("output {} is a constant", i));
  return t;
}
const ProgramTensor &constant_of(const IntegerProgram &p, const ProgramLayer &l, size_t i, DType dtype) {
  const ProgramTensor &t = input_of(p, l, i, dtype);
  require(t.is_constant, l, fmt::format("input {}{} must be a constant", i, in_brackets(t)));
  return t;
}

const ProgramTensor &values_in(const IntegerProgram &p, const ProgramLayer &l, size_t i) {
  const bool is_wide =
      i < l.inputs.size() && l.inputs[i] >= 0 && p.tensor(l.inputs[i]).dtype == DType::kInt16;
  const ProgramTensor &t = input_of(p, l, i, is_wide ? DType::kInt16 : DType::kInt8);
  require(!is_wide || zero_point_of(l, t) == 0, l,
          fmt::format("{} is int16 and has the zero point {}", named(t), zero_point_of(l, t)));
  return t;
}
const ProgramTensor &values_out(const IntegerProgram &p, const ProgramLayer &l, size_t i,
                                const ProgramTensor &like) {
  const ProgramTensor &t = output_of(p, l, i, like.dtype);
  require(t.dtype != DType::kInt16 || zero_point_of(l, t) == 0, l,
          fmt::format("{} is int16 and has the zero point {}", named(t), zero_point_of(l, t)));
  return t;
}

const ProgramTensor *optional_bias(const IntegerProgram &p, const ProgramLayer &l, size_t i, size_t channels,
                                   DType activations) {
  if (i >= l.inputs.size() || l.inputs[i] < 0) return nullptr;
  const bool is_wide = activations == DType::kInt16 && p.tensor(l.inputs[i]).dtype == DType::kInt64;
  const ProgramTensor &bias = constant_of(p, l, i, is_wide ? DType::kInt64 : DType::kInt32);
  require(bias.shape.elements() == channels, l,
          fmt::format("bias has {} values for {} outputs", bias.shape.elements(), channels),
          ErrorCode::kShape);
  return &bias;
}

int32_t element_count(const ProgramTensor &t) { return t.shape.elements(); }

float scale_of(const ProgramLayer &l, const ProgramTensor &t) {
  require(t.quant.scale.size() == 1, l,
          fmt::format("{} needs exactly one scale, it has {}", named(t), t.quant.scale.size()));
  require(t.quant.scale[0] > 0 && std::isfinite(t.quant.scale[0]), l,
          fmt::format("{} has the scale {}", named(t), t.quant.scale[0]));
  return t.quant.scale[0];
}

int zero_point_of(const ProgramLayer &l, const ProgramTensor &t) {
  scale_of(l, t);
  const int zero_point = t.quant.zero_point.empty() ? 0 : t.quant.zero_point[0];
  require(zero_point >= -128 && zero_point <= 127, l,
          fmt::format("{} has the zero point {}", named(t), zero_point));
  return zero_point;
}

constexpr double kAccumulatorRoom = 2147480000.0;  // a little below 2^31

void check_accumulator(const ProgramLayer &layer, double largest, double multiplier) {
  // the value is shifted left by the multiplier's exponent before it is multiplied
  require(std::ldexp(largest, std::max(0, quantize_multiplier(multiplier).shift)) < kAccumulatorRoom &&
              largest * multiplier < kAccumulatorRoom,
          layer, "weights, bias and scales could overflow a 32-bit accumulator");
}

void check_wide_accumulator(const ProgramLayer &layer, double largest, double multiplier) {
  require(largest < 0x1p47 && largest * multiplier < kAccumulatorRoom &&
              quantize_multiplier(multiplier).shift <= 14,
          layer, "weights, bias and scales could overflow its accumulator");
}

double accumulator_bound(const int8_t *weights, size_t count, int64_t bias) {
  double sum = 0;
  for (size_t i = 0; i < count; ++i) sum += std::abs(weights[i]);
  // 256: the zero point may stand in the bias
  return 256 * sum + std::fabs(bias);
}

std::vector<int64_t> widened(const ProgramTensor &bias) {
  if (bias.dtype == DType::kInt64) return bias.values<int64_t>();
  const std::vector<int32_t> narrow = bias.values<int32_t>();
  return {narrow.begin(), narrow.end()};
}
bool is_int16(const IntegerProgram &p, const ProgramLayer &l) {
  return !l.inputs.empty() && l.inputs[0] >= 0 && p.tensor(l.inputs[0]).dtype == DType::kInt16;
}
CArray int8_array(const char *suffix, const std::vector<int8_t> &values) {
  return {suffix, DType::kInt8, {values.begin(), values.end()}};
}
CArray int32_array(const char *suffix, const std::vector<int32_t> &values) {
  return {suffix, DType::kInt32, {values.begin(), values.end()}};
}

void add_weights(CCall &call, CArray weights, CArray bias, const ChannelMultipliers &m) {
  const bool has_bias = !bias.values.empty();
  call.arrays.push_back(std::move(weights));
  if (has_bias) call.arrays.push_back(std::move(bias));
  call.arrays.push_back({"multiplier", DType::kInt32, {m.value.begin(), m.value.end()}, true});
  call.arrays.push_back({"shift", DType::kInt8, {m.shift.begin(), m.shift.end()}, true});
  call.arguments = {"params", "in0", "weights", has_bias ? "bias" : "NULL", "multiplier", "shift", "out0"};
}

void ChannelMultipliers::add(double real) {
  const Multiplier m = quantize_multiplier(real);
  value.push_back(m.value);
  shift.push_back(m.shift);
}

// Of channels that share their values but for a factor each: scales in the ratio of these factors, so that
// the int8 values are shared, too. `largest` is max |w| of each channel.
static void share_values(const WeightForm &form, std::vector<double> &largest) {
  const auto gain_of = [&](size_t c) { return form.gain.empty() ? 1.0 : std::fabs(double{form.gain[c]}); };
  double widest = 0;
  for (size_t c = 0; c < largest.size(); ++c)
    if (gain_of(c) > 0) widest = std::max(widest, largest[c] / gain_of(c));
  for (size_t c = 0; c < largest.size(); ++c) largest[c] = std::max(largest[c], gain_of(c) * widest);
}

WeightTensors quantize_weights(const std::string &name, const std::vector<float> &weights, const Shape &shape,
                               const std::vector<float> &bias, double input_scale, DType bias_type,
                               bool is_per_tensor, const WeightForm &form) {
  const size_t channels = shape[0];
  const size_t size = shape.elements() / channels;
  // leaves room for the sum of products
  const double largest_bias = bias_type == DType::kInt64 ? 0x1p44 : 0x1p29;
  WeightTensors r{{name + "/weights", shape, DType::kInt8, {}, {}, true},
                  {name + "/bias", Shape{static_cast<int>(channels)}, bias_type, {}, {}, true}};
  std::vector<int8_t> q(weights.size());
  std::vector<int32_t> narrow(channels);
  std::vector<int64_t> wide(channels);
  std::vector<double> wanted(channels);
  for (size_t c = 0; c < channels; ++c) {
    float low = 0, high = 0;
    kernels::loops().extend_range(weights.data() + c * size, size, &low, &high);
    wanted[c] = std::max(-low, high);
  }
  if (form.clusters > 0 && !form.is_per_channel) share_values(form, wanted);
  const double levels = form.bits == 4 ? 7.0 : 127.0;
  for (size_t c = 0; c < channels; ++c) {
    const double bias_need = std::fabs(bias[c]) / (input_scale * largest_bias);
    wanted[c] = std::max(wanted[c] / levels, bias_need);
  }
  if (is_per_tensor) wanted.assign(channels, *std::max_element(wanted.begin(), wanted.end()));
  for (size_t c = 0; c < channels; ++c) {
    if (wanted[c] < 1e-30) wanted[c] = 1.0 / 127.0;  // a dead channel: any scale represents it
    const float scale = wanted[c];
    kernels::loops().quantize_weights(weights.data() + c * size, size, scale, q.data() + c * size);
    const double steps = std::round(bias[c] / (input_scale * scale));
    narrow[c] = static_cast<int32_t>(std::clamp(steps, -1073741824.0, 1073741823.0));
    wide[c] = static_cast<int64_t>(std::clamp(steps, -0x1p45, 0x1p45));
    if (is_per_tensor && c > 0) continue;
    r.weights.quant.scale.push_back(scale);
    r.weights.quant.zero_point.push_back(0);
    r.bias.quant.scale.push_back(input_scale * scale);
    r.bias.quant.zero_point.push_back(0);
  }
  r.weights.store(q);
  if (bias_type == DType::kInt64)
    r.bias.store(wide);
  else
    r.bias.store(narrow);
  return r;
}

std::vector<float> bias_values(const Lowering &l, int channels) {
  if (l.params.size() > 1) return *l.params[1];
  return std::vector<float>(channels, 0.0f);
}

void add_weighted_layer(Lowering &lowering, const std::string &op, Attrs attrs,
                        const std::vector<float> &weights, const Shape &weights_shape,
                        const std::vector<float> &bias, bool is_per_tensor) {
  IntegerProgram &program = lowering.program;
  const ProgramTensor &x = program.tensor(lowering.x[0]);
  WeightTensors w = quantize_weights(lowering.node.name, weights, weights_shape, bias, x.quant.scale[0],
                                     x.dtype == DType::kInt16 ? DType::kInt64 : DType::kInt32, is_per_tensor,
                                     lowering.form(0));
  attrs["activation"] = activation_name(lowering.activation);
  const int weights_index = program.add_tensor(std::move(w.weights)),
            bias_index = program.add_tensor(std::move(w.bias));
  program.layers.push_back(
      {op, lowering.node.name, std::move(attrs), {lowering.x[0], weights_index, bias_index}, {lowering.y}});
}

std::string c_float(float value) {
  if (std::isnan(value)) return "NAN";
  if (std::isinf(value)) return value < 0 ? "-INFINITY" : "INFINITY";
  std::string text = fmt::format("{:.9g}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text + "f";
}

}  // namespace mote

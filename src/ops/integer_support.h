// What the integer facets of several ops share: multipliers, activation bounds, checks on foreign tensors.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "graph/op_def.h"

namespace mote {

// real = value * 2^(shift - 31), value in [2^30, 2^31) or 0. Source: TFLite quantization_util
// QuantizeMultiplier.
struct Multiplier {
  int32_t value = 0;
  int shift = 0;
};
Multiplier quantize_multiplier(double real);

struct ClampRange {
  int low, high;
};
// Errors: kUnsupported when the output has no scale.
ClampRange activation_range(const ProgramLayer &layer, FusedActivation activation,
                            const ProgramTensor &output);

extern const AttrSpec kActivationAttr, kPaddingAttr;  // of pools
FusedActivation activation_of(const Attrs &attrs);
const std::string &activation_name(FusedActivation activation);
// The same in the record of a .tflite operator, and back to the attribute. Errors: kUnsupported for what no
// integer kernel fuses (tanh, sign bit).
TfActivation record_activation(const Attrs &attrs);
std::string fused_activation(const std::string &where, TfActivation activation);

// Padding before the first element so that `out` outputs of an effective kernel fit, as TFLite's SAME; 0 for
// VALID.
struct Window {
  int out, before, total;
};
Window place_window(const std::string &where, int in, int kernel, int stride, int dilation, bool is_same);
// The same of a layer that a user wrote, where a stride beyond the input is a mistake.
Window place_own_window(const std::string &where, int in, int kernel, int stride, int dilation, bool is_same);

// Element i of a list attribute.
int list_item(const Attrs &attrs, const char *key, size_t i);

std::string layer_where(const ProgramLayer &layer);

// "tensor 'x'"; of one without a name so.
std::string named(const ProgramTensor &tensor);

void require(bool condition, const ProgramLayer &layer, const std::string &message,
             ErrorCode code = ErrorCode::kUnsupported);

// Checked access to a layer's tensors. Errors: kUnsupported when absent, of another dtype or without scales.
const ProgramTensor &input_of(const IntegerProgram &p, const ProgramLayer &l, size_t i, DType dtype);
const ProgramTensor &output_of(const IntegerProgram &p, const ProgramLayer &l, size_t i, DType dtype);
// An activation, int8 or int16; int16 has the zero point 0. `values_out` must have the type of `like`.
const ProgramTensor &values_in(const IntegerProgram &p, const ProgramLayer &l, size_t i);
const ProgramTensor &values_out(const IntegerProgram &p, const ProgramLayer &l, size_t i,
                                const ProgramTensor &like);
const ProgramTensor &constant_of(const IntegerProgram &p, const ProgramLayer &l, size_t i, DType dtype);
// int32; int64 may stand beside int16 activations.
const ProgramTensor *optional_bias(const IntegerProgram &p, const ProgramLayer &l, size_t i, size_t channels,
                                   DType activations = DType::kInt8);
int32_t element_count(const ProgramTensor &t);  // as the structs of the runtime have it
float scale_of(const ProgramLayer &l, const ProgramTensor &t);
int zero_point_of(const ProgramLayer &l, const ProgramTensor &t);

// Multiplier and shift of every output channel; a single scale of the weights serves all.
struct ChannelMultipliers {
  void add(double real);
  std::vector<int32_t> value;
  std::vector<int8_t> shift;
};

// Refuses a layer whose accumulator, or its requantized value, could leave int32: no trained model does, and
// the runtime has no error path. `largest` is a bound of |accumulator|.
void check_accumulator(const ProgramLayer &layer, double largest, double multiplier);
// The same for 64-bit sums that mote_requantize_wide rescales.
void check_wide_accumulator(const ProgramLayer &layer, double largest, double multiplier);
// |bias| + 256 * sum |w| of one output channel.
double accumulator_bound(const int8_t *weights, size_t count, int64_t bias);

// Of a bias, which is int32 or int64.
std::vector<int64_t> widened(const ProgramTensor &bias);
bool is_int16(const IntegerProgram &p, const ProgramLayer &l);  // its first input
CArray int8_array(const char *suffix, const std::vector<int8_t> &values);
CArray int32_array(const char *suffix, const std::vector<int32_t> &values);
// Weights, bias (or none), multipliers and shifts as tables, and the arguments of every weighted routine.
void add_weights(CCall &call, CArray weights, CArray bias, const ChannelMultipliers &multipliers);

// Quantizes a weight matrix [channels][size] symmetrically per channel to -127..127, and the bias to int32 or
// int64 with scale s_in * s_w. A channel whose bias would not fit gets a wider weight scale. is_per_tensor:
// the widest scale serves all channels. `form`: values that channels share stay shared, and with 4 bits
// weights are -7 .. 7.
struct WeightTensors {
  ProgramTensor weights, bias;
};
WeightTensors quantize_weights(const std::string &name, const std::vector<float> &weights, const Shape &shape,
                               const std::vector<float> &bias, double input_scale, DType bias_type,
                               bool is_per_tensor = false, const WeightForm &form = {});

// The node's bias, its second parameter; zeros where it has none.
std::vector<float> bias_values(const Lowering &lowering, int channels);

// The same, and appends the layer; the bias has 64 bits beside int16 activations.
void add_weighted_layer(Lowering &lowering, const std::string &op, Attrs attrs,
                        const std::vector<float> &weights, const Shape &weights_shape,
                        const std::vector<float> &bias, bool is_per_tensor = false);

std::string c_float(float value);  // exact decimal literal; INFINITY and NAN are of math.h

}  // namespace mote

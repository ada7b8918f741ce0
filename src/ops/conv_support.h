// What integer convolutions share: geometry and scales of a layer, and the form for int16 activations, which
// dense layers use too.
#pragma once

#include "graph/op_def.h"
#include "kernels/conv2d.h"
#include "kernels/int8_conv.h"
#include "mote_runtime.h"
#include "ops/integer_support.h"

namespace mote::ops {

// The padding of convolutions. What pads across the width only has no operator in interpreters: it is a
// border and a convolution without padding.
extern const AttrSpec kConvPaddingAttr;
std::vector<ProgramLayer> conv_standard_form(IntegerProgram &p, const ProgramLayer &l);

// Of a float node with kernel, strides, dilation and padding. Errors: kShape, kInvalidArgument.
kernels::Conv2D conv_geometry(const std::string &op, const NodeView &v, int filters);

struct ConvLayer {
  mote_conv2d_params params;
  std::vector<int8_t> weights;
  std::vector<int64_t> bias;  // empty: none
  DType bias_type;            // int32 or int64
  std::vector<double> real;   // multiplier of each output channel
  bool is_int16;
};

// Convolution: weights [out, KH, KW, in / groups], channel_axis 0; depthwise: [1, KH, KW, out],
// channel_axis 3.
ConvLayer prepare_conv(const IntegerProgram &p, const ProgramLayer &l, int channel_axis);

// The values of its weights and its bias, which may be absent.
void take_constants(ConvLayer &layer, const ProgramTensor &weights, const ProgramTensor *bias);

// Of the next channel. One that is rounded to 0 makes the result the zero point whatever the sum, so that its
// bias (of a channel whose weights are all but 0 often the largest number) is 0: the sum cannot overflow.
void add_multiplier(ConvLayer &layer, double real);

// Multipliers of a layer on int8. `weights` are those of one output channel after the other. Errors:
// kUnsupported when a sum could overflow.
ChannelMultipliers int8_multipliers(const ProgramLayer &l, const ConvLayer &layer,
                                    const std::vector<int8_t> &weights);

struct Int16Conv {
  mote_conv2d_params params;
  std::vector<int8_t> weights;
  std::vector<int64_t> bias;  // empty: none
  ChannelMultipliers multipliers;
};

// `weights` [out_c][kernel_h][kernel_w][in_c / groups]. With an int32
// bias sums have 32 bits, with int64 they have 64; what an absent bias means differs between the ops. Errors:
// kUnsupported when a sum could overflow.
Int16Conv prepare_int16(const ProgramLayer &l, const ConvLayer &layer, std::vector<int8_t> weights,
                        bool is_narrow_without_bias);

// On the host by vectors; bit-equal to the runtime's routine.
HostCall run_int8_conv(const ConvLayer &layer, const ChannelMultipliers &multipliers);
kernels::Int8ConvGeometry host_geometry(const mote_conv2d_params &params);
kernels::Requantization host_requantization(const ConvLayer &layer, const ChannelMultipliers &multipliers);

// What the runtime's int8 routines take beside the weights: the bias, which holds the input's zero point
// unless the routine skips padding, and shifts with MOTE_WIDE_SUM.
struct RuntimeTables {
  std::vector<int32_t> bias;
  ChannelMultipliers multipliers;
};
// `weights` of one output channel after the other.
RuntimeTables runtime_tables(const ConvLayer &layer, const std::vector<int8_t> &weights,
                             ChannelMultipliers multipliers, bool has_zero_point_in_bias);
void add_weights(CCall &call, const ConvLayer &layer, const RuntimeTables &tables);

// The same layer over a row of rows: where a kernel takes whole rows of the input, (T, 1, C) say, they are
// its channels and T is its width, so that neighbouring taps are neighbouring values.
mote_conv2d_params lying(mote_conv2d_params params);

// The convolution routine; weights of one output channel after the other.
CCall call_int8_conv(const ConvLayer &layer, const ChannelMultipliers &multipliers);

// The same call on the bytes of the weights, where their form has routines of its own
// (runtime/mote_packed.h); else it stays, on their values.
void take_stored_form(CCall &call, const ProgramTensor &weights);

HostCall run_int16(Int16Conv conv);
CCall call_int16(const Int16Conv &conv);

// The convolution routines' parameters as fields.
std::vector<CField> conv_fields(const mote_conv2d_params &params);
// Of a call with the fields of lying(params).
CRows conv_rows(const mote_conv2d_params &params);

}  // namespace mote::ops

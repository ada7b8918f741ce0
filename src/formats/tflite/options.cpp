// One pair of functions per table of options: record to table, table to record. Field meanings: tflite.fbs.
//
// What an operator's options mean, its op says (OpDef::tflite); names of operators are builtin_names.cpp.
#include "formats/tflite/options.h"

#include <fmt/format.h>

#include "base/error.h"

namespace mote {

namespace {

using Written = std::pair<tfl::BuiltinOptions, flatbuffers::Offset<void>>;
using Builder = flatbuffers::FlatBufferBuilder;

constexpr std::pair<TfActivation, tfl::ActivationFunctionType> kActivations[] = {
    {TfActivation::kNone, tfl::ActivationFunctionType_NONE},
    {TfActivation::kRelu, tfl::ActivationFunctionType_RELU},
    {TfActivation::kReluN1To1, tfl::ActivationFunctionType_RELU_N1_TO_1},
    {TfActivation::kRelu6, tfl::ActivationFunctionType_RELU6},
    {TfActivation::kTanh, tfl::ActivationFunctionType_TANH},
    {TfActivation::kSignBit, tfl::ActivationFunctionType_SIGN_BIT}};

tfl::ActivationFunctionType to_tfl(TfActivation activation) {
  for (const auto &[ours, theirs] : kActivations)
    if (ours == activation) return theirs;
  throw InternalError("an activation that the format does not have");
}
TfActivation from_tfl(tfl::ActivationFunctionType activation) {
  for (const auto &[ours, theirs] : kActivations)
    if (theirs == activation) return ours;
  throw Error(ErrorCode::kUnsupported, "",
              fmt::format("fuses the activation number {}, which the format does not define", activation));
}
tfl::Padding to_tfl(TfPadding p) { return p == TfPadding::kSame ? tfl::Padding_SAME : tfl::Padding_VALID; }
TfPadding from_tfl(tfl::Padding p) { return p == tfl::Padding_SAME ? TfPadding::kSame : TfPadding::kValid; }

Written write(Builder &, const TfNoOptions &) { return {tfl::BuiltinOptions_NONE, 0}; }
Written write(Builder &b, const TfConv2D &o) {
  return {tfl::BuiltinOptions_Conv2DOptions,
          tfl::CreateConv2DOptions(b, to_tfl(o.padding), o.stride_w, o.stride_h, to_tfl(o.activation),
                                   o.dilation_w, o.dilation_h)
              .Union()};
}
Written write(Builder &b, const TfPool2D &o) {
  return {tfl::BuiltinOptions_Pool2DOptions,
          tfl::CreatePool2DOptions(b, to_tfl(o.padding), o.stride_w, o.stride_h, o.filter_w, o.filter_h,
                                   to_tfl(o.activation))
              .Union()};
}
Written write(Builder &b, const TfFullyConnected &o) {
  return {tfl::BuiltinOptions_FullyConnectedOptions,
          tfl::CreateFullyConnectedOptions(b, to_tfl(o.activation), 0, o.keep_num_dims).Union()};
}
Written write(Builder &b, const TfSoftmax &o) {
  return {tfl::BuiltinOptions_SoftmaxOptions, tfl::CreateSoftmaxOptions(b, o.beta).Union()};
}
Written write(Builder &b, const TfReshape &o) {
  return {tfl::BuiltinOptions_ReshapeOptions, tfl::CreateReshapeOptionsDirect(b, &o.new_shape).Union()};
}
Written write(Builder &b, const TfSqueeze &o) {
  return {tfl::BuiltinOptions_SqueezeOptions, tfl::CreateSqueezeOptionsDirect(b, &o.dims).Union()};
}
Written write(Builder &b, const TfQuantize &) {
  return {tfl::BuiltinOptions_QuantizeOptions, tfl::CreateQuantizeOptions(b).Union()};
}
Written write(Builder &b, const TfDequantize &) {
  return {tfl::BuiltinOptions_DequantizeOptions, tfl::CreateDequantizeOptions(b).Union()};
}

Written write(Builder &b, const TfDepthwiseConv2D &o) {
  return {tfl::BuiltinOptions_DepthwiseConv2DOptions,
          tfl::CreateDepthwiseConv2DOptions(b, to_tfl(o.padding), o.stride_w, o.stride_h, o.multiplier,
                                            to_tfl(o.activation), o.dilation_w, o.dilation_h)
              .Union()};
}
Written write(Builder &b, const TfAdd &o) {
  return {tfl::BuiltinOptions_AddOptions,
          tfl::CreateAddOptions(b, to_tfl(o.activation), o.pot_scale_int16).Union()};
}
Written write(Builder &b, const TfSub &o) {
  return {tfl::BuiltinOptions_SubOptions,
          tfl::CreateSubOptions(b, to_tfl(o.activation), o.pot_scale_int16).Union()};
}
Written write(Builder &b, const TfMul &o) {
  return {tfl::BuiltinOptions_MulOptions, tfl::CreateMulOptions(b, to_tfl(o.activation)).Union()};
}
Written write(Builder &b, const TfConcatenation &o) {
  return {tfl::BuiltinOptions_ConcatenationOptions,
          tfl::CreateConcatenationOptions(b, o.axis, to_tfl(o.activation)).Union()};
}
Written write(Builder &b, const TfPad &) {
  return {tfl::BuiltinOptions_PadOptions, tfl::CreatePadOptions(b).Union()};
}
Written write(Builder &b, const TfPadV2 &) {
  return {tfl::BuiltinOptions_PadV2Options, tfl::CreatePadV2Options(b).Union()};
}
Written write(Builder &b, const TfTranspose &) {
  return {tfl::BuiltinOptions_TransposeOptions, tfl::CreateTransposeOptions(b).Union()};
}
Written write(Builder &b, const TfSlice &) {
  return {tfl::BuiltinOptions_SliceOptions, tfl::CreateSliceOptions(b).Union()};
}
Written write(Builder &b, const TfHardSwish &) {
  return {tfl::BuiltinOptions_HardSwishOptions, tfl::CreateHardSwishOptions(b).Union()};
}
Written write(Builder &b, const TfMean &o) {
  return {tfl::BuiltinOptions_ReducerOptions, tfl::CreateReducerOptions(b, o.keep_dims).Union()};
}
Written write(Builder &b, const TfStridedSlice &o) {
  return {tfl::BuiltinOptions_StridedSliceOptions,
          tfl::CreateStridedSliceOptions(b, o.begin_mask, o.end_mask, o.ellipsis_mask, o.new_axis_mask,
                                         o.shrink_axis_mask)
              .Union()};
}
Written write(Builder &b, const TfSplit &o) {
  return {tfl::BuiltinOptions_SplitOptions, tfl::CreateSplitOptions(b, o.splits).Union()};
}
Written write(Builder &b, const TfSplitV &o) {
  return {tfl::BuiltinOptions_SplitVOptions, tfl::CreateSplitVOptions(b, o.splits).Union()};
}
Written write(Builder &b, const TfPack &o) {
  return {tfl::BuiltinOptions_PackOptions, tfl::CreatePackOptions(b, o.count, o.axis).Union()};
}
Written write(Builder &b, const TfUnpack &o) {
  return {tfl::BuiltinOptions_UnpackOptions, tfl::CreateUnpackOptions(b, o.count, o.axis).Union()};
}
Written write(Builder &b, const TfLeakyRelu &o) {
  return {tfl::BuiltinOptions_LeakyReluOptions, tfl::CreateLeakyReluOptions(b, o.alpha).Union()};
}

Written write(Builder &b, const TfLstm &o) {
  return {tfl::BuiltinOptions_UnidirectionalSequenceLSTMOptions,
          tfl::CreateUnidirectionalSequenceLSTMOptions(b, to_tfl(o.activation), o.cell_clip,
                                                       o.projection_clip, o.is_time_major)
              .Union()};
}

}  // namespace

Written write_options(Builder &builder, const TfOptions &options) {
  return std::visit([&](const auto &o) { return write(builder, o); }, options);
}

TfOptions read_options(const tfl::Operator &op) {
  if (const auto *o = op.builtin_options_as_Conv2DOptions())
    return TfConv2D{from_tfl(o->padding()), o->stride_w(),          o->stride_h(),
                    o->dilation_w_factor(), o->dilation_h_factor(), from_tfl(o->fused_activation_function())};
  if (const auto *o = op.builtin_options_as_Pool2DOptions())
    return TfPool2D{from_tfl(o->padding()), o->stride_w(),      o->stride_h(),
                    o->filter_width(),      o->filter_height(), from_tfl(o->fused_activation_function())};
  if (const auto *o = op.builtin_options_as_FullyConnectedOptions())
    return TfFullyConnected{from_tfl(o->fused_activation_function()), o->keep_num_dims(),
                            o->weights_format() != 0};
  if (const auto *o = op.builtin_options_as_SoftmaxOptions()) return TfSoftmax{o->beta()};
  if (const auto *o = op.builtin_options_as_ReshapeOptions()) {
    TfReshape reshape;
    if (o->new_shape()) reshape.new_shape.assign(o->new_shape()->begin(), o->new_shape()->end());
    return reshape;
  }
  if (const auto *o = op.builtin_options_as_SqueezeOptions()) {
    TfSqueeze squeeze;
    if (o->squeeze_dims()) squeeze.dims.assign(o->squeeze_dims()->begin(), o->squeeze_dims()->end());
    return squeeze;
  }
  if (const auto *o = op.builtin_options_as_DepthwiseConv2DOptions())
    return TfDepthwiseConv2D{from_tfl(o->padding()),
                             o->stride_w(),
                             o->stride_h(),
                             o->depth_multiplier(),
                             o->dilation_w_factor(),
                             o->dilation_h_factor(),
                             from_tfl(o->fused_activation_function())};
  if (const auto *o = op.builtin_options_as_AddOptions())
    return TfAdd{from_tfl(o->fused_activation_function())};
  if (const auto *o = op.builtin_options_as_SubOptions())
    return TfSub{from_tfl(o->fused_activation_function())};
  if (const auto *o = op.builtin_options_as_MulOptions())
    return TfMul{from_tfl(o->fused_activation_function())};
  if (const auto *o = op.builtin_options_as_ConcatenationOptions())
    return TfConcatenation{o->axis(), from_tfl(o->fused_activation_function())};
  if (const auto *o = op.builtin_options_as_ReducerOptions()) return TfMean{o->keep_dims()};
  if (const auto *o = op.builtin_options_as_StridedSliceOptions())
    return TfStridedSlice{o->begin_mask(), o->end_mask(), o->ellipsis_mask(), o->new_axis_mask(),
                          o->shrink_axis_mask()};
  if (const auto *o = op.builtin_options_as_SplitOptions()) return TfSplit{o->num_splits()};
  if (const auto *o = op.builtin_options_as_SplitVOptions()) return TfSplitV{o->num_splits()};
  if (const auto *o = op.builtin_options_as_PackOptions()) return TfPack{o->values_count(), o->axis()};
  if (const auto *o = op.builtin_options_as_UnpackOptions()) return TfUnpack{o->num(), o->axis()};
  if (const auto *o = op.builtin_options_as_LeakyReluOptions()) return TfLeakyRelu{o->alpha()};
  if (const auto *o = op.builtin_options_as_UnidirectionalSequenceLSTMOptions())
    return TfLstm{from_tfl(o->fused_activation_function()), o->cell_clip(), o->proj_clip(), o->time_major()};
  return TfNoOptions{};
}

}  // namespace mote

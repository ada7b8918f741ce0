// dropout: in training each value, or each channel (the last axis) at all positions, is zeroed with
// probability `rate` and the rest scaled by 1/(1 - rate).
#include <algorithm>

#include "base/random.h"
#include "kernels/loops.h"
#include "ops/channel_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

Forward dropout_forward() {
  return {.compile =
              [](const NodeView &v) {
                const double rate = v.attrs->number("rate");
                const size_t size = v.out.elements();
                const bool is_spatial = v.attrs->integer("spatial") != 0;
                return [size, draws = is_spatial ? v.out[-1] : size,
                        limit = static_cast<uint32_t>(rate * 4294967296.0),
                        kept = static_cast<float>(1.0 / (1.0 - rate))](const ForwardArgs &a) {
                  const auto n = size * a.rows;
                  if (!a.is_training) {
                    std::fill_n(a.state, n, 1.0f);
                    std::copy_n(a.x[0], n, a.y);
                    return;
                  }
                  for (int r = 0; r < a.rows; ++r) {
                    float *factor = a.state + r * size;
                    Random random(a.seed, {a.step, static_cast<uint64_t>(a.first_row + r)});
                    kernels::loops().drop(static_cast<uint32_t>(random.bits()), limit, kept, draws, factor);
                    for (size_t i = draws; i < size; ++i) factor[i] = factor[i - draws];
                  }
                  kernels::loops().multiply(a.x[0], a.state, n, false, a.y);
                };
              },
          .state_floats = [](const NodeView &v) { return v.out.elements(); }};
}

Backward dropout_backward() {
  return {.compile =
              [](const NodeView &v) {
                return [size = v.out.elements()](const BackwardArgs &a) {
                  if (a.dx[0] != nullptr)
                    kernels::loops().multiply(a.dy, a.state, size * a.rows, a.is_adding[0], a.dx[0]);
                };
              },
          .overwrites = true};
}

}  // namespace

const OpDef &dropout_op() {
  const NotSupported kTrainingOnly{"dropout acts in training only and is removed from the deployed model"};
  static const OpDef kOp{.name = "dropout",
                         .doc = "Zeroes values at random in training; nothing afterwards.",
                         .attrs = {{"rate", 0.5, "share of values zeroed", {}, 0.0, 0.99},
                                   {"spatial", int64_t{0}, "1: whole channels at a time", {}, 0, 1}},
                         .structure = Structure{[](const NodeView &v) { return v.in[0]; }},
                         .forward = dropout_forward(),
                         .backward = dropout_backward(),
                         .integer = kTrainingOnly,
                         .run = kTrainingOnly,
                         .c = kTrainingOnly,
                         .tflite = kTrainingOnly,
                         .cost = CostOf(no_macs),
                         .properties = {Property::kIdentityAtInference, Property::kRecomputed},
                         .output_range = OutputRange::kCalibrated,
                         .channels = same_channels};
  return kOp;
}

}  // namespace mote::ops

// Settings and checks that ops with weights share: initializers, the bias, scales of foreign weights.
#include "ops/weights.h"

#include <fmt/format.h>

#include <cmath>

#include "ops/integer_support.h"

namespace mote::ops {

const NameTable<Init> &initializer_names() {
  static const NameTable<Init> kNames({{"glorot_uniform", Init::kGlorotUniform},
                                       {"glorot_normal", Init::kGlorotNormal},
                                       {"he_uniform", Init::kHeUniform},
                                       {"he_normal", Init::kHeNormal},
                                       {"he_uniform_fan_out", Init::kHeUniformFanOut},
                                       {"he_normal_fan_out", Init::kHeNormalFanOut},
                                       {"truncated_normal", Init::kTruncatedNormal},
                                       {"pytorch_uniform", Init::kPytorchUniform},
                                       {"zeros", Init::kZeros}});
  return kNames;
}

const AttrSpec kInitializerAttr{"initializer", std::string("glorot_uniform"), "how the weights start",
                                initializer_names().names()};

const AttrSpec kUseBiasAttr{"use_bias", int64_t{1}, "0: no bias is added, as before a batch normalization",
                            {},         0,          1};
bool has_bias(const Attrs &attrs) { return attrs.integer("use_bias") != 0; }

Init initializer_of(const Attrs &attrs) { return *initializer_names().find(attrs.text("initializer")); }

ParamSpec bias_spec(const Attrs &attrs, int channels, int fan_in) {
  const bool is_drawn = initializer_of(attrs) == Init::kPytorchUniform;
  return {.role = Role::kBias,
          .shape = {channels},
          .channel_axis = 0,
          .init = is_drawn ? Init::kPytorchUniform : Init::kZeros,
          .fan_in = fan_in};
}

void check_weight_scales(const ProgramLayer &layer, const ProgramTensor &weights, size_t channels, int axis) {
  const QuantParams &q = weights.quant;
  require(q.scale.size() == 1 || q.scale.size() == channels, layer,
          fmt::format("weights have {} scales for {} channels", q.scale.size(), channels));
  require(q.scale.size() == 1 || q.axis == axis, layer,
          fmt::format("weights are quantized along axis {}, expected {}", q.axis, axis));
  for (float s : q.scale)
    require(s >= 0 && std::isfinite(s), layer, fmt::format("weights have the scale {}", s));
  for (int z : q.zero_point)
    require(z == 0, layer,
            fmt::format("weights have the zero point {}; only symmetric weights are supported", z));
}

}  // namespace mote::ops

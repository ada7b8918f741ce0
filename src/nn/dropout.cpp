// Spatial dropout, one layer for sequences and one for images: the op "dropout" with whole channels
// dropped. Source: Tompson et al. 2015.
//
// Plain dropout is layers/dropout.cpp. In a deployed model none of them is left.
#include "nn/dropout.h"

#include <fmt/format.h>

#include "base/error.h"

namespace mote::nn {

LayerDef spatial_dropout(const std::string &type, const std::string &display, int rank) {
  return {type,
          display,
          {},
          {{"rate", 0.5, "share of channels zeroed in training", {}, 0.0, 0.99}},
          [type, rank](Graph &g, const std::string &name, const Attrs &a, int value) {
            const Shape &shape = g.value_shape(value);
            if (shape.rank() != rank)
              throw Error(ErrorCode::kShape, in_layer(type, name),
                          fmt::format("input {}: expected {}", shape.text(),
                                      rank == 2 ? "(time, channels)" : "(height, width, channels)"),
                          "use dropout");
            return g.add("dropout", name, {{"rate", a.at("rate")}, {"spatial", int64_t{1}}}, {value});
          }};
}

}  // namespace mote::nn

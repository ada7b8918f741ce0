// The mean over time of each channel, as a vector of its channels.
//
// The op "mean" and not an average pool as wide as the sequence: a pool shares its input's scale, and one
// wide channel would leave the means a few steps of it. The reshapes are of the pool that it was once, so
// that dropout behind it draws what it drew (a node's stream is by its place).
#include "nn/layer.h"
#include "nn/sequence.h"

namespace mote::nn {

const LayerDef &global_average_pool1d_layer() {
  static const LayerDef kLayer{
      "global_average_pool1d",
      "GlobalAveragePool1D",
      {"global_average_pooling1d", "global_avg_pool1d"},
      {},
      [](Graph &g, const std::string &name, const Attrs &, int value) {
        value = to_image(g, "global_average_pool1d", name, value);
        value = g.add("mean", name, {{"axes", std::vector<int64_t>{0, 1}}}, {value});
        return g.add("reshape", name + "/flat", {{"shape", std::vector<int64_t>{-1}}}, {value});
      }};
  return kLayer;
}

}  // namespace mote::nn

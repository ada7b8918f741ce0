// All values of an example in a row, in the order they lie in memory: the op "reshape" to one axis.
//
// Moves nothing, neither in training nor on the device.
#include "nn/layer.h"

namespace mote::nn {

const LayerDef &flatten_layer() {
  static const LayerDef kLayer{
      "flatten", "Flatten", {}, {}, [](Graph &g, const std::string &name, const Attrs &, int value) {
        return g.add("reshape", name, {{"shape", std::vector<int64_t>{-1}}}, {value});
      }};
  return kLayer;
}

}  // namespace mote::nn

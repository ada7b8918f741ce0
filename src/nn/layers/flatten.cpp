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

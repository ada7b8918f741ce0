// Features are believed where they are of these blocks and as many as there are windows; what makes them is
// train/keep_features.cpp.
#include "data/network_inputs.h"

#include <utility>

#include "features/preprocessing.h"

namespace mote {

// Null where they are of other blocks. `shape`: of what the blocks make of a window.
static std::shared_ptr<const WindowFeatures> fitting(std::shared_ptr<const WindowFeatures> features,
                                                     const Preprocessing &p, const Dataset &data,
                                                     Shape &shape) {
  if (!features || features->size() != data.size()) return nullptr;
  const Preprocessing blocks = blocks_of(p);
  if (blocks.steps.empty() || !features->are_of(blocks)) return nullptr;
  shape = output_shape(blocks);
  return features;
}

NetworkInputs::NetworkInputs(const Preprocessing &p, const Dataset &data,
                             std::shared_ptr<const WindowFeatures> features)
    : preprocessing_(p),
      front_end_(p),
      data_(data),
      features_(fitting(std::move(features), p, data, feature_shape_)) {}

void NetworkInputs::of(size_t window, float *out) const {
  if (features_)
    apply_last(preprocessing_, feature_shape_, features_->of(window), out);
  else
    front_end_.apply(data_.example(window), out);
}

Int8Inputs::Int8Inputs(const Preprocessing &fixed, const Dataset &data)
    : fixed_(fixed), features_(fitting(data.features, fixed, data, feature_shape_)) {}

void Int8Inputs::of(size_t window, int8_t *out) const {
  quantize_last(fixed_, feature_shape_, features_->of(window), out);
}

}  // namespace mote

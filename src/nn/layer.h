// What mote's own layers share: settings that several of them have. The type: mote/layer.h.
//
// Adding one: src/nn/layers/<name>.cpp with `const LayerDef &<name>_layer()`, a struct in
// include/mote/layers.h and a test in tests/nn/. The build finds the file; no list is kept.
#pragma once

#include "mote/layer.h"

namespace mote {

// Reads examples that are lists of numbers, without a Flatten before it.
bool takes_lists(const Layer &layer);
bool has_initializer(const Layer &layer);  // whether it has weights that start by a setting

extern const AttrSpec kLayerActivation, kLayerInitializer, kLayerPadding, kLayerPadding1D, kLayerPadding2D,
    kLayerUseBias;
extern const AttrSpec kLayerL1, kLayerL2;  // sequential() applies them to the layer's kernels

}  // namespace mote

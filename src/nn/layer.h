// Layers: what users write. A layer is composed of ops and has no kernel or gradient of its own.
//
// Adding one: src/nn/layers/<name>.cpp with `const LayerDef &<name>_layer()`, a struct in
// include/mote/layers.h and tests/nn/<name>_test.cpp. The build finds the file; no list is kept.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "mote/model.h"
#include "mote/attrs.h"

namespace mote {

struct Layer {
  std::string type;  // "conv1d"
  Attrs attrs;
  std::string name = {};  // empty: the type, numbered
  std::vector<std::string> inputs =
      {};  // names of layers, "input" for the model's input; empty: the layer before

  // mote::Add{}.named("sum").from({"left", "right"}), where mote::Layer(...) stands for a layer's struct.
  Layer named(std::string given) const {
    Layer l = *this;
    l.name = std::move(given);
    return l;
  }
  Layer from(std::vector<std::string> layers) const {
    Layer l = *this;
    l.inputs = std::move(layers);
    return l;
  }
};

struct LayerDef {
  std::string type;     // in mote.toml
  std::string display;  // in summaries, as in Keras: "Conv1D"
  std::vector<std::string> aliases;
  std::vector<AttrSpec> attrs;
  // Appends the layer's nodes behind `value` and returns the value of its output.
  std::function<int(Graph &graph, const std::string &name, const Attrs &attrs, int value)> build;
  // Instead of `build`, for layers of several inputs.
  std::function<int(Graph &graph, const std::string &name, const Attrs &attrs,
                    const std::vector<int> &values)>
      merge = nullptr;
};

const std::vector<const LayerDef *> &all_layers();
const LayerDef &layer_by_type(const std::string &type);  // any case, '_' optional. Errors: kInvalidArgument

// Appends an activation by name ("none", "relu", "softmax", ...); returns the value behind it.
int add_activation(Graph &graph, const std::string &name, const std::string &activation, int value);
extern const AttrSpec kLayerActivation, kLayerInitializer, kLayerPadding, kLayerPadding1D, kLayerUseBias;
extern const AttrSpec kLayerL1, kLayerL2;  // sequential() applies them to the layer's kernels

// Layers over examples of shape `input`: a chain, or with `from` a graph whose output is the last layer's.
// Initialized by train(). Errors name the layer and the shapes; a layer that nothing reads is an error.
Model sequential(const std::string &name, const Shape &input, const std::vector<Layer> &layers);

// One row per layer, as Keras prints: name, type, output shape, parameters.
struct SummaryRow {
  std::string name, type;
  Shape output;
  size_t parameters;
  uint64_t macs;
};
// int8_bytes is what is deployed: batch normalization moved into the weights before it. fold() gives the
// graph of which the other figures are those of the device too.
struct Summary {
  std::vector<SummaryRow> rows;
  size_t parameters = 0, trainable = 0, float32_bytes = 0, int8_bytes = 0, activation_bytes = 0;
  uint64_t macs = 0;
  std::string text() const;
};
Summary summarize(const Model &model);

}  // namespace mote

// Layer: what users write, one after the other or, with from(), as a graph. sequential() makes a Model of
// them. The layers that mote has are structs in mote/layers.h; one of your own is a LayerDef.
//
// A layer is composed of ops and has no kernel or gradient of its own. So one that is made of ops that exist
// trains, quantizes and exports like any other.
//
// Shapes: without the batch.
// Ownership/Threads: values; a LayerDef of your own must live until sequential() returns, the model does not
// need it any more.
// Errors: sequential() throws kShape or kInvalidArgument with the name of the layer and what would fit.
//
// Example:
//   static const mote::LayerDef kResidual{
//       "residual", "Residual", {}, {{"units", int64_t{8}, "as many as the input has"}},
//       [](mote::Graph &g, const std::string &name, const mote::Attrs &a, int x) {
//         const int y = g.add("dense", name, {{"units", a.at("units")}}, {x});
//         return g.add("add", name + "/sum", {}, {x, mote::add_activation(g, name + "/relu", "relu", y)});
//       }};
//   auto model = mote::sequential("own", {100, 3}, {mote::Flatten{}, mote::Dense{16},
//                                                   mote::own_layer(kResidual, {{"units", int64_t{16}}}),
//                                                   mote::Dense{2}});
//   std::cout << mote::summarize(model).text();
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "mote/attrs.h"
#include "mote/model.h"
#include "mote/names.h"

namespace mote {

// Behind a layer. kNone is no op; the others are ops of their name.
enum class Activation { kNone, kRelu, kRelu6, kLeakyRelu, kSigmoid, kTanh, kHardSwish, kSoftmax };
const NameTable<Activation> &activation_names();  // "relu"

// kValid: out = ceil((in - span + 1) / stride), kSame: out = ceil(in / stride), where span is the kernel with
// its dilation. kCausal: as kSame with all zeros in front; 1-D only.
enum class Padding { kValid, kSame, kSameWidth, kCausal };
const NameTable<Padding> &padding_names();  // "same"

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

struct Layer {
  std::string type;  // "conv1d"
  Attrs attrs;
  std::string name = {};  // empty: the type, numbered
  std::vector<std::string> inputs =
      {};                         // names of layers, "input" for the model's input; empty: the layer before
  const LayerDef *own = nullptr;  // nullptr: mote's layer of that type

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

// A layer that mote does not have. Settings that are not given are the specs' fallbacks.
Layer own_layer(const LayerDef &def, Attrs attrs = {});

const std::vector<const LayerDef *> &all_layers();       // mote's
const LayerDef &layer_by_type(const std::string &type);  // any case, '_' optional. Errors: kInvalidArgument

// The ops that a layer of one's own is composed of, for people: a line each with name, settings and what it
// does. Those that only files of others have are left out.
std::string op_table();

// Appends an activation by name ("none", "relu", "softmax", ...); returns the value behind it.
int add_activation(Graph &graph, const std::string &name, const std::string &activation, int value);

// Layers over examples of shape `input`: a chain, or with `from` a graph whose output is the last layer's.
// Initialized by train(). Errors: kShape and kInvalidArgument, which name the layer and the shapes; a layer
// that nothing reads is an error.
Model sequential(const std::string &name, const Shape &input, const std::vector<Layer> &layers);

// One row per layer, as Keras prints: name, type, output shape, parameters.
struct SummaryRow {
  std::string name, type;
  Shape output;
  size_t parameters;
  uint64_t macs;  // multiply-adds of one example
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

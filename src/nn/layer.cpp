// From a list of layers to a Model, and back to a table of its layers. Also the settings that several
// layers have, and how a regularization reaches the kernels that a layer added.
//
// The layers themselves are in layers/, one file each; the networks that others published in presets.cpp.
#include "nn/layer.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/text.h"
#include "graph/cost.h"
#include "graph/fold.h"
#include "graph/op_def.h"
#include "nn/layer_list.h"  // generated from src/nn/layers/*.cpp
#include "ops/weights.h"

namespace mote {

const NameTable<Activation> &activation_names() {
  static const NameTable<Activation> kNames({{"none", Activation::kNone},
                                             {"relu", Activation::kRelu},
                                             {"relu6", Activation::kRelu6},
                                             {"leaky_relu", Activation::kLeakyRelu},
                                             {"sigmoid", Activation::kSigmoid},
                                             {"tanh", Activation::kTanh},
                                             {"hard_swish", Activation::kHardSwish},
                                             {"softmax", Activation::kSoftmax}},
                                            {{"linear", "none"}, {"hard_silu", "hard_swish"}});
  return kNames;
}

const NameTable<Padding> &padding_names() {
  static const NameTable<Padding> kNames({{"valid", Padding::kValid},
                                          {"same", Padding::kSame},
                                          {"same_width", Padding::kSameWidth},
                                          {"causal", Padding::kCausal}});
  return kNames;
}

const AttrSpec kLayerActivation{
    "activation", std::string("none"),        "applied to the output", activation_names().names(), -1e300,
    1e300,        activation_names().others()};
const AttrSpec kLayerInitializer{"initializer", std::string("glorot_uniform"), "how the weights start",
                                 ops::initializer_names().names()};
const AttrSpec kLayerPadding{"padding",
                             std::string("valid"),
                             "'valid': none; 'same': output = ceil(input / stride)",
                             {"valid", "same"}};

const AttrSpec kLayerPadding2D{
    "padding",
    std::string("valid"),
    "'valid': none; 'same': output = ceil(input / stride); 'same_width': so across the width only",
    {"valid", "same", "same_width"}};

const AttrSpec kLayerPadding1D{
    "padding",
    std::string("valid"),
    "'valid': none; 'same': output = ceil(input / stride); 'causal': zeros in front",
    {"valid", "same", "causal"}};
const AttrSpec kLayerUseBias{"use_bias", int64_t{1}, "false: no bias, as before a batch normalization",
                             {},         0,          1};

const AttrSpec kLayerL1{"l1", 0.0, "l1 sum |w| is added to the loss", {}, 0.0, 100.0},
    kLayerL2{"l2", 0.0, "l2 sum w^2 is added to the loss", {}, 0.0, 100.0};

// Of the kernels among the parameters from `first` on; biases and what statistics move stay out.
static void regularize(Graph &graph, size_t first, const Attrs &attrs) {
  if (!attrs.contains("l2")) return;
  for (size_t i = first; i < graph.params.size(); ++i)
    if (graph.params[i].is_kernel()) {
      graph.params[i].l1 = attrs.number("l1");
      graph.params[i].l2 = attrs.number("l2");
    }
}

const LayerDef &layer_by_type(const std::string &type) {
  std::vector<std::string> names;
  for (const LayerDef *layer : all_layers()) {
    if (is_same_name(layer->type, type)) return *layer;
    for (const std::string &alias : layer->aliases)
      if (is_same_name(alias, type)) return *layer;
    names.push_back(layer->type);
  }
  const std::string near = nearest(type, names);
  throw Error(ErrorCode::kInvalidArgument, "model", fmt::format("no layer is called '{}'", type),
              near.empty() ? fmt::format("there are {}", fmt::join(names, ", "))
                           : fmt::format("did you mean '{}'?", near));
}

bool takes_lists(const Layer &layer) { return layer_by_type(layer.type).type == "dense"; }

bool has_initializer(const Layer &layer) {
  const std::vector<AttrSpec> &attrs = (layer.own ? *layer.own : layer_by_type(layer.type)).attrs;
  return std::any_of(attrs.begin(), attrs.end(), [](const auto &s) { return s.name == "initializer"; });
}

std::string op_table() {
  std::string text;
  for (const OpDef *op : all_ops()) {
    if (!op->forward.is_given()) continue;
    std::vector<std::string> settings;
    for (const AttrSpec &spec : op->attrs) settings.push_back(spec.name);
    text += fmt::format("{:<18} {:<60} {}\n", op->name, fmt::join(settings, ", "), op->doc);
  }
  return text;
}

int add_activation(Graph &graph, const std::string &name, const std::string &activation, int value) {
  const Activation *known = activation_names().find(activation);
  if (known && *known == Activation::kNone) return value;
  const bool is_logistic = known && *known == Activation::kSigmoid;  // TensorFlow Lite's name of it
  return graph.add(is_logistic ? "logistic" : activation, name, {}, {value});
}

Layer own_layer(const LayerDef &def, Attrs attrs) { return {def.type, std::move(attrs), {}, {}, &def}; }

static int find_value(const std::string &where, const std::map<std::string, int> &value_of,
                      const std::string &name) {
  if (const auto found = value_of.find(name); found != value_of.end()) return found->second;
  std::vector<std::string> names;
  for (const auto &[known, value] : value_of) names.push_back(known);
  const std::string near = nearest(name, names);
  throw Error(ErrorCode::kInvalidArgument, where, fmt::format("no layer before it is called '{}'", name),
              near.empty() ? fmt::format("there are {}", fmt::join(names, ", "))
                           : fmt::format("did you mean '{}'?", near));
}

Model sequential(const std::string &name, const Shape &input, const std::vector<Layer> &layers) {
  for (int d : input.dims())
    if (d <= 0)
      throw Error(ErrorCode::kShape, "model", fmt::format("the input shape {} is empty", input.text()));
  if (layers.empty()) throw Error(ErrorCode::kInvalidArgument, "model", "has no layers");
  Model model;
  model.graph.name = name;
  model.graph.input = input;
  std::map<std::string, int> used;
  std::map<std::string, int> value_of = {{"input", 0}};
  std::map<int, std::string> unread;
  int value = 0;
  for (const Layer &layer : layers) {
    const LayerDef &def = layer.own ? *layer.own : layer_by_type(layer.type);
    const int n = used[def.type]++;
    const std::string layer_name = !layer.name.empty() ? layer.name
                                   : n == 0            ? def.type
                                                       : fmt::format("{}_{}", def.type, n);
    const std::string where = in_layer(def.type, layer_name);
    if (value_of.contains(layer_name))
      throw Error(ErrorCode::kInvalidArgument, where, "another layer has this name");
    std::vector<int> values;
    for (const std::string &from : layer.inputs) values.push_back(find_value(where, value_of, from));
    if (values.empty()) values.push_back(value);
    if (!def.merge && values.size() != 1)
      throw Error(ErrorCode::kInvalidArgument, where, fmt::format("takes one input, not {}", values.size()));
    if (def.merge && values.size() < 2)
      throw Error(ErrorCode::kInvalidArgument, where, "needs two inputs",
                  "name them: inputs = [\"a\", \"b\"]");
    const Attrs attrs = complete_attrs(where, def.attrs, layer.attrs);
    GraphLayer group{layer_name, def.display, model.graph.count(), 0};
    const size_t first_param = model.graph.params.size();
    value = def.merge ? def.merge(model.graph, layer_name, attrs, values)
                      : def.build(model.graph, layer_name, attrs, values[0]);
    regularize(model.graph, first_param, attrs);
    group.last_node = model.graph.nodes.size();
    model.graph.layers.push_back(group);
    for (int v : values) unread.erase(v);
    value_of[layer_name] = value;
    unread[value] = layer_name;
  }
  unread.erase(value);
  if (!unread.empty())
    throw Error(ErrorCode::kInvalidArgument, "model",
                fmt::format("nothing reads the layer '{}'", unread.begin()->second),
                "name it as the input of a layer, or remove it");
  return model;
}

Summary summarize(const Model &model) {
  const Graph &g = model.graph;
  Summary s;
  size_t live = 0;
  for (const GraphLayer &layer : g.layers) {
    if (layer.first_node == layer.last_node) continue;  // folded away
    SummaryRow row{layer.name, layer.type, g.value_shape(layer.last_node), 0, 0};
    for (int i = layer.first_node; i < layer.last_node; ++i) {
      const Node &node = g.nodes[i];
      for (int p : node.params) row.parameters += g.params[p].shape.elements();
      row.macs += cost_of(g, node).macs;
      if (!node.op->has(Property::kView) && !node.op->has(Property::kIdentityAtInference))
        live = std::max(live, g.value_shape(node.inputs[0]).elements() +
                                  (node.op->activation ? 0 : node.shape.elements()));
    }
    s.parameters += row.parameters;
    s.macs += row.macs;
    s.rows.push_back(row);
  }
  s.trainable = g.trainable_count();
  s.float32_bytes = s.parameters * 4;
  for (const Parameter &p : fold(g).params)  // int8 weights; biases (one dimension) are int32
    s.int8_bytes += p.shape.elements() * (p.shape.rank() > 1 ? 1 : 4);
  s.activation_bytes = live;
  return s;
}

std::string Summary::text() const {
  constexpr size_t kTight = 200 * 1024;
  size_t width = 30;
  for (const SummaryRow &r : rows) width = std::max(width, r.name.size() + r.type.size() + 3);
  const std::string rule = std::string(width + 45, '-') + "\n";
  std::string out =
      fmt::format("{:<{}} {:<20} {:>10} {:>12}\n", "Layer (type)", width, "Output shape", "Params", "MACs");
  out += rule;
  for (const SummaryRow &r : rows) {
    std::string shape = "(None";
    for (int d : r.output.dims()) shape += fmt::format(", {}", d);
    out += fmt::format("{:<{}} {:<20} {:>10} {:>12}\n", fmt::format("{} ({})", r.name, r.type), width,
                       shape + ")", with_commas(r.parameters), with_commas(r.macs));
  }
  out += rule;
  out += fmt::format("Parameters: {}", with_commas(parameters));
  if (trainable != parameters) out += fmt::format(" ({} trainable)", with_commas(trainable));
  out += fmt::format("   MACs: {}\n", with_commas(macs));
  out +=
      fmt::format("Weights: {} as float32, {} as int8 (biases int32)   Activations: {} as int8 (estimated)\n",
                  human_bytes(float32_bytes), human_bytes(int8_bytes), human_bytes(activation_bytes));
  if (int8_bytes > kTight)
    out += fmt::format(
        "Warning: {} of weights leave little room beside the firmware of a small microcontroller; aim below "
        "200 KB.\n",
        human_bytes(int8_bytes));
  return out;
}

}  // namespace mote

// Graph: a float model as data. Value 0 is the graph's input; node i makes value i + 1.
//
// Layers group the nodes that one user-visible layer was composed of, for summaries and messages.
#pragma once

#include <string>
#include <vector>

#include "graph/op_def.h"

namespace mote {

struct Parameter : ParamSpec {
  std::string name;  // "conv1d/kernel"
  std::vector<float> data;
  double l1 = 0, l2 = 0;  // training adds l1 sum |w| + l2 sum w^2 to the loss
};

struct Node {
  std::string name;
  const OpDef *op = nullptr;
  Attrs attrs;
  std::vector<int> inputs;  // values
  Shape shape;              // of its output
  std::vector<int> params;  // indices into Graph::params
};

struct GraphLayer {
  std::string name, type;
  int first_node = 0, last_node = 0;  // [first, last)
};

struct Graph {
  std::string name;
  Shape input;
  std::vector<Node> nodes;
  std::vector<Parameter> params;
  std::vector<GraphLayer> layers;

  int count() const { return static_cast<int>(nodes.size()); }  // of nodes; the last value
  const Shape &value_shape(int value) const;
  const Shape &output() const;
  size_t parameter_count() const;
  size_t trainable_count() const;
  NodeView view(const Node &node) const;
  // The parameter of a node that has the role; nullptr: it has none.
  Parameter *param(const Node &node, Role role);
  const Parameter *param(const Node &node, Role role) const;

  // Appends a node: completes its attributes, infers its shape, declares its parameters. Returns its value.
  // Errors: kShape, kInvalidArgument, each opening with the layer.
  int add(const std::string &op, const std::string &name, const Attrs &attrs, const std::vector<int> &inputs);
};

// A layer as `mote summary` names it. Errors, under `where`: kInvalidArgument when there is none of that
// name, or when it has no nodes of its own any more.
const GraphLayer &layer_by_name(const Graph &graph, const std::string &name, const std::string &where);

// Draws every parameter from its own stream (seed, index), as Keras defines the initializers.
void initialize(Graph &graph, uint64_t seed);

}  // namespace mote

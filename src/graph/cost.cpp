// Asks the cost facet of an op, with the shapes that a node of a graph or a layer of a program has. What an
// op has no facet for costs nothing; estimates of instructions and time are the business of src/device.
#include "graph/cost.h"

#include "graph/op_def.h"

namespace mote {

static Cost cost_of(const OpDef &op, const std::vector<Shape> &in, const Shape &out, const Attrs &attrs) {
  return op.cost.is_given() ? op.cost.get()(in, out, attrs) : Cost{};
}

Cost cost_of(const Graph &graph, const Node &node) {
  std::vector<Shape> in;
  for (int v : node.inputs) in.push_back(graph.value_shape(v));
  for (int p : node.params) in.push_back(graph.params[p].shape);
  return cost_of(*node.op, in, node.shape, node.attrs);
}

Cost cost_of(const IntegerProgram &p, const ProgramLayer &l) {
  std::vector<Shape> in;
  size_t weight_bytes = 0;
  for (int t : l.inputs) {
    in.push_back(t >= 0 ? p.tensor(t).shape : Shape{});
    if (t >= 0 && p.tensor(t).is_constant) weight_bytes += p.tensor(t).bytes();
  }
  Cost cost = cost_of(op_by_name(l.op), in, p.tensor(l.outputs[0]).shape, l.attrs);
  cost.weight_bytes = weight_bytes;
  return cost;
}

}  // namespace mote

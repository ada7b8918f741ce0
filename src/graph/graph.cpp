// What can be asked of a graph of nodes and parameters, and how a node is added: its op says the shapes,
// the parameters are appended and drawn.
//
// Initial weights: Glorot and Bengio 2010, He et al. 2015, LeCun et al. 1998 as PyTorch has it, orthogonal
// ones of Saxe et al. 2014; each parameter draws from a stream of its own. Passes over graphs are files of
// their own (fold.cpp).
#include "graph/op_def.h"
#include "mote/model.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/random.h"
#include "base/text.h"

namespace mote {

void ValueRange::include(const float *values, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    low = std::min(low, values[i]);
    high = std::max(high, values[i]);
  }
}

const NameTable<Role> &role_names() {
  static const NameTable<Role> kNames({{"kernel", Role::kKernel},
                                       {"recurrent_kernel", Role::kRecurrentKernel},
                                       {"bias", Role::kBias},
                                       {"gamma", Role::kGamma},
                                       {"beta", Role::kBeta},
                                       {"moving_mean", Role::kMovingMean},
                                       {"moving_variance", Role::kMovingVariance},
                                       {"location", Role::kLocation},
                                       {"whitening", Role::kWhitening},
                                       {"centroids", Role::kCentroids}});
  return kNames;
}

int ParamSpec::channels() const {
  int n = 1;
  for (int axis = channel_axis; axis < shape.rank(); ++axis) n *= shape[axis];
  return n;
}

bool ParamSpec::is_trainable() const {
  switch (role) {
    case Role::kMovingMean:
    case Role::kMovingVariance:
    case Role::kLocation:
    case Role::kWhitening:
    case Role::kCentroids:
      return false;
    default:
      return true;
  }
}

bool ParamSpec::is_kernel() const { return role == Role::kKernel || role == Role::kRecurrentKernel; }

Parameter *Graph::param(const Node &node, Role role) {
  for (int p : node.params)
    if (params[p].role == role) return &params[p];
  return nullptr;
}

const Parameter *Graph::param(const Node &node, Role role) const {
  return const_cast<Graph *>(this)->param(node, role);
}

const Shape &Graph::value_shape(int value) const { return value == 0 ? input : nodes[value - 1].shape; }

const Shape &Graph::output() const { return value_shape(count()); }

size_t Graph::parameter_count() const {
  size_t n = 0;
  for (const Parameter &p : params) n += p.shape.elements();
  return n;
}

size_t Graph::trainable_count() const {
  size_t n = 0;
  for (const Parameter &p : params) n += p.is_trainable() ? p.shape.elements() : 0;
  return n;
}

NodeView Graph::view(const Node &node) const {
  NodeView view{node.name, &node.attrs, {}, node.shape};
  for (int value : node.inputs) view.in.push_back(value_shape(value));
  return view;
}

int Graph::add(const std::string &op, const std::string &node_name, const Attrs &given,
               const std::vector<int> &inputs) {
  Node node;
  node.name = node_name;
  node.op = &op_by_name(op);
  const std::string where = in_layer(op, node_name);
  node.attrs = complete_attrs(where, node.op->attrs, given);
  node.inputs = inputs;
  if (!node.op->structure.is_given()) throw Error(ErrorCode::kUnsupported, where, node.op->structure.why());
  const Structure &structure = node.op->structure.get();
  node.shape = structure.shape(view(node));
  for (int d : node.shape.dims()) MOTE_CHECK(d > 0);
  for (ParamSpec &spec : structure.params(view(node))) {
    node.params.push_back(params.size());
    const size_t size = spec.shape.elements();
    params.push_back({std::move(spec),
                      node_name + "/" + role_names().name_of(spec.role),
                      std::vector<float>(size),
                      0,
                      0,
                      {}});
  }
  nodes.push_back(std::move(node));
  return count();
}

// Orthonormal rows or columns, whichever are fewer: normal numbers made orthogonal by Gram and Schmidt in
// double precision.
static void fill_orthogonal(Parameter &p, Random random) {
  const size_t rows = p.shape[0], columns = p.data.size() / rows;
  const bool by_row = rows <= columns;
  const size_t count = by_row ? rows : columns, size = by_row ? columns : rows;
  std::vector<std::vector<double>> q(count, std::vector<double>(size));
  for (size_t i = 0; i < count; ++i) {
    double norm = 0;
    while (norm < 1e-6) {  // a vector in the span of those before it would leave nothing
      for (double &v : q[i]) v = random.normal();
      for (size_t k = 0; k < i; ++k) {
        double dot = 0;
        for (size_t n = 0; n < size; ++n) dot += q[i][n] * q[k][n];
        for (size_t n = 0; n < size; ++n) q[i][n] -= dot * q[k][n];
      }
      norm = 0;
      for (double v : q[i]) norm += v * v;
    }
    const double length = __builtin_sqrt(norm);
    for (double &v : q[i]) v /= length;
    for (size_t n = 0; n < size; ++n) p.data[by_row ? i * columns + n : n * columns + i] = q[i][n];
  }
}

// A normal number, drawn again beyond two deviations.
static double cut_normal(Random &random) {
  for (;;)
    if (const double z = random.normal(); z >= -2.0 && z <= 2.0) return z;
}

// Variance of Keras' VarianceScaling. PyTorch's bound 1 / sqrt(fan_in) is that of the variance
// 1 / (3 fan_in).
static double variance_of(const Parameter &p) {
  const double fan_in = p.fan_in, fan_out = p.fan_out;
  switch (p.init) {
    case Init::kGlorotUniform:
    case Init::kGlorotNormal:
      return 2.0 / (fan_in + fan_out);
    case Init::kHeUniformFanOut:
    case Init::kHeNormalFanOut:
      return 2.0 / fan_out;
    case Init::kPytorchUniform:
      return 1.0 / (3.0 * fan_in);
    default:
      return 2.0 / fan_in;
  }
}

// Uniform in +-sqrt(3 s), or a normal cut at two deviations and widened to keep variance s.
static void fill(Parameter &p, Random random) {
  constexpr double kCutNormalDeviation = 0.87962566103423978, kTruncatedDeviation = 0.05;
  const double variance = variance_of(p);
  const auto fill_all = [&](auto draw) {
    for (float &value : p.data) value = draw();
  };
  switch (p.init) {
    case Init::kZeros:
      return fill_all([] { return 0.0; });
    case Init::kOnes:
      return fill_all([] { return 1.0; });
    case Init::kForgetOnes: {
      const size_t quarter = p.data.size() / 4;
      for (size_t i = 0; i < p.data.size(); ++i) p.data[i] = i / quarter == 1 ? 1.0f : 0.0f;
      return;
    }
    case Init::kOrthogonal:
      return fill_orthogonal(p, random);
    case Init::kGlorotUniform:
    case Init::kHeUniform:
    case Init::kHeUniformFanOut:
    case Init::kPytorchUniform:
      return fill_all([&] { return (2.0 * random.uniform() - 1.0) * __builtin_sqrt(3.0 * variance); });
    case Init::kGlorotNormal:
    case Init::kHeNormal:
    case Init::kHeNormalFanOut:
      return fill_all([&] { return cut_normal(random) * __builtin_sqrt(variance) / kCutNormalDeviation; });
    case Init::kTruncatedNormal:
      return fill_all([&] { return kTruncatedDeviation * cut_normal(random); });
  }
}

const GraphLayer &layer_by_name(const Graph &g, const std::string &name, const std::string &where) {
  const auto layer =
      std::find_if(g.layers.begin(), g.layers.end(), [&](const auto &l) { return l.name == name; });
  if (layer == g.layers.end()) {
    std::vector<std::string> names;
    for (const auto &l : g.layers) names.push_back(l.name);
    const std::string near = nearest(name, names);
    throw Error(ErrorCode::kInvalidArgument, where, fmt::format("the model has no layer '{}'", name),
                near.empty() ? fmt::format("its layers are {}", fmt::join(names, ", "))
                             : fmt::format("did you mean '{}'?", near));
  }
  if (layer->first_node == layer->last_node)
    throw Error(ErrorCode::kInvalidArgument, where,
                fmt::format("'{}' is deployed as part of the layer before it", name), "name that layer");
  return *layer;
}

void initialize(Graph &graph, uint64_t seed) {
  constexpr uint64_t kInitStream = 0x494E4954;  // "INIT"
  for (size_t i = 0; i < graph.params.size(); ++i) fill(graph.params[i], Random(seed, {kInitStream, i}));
}

}  // namespace mote

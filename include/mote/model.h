// Model: a float network as data, together with the preprocessing that its input needs and the names of its
// classes. There is no way to save one without the other. Files: mote/files.h.
//
// A graph's value 0 is its input; node i makes value i + 1. Layers group the nodes that one layer of the user
// was composed of, for summaries and messages.
//
// Shapes: without the batch. Parameters are row-major, output channels last: a Dense kernel (in, out), a
// convolution's (KH, KW, in, out).
// Numerics: float32.
// Ownership/Threads: a plain value that owns its weights; reading one from several threads is safe.
// Errors: Graph::add() throws kShape, kInvalidArgument or kUnsupported with the name of the layer.
//
// Example:
//   mote::Model model = mote::sequential("tiny", {100, 3}, {mote::Flatten{}, mote::Dense{2}});
//   mote::initialize(model.graph, 7);
//   for (const mote::Parameter &p : model.graph.params) std::cout << p.name << " " << p.shape.text() << "\n";
//   model.graph.params[1].data.assign(2, 0.5f);  // the bias of the Dense layer
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mote/attrs.h"
#include "mote/names.h"
#include "mote/preprocessing.h"
#include "mote/shape.h"

namespace mote {

struct OpDef;     // what mote knows about an op; its own code only
struct NodeView;  // a node as its op sees it

// How a parameter starts, as Keras defines it, and PyTorch where it says so.
enum class Init {
  kZeros,
  kOnes,
  kGlorotUniform,
  kGlorotNormal,
  kHeUniform,
  kHeNormal,
  kOrthogonal,
  kForgetOnes,       // the second quarter, an LSTM's forget gate, ones; else zeros
  kTruncatedNormal,  // deviation 0.05, cut at two of them
  kHeUniformFanOut,  // kaiming_uniform_ and kaiming_normal_ with mode="fan_out"
  kHeNormalFanOut,
  kPytorchUniform  // its default of linear and convolution layers: uniform in +-1 / sqrt(fan_in)
};

// Smallest and largest value.
struct ValueRange {
  float low = 0, high = 0;
  void include(const float *values, size_t count);
};

// What a parameter is to its op. Passes that treat weights by kind (penalties, folding, equalization,
// rounding) ask for it; none looks at names. Names are those of Keras.
enum class Role {
  kKernel,
  kRecurrentKernel,
  kBias,
  kGamma,
  kBeta,
  kMovingMean,
  kMovingVariance,
  kLocation,   // of a detector, fitted and not trained: the mean of normal windows,
  kWhitening,  // what makes their covariance the unit matrix,
  kCentroids   // and the centres of their clusters
};
const NameTable<Role> &role_names();

struct ParamSpec {
  Role role;
  Shape shape;
  // Output channels lie along the axes from this one to the last: weight i belongs to channel i % channels().
  int channel_axis;
  Init init;
  int fan_in = 1, fan_out = 1;
  int input_axis = -1;  // of a kernel whose input channels lie along one axis; -1: they do not, or it is none

  int channels() const;
  bool is_trainable() const;  // false: moved by statistics of the batches, not by gradients
  bool is_kernel() const;     // multiplied with values, so stored as int8; what penalties apply to
};

// What compress() made of a kernel's weights. Each later training, folding and quantization keeps it; a
// training from new weights drops it.
struct WeightForm {
  bool keeps_zeros = false;     // a weight that is 0 stays 0
  int clusters = 0;             // the weights have as many values at most, a kept 0 among them; 0: any
  bool is_per_channel = false;  // these values are those of each output channel
  int bits = 8;                 // 4: int8 weights are -7 .. 7
  // What folding multiplied each output channel by: a weight is gain[channel] times one of the values that
  // all channels share. Empty: 1.
  std::vector<float> gain = {};

  bool is_set() const { return keeps_zeros || clusters > 0 || bits != 8; }
  bool operator==(const WeightForm &) const = default;
};

struct Parameter : ParamSpec {
  std::string name;         // "conv1d/kernel"
  std::vector<float> data;  // empty before initialize() or a training
  double l1 = 0, l2 = 0;    // training adds l1 sum |w| + l2 sum w^2 to the loss
  WeightForm form = {};
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

  int count() const { return nodes.size(); }  // of nodes; the last value
  const Shape &value_shape(int value) const;
  const Shape &output() const;
  size_t parameter_count() const;
  size_t trainable_count() const;
  NodeView view(const Node &node) const;
  // The parameter of a node that has the role; nullptr: it has none.
  Parameter *param(const Node &node, Role role);
  const Parameter *param(const Node &node, Role role) const;

  // Appends a node: completes its attributes, infers its shape, declares its parameters. Returns its value.
  // op_table() of mote/layer.h lists the ops. Errors: kShape, kInvalidArgument, each opening with the layer;
  // kUnsupported for an op that there is not.
  int add(const std::string &op, const std::string &name, const Attrs &attrs, const std::vector<int> &inputs);
};

struct Model {
  Graph graph;
  Preprocessing preprocessing;
  std::vector<std::string> labels;  // empty unless the target is classes
};

// A layer as `mote summary` names it. Errors, under `where`: kInvalidArgument when there is none of that
// name, or when it has no nodes of its own any more.
const GraphLayer &layer_by_name(const Graph &graph, const std::string &name, const std::string &where);

// Draws every parameter from its own stream (seed, index), as Keras defines the initializers. train() does so
// by itself.
void initialize(Graph &graph, uint64_t seed);

// The graph as it is deployed: layers that only scale and shift channels at inference (batch normalization)
// move into the weights of the layer before them, if they alone read it. Layers keep their names; one that
// moved away is left without nodes. Numerics: sums of biases and offsets are made in double precision.
Graph fold(const Graph &graph);
// With its graph folded. Such layers in front, which alone read the input, move into its normalization,
// unless the input is also the target. Numerics: computed in double precision, each number rounded once.
Model folded(const Model &model);

}  // namespace mote

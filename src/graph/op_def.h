// OpDef: everything mote knows about one op, in one value. The one list of ops is src/ops/op_list.def.
//
// A facet is either given or refused with a reason. Facet has no default constructor, so a forgotten facet
// does not compile. Exporters, cost model, quantizer and tests loop over all_ops(); none of them names an op.
//
// Shapes of training facets leave out the batch; data is row-major, NHWC.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "graph/channel_flow.h"
#include "mote/loss.h"
#include "mote/model.h"
#include "program/activation.h"
#include "program/program.h"
#include "program/tflite_record.h"

namespace mote {

struct NotSupported {
  std::string why;
};

template <class T>
class Facet {
 public:
  template <class U>
  requires(std::constructible_from<T, U> && !std::same_as<std::remove_cvref_t<U>, Facet>) Facet(U &&value)
      : value_(std::in_place_index<0>, std::forward<U>(value)) {}  // NOLINT: a facet reads as its value
  Facet(NotSupported refusal) : value_(std::move(refusal)) {}      // NOLINT
  bool is_given() const { return value_.index() == 0; }
  const T &get() const { return std::get<0>(value_); }
  const T *operator->() const { return &get(); }
  const std::string &why() const { return std::get<1>(value_).why; }

 private:
  std::variant<T, NotSupported> value_;
};

// One node as its op sees it.
struct NodeView {
  std::string name;
  const Attrs *attrs;
  std::vector<Shape> in;
  Shape out;              // not yet known while the shape facet runs
  bool has_relu = false;  // the op gives max(y, 0) instead of y: see Property::kTakesRelu
};

struct Structure {
  std::function<Shape(const NodeView &)> shape;  // throws Error naming the shapes and the fix
  std::function<std::vector<ParamSpec>(const NodeView &)> params = [](const NodeView &) {
    return std::vector<ParamSpec>{};
  };
};

// A training kernel runs over `rows` examples of one shard. Pointers were planned; nothing is allocated.
struct ForwardArgs {
  int rows = 0;
  const float *const *x = nullptr;  // inputs, each [rows, in[i]]
  float *y = nullptr;               // [rows, out]
  const float *const *params = nullptr;
  float *state = nullptr;    // [rows, state_floats], kept for backward
  float *scratch = nullptr;  // scratch_floats
  bool is_training = false;
  uint64_t seed = 0, step = 0;  // for ops that draw random numbers
  int first_row = 0;            // of this shard within the batch
  // Ops with BatchStatistics: as prepare left it; nullptr: use the moving statistics.
  const float *prepared = nullptr;
};
struct BackwardArgs {
  int rows = 0;
  const float *const *x = nullptr;
  const float *y = nullptr;  // not given to ops with BatchStatistics
  const float *dy = nullptr;
  float *const *dx = nullptr;       // nullptr where no gradient is wanted
  const bool *is_adding = nullptr;  // of each dx: add to it, or overwrite it; see Backward::overwrites
  const float *prepared = nullptr;  // as Backward::prepare or BatchStatistics::prepare left it
  const float *const *params = nullptr;
  float *const *dparams = nullptr;  // added to
  float *state = nullptr;           // as forward left it; may be used up
  float *scratch = nullptr;
};
struct Forward {
  std::function<std::function<void(const ForwardArgs &)>(const NodeView &)> compile;
  std::function<size_t(const NodeView &)> state_floats = [](const NodeView &) { return size_t{0}; };
  std::function<size_t(const NodeView &)> scratch_floats = [](const NodeView &) { return size_t{0}; };
  // Ops with scales inside: ranges read from the state after a call. The first stands for the output's own.
  std::function<std::function<void(const float *state, int rows, std::vector<ValueRange> &)>(
      const NodeView &)>
      inner_ranges = nullptr;
};
struct Backward {
  std::function<std::function<void(const BackwardArgs &)>(const NodeView &)> compile;
  std::function<size_t(const NodeView &)> scratch_floats = [](const NodeView &) { return size_t{0}; };
  // What all calls of a step can share, made of the parameters once before it.
  std::function<std::function<void(const float *const *params, float *prepared)>(const NodeView &)> prepare =
      nullptr;
  std::function<size_t(const NodeView &)> prepared_floats = [](const NodeView &) { return size_t{0}; };
  // The kernel heeds is_adding. Otherwise it always adds, to a dx that was cleared where it is the first.
  bool overwrites = false;
};

// What an op adds whose training form needs the whole batch (batch normalization). A step stops before it
// until every shard has added up its rows; the shards' sums are added in order.
struct BatchStatistics {
  std::function<size_t(const NodeView &)> count;  // numbers in a sum, forward and backward
  std::function<std::function<void(const ForwardArgs &, double *sums)>(const NodeView &)> add;
  std::function<std::function<void(const BackwardArgs &, double *sums)>(const NodeView &)> add_gradients;
  // What the kernels need of each channel, from the sums of the whole batch: before forward without those of
  // the gradients, which are there before backward.
  std::function<size_t(const NodeView &)> prepared_floats;
  std::function<std::function<void(const double *sums, const double *gradient_sums, int batch_rows,
                                   const float *const *params, float *prepared)>(const NodeView &)>
      prepare;
  // Adds the gradients of the parameters, which are sums over the whole batch.
  std::function<std::function<void(const double *sums, float *const *dparams)>(const NodeView &)>
      parameter_gradients;
  // Moves the parameters that no gradient trains.
  std::function<std::function<void(const double *sums, int batch_rows, float *const *params)>(
      const NodeView &)>
      update;
};

// y = scale[c] x + offset[c] for each channel c.
struct ChannelAffine {
  std::vector<double> scale, offset;
};

// How a float node becomes integer layers. `x` and `y` are tensors of the program whose scales are already
// chosen.
struct Lowering {
  IntegerProgram &program;
  NodeView node;
  std::vector<int> x;
  int y;
  std::vector<const std::vector<float> *> params;
  FusedActivation activation = FusedActivation::kNone;
  std::vector<ValueRange> inner_ranges = {};   // as Forward::inner_ranges found them
  bool has_dense_per_tensor = false;           // dense weights share one scale, for old interpreters
  std::vector<const WeightForm *> forms = {};  // of each of params
  const WeightForm &form(size_t param) const {
    static const WeightForm kPlain;
    return param < forms.size() ? *forms[param] : kPlain;
  }
};
using Integer = std::function<void(Lowering &)>;

// Where the tensors of a call lie. Each becomes a pointer of the type that the routine takes, which bind()
// has checked.
class HostInput {
 public:
  explicit HostInput(const void *at) : at_(at) {}
  template <class T>
  operator const T *() const {  // NOLINT
    return static_cast<const T *>(at_);
  }

 private:
  const void *at_;
};
class HostOutput {
 public:
  explicit HostOutput(void *at) : at_(at) {}
  template <class T>
  operator T *() const {  // NOLINT
    return static_cast<T *>(at_);
  }

 private:
  void *at_;
};
class HostInputs {
 public:
  HostInputs(const void *const *list) : list_(list) {}  // NOLINT: reads as the list
  HostInput operator[](size_t i) const { return HostInput(list_[i]); }

 private:
  const void *const *list_;
};
class HostOutputs {
 public:
  HostOutputs(void *const *list) : list_(list) {}  // NOLINT
  HostOutput operator[](size_t i) const { return HostOutput(list_[i]); }

 private:
  void *const *list_;
};

// An integer layer bound to the runtime. bind() validates all that a foreign file could have wrong: shapes,
// dtypes, scales, sizes of constants. Errors: kShape, kUnsupported.
using HostCall = std::function<void(HostInputs in, HostOutputs out)>;
using HostRun = std::function<HostCall(const IntegerProgram &, const ProgramLayer &)>;
using EmitC = std::function<CCalls(const IntegerProgram &, const ProgramLayer &)>;

struct Tflite {
  std::vector<int> builtin_codes;
  Facet<std::function<TfOperator(const IntegerProgram &, const ProgramLayer &)>> write;
  // Attributes of the layer from a foreign operator; drops inputs the op does not keep and may add scratch
  // tensors as further outputs. Throws Error(kUnsupported).
  std::function<Attrs(const TfOperator &, IntegerProgram &, ProgramLayer &)> read;
  // Its values may be uint8 in a file, which is read as int8 (program/program.h): the operator moves or
  // selects values, or changes their type. What computes with them rounds uint8 in other ways.
  bool takes_uint8 = false;
};

// Multiply-adds, from the shapes of inputs and parameters. Callers ask cost_of (graph/cost.h).
using CostOf = std::function<Cost(const std::vector<Shape> &in, const Shape &out, const Attrs &)>;
inline Cost no_macs(const std::vector<Shape> &, const Shape &, const Attrs &) { return {}; }

// What a layer that no other interpreter has is made of: layers of standard operators that give the same
// bytes. They are written to .tflite in its place and define it.
using StandardForm = std::function<std::vector<ProgramLayer>(IntegerProgram &, const ProgramLayer &)>;

// How the scale of a quantized output is chosen.
enum class OutputRange {
  kCalibrated,     // from the values seen
  kSameAsInput,    // the op moves or selects values
  kProbability,    // scale 1/256, zero point -128
  kSymmetricUnit,  // scale 1/128, zero point 0
};

enum class Property {
  kTakesInt16,   // integer layers: activations may be int16, all of them
  kElementwise,  // integer layers: value i of the output depends on value i of inputs of its shape only, so
                 // it can take an input's place
  kView,         // output = the input's bytes under another shape
  kIdentityAtInference,  // dropped from the deployed model
  kTakesActivation,      // integer layers can clamp their output for a following activation
  kTakesRelu,            // its training kernels can do the same for a relu: see NodeView::has_relu
  kRecomputed,           // training: forward costs less than keeping its output for backward
  kTakesChannelAffine,   // its parameters are a kernel, and a bias if the attribute use_bias is 1, so that a
                         // scale and an offset of each output channel can move into them
  kReadsShapes,  // integer layers: the output follows from the shapes of the inputs, whatever their values
  kHomogeneous,  // a positive factor on a channel of the input is one on that channel of the output
};
constexpr int kPropertyCount = static_cast<int>(Property::kHomogeneous) + 1;

// The properties that an op has. There is no default: an op that says nothing does not compile.
class Properties {
 public:
  Properties(std::initializer_list<Property> list) {
    for (Property p : list) bits_ |= bit(p);
  }
  bool contains(Property property) const { return (bits_ & bit(property)) != 0; }

 private:
  static unsigned bit(Property property) { return 1u << static_cast<unsigned>(property); }
  unsigned bits_ = 0;
};

struct OpDef {
  std::string name;
  std::string doc;
  std::vector<AttrSpec> attrs;
  Facet<Structure> structure;
  Facet<Forward> forward;
  Facet<Backward> backward;
  Facet<Integer> integer;
  Facet<HostRun> run;
  Facet<EmitC> c;
  Facet<Tflite> tflite;
  Facet<CostOf> cost;
  // What passes ask for instead of naming ops. tests/ops/properties_test.cpp holds every op to what it states
  // here, and to what it leaves out.
  Properties properties;
  OutputRange output_range;
  StandardForm standard_form = nullptr;
  // Recurrent ops: these outputs of an integer layer are its state after the call. The next call may take
  // them as further inputs, in this order.
  std::vector<size_t> state_outputs = {};
  // Of a kernel's int8 weights: so many scales, each of as many neighbouring output channels; 0: each channel
  // has its own.
  int weight_scales = 0;
  std::optional<FusedActivation> activation = std::nullopt;  // this op is that activation
  std::optional<LossType> fused_loss = std::nullopt;         // this loss works on the op's input
  std::optional<BatchStatistics> statistics = std::nullopt;
  // Of a layer that leaves every value as it is, so that a reader of files can leave it out.
  std::function<bool(const IntegerProgram &, const ProgramLayer &)> leaves_values = nullptr;
  // At inference the op only scales and shifts channels, so it can move into the weights before it: of an op
  // that has Property::kTakesChannelAffine.
  std::function<ChannelAffine(const Attrs &, const std::vector<const std::vector<float> *> &params)>
      channel_affine = nullptr;
  // Of an op with statistics: adds the nodes that do at inference what it does, with weights of their own,
  // for the value `x` of the graph; returns their value.
  std::function<int(Graph &, const NodeView &, const std::vector<const std::vector<float> *> &params, int x)>
      at_inference = nullptr;
  // Which channels of inputs, parameters and output go together; nullptr: none of the channels that it reads
  // or gives can be removed.
  ChannelRule channels = nullptr;
  // Of an op that scores anomalies (ops/anomaly_support.h): what its score s is; its outputs follow from it
  // and the attribute threshold. "": it does not.
  std::string score_unit = "";

  bool has(Property property) const { return properties.contains(property); }
};

const std::vector<const OpDef *> &all_ops();
const OpDef &op_by_name(const std::string &name);  // Errors: kUnsupported, with the nearest name

}  // namespace mote

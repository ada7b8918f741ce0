#include "quant/quantize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.h"
#include "base/text.h"
#include "dsp/normalize.h"
#include "graph/fold.h"
#include "train/evaluate.h"

namespace mote {

Calibration calibrate(const Model &model, const Dataset &data) {
  const Graph &g = model.graph;
  constexpr size_t kBatch = 32;
  std::vector<std::vector<float>> values(g.nodes.size() + 1), states, scratches;
  std::vector<std::function<void(const ForwardArgs &)>> kernels;
  std::vector<std::function<void(const float *, int, std::vector<ValueRange> &)>> inner_ranges;
  values[0].resize(kBatch * g.input.elements());
  for (size_t i = 0; i < g.nodes.size(); ++i) {
    const Node &node = g.nodes[i];
    const NodeView view = g.view(node);
    const Forward &forward = node.op->forward.get();
    kernels.push_back(forward.compile(view));
    inner_ranges.push_back(forward.inner_ranges ? forward.inner_ranges(view) : nullptr);
    states.emplace_back(forward.state_floats(view) * kBatch);
    scratches.emplace_back(forward.scratch_floats(view));
    values[i + 1].resize(kBatch * node.shape.elements());
  }
  Calibration c{std::vector<ValueRange>(values.size()), std::vector<std::vector<ValueRange>>(g.nodes.size())};
  for (size_t from = 0; from < data.size(); from += kBatch) {
    const size_t rows = std::min(kBatch, data.size() - from), floats = data.example_floats();
    for (size_t r = 0; r < rows; ++r)
      normalize(model.preprocessing.mean, model.preprocessing.gain, data.example(from + r), floats,
                values[0].data() + r * floats);
    for (size_t i = 0; i < g.nodes.size(); ++i) {
      const Node &node = g.nodes[i];
      std::vector<const float *> x, params;
      for (int v : node.inputs) x.push_back(values[static_cast<size_t>(v)].data());
      for (int p : node.params) params.push_back(g.params[static_cast<size_t>(p)].data.data());
      ForwardArgs a;
      a.rows = static_cast<int>(rows), a.x = x.data(), a.y = values[i + 1].data(), a.params = params.data(),
      a.state = states[i].data(), a.scratch = scratches[i].data();
      kernels[i](a);
      if (inner_ranges[i]) inner_ranges[i](states[i].data(), a.rows, c.inner[i]);
    }
    for (size_t v = 0; v < values.size(); ++v) {
      const size_t count = rows * g.value_shape(static_cast<int>(v)).elements();
      c.values[v].include(values[v].data(), count);
    }
  }
  for (size_t i = 0; i < g.nodes.size(); ++i)
    if (!c.inner[i].empty()) c.values[i + 1] = c.inner[i][0];
  return c;
}

QuantParams choose_quant_params(const ValueRange &range) {
  const double low = std::min(0.0, static_cast<double>(range.low)),
               high = std::max(0.0, static_cast<double>(range.high));
  double scale = (high - low) / 255.0;
  if (!(scale > 1e-12)) scale = 1.0 / 128.0;  // a value that is always zero
  const auto stored = static_cast<float>(scale);
  const double zero_point = std::round(-128.0 - low / static_cast<double>(stored));
  return {{stored}, {static_cast<int>(std::clamp(zero_point, -128.0, 127.0))}, 0};
}

QuantParams choose_int16_params(const ValueRange &range) {
  const double largest = std::max(-static_cast<double>(range.low), static_cast<double>(range.high));
  return {{static_cast<float>(largest > 1e-9 ? largest / 32767.0 : 1.0 / 32768)}, {0}, 0};
}

void check_deployable(const Model &model) {
  for (const Node &node : model.graph.nodes)
    if (!node.op->is_identity_at_inference && !node.op->integer.is_given())
      throw Error(ErrorCode::kUnsupported, in_layer(node.op->name, node.name), node.op->integer.why());
}

namespace {

class Lowerer {
 public:
  Lowerer(const Model &model, const Calibration &calibration, std::vector<bool> is_wide)
      : model_(model),
        g_(model.graph),
        calibration_(calibration),
        ranges_(calibration.values),
        is_wide_(std::move(is_wide)),
        is_fused_(g_.nodes.size(), false),
        tensor_of_(g_.nodes.size() + 1, -1) {}

  IntegerProgram lower() {
    program_.name = g_.name;
    program_.labels = model_.labels;
    program_.reconstructs_input = model_.target == ModelTarget::kInput;
    tensor_of_[0] = add_value(0, "input", choose_quant_params(ranges_[0]), DType::kInt8);
    program_.inputs = {tensor_of_[0]};
    for (size_t i = 0; i < g_.nodes.size(); ++i) lower_node(i);
    program_.outputs = {as_type(static_cast<int>(g_.nodes.size()), DType::kInt8)};
    set_front_end();
    remove_views();
    return std::move(program_);
  }

 private:
  int add_value(int value, const std::string &name, QuantParams quant, DType dtype) {
    std::vector<int> dims = g_.value_shape(value).dims();
    dims.insert(dims.begin(), 1);
    return program_.add_tensor({name, Shape(dims), dtype, std::move(quant), {}, false});
  }

  QuantParams narrow_params(int value, OutputRange range) const {
    if (range == OutputRange::kProbability) return {{1.0f / 256.0f}, {-128}, 0};
    if (range == OutputRange::kSymmetricUnit) return {{1.0f / 128.0f}, {0}, 0};
    return choose_quant_params(ranges_[static_cast<size_t>(value)]);
  }

  // The tensor of a value, converted if it has another type.
  int as_type(int value, DType dtype) {
    const int tensor = tensor_of_[static_cast<size_t>(value)];
    const ProgramTensor from = program_.tensor(tensor);
    if (from.dtype == dtype) return tensor;
    if (const auto found = converted_.find(tensor); found != converted_.end()) return found->second;
    QuantParams quant;
    if (dtype == DType::kInt16)
      quant = {{from.quant.scale[0] / 128.0f}, {0}, 0};  // exact: 255 steps become at most 32640
    else if (value > 0)
      quant = narrow_params(value, g_.nodes[static_cast<size_t>(value - 1)].op->output_range);
    else
      quant = choose_quant_params(ranges_[0]);
    const std::string name = from.name + (dtype == DType::kInt16 ? "/int16" : "/int8");
    const int to = program_.add_tensor({name, from.shape, dtype, quant, {}, false});
    program_.layers.push_back({"quantize", name, {}, {tensor}, {to}});
    converted_[tensor] = to;
    return to;
  }

  // The node's only reader, if it is an activation that the node can clamp to. Values of views between them
  // are clamped with it.
  int fused_activation(size_t i) const {
    if (!g_.nodes[i].op->takes_activation) return -1;
    const int reader = only_reader(g_, static_cast<int>(i) + 1);
    return reader >= 0 && g_.nodes[static_cast<size_t>(reader)].op->activation ? reader : -1;
  }

  void lower_node(size_t i) {
    const Node &node = g_.nodes[i];
    const int value = static_cast<int>(i) + 1;
    if (node.op->is_identity_at_inference || is_fused_[i]) {
      tensor_of_[static_cast<size_t>(value)] = tensor_of_[static_cast<size_t>(node.inputs[0])];
      return;
    }
    if (!node.op->integer.is_given())
      throw Error(ErrorCode::kUnsupported, in_layer(node.op->name, node.name), node.op->integer.why());
    const int activation = fused_activation(i);
    const int result = activation >= 0 ? activation + 1 : value;
    if (activation >= 0) is_fused_[static_cast<size_t>(activation)] = true;
    Lowering l{program_, g_.view(node), {}, -1, {}};
    const DType dtype = is_wide_[i] ? DType::kInt16 : DType::kInt8;
    for (int v : node.inputs) l.x.push_back(as_type(v, dtype));
    for (int p : node.params) l.params.push_back(&g_.params[static_cast<size_t>(p)].data);
    if (activation >= 0) l.activation = *g_.nodes[static_cast<size_t>(activation)].op->activation;
    QuantParams quant;
    const OutputRange range = node.op->output_range;
    if (range == OutputRange::kSameAsInput)
      quant = program_.tensor(l.x[0]).quant;
    else if (!is_wide_[i])
      quant = narrow_params(result, range);
    else if (range == OutputRange::kCalibrated)
      quant = choose_int16_params(ranges_[static_cast<size_t>(result)]);
    else
      quant = {{1.0f / 32768.0f}, {0}, 0};
    l.inner_ranges = calibration_.inner[i];
    const int y = l.y = add_value(value, node.name, quant, dtype);
    node.op->integer.get()(l);
    tensor_of_[static_cast<size_t>(value)] = y;
  }

  void set_front_end() {
    const Preprocessing &p = model_.preprocessing;
    const QuantParams &input = program_.tensor(program_.inputs[0]).quant;
    FrontEnd &f = program_.front_end;
    f.offset = p.mean;
    for (float gain : p.gain)
      f.gain.push_back(static_cast<float>(static_cast<double>(gain) / static_cast<double>(input.scale[0])));
    f.zero_point = input.zero_point[0];
    f.window = p.window, f.channels = p.channels, f.rate_hz = p.rate_hz, f.channel_names = p.channel_names;
  }

  // Views of views become one view; a view that changes nothing, or that nobody reads, goes.
  void remove_views() {
    std::vector<int> source(program_.tensors.size());
    for (size_t t = 0; t < source.size(); ++t) source[t] = static_cast<int>(t);
    std::vector<int> replaced = source;
    for (ProgramLayer &l : program_.layers) {
      for (int &t : l.inputs) t = replaced[static_cast<size_t>(t)];
      if (!op_by_name(l.op).is_view) continue;
      const auto y = static_cast<size_t>(l.outputs[0]);
      source[y] = source[static_cast<size_t>(l.inputs[0])];
      l.inputs[0] = source[y];
      if (program_.tensors[y].shape == program_.tensor(source[y]).shape) replaced[y] = source[y];
    }
    for (int &t : program_.outputs) t = replaced[static_cast<size_t>(t)];
    for (bool changed = true; changed;) {
      changed = std::erase_if(program_.layers, [&](const ProgramLayer &l) {
                  return op_by_name(l.op).is_view && !is_read(l.outputs[0]);
                }) > 0;
    }
    drop_unused_tensors(program_);
  }

  bool is_read(int tensor) const {
    for (int t : program_.outputs)
      if (t == tensor) return true;
    for (const ProgramLayer &l : program_.layers)
      for (int t : l.inputs)
        if (t == tensor) return true;
    return false;
  }

  const Model &model_;
  const Graph &g_;
  const Calibration &calibration_;
  const std::vector<ValueRange> &ranges_;
  std::vector<bool> is_wide_;   // per node: on int16
  std::vector<bool> is_fused_;  // activations that the node before them does
  std::vector<int> tensor_of_;
  std::map<int, int> converted_;  // a tensor and the same values in the other type
  IntegerProgram program_;
};

// Which nodes work on int16. A layer is named as `mote summary` names it.
std::vector<bool> wide_nodes(const Graph &g, const std::vector<std::string> &layers) {
  std::vector<bool> is_wide(g.nodes.size(), false);
  for (const std::string &name : layers) {
    const auto layer =
        std::find_if(g.layers.begin(), g.layers.end(), [&](const auto &l) { return l.name == name; });
    if (layer == g.layers.end()) {
      std::vector<std::string> names;
      for (const auto &l : g.layers) names.push_back(l.name);
      const std::string near = nearest(name, names);
      throw Error(ErrorCode::kInvalidArgument, "int16", fmt::format("the model has no layer '{}'", name),
                  near.empty() ? fmt::format("its layers are {}", fmt::join(names, ", "))
                               : fmt::format("did you mean '{}'?", near));
    }
    if (layer->first_node == layer->last_node)
      throw Error(ErrorCode::kInvalidArgument, "int16",
                  fmt::format("'{}' is deployed as part of the layer before it", name), "name that layer");
    for (int i = layer->first_node; i < layer->last_node; ++i) {
      const Node &node = g.nodes[static_cast<size_t>(i)];
      if (!node.op->is_identity_at_inference && !node.op->takes_int16)
        throw Error(ErrorCode::kUnsupported, in_layer(node.op->name, node.name),
                    "cannot work on int16 activations");
      is_wide[static_cast<size_t>(i)] = true;
    }
  }
  return is_wide;
}

}  // namespace

// The model over one row. Shapes are inferred anew; parameters stay as they are.
static Model over_one_row(const Model &model) {
  const Graph &g = model.graph;
  const auto refuse = [&](const std::string &layer) {
    return Error(ErrorCode::kUnsupported, layer,
                 "looks at more than one row, so the model cannot work row by row",
                 "let a recurrent layer be the one that sees time; before it dense layers or kernels of 1");
  };
  if (g.input.rank() != 2) throw refuse("the input " + g.input.text());
  Model m{{}, model.preprocessing, model.labels, model.target};
  m.graph.name = g.name, m.graph.input = {1, g.input[1]}, m.graph.layers = g.layers;
  m.preprocessing.window = 1;
  for (const Node &node : g.nodes) {
    Attrs attrs = node.attrs;
    if (node.op->is_view && attrs.contains("shape")) {  // a shape written down for the whole window
      std::vector<int64_t> shape = attrs.list("shape");
      std::replace(shape.begin(), shape.end(), int64_t{g.input[0]}, int64_t{1});
      attrs["shape"] = shape;
    }
    try {
      m.graph.add(node.op->name, node.name, attrs, node.inputs);
    } catch (const Error &) {
      throw refuse(in_layer(node.op->name, node.name));
    }
    for (size_t k = 0; k < node.params.size(); ++k) {
      const Parameter &from = g.params[static_cast<size_t>(node.params[k])];
      Parameter &to = m.graph.params[static_cast<size_t>(m.graph.nodes.back().params[k])];
      if (to.shape != from.shape) throw refuse(in_layer(node.op->name, node.name));
      to.data = from.data;
    }
  }
  return m;
}

// The states of recurrent layers become inputs and outputs.
static void carry_states(IntegerProgram &p) {
  for (ProgramLayer &l : p.layers)
    for (size_t o : op_by_name(l.op).state_outputs) {
      const int output = l.outputs[o];
      ProgramTensor before = p.tensor(output);
      before.name = l.name + "/before" + std::to_string(o);
      before.shape = {static_cast<int>(before.shape.elements())};
      const int input = p.add_tensor(std::move(before));
      l.inputs.push_back(input);
      p.inputs.push_back(input), p.outputs.push_back(output);
      p.states.push_back({input, output});
    }
  if (p.states.empty())
    throw Error(ErrorCode::kUnsupported, p.name,
                "has no recurrent layer that could carry a state from row to row",
                "use GRU, LSTM or SimpleRNN");
}

// Some of the windows, spread over the data.
static Dataset sample_of(const Dataset &data, size_t count) {
  Dataset s;
  s.window = data.window, s.channels = data.channels;
  count = std::min(count, data.size());
  for (size_t i = 0; i < count; ++i) {
    const float *x = data.example(i * data.size() / count);
    s.values.insert(s.values.end(), x, x + data.example_floats());
    s.classes.push_back(0);
  }
  return s;
}

IntegerProgram quantize(const Model &model, const QuantizeOptions &options) {
  if (options.calibrate_on.size() == 0)
    throw Error(ErrorCode::kDataFormat, "quantize", "there are no windows to calibrate on");
  if (model.graph.input.elements() != options.calibrate_on.example_floats())
    throw Error(ErrorCode::kShape, "quantize",
                "the calibration windows do not fit the model's input " + model.graph.input.text());
  check_deployable(model);
  const Model deployed = folded(model);
  std::vector<bool> is_wide = wide_nodes(deployed.graph, options.int16_layers);
  const Calibration calibration = calibrate(deployed, options.calibrate_on);
  if (!options.by_row) return Lowerer(deployed, calibration, std::move(is_wide)).lower();
  const Model row = over_one_row(deployed);
  IntegerProgram program = Lowerer(row, calibration, is_wide).lower();
  carry_states(program);
  constexpr size_t kProof = 16;
  const Dataset proof = sample_of(options.calibrate_on, kProof);
  const IntegerProgram whole = Lowerer(deployed, calibration, std::move(is_wide)).lower();
  if (integer_outputs(program, proof) != integer_outputs(whole, proof))
    throw Error(
        ErrorCode::kUnsupported, program.name,
        "does not give the outputs of the window when it works row by row: a layer looks at several rows",
        "pooling over time and padded convolutions do; let a recurrent layer be the one that sees time");
  return program;
}

}  // namespace mote

// quantize(): fold, equalize, calibrate, correct biases, lower; and the form that works row by row. Each step
// is a file of its own; here is their order.
#include "quant/quantize.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "graph/fold.h"
#include "graph/op_def.h"
#include "mote/detector.h"
#include "mote/evaluate.h"
#include "quant/adjust.h"

namespace mote {

void check_deployable(const Model &model) {
  for (const Node &node : model.graph.nodes)
    if (!node.op->has(Property::kIdentityAtInference) && !node.op->integer.is_given())
      throw Error(ErrorCode::kUnsupported, in_layer(node.op->name, node.name), node.op->integer.why());
}

namespace {

// Which nodes work on int16. A layer is named as `mote summary` names it.
std::vector<bool> wide_nodes(const Graph &g, const std::vector<std::string> &layers) {
  std::vector<bool> is_wide(g.nodes.size(), false);
  for (const std::string &name : layers) {
    const GraphLayer &layer = layer_by_name(g, name, "int16");
    for (int i = layer.first_node; i < layer.last_node; ++i) {
      const Node &node = g.nodes[i];
      if (!node.op->has(Property::kIdentityAtInference) && !node.op->has(Property::kTakesInt16))
        throw Error(ErrorCode::kUnsupported, in_layer(node.op->name, node.name),
                    "cannot work on int16 activations");
      is_wide[i] = true;
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
  if (model.preprocessing.has_blocks())
    throw refuse("the block '" + model.preprocessing.steps[0].block + "'");
  if (g.input.rank() != 2) throw refuse("the input " + g.input.text());
  Model m{{}, model.preprocessing, model.labels};
  m.graph.name = g.name;
  m.graph.input = {1, g.input[1]};
  m.graph.layers = g.layers;
  m.preprocessing.window = 1;
  m.preprocessing.decision = {};  // rows are answered one by one: there is no stream of windows
  for (const Node &node : g.nodes) {
    Attrs attrs = node.attrs;
    if (node.op->has(Property::kView) &&
        attrs.contains("shape")) {  // a shape written down for the whole window
      std::vector<int64_t> shape = attrs.list("shape");
      std::replace(shape.begin(), shape.end(), int64_t{g.input[0]}, int64_t{1});
      attrs["shape"] = shape;
    }
    try {
      m.graph.add(node.op->name, node.name, attrs, node.inputs);
    } catch (const Error &) {
      throw refuse(in_layer(node.op->name, node.name));
    }
    // what gives the same shape for one row as for all has joined them (a mean); a state goes on instead
    const bool has_rows = std::any_of(node.inputs.begin(), node.inputs.end(), [&](int value) {
      return g.value_shape(value) != m.graph.value_shape(value);
    });
    if (has_rows && node.shape == m.graph.nodes.back().shape && node.op->state_outputs.empty())
      throw refuse(in_layer(node.op->name, node.name));
    for (int p : node.params) {
      const Parameter &from = g.params[p];
      Parameter &to = *m.graph.param(m.graph.nodes.back(), from.role);
      if (to.shape != from.shape) throw refuse(in_layer(node.op->name, node.name));
      to.data = from.data;
      to.form = from.form;
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
      p.inputs.push_back(input);
      p.outputs.push_back(output);
      p.states.push_back({input, output});
    }
  if (p.states.empty())
    throw Error(ErrorCode::kUnsupported, p.name,
                "has no recurrent layer that could carry a state from row to row",
                "use GRU, LSTM or SimpleRNN");
}

Dataset calibration_set(const Model &model, const QuantizeOptions &o) {
  const size_t count = o.settings.examples;
  return o.settings.drops_outliers
             ? representative_set(without_outliers(o.calibrate_on, model.preprocessing), count)
             : representative_set(o.calibrate_on, count);
}

// What is far from the windows that were seen must not be clipped to where they are.
static void widen(ValueRange &range, double factor) {
  range.low = static_cast<float>(factor * std::min(0.0f, range.low));
  range.high = static_cast<float>(factor * std::max(0.0f, range.high));
}

// Of a folded graph.
static void check_forms(const Graph &graph, const QuantizeSettings &s) {
  const auto refuse = [](const char *setting, const std::string &message, const char *what) {
    throw Error(ErrorCode::kInvalidArgument, setting, message,
                fmt::format("leave it out, or compress without {}", what));
  };
  for (const Parameter &p : graph.params) {
    const bool is_dense = s.has_dense_per_tensor && p.is_kernel() && p.shape.rank() == 2;
    if (is_dense && p.form.clusters > 0 && !p.form.gain.empty())
      refuse("quantize.dense",
             fmt::format("gives all channels of {} one scale, and a normalization that moved into them "
                         "multiplied the {} values that they share by a factor for each",
                         p.name, p.form.clusters),
             "clusters");
    if (is_dense && p.form.bits == 4)
      refuse("quantize.dense",
             fmt::format("gives all channels of {} one scale, and their weights of 4 bits have one each",
                         p.name),
             "4 bits");
    if (s.has_equalization && p.form.clusters > 0)
      refuse("quantize.equalize",
             fmt::format("scales the input channels of {} apart, whose weights share {} values", p.name,
                         p.form.clusters),
             "clusters");
  }
}

void check_weight_forms(const Model &model, const QuantizeSettings &settings) {
  check_forms(folded(model).graph, settings);
}

DeployedModel prepare_deployment(const Model &model, const QuantizeOptions &options, bool is_tunable) {
  const QuantizeSettings &s = options.settings;
  check_deployable(model);
  DeployedModel d{folded(model), {}, {}};
  if (is_tunable) d.model.graph = tunable(d.model.graph);
  d.lowering = {wide_nodes(d.model.graph, s.int16_layers), s.has_dense_per_tensor};
  const Dataset examples = calibration_set(model, options);
  check_forms(d.model.graph, s);
  if (s.has_equalization) equalize(d.model.graph);
  d.calibration = calibrate(d.model, examples, s.calibration);
  if (is_detector(d.model)) widen(d.calibration.values[0], d.model.graph.nodes.back().attrs.number("reach"));
  if (s.has_bias_correction) correct_biases(d.model, examples, Lowerer(d.model, d.calibration, d.lowering));
  return d;
}

IntegerProgram quantize(const Model &model, const QuantizeOptions &options) {
  const DeployedModel d = prepare_deployment(model, options);
  IntegerProgram whole = Lowerer(d.model, d.calibration, d.lowering).lower();
  if (!options.by_row) return whole;
  const Model row = over_one_row(d.model);
  IntegerProgram program = Lowerer(row, d.calibration, d.lowering).lower();
  carry_states(program);
  constexpr size_t kProof = 16;
  const Dataset proof = representative_set(options.calibrate_on, kProof);
  if (integer_outputs(program, proof) != integer_outputs(whole, proof))
    throw Error(
        ErrorCode::kUnsupported, program.name,
        "does not give the outputs of the window when it works row by row: a layer looks at several rows",
        "pooling over time and padded convolutions do; let a recurrent layer be the one that sees time");
  return program;
}

}  // namespace mote

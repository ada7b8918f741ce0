// From a folded float graph and ranges to an IntegerProgram: scales of values, activations into the layers
// before them, views of views into one. What a layer becomes is the op's own business (its integer facet).
#include "quant/lower.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "features/preprocessing.h"
#include "graph/fold.h"
#include "graph/op_def.h"

namespace mote {

QuantParams choose_quant_params(const ValueRange &range) {
  const double low = std::min(0.0f, range.low), high = std::max(0.0f, range.high);
  double scale = (high - low) / 255.0;
  if (!(scale > 1e-12)) scale = 1.0 / 128.0;  // a value that is always zero
  const float stored = scale;
  const double zero_point = std::round(-128.0 - low / stored);
  return {{stored}, {static_cast<int>(std::clamp(zero_point, -128.0, 127.0))}, 0};
}

QuantParams choose_int16_params(const ValueRange &range) {
  const double largest = std::max(-range.low, range.high);
  return {{static_cast<float>(largest > 1e-9 ? largest / 32767.0 : 1.0 / 32768)}, {0}, 0};
}

Lowerer::Lowerer(const Model &model, const Calibration &calibration, LoweringOptions options)
    : model_(model), g_(model.graph), calibration_(calibration), options_(std::move(options)) {
  const int count = g_.count();
  options_.is_wide.resize(count, false);
  activation_.assign(count, -1);
  is_fused_.assign(count, false);
  for (int i = 0; i < count; ++i) {
    const Node &node = g_.nodes[i];
    if (node.op->has(Property::kIdentityAtInference) || is_fused_[i]) continue;
    if (!node.op->integer.is_given())
      throw Error(ErrorCode::kUnsupported, in_layer(node.op->name, node.name), node.op->integer.why());
    // the node's only reader, if it is an activation that the node can clamp to; values of views between them
    // are clamped with it
    if (!node.op->has(Property::kTakesActivation)) continue;
    const int reader = only_reader(g_, i + 1);
    if (reader < 0 || !g_.nodes[reader].op->activation) continue;
    activation_[i] = reader;
    is_fused_[reader] = true;
  }
  store_values();
}

int Lowerer::result_of(int i) const {
  if (g_.nodes[i].op->has(Property::kIdentityAtInference) || is_fused_[i]) return -1;
  return (activation_[i] >= 0 ? activation_[i] : i) + 1;
}

DType Lowerer::dtype_of(int node) const { return options_.is_wide[node] ? DType::kInt16 : DType::kInt8; }

QuantParams Lowerer::narrow_params(int value) const {
  const OutputRange range = value > 0 ? g_.nodes[value - 1].op->output_range : OutputRange::kCalibrated;
  if (range == OutputRange::kProbability) return {{1.0f / 256.0f}, {-128}, 0};
  if (range == OutputRange::kSymmetricUnit) return {{1.0f / 128.0f}, {0}, 0};
  return choose_quant_params(calibration_.values[value]);
}

// Of a value in a type that may not be the one it is stored in.
QuantParams Lowerer::params_as(int value, DType dtype) const {
  const Stored &s = stored_[value];
  if (s.dtype == dtype) return s.quant;
  if (dtype == DType::kInt16)
    return {{s.quant.scale[0] / 128.0f}, {0}, 0};  // exact: 255 steps become at most 32640
  return narrow_params(value);
}

void Lowerer::store_values() {
  stored_.push_back({DType::kInt8, choose_quant_params(calibration_.values[0])});
  for (int i = 0; i < g_.count(); ++i) {
    const Node &node = g_.nodes[i];
    const int result = result_of(i);
    if (result < 0) {
      stored_.push_back(stored_[node.inputs[0]]);
      continue;
    }
    const DType dtype = dtype_of(i);
    const OutputRange range = node.op->output_range;
    QuantParams quant;
    if (range == OutputRange::kSameAsInput)
      quant = params_as(node.inputs[0], dtype);
    else if (range != OutputRange::kCalibrated)
      quant = dtype == DType::kInt8 ? narrow_params(i + 1) : QuantParams{{1.0f / 32768.0f}, {0}, 0};
    else
      quant = dtype == DType::kInt8 ? choose_quant_params(calibration_.values[result])
                                    : choose_int16_params(calibration_.values[result]);
    stored_.push_back({dtype, std::move(quant)});
  }
}

static bool is_read(const IntegerProgram &program, int tensor) {
  const auto holds = [tensor](const std::vector<int> &list) {
    return std::find(list.begin(), list.end(), tensor) != list.end();
  };
  return holds(program.outputs) || std::any_of(program.layers.begin(), program.layers.end(),
                                               [&](const ProgramLayer &l) { return holds(l.inputs); });
}

// Views of views become one view; a view that changes nothing, or that nobody reads, goes.
static void remove_views(IntegerProgram &program) {
  std::vector<int> source(program.tensors.size());
  for (size_t t = 0; t < source.size(); ++t) source[t] = t;
  std::vector<int> replaced = source;
  for (ProgramLayer &l : program.layers) {
    for (int &t : l.inputs) t = replaced[t];
    if (!op_by_name(l.op).has(Property::kView)) continue;
    const size_t y = l.outputs[0];
    source[y] = source[l.inputs[0]];
    l.inputs[0] = source[y];
    if (program.tensors[y].shape == program.tensor(source[y]).shape) replaced[y] = source[y];
  }
  for (int &t : program.outputs) t = replaced[t];
  for (bool changed = true; changed;)
    changed = std::erase_if(program.layers, [&](const ProgramLayer &l) {
                return op_by_name(l.op).has(Property::kView) && !is_read(program, l.outputs[0]);
              }) > 0;
  drop_unused_tensors(program);
}

IntegerProgram Lowerer::lower() const {
  Work w{{}, std::vector<int>(g_.nodes.size() + 1, -1), {}};
  w.program.name = g_.name;
  w.program.labels = model_.labels;
  w.tensor_of[0] = add_value(w, 0, "input");
  w.program.inputs = {w.tensor_of[0]};
  for (int i = 0; i < g_.count(); ++i) {
    if (result_of(i) >= 0)
      lower_node(w, i);
    else
      w.tensor_of[i + 1] = w.tensor_of[g_.nodes[i].inputs[0]];
  }
  w.program.outputs = {as_type(w, g_.count(), DType::kInt8)};
  w.program.front_end = fixed_form(model_.preprocessing, w.program.tensor(w.program.inputs[0]).quant);
  remove_views(w.program);
  return std::move(w.program);
}

IntegerProgram Lowerer::lower_alone(int i) const {
  Work w{{}, std::vector<int>(g_.nodes.size() + 1, -1), {}};
  const Node &node = g_.nodes[i];
  w.program.name = node.name;
  for (int v : node.inputs)
    if (int &tensor = w.tensor_of[v]; tensor < 0) {
      tensor = add_value(w, v, v == 0 ? "input" : g_.nodes[v - 1].name);
      w.program.inputs.push_back(tensor);
    }
  lower_node(w, i);
  w.program.outputs = {w.tensor_of[i + 1]};
  return std::move(w.program);
}

int Lowerer::add_value(Work &w, int value, const std::string &name) const {
  std::vector<int> dims = g_.value_shape(value).dims();
  dims.insert(dims.begin(), 1);
  const Stored &s = stored(value);
  return w.program.add_tensor({name, Shape(dims), s.dtype, s.quant, {}, false});
}

// The tensor of a value, converted if it has another type.
int Lowerer::as_type(Work &w, int value, DType dtype) const {
  const int tensor = w.tensor_of[value];
  const ProgramTensor from = w.program.tensor(tensor);
  if (from.dtype == dtype) return tensor;
  if (const auto found = w.converted.find(tensor); found != w.converted.end()) return found->second;
  const std::string name = from.name + (dtype == DType::kInt16 ? "/int16" : "/int8");
  const int to = w.program.add_tensor({name, from.shape, dtype, params_as(value, dtype), {}, false});
  w.program.layers.push_back({"quantize", name, {}, {tensor}, {to}});
  w.converted[tensor] = to;
  return to;
}

void Lowerer::lower_node(Work &w, int i) const {
  const Node &node = g_.nodes[i];
  Lowering l{w.program, g_.view(node), {}, -1, {}};
  for (int v : node.inputs) l.x.push_back(as_type(w, v, dtype_of(i)));
  for (int p : node.params) {
    l.params.push_back(&g_.params[p].data);
    l.forms.push_back(&g_.params[p].form);
  }
  if (activation_[i] >= 0) l.activation = *g_.nodes[activation_[i]].op->activation;
  l.inner_ranges = calibration_.inner[i];
  l.has_dense_per_tensor = options_.has_dense_per_tensor;
  const int y = l.y = add_value(w, i + 1, node.name);
  node.op->integer.get()(l);
  w.tensor_of[i + 1] = y;
}

}  // namespace mote

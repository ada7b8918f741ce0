// What stands in the boxes of a model's picture: of an int8 program, of a float graph, of a file that mote
// cannot run. No op is known by name: colours follow from what a layer does to its tensors.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "graph/cost.h"
#include "graph/op_def.h"
#include "report/model_picture.h"

namespace mote {

namespace {

// "48 × 48 × 16", as people write it.
std::string shape_text(const std::vector<int> &dims) {
  if (dims.empty()) return "scalar";
  std::string text;
  for (const int d : dims) text += (text.empty() ? "" : " \u00d7 ") + std::to_string(d);
  return text;
}

// A batch of one says nothing.
std::string program_shape(const Shape &shape) {
  std::vector<int> dims = shape.dims();
  if (dims.size() > 1 && dims[0] == 1) dims.erase(dims.begin());
  return shape_text(dims);
}

std::string attr_text(const Attr &value) {
  if (const auto *i = std::get_if<int64_t>(&value)) return std::to_string(*i);
  if (const auto *d = std::get_if<double>(&value)) return fmt::format("{:.4g}", *d);
  if (const auto *s = std::get_if<std::string>(&value)) return *s;
  return fmt::format("{}", fmt::join(std::get<std::vector<int64_t>>(value), " \u00d7 "));
}

// One of a word that says itself ("relu", "same") stands without its name; what is as by default, not at all.
std::vector<std::string> attr_lines(const Attrs &attrs, const OpDef &op) {
  constexpr size_t kMostInLine = 34, kMostLines = 3;
  std::vector<std::string> parts, lines;
  for (const AttrSpec &spec : op.attrs) {
    const auto found = attrs.find(spec.name);
    if (found == attrs.end() || found->second == spec.fallback || spec.name == "initializer") continue;
    const std::string value = attr_text(found->second);
    constexpr std::string_view kSwitch = "use_";
    if (spec.name.starts_with(kSwitch) && value == "0") {
      parts.push_back("no " + spec.name.substr(kSwitch.size()));
      continue;
    }
    parts.push_back(spec.name == "activation" || spec.name == "padding" ? value : spec.name + " " + value);
  }
  for (const std::string &part : parts) {
    if (!lines.empty() && lines.back().size() + part.size() + 2 <= kMostInLine)
      lines.back() += ", " + part;
    else if (lines.size() < kMostLines)
      lines.push_back(part);
  }
  return lines;
}

// What a layer does to its tensors, which decides the colour of its box.
struct Effect {
  bool has_weights = false;
  size_t inputs = 0;  // that are not constants
  size_t elements_in = 0, elements_out = 0;
};

Ink color_of(const OpDef *op, const Effect &e) {
  if (e.has_weights) return Ink::kBlue;
  if (e.inputs > 1) return Ink::kOchre;
  if (op && (op->has(Property::kView) || op->has(Property::kIdentityAtInference))) return Ink::kBrown;
  if (op && (op->activation || op->fused_loss || op->output_range == OutputRange::kProbability))
    return Ink::kRed;
  if (e.elements_out < e.elements_in) return Ink::kGreen;
  return e.elements_out == e.elements_in ? Ink::kRed : Ink::kBrown;
}

const OpDef *find_op(const std::string &name) {
  for (const OpDef *op : all_ops())
    if (op->name == name) return op;
  return nullptr;
}

// "-7.00 .. 7.17, scale 0.0556, zero -2"
std::string range_text(const ProgramTensor &t) {
  if (!t.quant.is_set() || t.quant.scale.size() != 1) return "";
  const double scale = double{t.quant.scale[0]};
  const int zero = t.quant.zero_point.empty() ? 0 : t.quant.zero_point[0];
  const int low = t.dtype == DType::kInt16 ? -32768 : -128, high = t.dtype == DType::kInt16 ? 32767 : 127;
  if (t.dtype != DType::kInt8 && t.dtype != DType::kInt16) return "";
  return fmt::format("{:.3g} .. {:.3g}, scale {:.3g}", (low - zero) * scale, (high - zero) * scale, scale);
}

std::string sizes_text(const std::string &weights, uint64_t macs) {
  if (weights.empty() && macs == 0) return "";
  if (macs == 0) return weights;
  return (weights.empty() ? "" : weights + ", ") + with_commas(static_cast<long long>(macs)) + " MACs";
}

void add_line(PictureNode &n, const std::string &line) {
  if (!line.empty()) n.lines.push_back(line);
}

PictureNode layer_node(const IntegerProgram &p, const ProgramLayer &l, const std::vector<int> &made_by) {
  const OpDef *op = find_op(l.op);
  PictureNode n{l.op, {l.name}};
  Effect effect;
  size_t weights = 0;
  std::string kernel;
  for (const int i : l.inputs) {
    if (i < 0) continue;
    const ProgramTensor &t = p.tensor(i);
    if (t.is_constant) {
      weights += t.shape.elements();
      effect.has_weights |= t.dtype == DType::kInt8;
      if (kernel.empty() && t.shape.rank() > 1)
        kernel = fmt::format("weights {} {}", program_shape(t.shape), dtype_name(t.dtype));
      continue;
    }
    ++effect.inputs;
    effect.elements_in = std::max(effect.elements_in, t.shape.elements());
    if (made_by[static_cast<size_t>(i)] >= 0) n.inputs.push_back(made_by[static_cast<size_t>(i)]);
  }
  if (op)
    for (const std::string &line : attr_lines(l.attrs, *op)) n.lines.push_back(line);
  add_line(n, kernel);
  add_line(n, sizes_text(weights == 0 ? "" : with_commas(static_cast<long long>(weights)) + " parameters",
                         cost_of(p, l).macs));
  if (!l.outputs.empty()) {
    const ProgramTensor &y = p.tensor(l.outputs[0]);
    effect.elements_out = y.shape.elements();
    n.gives = program_shape(y.shape);
    add_line(n, range_text(y));
  }
  n.color = color_of(op, effect);
  return n;
}

// Of a file only shapes and sizes are known.
Ink foreign_color(size_t constant_bytes, size_t inputs, const std::vector<int> &takes,
                  const std::vector<int> &gives) {
  constexpr size_t kOfWeights = 33;  // more than a new shape or paddings take
  const auto elements = [](const std::vector<int> &shape) {
    double product = 1;
    for (const int d : shape) product *= d;
    return product;
  };
  if (constant_bytes >= kOfWeights) return Ink::kBlue;
  if (inputs > 1) return Ink::kOchre;
  if (takes == gives) return Ink::kRed;
  return elements(gives) < elements(takes) ? Ink::kGreen : Ink::kBrown;
}

PictureNode port_node(const IntegerProgram &p, int tensor, const char *title) {
  const ProgramTensor &t = p.tensor(tensor);
  PictureNode n{title, {}, Ink::kGrey};
  add_line(n, t.name);
  add_line(n, fmt::format("{} {}", program_shape(t.shape), dtype_name(t.port_dtype())));
  add_line(n, range_text(t));
  return n;
}

}  // namespace

PictureGraph picture_graph(const IntegerProgram &p) {
  PictureGraph g{p.name.empty() ? "model" : p.name, {}};
  std::vector<int> made_by(p.tensors.size(), -1);
  for (const int i : p.inputs) {
    made_by[static_cast<size_t>(i)] = static_cast<int>(g.nodes.size());
    g.nodes.push_back(port_node(p, i, "input"));
    g.nodes.back().gives = program_shape(p.tensor(i).shape);
  }
  for (const ProgramLayer &l : p.layers) {
    g.nodes.push_back(layer_node(p, l, made_by));
    for (const int i : l.outputs)
      if (i >= 0) made_by[static_cast<size_t>(i)] = static_cast<int>(g.nodes.size()) - 1;
  }
  for (const int i : p.outputs) {
    PictureNode n = port_node(p, i, "output");
    if (made_by[static_cast<size_t>(i)] >= 0) n.inputs.push_back(made_by[static_cast<size_t>(i)]);
    if (!p.labels.empty() && p.labels.size() == p.tensor(i).shape.elements())
      add_line(n, fmt::format("{}", fmt::join(p.labels, ", ")));
    g.nodes.push_back(std::move(n));
  }
  return g;
}

PictureGraph picture_graph(const Model &model) {
  const Graph &graph = model.graph;
  PictureGraph g{graph.name.empty() ? "model" : graph.name, {}};
  g.nodes.push_back({"input",
                     {shape_text(graph.input.dims()) + " float32"},
                     Ink::kGrey,
                     {},
                     shape_text(graph.input.dims())});
  for (const Node &node : graph.nodes) {
    PictureNode n{node.op->name, {node.name}};
    Effect effect{!node.params.empty(), node.inputs.size(), 0, node.shape.elements()};
    for (const int v : node.inputs) {
      n.inputs.push_back(v);
      effect.elements_in = std::max(effect.elements_in, graph.value_shape(v).elements());
    }
    for (const std::string &line : attr_lines(node.attrs, *node.op)) n.lines.push_back(line);
    size_t parameters = 0;
    for (const int i : node.params) parameters += graph.params[static_cast<size_t>(i)].shape.elements();
    add_line(
        n, sizes_text(parameters == 0 ? "" : with_commas(static_cast<long long>(parameters)) + " parameters",
                      cost_of(graph, node).macs));
    n.gives = shape_text(node.shape.dims());
    n.color = color_of(node.op, effect);
    g.nodes.push_back(std::move(n));
  }
  PictureNode output{"output", {shape_text(graph.output().dims()) + " float32"}, Ink::kGrey, {graph.count()}};
  if (!model.labels.empty()) add_line(output, fmt::format("{}", fmt::join(model.labels, ", ")));
  g.nodes.push_back(std::move(output));
  return g;
}

PictureGraph picture_graph(const FileDescription &file) {
  PictureGraph g{file.name, {}};
  if (file.graphs.empty()) return g;
  const FileGraph &graph = file.graphs[0];
  std::map<int, int> made_by;
  std::vector<std::vector<int>> shapes;  // of what each box gives
  const auto tensor_line = [](const FileTensor &t) { return shape_text(t.shape) + " " + t.type; };
  for (size_t i = 0; i < graph.inputs.size(); ++i) {
    if (i < graph.input_tensors.size()) made_by[graph.input_tensors[i]] = static_cast<int>(g.nodes.size());
    g.nodes.push_back({"input",
                       {graph.inputs[i].name, tensor_line(graph.inputs[i])},
                       Ink::kGrey,
                       {},
                       shape_text(graph.inputs[i].shape)});
    shapes.push_back(graph.inputs[i].shape);
  }
  for (const FileOperator &o : graph.operators) {
    PictureNode n{o.name, {}};
    for (const int t : o.reads)
      if (const auto from = made_by.find(t); from != made_by.end()) n.inputs.push_back(from->second);
    if (!o.outputs.empty()) {
      n.gives = shape_text(o.outputs[0].shape);
      add_line(n, tensor_line(o.outputs[0]));
    }
    if (o.constant_bytes > 0)
      add_line(n, with_commas(static_cast<long long>(o.constant_bytes)) + " bytes of constants");
    const std::vector<int> gives = o.outputs.empty() ? std::vector<int>() : o.outputs[0].shape;
    const std::vector<int> takes = n.inputs.empty() ? gives : shapes[static_cast<size_t>(n.inputs[0])];
    n.color = foreign_color(o.constant_bytes, n.inputs.size(), takes, gives);
    shapes.push_back(gives);
    for (const int t : o.writes) made_by[t] = static_cast<int>(g.nodes.size());
    g.nodes.push_back(std::move(n));
  }
  for (size_t i = 0; i < graph.outputs.size(); ++i) {
    PictureNode n{"output", {graph.outputs[i].name, tensor_line(graph.outputs[i])}, Ink::kGrey};
    if (i < graph.output_tensors.size())
      if (const auto from = made_by.find(graph.output_tensors[i]); from != made_by.end())
        n.inputs.push_back(from->second);
    g.nodes.push_back(std::move(n));
  }
  return g;
}

}  // namespace mote

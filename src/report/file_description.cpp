// What stands in a file that mote cannot run, as text and as JSON: its layers with shapes, types and sizes,
// and every reason with what to do about it.
//
// Who finds the reasons: the reader of the format (formats/).
#include "report/file_description.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace mote {

using nlohmann::json;

namespace {

json tensor_json(const FileTensor &t) {
  json j = {{"name", t.name}, {"shape", t.shape}, {"type", t.type}};
  if (!t.scale.empty()) {
    j["scale"] = t.scale[0];
    j["zero_point"] = t.zero_point;
  }
  return j;
}

json tensors_json(const std::vector<FileTensor> &tensors) {
  json list = json::array();
  for (const FileTensor &t : tensors) list.push_back(tensor_json(t));
  return list;
}

std::string tensor_text(const FileTensor &t) {
  return fmt::format("({}) {}", fmt::join(t.shape, ", "), t.type);
}

// "operators 3, 5, 9 and 40 more"
std::string operators_text(const std::vector<int> &operators) {
  constexpr size_t kNamed = 6;
  const size_t named = std::min(operators.size(), kNamed);
  std::string text = operators.size() == 1 ? "operator " : "operators ";
  text += fmt::format("{}", fmt::join(operators.begin(), operators.begin() + static_cast<long>(named), ", "));
  if (named < operators.size()) text += fmt::format(" and {} more", operators.size() - named);
  return text;
}

std::string graph_text(const FileGraph &graph, size_t index, size_t graphs) {
  std::string text;
  if (graphs > 1) text += fmt::format("\nGraph {} '{}'\n", index, graph.name);
  for (const FileTensor &t : graph.inputs) text += fmt::format("input:  {}\n", tensor_text(t));
  for (const FileTensor &t : graph.outputs) text += fmt::format("output: {}\n", tensor_text(t));
  size_t name = 24, output = 24;
  for (const FileOperator &o : graph.operators) {
    name = std::max(name, o.name.size() + 2);
    if (!o.outputs.empty()) output = std::max(output, tensor_text(o.outputs[0]).size() + 2);
  }
  text +=
      fmt::format("{:>5} {:<{}}{:<{}}{:>16}\n", "#", "operator", name, "output", output, "constant bytes");
  for (size_t i = 0; i < graph.operators.size(); ++i) {
    const FileOperator &o = graph.operators[i];
    text += fmt::format("{:>5} {:<{}}{:<{}}{:>16}\n", i, o.name, name,
                        o.outputs.empty() ? "" : tensor_text(o.outputs[0]), output,
                        with_commas(o.constant_bytes));
  }
  return text;
}

}  // namespace

json description_json(const FileDescription &file) {
  json graphs = json::array(), reasons = json::array();
  for (const FileGraph &g : file.graphs) {
    json operators = json::array();
    for (const FileOperator &o : g.operators)
      operators.push_back(
          {{"op", o.name}, {"outputs", tensors_json(o.outputs)}, {"constant_bytes", o.constant_bytes}});
    graphs.push_back({{"name", g.name},
                      {"inputs", tensors_json(g.inputs)},
                      {"outputs", tensors_json(g.outputs)},
                      {"operators", operators}});
  }
  for (const FileReason &r : file.reasons)
    reasons.push_back(
        {{"where", r.where}, {"message", r.message}, {"hint", r.hint}, {"operators", r.operators}});
  return {{"name", file.name}, {"kind", file.kind}, {"bytes", file.bytes}, {"runs", file.reasons.empty()},
          {"graphs", graphs},  {"reasons", reasons}};
}

std::string description_text(const FileDescription &file) {
  const size_t count = file.reasons.size();
  std::string text =
      fmt::format("{} model '{}', {} bytes. mote cannot run it: {} reason{}, below the layers.\n", file.kind,
                  file.name, with_commas(file.bytes), count, count == 1 ? "" : "s");
  for (size_t i = 0; i < file.graphs.size(); ++i) text += graph_text(file.graphs[i], i, file.graphs.size());
  text += "\nWhy mote cannot run it, and what to do\n";
  for (size_t i = 0; i < count; ++i) {
    const FileReason &r = file.reasons[i];
    text += fmt::format("{}. {}: {}\n   {}\n", i + 1,
                        r.operators.empty() ? std::string("the file") : operators_text(r.operators),
                        r.message, r.hint);
  }
  return text;
}

}  // namespace mote

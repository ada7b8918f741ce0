// The manifest model.json, to and from the model: float models first, integer programs behind them. Weights
// are .npy, constants of programs plain bytes.
//
// What ops find wrong, they say when the program is bound (HostProgram), which reading does. Format:
// docs/formats.md.
#include "mote/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "base/zip.h"
#include "data/npy.h"
#include "features/preprocessing.h"
#include "features/preprocessing_json.h"
#include "formats/model_format.h"
#include "formats/mote/manifest.h"
#include "graph/op_def.h"
#include "mote/host_program.h"
#include "program/storage.h"

namespace mote {

using nlohmann::json;

namespace {

// The newest; 2: a preprocessing of several steps, 3: ports that callers see as uint8, 4: several chains of
// steps, 5: blocks in integers, 6: weights of a form, which a reader that passed over it would train away, or
// a running mean.
constexpr int kFormat = 6, kUint8Format = 3;
constexpr const char *kManifest = "model.json";

json to_json(const Attrs &attrs) {
  json out = json::object();
  for (const auto &[key, value] : attrs)
    std::visit([&, &name = key](const auto &v) { out[name] = v; }, value);
  return out;
}

Attrs attrs_from(const json &in) {
  Attrs attrs;
  for (const auto &[key, value] : in.items()) {
    if (value.is_number_integer())
      attrs[key] = value.get<int64_t>();
    else if (value.is_number())
      attrs[key] = value.get<double>();
    else if (value.is_string())
      attrs[key] = value.get<std::string>();
    else
      attrs[key] = value.get<std::vector<int64_t>>();
  }
  return attrs;
}

// A network that takes the window itself takes a picture of that height and width.
void check_picture(const Preprocessing &p, const std::string &where, const std::vector<int> &input) {
  if (p.image.is_set() && !p.has_blocks() && input.size() == 3 &&
      (input[0] != p.image.height || input[1] != p.image.width))
    throw Error(ErrorCode::kDataFormat, where, "its pictures have other sides than its input");
}

// A score for each class, or one output for two.
bool is_classifier(size_t outputs, const std::vector<std::string> &labels) {
  return outputs == labels.size() || (outputs == 1 && labels.size() == 2);
}

// What a compression made of weights. Whether these have it, a training says that keeps it.
json forms_of(const Graph &graph) {
  json list = json::array();
  for (size_t i = 0; i < graph.params.size(); ++i) {
    const WeightForm &form = graph.params[i].form;
    if (!form.is_set()) continue;
    list.push_back({{"parameter", i},
                    {"keeps_zeros", form.keeps_zeros},
                    {"clusters", form.clusters},
                    {"per_channel", form.is_per_channel},
                    {"bits", form.bits},
                    {"gain", form.gain}});
  }
  return list;
}

void read_forms(const json &list, Graph &graph, const std::string &where) {
  for (const json &f : list) {
    const size_t i = f.at("parameter");
    const auto damaged = [&](const char *what) {
      return Error(ErrorCode::kDataFormat, where, fmt::format("the form of weights {} {}", i, what));
    };
    if (i >= graph.params.size() || !graph.params[i].is_kernel()) throw damaged("is of no kernel");
    WeightForm form{f.at("keeps_zeros"), f.at("clusters"), f.at("per_channel"), f.at("bits"), f.at("gain")};
    if (form.bits != 4 && form.bits != 8) throw damaged("has neither 4 nor 8 bits");
    if (!form.gain.empty() && std::ssize(form.gain) != graph.params[i].channels())
      throw damaged("has other channels than they");
    graph.params[i].form = std::move(form);
  }
}

Model model_from(const json &j, const ZipEntries &entries, const std::string &where) {
  Model m;
  m.graph.name = j.at("name");
  m.graph.input = Shape(j.at("input").get<std::vector<int>>());
  for (int d : m.graph.input.dims())
    if (d <= 0 || d > 1 << 24) throw Error(ErrorCode::kDataFormat, where, "its input shape is damaged");
  m.labels = j.at("labels");
  m.preprocessing = preprocessing_from(j.at("preprocessing"));
  check_fits(m.preprocessing, where, m.graph.input.elements(), false);
  check_picture(m.preprocessing, where, m.graph.input.dims());
  for (const json &n : j.at("nodes")) {
    const std::vector<int> inputs = n.at("inputs");
    for (int v : inputs)
      if (v < 0 || v > std::ssize(m.graph.nodes))
        throw Error(ErrorCode::kDataFormat, where, "a node reads a value that is not made yet");
    if (inputs.empty()) throw Error(ErrorCode::kDataFormat, where, "a node has no input");
    m.graph.add(n.at("op"), n.at("name"), attrs_from(n.at("attrs")), inputs);
  }
  for (const json &l : j.at("layers")) {
    GraphLayer layer{l.at("name"), l.at("type"), l.at("first_node"), l.at("last_node")};
    if (layer.first_node < 0 || layer.last_node < layer.first_node ||
        layer.last_node > std::ssize(m.graph.nodes))
      throw Error(ErrorCode::kDataFormat, where, "its layers are damaged");
    m.graph.layers.push_back(layer);
  }
  for (size_t i = 0; i < m.graph.params.size(); ++i) {
    Parameter &parameter = m.graph.params[i];
    const std::string name = fmt::format("weights/{}.npy", i);
    const auto entry = entries.find(name);
    if (entry == entries.end())
      throw Error(ErrorCode::kDataFormat, where, fmt::format("'{}' is missing", name));
    const NpyArray array = parse_npy(entry->second, where + "/" + name);
    if (array.values.size() != parameter.data.size())
      throw Error(ErrorCode::kDataFormat, where,
                  fmt::format("'{}' has {} values, {} needs {}", name, array.values.size(), parameter.name,
                              parameter.data.size()));
    for (size_t k = 0; k < array.values.size(); ++k) parameter.data[k] = array.values[k];
  }
  if (j.contains("weight_forms")) read_forms(j["weight_forms"], m.graph, where);
  const std::string target = j.value("target", model_target_names().name_of(ModelTarget::kClasses));
  const ModelTarget *known = model_target_names().find(target);
  if (!known) throw Error(ErrorCode::kDataFormat, where, fmt::format("has the unknown target '{}'", target));
  m.preprocessing.target = *known;
  const size_t outputs = m.graph.output().elements();
  const bool fits = m.preprocessing.target == ModelTarget::kClasses ? is_classifier(outputs, m.labels)
                    : m.preprocessing.target == ModelTarget::kInput ? outputs == m.graph.input.elements()
                                                                    : true;
  if (!fits || (m.preprocessing.target != ModelTarget::kClasses && !m.labels.empty()))
    throw Error(ErrorCode::kDataFormat, where, "its output does not fit its target");
  return m;
}

template <class Damaged>
const Storage *storage_from(const std::string &name, const Damaged &damaged) {
  for (const Storage *form : storage_forms())
    if (form->name == name) return form;
  throw damaged(fmt::format("its weights are stored as '{}', which this version does not read", name));
}

IntegerProgram program_from(const json &j, const ZipEntries &entries, const std::string &where) {
  IntegerProgram p;
  p.name = j.at("name");
  p.labels = j.at("labels");
  const auto damaged = [&](const std::string &message) {
    return Error(ErrorCode::kDataFormat, where, message);
  };
  for (const json &t : j.at("tensors")) {
    ProgramTensor tensor;
    tensor.name = t.at("name");
    tensor.shape = Shape(t.at("shape").get<std::vector<int>>());
    const std::string dtype = t.at("dtype");
    const DType *known = dtype_names().find(dtype);
    if (!known) throw damaged(fmt::format("tensor '{}' has the type '{}'", tensor.name, dtype));
    tensor.dtype = *known;
    tensor.quant = {t.at("scale"), t.at("zero_point"), t.at("axis")};
    if (tensor.quant.scale.size() != tensor.quant.zero_point.size())
      throw damaged(fmt::format("tensor '{}' has unequal numbers of scales and zero points", tensor.name));
    if (const std::optional<Misfit> misfit = quantization_misfit(tensor)) throw damaged(misfit->text());
    if (t.contains("data")) {
      const auto entry = entries.find(t.at("data").get<std::string>());
      if (entry == entries.end())
        throw damaged(fmt::format("the data of tensor '{}' is missing", tensor.name));
      tensor.data.assign(entry->second.begin(), entry->second.end());
      tensor.is_constant = true;
      tensor.storage = storage_from(t.value("storage", plain_storage().name), damaged);
    }
    tensor.is_uint8_port = t.value("is_uint8_port", false);
    p.tensors.push_back(std::move(tensor));
  }
  const auto indices = [&](const json &list, bool may_be_absent) {
    std::vector<int> out = list;
    for (int t : out)
      if (t < (may_be_absent ? -1 : 0) || t >= std::ssize(p.tensors))
        throw damaged(fmt::format("refers to tensor {}, which does not exist", t));
    return out;
  };
  for (const json &l : j.at("layers")) {
    const std::string op = l.at("op"), name = l.at("name");
    p.layers.push_back({op, name,
                        complete_attrs(in_layer(op, name), op_by_name(op).attrs, attrs_from(l.at("attrs"))),
                        indices(l.at("inputs"), true), indices(l.at("outputs"), false)});
  }
  p.inputs = indices(j.at("inputs"), false);
  p.outputs = indices(j.at("outputs"), false);
  for (const json &s : j.value("states", json::array())) {
    const std::vector<int> pair = indices(s, false);
    if (pair.size() != 2) throw damaged("its carried states are damaged");
    p.states.push_back({pair[0], pair[1]});
  }
  p.front_end = preprocessing_from(j.at("front_end"));
  if (p.front_end.is_set()) {
    if (p.inputs.size() != 1 + p.states.size() || p.tensor(p.inputs[0]).dtype != DType::kInt8)
      throw damaged("its front end needs one int8 input");
    check_fits(p.front_end, where, p.tensor(p.inputs[0]).shape.elements(), true);
    const std::vector<int> &dims = p.tensor(p.inputs[0]).shape.dims();
    check_picture(p.front_end, where, {dims.begin() + 1, dims.end()});
    if (p.outputs.empty()) throw damaged("has no output");
    const ProgramTensor &y = p.tensor(p.outputs[0]);
    const bool is_input = j.value("reconstructs_input", false);
    p.front_end.target = is_input           ? ModelTarget::kInput
                         : p.labels.empty() ? ModelTarget::kValues
                                            : ModelTarget::kClasses;
    const size_t outputs = y.shape.elements(), inputs = p.tensor(p.inputs[0]).shape.elements();
    const bool fits =
        p.labels.empty() ? !is_input || inputs == outputs : is_classifier(outputs, p.labels) && !is_input;
    if (!fits || y.dtype != DType::kInt8 || y.quant.scale.size() != 1)
      throw damaged("its output does not fit its target");
  }
  HostProgram check(p);  // every layer is validated now, not at export
  return p;
}

}  // namespace

// The bytes, once they have been read as a file of this name would be: a model that could not be read again
// is refused now, while there still is what it was made of.
static std::string readable(std::string bytes, const std::string &name) {
  parse_mote(bytes, name + ".mote");
  return bytes;
}

std::string format_mote(const Model &m) {
  json nodes = json::array(), layers = json::array();
  for (const Node &n : m.graph.nodes)
    nodes.push_back(
        {{"op", n.op->name}, {"name", n.name}, {"attrs", to_json(n.attrs)}, {"inputs", n.inputs}});
  for (const GraphLayer &l : m.graph.layers)
    layers.push_back(
        {{"name", l.name}, {"type", l.type}, {"first_node", l.first_node}, {"last_node", l.last_node}});
  json j = {{"format", preprocessing_format(m.preprocessing)},
            {"kind", "float"},
            {"name", m.graph.name},
            {"input", m.graph.input.dims()},
            {"labels", m.labels},
            {"preprocessing", preprocessing_json(m.preprocessing)},
            {"nodes", nodes},
            {"layers", layers},
            {"target", model_target_names().name_of(m.preprocessing.target)}};
  if (json forms = forms_of(m.graph); !forms.empty()) {
    j["weight_forms"] = std::move(forms);
    j["format"] = kFormat;
  }
  ZipEntries entries{{kManifest, j.dump(1) + "\n"}};
  for (size_t i = 0; i < m.graph.params.size(); ++i) {
    const Parameter &p = m.graph.params[i];
    entries[fmt::format("weights/{}.npy", i)] =
        format_npy_f32({p.shape.dims().begin(), p.shape.dims().end()}, p.data.data());
  }
  return readable(format_zip(entries), m.graph.name);
}

std::string format_mote(const IntegerProgram &p) {
  ZipEntries entries;
  json tensors = json::array(), layers = json::array();
  for (size_t i = 0; i < p.tensors.size(); ++i) {
    const ProgramTensor &t = p.tensors[i];
    json item = {{"name", t.name},         {"shape", t.shape.dims()},          {"dtype", dtype_name(t.dtype)},
                 {"scale", t.quant.scale}, {"zero_point", t.quant.zero_point}, {"axis", t.quant.axis}};
    if (t.is_constant) {
      const std::string name = fmt::format("data/{}.bin", i);
      item["data"] = name;
      if (t.storage != &plain_storage()) item["storage"] = t.storage->name;
      entries[name] = std::string(t.data.begin(), t.data.end());
    }
    if (t.is_uint8_port) item["is_uint8_port"] = true;
    tensors.push_back(item);
  }
  for (const ProgramLayer &l : p.layers)
    layers.push_back({{"op", l.op},
                      {"name", l.name},
                      {"attrs", to_json(l.attrs)},
                      {"inputs", l.inputs},
                      {"outputs", l.outputs}});
  json states = json::array();
  for (const CarriedState &s : p.states) states.push_back({s.input, s.output});
  const bool has_uint8 =
      std::any_of(p.tensors.begin(), p.tensors.end(), [](const ProgramTensor &t) { return t.is_uint8_port; });
  const json j = {{"format", std::max(has_uint8 ? kUint8Format : 1, preprocessing_format(p.front_end))},
                  {"kind", "int8"},
                  {"name", p.name},
                  {"labels", p.labels},
                  {"front_end", preprocessing_json(p.front_end)},
                  {"reconstructs_input", p.front_end.target == ModelTarget::kInput},
                  {"states", states},
                  {"tensors", tensors},
                  {"layers", layers},
                  {"inputs", p.inputs},
                  {"outputs", p.outputs}};
  entries[kManifest] = j.dump(1) + "\n";
  return readable(format_zip(entries), p.name);
}

void save(const Model &model, const std::string &path) { write_file(path, format_mote(model)); }
void save(const IntegerProgram &program, const std::string &path) { write_file(path, format_mote(program)); }

AnyModel parse_mote(std::string_view bytes, const std::string &where) {
  constexpr size_t kLargestModel = size_t{1} << 28;
  const ZipEntries entries = parse_zip(bytes, where, kLargestModel);
  const auto manifest = entries.find(kManifest);
  if (manifest == entries.end())
    throw Error(ErrorCode::kDataFormat, where, "is a zip archive but not a .mote file: it has no model.json");
  constexpr const char *kDamaged = "its model.json is damaged:";
  const json j = parse_json(manifest->second, where, kDamaged, "");
  check_form(manifest_misfit, j, where, kDamaged, "");
  try {
    const int format = j.at("format");
    if (format > kFormat)
      throw Error(
          ErrorCode::kVersion, where,
          fmt::format("was written by a newer mote (format {}, this one reads up to {})", format, kFormat),
          "update mote");
    const std::string kind = j.at("kind");
    if (kind == "float") return model_from(j, entries, where);
    if (kind == "int8") return program_from(j, entries, where);
    throw Error(ErrorCode::kDataFormat, where, fmt::format("holds a model of the unknown kind '{}'", kind));
  } catch (const json::exception &e) {
    throw Error(ErrorCode::kDataFormat, where, fmt::format("{} {}", kDamaged, reason_of(e)));
  }
}

const ModelFormat &formats::mote_format() {
  static const ModelFormat kFormat{
      .name = "mote",
      .extension = ".mote",
      .beside = "",
      .is_kind = [](std::string_view bytes) { return bytes.starts_with("PK"); },  // a zip archive
      .read = parse_mote,
      .write =
          [](const IntegerProgram &program, const std::string &file_name, const WriteOptions &) {
            return ModelFormat::Files{{file_name, format_mote(program)}};
          },
      .describe = NotSupported{"what mote wrote, it runs"}};
  return kFormat;
}

}  // namespace mote

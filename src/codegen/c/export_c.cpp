// What the exporter's parts make, put together: names and ports, the files of the folder, the sources of the
// runtime.
//
// The parts are listed in exporter.h. Packages are the same files in another order (package.cpp).
#include "mote/export.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "base/version.h"
#include "codegen/c/c_text.h"
#include "codegen/c/exporter.h"
#include "codegen/c/fit.h"
#include "codegen/c/marked_folder.h"
#include "codegen/c/package.h"
#include "codegen/c/runtime_names.h"
#include "codegen/c/runtime_sources.h"
#include "codegen/c/templates.h"
#include "host/detector_program.h"
#include "program/storage.h"

namespace mote {

Exporter::Exporter(const IntegerProgram &program, const ExportCOptions &options)
    : p_(program),
      o_(options),
      host_(program),
      plan_(host_.plan()),
      name_("mote_" + c_identifier(program.name)),
      upper_(upper_case(name_)),
      shared_({{"version", kVersion}, {"title", ForeignText{p_.name}}, {"model", name_}, {"MODEL", upper_}}) {
  inputs_ = ports(p_.inputs, "input", "before");
  outputs_ = ports(p_.outputs, "output", "after");
  if (has_front_end() && (inputs_.size() > 1 + p_.states.size() || outputs_.size() > 1 + p_.states.size()))
    throw Error(ErrorCode::kUnsupported, p_.name, "has a front end and several inputs or outputs");
  for (const Port &port : inputs_) check_port(port);
  for (const Port &port : outputs_) check_port(port);
  frames_ = plan_window(p_.front_end);
  if (has_stream())
    push_ = push_layout(p_, o_);
  else if (o_.push_features == PushFeatures::kFrames)
    throw Error(ErrorCode::kUnsupported, p_.name, "has no push(), so no frames of features go through it",
                "only classifiers of windows have one");
  else if (o_.is_streaming)
    throw Error(ErrorCode::kUnsupported, p_.name, "has no push(), so no layers can stream",
                "only classifiers of windows have one");
  if (o_.ram_bytes > 0) {
    rows_ = plan_rows(p_, o_.ram_bytes);
    plan_ = rows_.memory;
    if (rows_.count > 0 && push_ && push_->columns)
      throw Error(ErrorCode::kUnsupported, p_.name,
                  "cannot stream its layers over time and fit its first layers into less RAM row by row",
                  "leave one of both away");
    if (plan_.bytes > o_.ram_bytes) throw does_not_fit(p_, "RAM", o_.ram_bytes, plan_.bytes);
  }
}

std::string Exporter::filled(const char *file, const TemplateValues &values) const {
  return fill_template(file, c_template(file), values, shared_);
}

// Carried states stand behind the model's own: "input", "before0", "before1".
std::vector<Port> Exporter::ports(const std::vector<int> &tensors, const std::string &name,
                                  const std::string &state) const {
  std::vector<Port> list;
  const size_t own = tensors.size() - p_.states.size();
  for (size_t i = 0; i < tensors.size(); ++i) {
    Port port{tensors[i], i < own ? name : state, ""};
    if (i >= own)
      port.name += std::to_string(i - own);
    else if (own > 1)
      port.name += std::to_string(i);
    port.upper = upper_case(port.name);
    list.push_back(port);
  }
  return list;
}
// What the self-test compares: predict() carries states itself.
std::vector<Port> Exporter::tested(const std::vector<Port> &list) const {
  std::vector<Port> own = list;
  if (has_front_end()) own.resize(list.size() - p_.states.size());
  return own;
}
void Exporter::check_port(const Port &port) const {
  const DType dtype = tensor_of(port).dtype;
  if (dtype != DType::kInt8 && dtype != DType::kInt16 && dtype != DType::kInt32 && dtype != DType::kFloat32)
    throw Error(ErrorCode::kUnsupported, p_.name,
                fmt::format("has an {} of {}, for which no C is generated", port.name, dtype_name(dtype)));
}
// What the runtime's sources include goes with them.
void Exporter::add_headers() {
  for (const std::string &source : std::set<std::string>(sources_)) sources_.merge(runtime_needs(source));
  sources_.insert("mote_runtime.h");
}

// Compiled with -Os to -O3, but for processors with Helium.
size_t Exporter::most_stack() const {
  constexpr size_t kPlain = 1152;
  size_t more = 0;
  for (const ProgramTensor &t : p_.tensors) more = std::max(more, more_stack(*t.storage));
  return kPlain + more;
}

std::string Exporter::readme() const {
  std::string sources = "model.c";
  for (const std::string &s : sources_)
    if (s.ends_with(".c")) sources += " " + s;
  return filled(
      "README.md.in",
      {{"name", p_.name},
       {"buffer_bytes", plan_.bytes},
       {"weight_bytes", weight_bytes_},
       {"stack_bytes", most_stack()},
       {"stream_bytes", push_ ? push_->bytes : 0},
       {"is_followed", p_.front_end.running_mean > 0},
       {"running_mean", p_.front_end.running_mean},
       {"push_features", push_ ? push_features_text(p_, *push_) : ""},
       {"push_layers", push_ && push_->columns ? columns_text(p_, *push_->columns) : ""},
       {"sources", sources},
       {"has_stream", has_stream()},
       {"has_front_end", has_front_end()},
       {"is_image", p_.front_end.image.is_set()},
       {"image_height", p_.front_end.image.height},
       {"image_width", p_.front_end.image.width},
       {"has_labels", !p_.labels.empty()},
       {"is_detector", is_detector_program(p_)},
       {"score_unit", is_detector_program(p_) ? score_unit_of(p_) : ""},
       {"has_states", has_states()},
       {"channel_names", ForeignText{fmt::format("{}", fmt::join(p_.front_end.channel_names, ", "))}},
       {"is_sound", has_front_end() && is_in_units_of_16_bits(p_.front_end)},
       {"call_arguments", call_arguments()},
       {"golden_count", golden_count()}});
}

ExportedFiles Exporter::make() {
  ExportedFiles result;
  // in this order: the layers tell the checksum, and which sources of the runtime are needed
  result.files["model.c"] = model_c();
  result.files["model.h"] = model_h();
  result.files["golden.h"] = golden_h();
  result.files["model_selftest.c"] = model_selftest_c();
  result.files["benchmark.c"] = benchmark_c();
  result.files["selftest.c"] = filled("selftest.c.in", {});
  result.files["LICENSE"] = license_text();
  result.files["NOTICE"] = filled("NOTICE.in", {});
  if (has_stream()) {
    sources_.insert("mote_stream.h");
    if (p_.front_end.running_mean > 0) sources_.insert("mote_running_mean.h");
    result.files["stream.c"] = stream_c();
  }
  add_headers();
  result.files["README.md"] = readme();  // names the sources
  for (const std::string &source : sources_) result.files[source] = runtime_source(source);
  result.files["mote_names.h"] = filled("names.h.in", {{"names", runtime_names(sources_)}});
  ExportedC &made = result.made;
  made.name = name_.substr(5);
  made.hash = hash_;
  made.buffer_bytes = plan_.bytes;
  made.stream_bytes = push_ ? push_->bytes : 0;
  if (push_) made.push_features = push_features_text(p_, *push_);
  if (push_ && push_->columns) made.push_layers = columns_text(p_, *push_->columns);
  made.weight_bytes = weight_bytes_;
  made.stack_bytes = most_stack();
  made.call = has_front_end() ? "predict" : "invoke";
  made.golden_count = golden_count();
  made.layers = p_.layers.size();
  made.streamed_layers = rows_.count;
  made.moved_bytes = rows_.moved_bytes;
  for (const Port &port : tested(inputs_))
    made.inputs.push_back({port.name, has_front_end() ? "float" : c_type(tensor_of(port).port_dtype()),
                           tensor_of(port).shape.elements()});
  for (const Port &port : tested(outputs_))
    made.outputs.push_back(
        {port.name, c_type(tensor_of(port).port_dtype()), tensor_of(port).shape.elements()});
  for (const auto &[file, content] : result.files) made.files.push_back(file);
  return result;
}

ExportedFiles export_in_memory(const IntegerProgram &program, const ExportCOptions &options) {
  return Exporter(program, options).make();
}

ExportedC export_c(const IntegerProgram &program, const std::string &folder, const ExportCOptions &options) {
  ExportedFiles exported = export_in_memory(program, options);
  exported.made.changed_files = write_marked_folder(folder, "c", exported.files, options.force);
  return exported.made;
}

}  // namespace mote

// model.h: what an application sees of the model. The text is templates/model.h.in; here are the figures in
// it.
//
// The functions themselves are in model.c (model_source.cpp, front_end_source.cpp) and stream.c.
#include <fmt/format.h>

#include <cmath>

#include "base/escape.h"
#include "codegen/c/c_text.h"
#include "codegen/c/exporter.h"
#include "features/fixed_arithmetic.h"
#include "host/detector_program.h"
#include "ops/integer_support.h"

namespace mote {

// "const int8_t *input, int8_t *output"
std::string Exporter::signature() const {
  std::string text;
  for (const Port &port : inputs_)
    text += fmt::format("const {} *{}, ", c_type(tensor_of(port).port_dtype()), port.name);
  for (const Port &port : outputs_)
    text += fmt::format("{} *{}, ", c_type(tensor_of(port).port_dtype()), port.name);
  return text.substr(0, text.size() - 2);
}

std::string Exporter::call_arguments() const {
  std::string text;
  for (const std::vector<Port> *list : {&inputs_, &outputs_})
    for (const Port &port : *list) text += (text.empty() ? "" : ", ") + port.name;
  return text;
}

DecisionRule decision_rule(const IntegerProgram &program, const ExportCOptions &o) {
  DecisionRule rule = program.front_end.decision;
  if (o.stride > 0) rule.stride = o.stride;
  if (!rule.is_set()) rule.stride = std::max(1, program.front_end.window / 2);
  if (o.smoothing > 0) rule.smoothing = o.smoothing;
  if (!has_probabilities(program)) rule.threshold = 0;
  if (has_probabilities(program) && o.threshold)
    rule.threshold = static_cast<int>(std::lround(*o.threshold * 256));
  return rule;
}

bool has_push(const IntegerProgram &p) {
  return p.front_end.is_set() && !p.front_end.image.is_set() && p.states.empty() && !p.labels.empty() &&
         p.front_end.window > 1;
}

static std::vector<std::string> escaped_names(const std::vector<std::string> &names) {
  std::vector<std::string> list;
  for (const std::string &name : names) list.push_back(escaped(Language::kC, name));
  return list;
}

std::string Exporter::model_h() const {
  const Preprocessing &f = p_.front_end;
  std::string sizes, scales, channels;
  for (const std::vector<Port> *list : {&inputs_, &outputs_})
    for (const Port &port : *list) {
      const ProgramTensor &t = tensor_of(port);
      sizes += fmt::format("#define {}_{}_SIZE {} /* {} {} */\n", upper_, port.upper, t.shape.elements(),
                           dtype_name(t.port_dtype()), t.shape.text());
    }
  for (const Port &port : outputs_) {
    const QuantParams q = tensor_of(port).port_quant();
    if (!q.is_set() || !output().quant.is_set()) continue;
    const std::string name = upper_ + "_" + port.upper;
    scales += fmt::format("#define {}_SCALE {}\n", name, c_float(q.scale[0]));
    scales += fmt::format("#define {}_ZERO_POINT ({})\n", name, q.zero_point[0]);
  }
  for (const std::string &name : f.channel_names)
    channels += (channels.empty() ? "" : ", ") + escaped(Language::kC, name);
  const bool in_integers = is_fixed(f);
  const DecisionRule rule = decision_rule(p_, o_);
  std::string threshold_from = "not chosen: no validation data";
  if (!has_probabilities(p_))
    threshold_from = "the outputs are no probabilities: always answered";
  else if (o_.threshold)
    threshold_from = escaped(Language::kC, o_.threshold_from);
  else if (rule.threshold > 0)
    threshold_from = "chosen on validation recordings";
  return filled(
      "model.h.in",
      {{"hash", hash_},
       {"port_sizes", sizes},
       {"buffer_bytes", plan_.bytes},
       {"output_scales", scales},
       {"has_labels", !p_.labels.empty()},
       {"classes", p_.labels.size()},
       {"signature", signature()},
       {"has_front_end", has_front_end()},
       {"window", f.window},
       {"rate", f.rate_hz > 0 ? fmt::format(", at {:g} Hz", f.rate_hz) : ""},
       {"channels", f.channels},
       {"channel_names", channels},
       {"window_values", f.window * f.channels},
       {"is_detector", is_detector_program(p_)},
       {"score_unit", is_detector_program(p_) ? score_unit_of(p_) : ""},
       {"score_threshold", is_detector_program(p_) ? c_float(static_cast<float>(score_threshold(p_))) : ""},
       {"is_image", f.image.is_set()},
       {"image_height", f.image.height},
       {"image_width", f.image.width},
       {"fit_name", image_fit_names().name_of(image_fit(f.image))},
       {"has_states", has_states()},
       {"has_stream", has_stream()},
       {"stream_bytes", push_ ? push_->bytes : 0},
       {"is_by_frame", push_ && push_->is_by_frame},
       {"is_by_column", push_ && push_->columns},
       {"is_followed", p_.front_end.running_mean > 0},
       {"running_mean", p_.front_end.running_mean},
       {"column_values", push_ && push_->columns ? push_->columns->bytes / 4 : 0},
       {"is_quantized", push_ && push_->plan.is_quantized},
       {"frame_type", push_ && push_->plan.is_quantized ? "int8_t"
                      : in_integers                     ? "int32_t"
                                                        : "float"},
       {"is_fixed", in_integers},
       {"sample", in_integers ? "int16_t" : "float"},
       {"kept", in_integers ? "void" : "float"},
       {"is_trigger", rule.policy == DecisionPolicy::kTrigger},
       {"onset", onset_text(rule.onset, escaped_names(f.channel_names))},
       {"pre_roll", rule.pre_roll},
       {"refractory", rule.refractory},
       {"debounce", rule.debounce},
       {"stride", rule.stride},
       {"smoothing", rule.smoothing},
       {"threshold", rule.threshold},
       {"threshold_from", threshold_from},
       {"golden_count", golden_count()}});
}

}  // namespace mote

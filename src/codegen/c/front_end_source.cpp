// What stands around the layers: the front end from sensor values to the int8 input, carried states, the
// decision (templates/front_end.c.in). The stream of rows: stream_source.cpp.
//
// The arithmetic is the runtime's; which steps there are, and with which numbers, is the program's
// (features/). Here they are only written down.
#include <fmt/format.h>

#include <set>

#include "base/text.h"
#include "codegen/c/c_text.h"
#include "codegen/c/exporter.h"
#include "codegen/c/feature_calls.h"
#include "features/feature_def.h"
#include "features/preprocessing.h"
#include "ops/integer_support.h"

namespace mote {

namespace {

// The steps before the quantization of the input: their tables, and calls that write to their places in
// `work`.
struct Preparation {
  std::string tables, calls;
  std::set<std::string> headers;
  std::string result = "raw";
};

std::string step_tables(const std::string &prefix, const FeatureDef &block, const PreprocessingStep &step) {
  std::string text;
  for (const FeatureTable &table : block.tables) {
    const std::vector<float> &values = step.table(table.name);
    if (values.empty()) continue;
    text += fmt::format(
        "static const MOTE_FLASH {} {}_{}[{}] = {{\n{}}};\n", table.c_type, prefix, table.name, values.size(),
        table.c_type == "float" ? float_list(values)
                                : int_list(std::vector<int64_t>(values.begin(), values.end())));
  }
  return text;
}

std::string field_text(const std::string &prefix, const FeatureValue &value) {
  if (const auto *number = std::get_if<int32_t>(&value)) return std::to_string(*number);
  if (const auto *number = std::get_if<float>(&value)) return c_float(*number);
  return fmt::format("{}_{}", prefix, std::get<std::string>(value));
}

}  // namespace

std::string step_name(size_t step) { return fmt::format("step{}", step); }

std::string step_params(const FeatureCall &call, const std::string &name, const std::string &step) {
  std::vector<std::string> fields;
  for (const auto &[field, value] : call.fields)
    fields.push_back(fmt::format(".{} = {}", field, field_text(step, value)));
  return fmt::format("static const mote_{}_params {} = {{{}}};\n", call.name, name, fmt::join(fields, ", "));
}

std::string feature_place(size_t at) {
  return at == FeaturePlan::kWindow ? "raw" : at == 0 ? "work" : fmt::format("(work + {})", at);
}

std::string step_call(const PlannedStep &s, const std::string &params, size_t block_work,
                      const std::string &from, const std::string &to) {
  const bool is_cast =
      s.step->arithmetic == Arithmetic::kFixed && (s.from != FeaturePlan::kWindow || !from.empty());
  const std::string place = feature_place(s.to);
  std::string text =
      fmt::format("  mote_{}(&{}, {}{}, work + {}, {});\n", s.block->c.get()(*s.step, s.in).name, params,
                  is_cast ? "(const int16_t *)" : "", from.empty() ? feature_place(s.from) : from, block_work,
                  to.empty() ? place : to);
  if (s.is_narrowed) text += fmt::format("  mote_narrow_s16({}, {});\n", place, s.out.elements());
  return text;
}

std::string join_call(const PlannedStep &s, const std::string &from) {
  const bool is_fixed = s.step->arithmetic == Arithmetic::kFixed;
  return fmt::format("  {}({}{}, {}, {}, {}, {});\n", is_fixed ? "mote_join_s32" : "mote_join",
                     is_fixed ? "(const int32_t *)" : "", from, s.out.elements() / s.row, s.row, s.stride,
                     feature_place(s.joined_at));
}

namespace {

Preparation prepare(const Preprocessing &f, size_t layers, bool is_frame_wise) {
  Preparation made;
  const FeaturePlan plan(f);
  for (size_t i = 0; i < plan.steps.size(); ++i) {
    const PlannedStep &s = plan.steps[i];
    const FeatureCall call = s.block->c.get()(*s.step, s.in);
    const std::string name = step_name(i);
    made.tables += step_tables(name, *s.block, *s.step);
    made.headers.insert(fmt::format("mote_{}.h", call.name));
    if (is_frame_wise) continue;  // calls are those of frames
    made.tables += step_params(call, name, name);
    made.calls += fmt::format("  MOTE_BLOCK({})\n", layers + i);
    made.calls += step_call(s, name, plan.block_work);
    if (!s.is_copied) continue;
    made.calls += join_call(s, feature_place(s.to));
    made.headers.insert("mote_join.h");
  }
  if (!plan.steps.empty()) made.calls += "  MOTE_BLOCK(-1)\n";
  made.result = feature_place(plan.result);
  return made;
}

}  // namespace

static std::vector<int64_t> wide(const std::vector<int32_t> &values) {
  return {values.begin(), values.end()};
}

static std::vector<int64_t> window_exponents(const Preprocessing &p) {
  const std::vector<int> &exponents = p.steps.front().exponents;
  return {exponents.begin(), exponents.end()};
}

// Frames of all chains of a window, each into its place in the network's input.
std::string Exporter::window_frames() const {
  std::string text;
  for (size_t i = 0; i < frames_.chains.size(); ++i) {
    const StreamedChain &c = frames_.chains[i];
    const Preprocessing alone = frame_alone(p_.front_end, c);
    text += fmt::format(
        "  for (f = 0; f < {}; ++f)\n"
        "    frame_of({}, values_of(raw, counts, unit, f * {}, {}, ({} *)(work + {})), work, input + {} + f "
        "* {});\n",
        c.frames, i, c.hop * p_.front_end.channels, c.length * p_.front_end.channels,
        is_fixed(p_.front_end) ? "int16_t" : "float", FeaturePlan(alone).window_at, c.place, c.stride);
  }
  return text;
}

std::string Exporter::front_end_c() {
  const InputQuantization f = input_quantization(p_.front_end);
  const bool in_integers = is_fixed(p_.front_end);
  const FixedQuantization whole = in_integers ? fixed_quantization(p_.front_end) : FixedQuantization{};
  for (const std::string &source : runtime_sources(p_.front_end)) sources_.insert(source);
  weight_bytes_ += table_bytes(p_.front_end);
  std::string arrays, reset, restore, keep;
  for (size_t k = 0; k < p_.states.size(); ++k) {
    const CarriedState &s = p_.states[k];
    const ProgramTensor &t = p_.tensor(s.input);
    const size_t count = t.shape.elements();
    const std::string loop = fmt::format("  for (i = 0; i < {}; ++i) ", count),
                      state = fmt::format("state{}", k);
    const auto in_buffer = [&](int tensor) {
      return t.dtype == DType::kInt8 ? fmt::format("buffer[{} + i]", offset(tensor))
                                     : fmt::format("((int16_t *)(buffer + {}))[i]", offset(tensor));
    };
    arrays += fmt::format("static {} {}[{}];\n", c_type(t.dtype), state, count);
    reset +=
        fmt::format("{}{}[i] = {};\n", loop, state, t.quant.zero_point.empty() ? 0 : t.quant.zero_point[0]);
    restore += fmt::format("{}{} = {}[i];\n", loop, in_buffer(s.input), state);
    keep += fmt::format("{}{}[i] = {};\n", loop, state, in_buffer(s.output));
  }
  const std::string value = in_integers ? "int32_t" : "float";
  const bool is_frame_wise = !frames_.chains.empty();
  const FrameCode frames = frame_code();
  Preparation prepared = prepare(p_.front_end, p_.layers.size(), is_frame_wise);
  if (frames.has_join) prepared.headers.insert("mote_join.h");
  sources_.insert(prepared.headers.begin(), prepared.headers.end());
  if (p_.front_end.image.is_set()) sources_.insert("image_fit.c");
  if (in_integers) sources_.insert("mote_fixed.h");
  std::string includes;
  for (const std::string &header : prepared.headers) includes += fmt::format("#include \"{}\"\n", header);
  const bool is_choice = !p_.labels.empty() && output().shape.elements() > 1;
  return filled("front_end.c.in",
                {{"is_by_frame", push_ && push_->is_by_frame},
                 {"is_by_window_too", push_ && !push_->plan.is_quantized},
                 {"has_frames", is_frame_wise || (push_ && push_->is_by_frame)},
                 {"is_frame_wise", is_frame_wise},
                 {"frame_type", is_frame_wise || (push_ && push_->plan.is_quantized) ? "int8_t" : value},
                 {"is_fixed", in_integers},
                 {"value", value},
                 {"sample", in_integers ? "int16_t" : "float"},
                 {"kept", in_integers ? "void" : "float"},
                 {"to_input", in_integers ? "mote_front_end_s32" : "mote_front_end_f32"},
                 {"numbers", in_integers ? "offset, multiplier, shift" : "offset, gain"},
                 {"exponents", in_integers ? int_list(window_exponents(p_.front_end)) : ""},
                 {"shifts", in_integers ? int_list(wide(whole.shift)) : ""},
                 {"frame_params", frames.params},
                 {"window_frames", window_frames()},
                 {"frame_calls", frames.calls},
                 {"rest_calls", frames.rest},
                 {"rest_result", frames.result},
                 {"has_states", has_states()},
                 {"state_arrays", arrays},
                 {"reset", reset},
                 {"restore", restore},
                 {"keep", keep},
                 {"is_prepared", p_.front_end.has_blocks()},
                 {"is_image", p_.front_end.image.is_set()},
                 {"fit", "MOTE_FIT_" + upper_case(image_fit_names().name_of(image_fit(p_.front_end.image)))},
                 {"window_values", window_shape(p_.front_end).elements()},
                 {"step_headers", includes},
                 {"step_tables", prepared.tables},
                 {"step_calls", prepared.calls},
                 {"prepared", prepared.result},
                 {"work", plan_.work},
                 {"window_at", FeaturePlan(p_.front_end).window_at},
                 {"period", in_integers ? whole.offset.size() : f.offset.size()},
                 {"offsets", in_integers ? int_list(wide(whole.offset)) : float_list(f.offset)},
                 {"gains", in_integers ? int_list(wide(whole.multiplier)) : float_list(f.gain)},
                 {"zero_point", f.zero_point},
                 {"is_choice", is_choice},
                 {"decision", p_.labels.empty() ? "0"
                              : is_choice       ? "best"
                                          : fmt::format("output[0] > {}", decision_threshold(output()))},
                 {"static", has_states() ? "static " : ""},
                 {"run", has_states() ? "run" : "run_layers"},
                 {"input_offset", offset(p_.inputs[0])},
                 {"output_offset", offset(p_.outputs[0])}});
}

}  // namespace mote

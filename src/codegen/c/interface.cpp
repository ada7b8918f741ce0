// model.h, and in model.c what stands in front of the layers and behind them: the front end and the decision.
#include <fmt/format.h>

#include <cmath>

#include "base/text.h"
#include "base/version.h"
#include "codegen/c/c_text.h"
#include "codegen/c/exporter.h"
#include "features/feature_def.h"
#include "features/preprocessing.h"
#include "ops/integer_support.h"

namespace mote {

// "const int8_t *input, int8_t *output"
std::string Exporter::signature() const {
  std::string text;
  for (const Port &port : inputs_)
    text += fmt::format("const {} *{}, ", c_type(p_.tensor(port.tensor).dtype), port.name);
  for (const Port &port : outputs_)
    text += fmt::format("{} *{}, ", c_type(p_.tensor(port.tensor).dtype), port.name);
  return text.substr(0, text.size() - 2);
}

std::string Exporter::call_arguments() const {
  std::string text;
  for (const std::vector<Port> *list : {&inputs_, &outputs_})
    for (const Port &port : *list) text += (text.empty() ? "" : ", ") + port.name;
  return text;
}

static std::string describe(const ProgramTensor &t) {
  return fmt::format("{} {}", dtype_name(t.dtype), t.shape.text());
}

bool Exporter::has_probabilities() const {
  return !p_.labels.empty() && output().dtype == DType::kInt8 && output().quant.is_set() &&
         output().quant.scale[0] == 1.0f / 256 && output().quant.zero_point[0] == -128;
}

bool Exporter::has_stream() const {
  return has_front_end() && p_.states.empty() && !p_.labels.empty() && p_.front_end.window > 1;
}

std::string Exporter::model_h() const {
  const Preprocessing &f = p_.front_end;
  std::string out = banner("interface");
  out += fmt::format(
      "#ifndef {0}_H\n#define {0}_H\n\n#include <stdint.h>\n\n#ifdef __cplusplus\nextern \"C\" "
      "{{\n#endif\n\n/* Of mote, and a checksum of the weights and layers. */\n#define {0}_VERSION "
      "\"{1}\"\n#define "
      "{0}_HASH \"{2}\"\n\n",
      upper_, kVersion, hash_);
  for (const std::vector<Port> *list : {&inputs_, &outputs_})
    for (const Port &port : *list)
      out += fmt::format("#define {}_{}_SIZE {} /* {} */\n", upper_, port.upper,
                         p_.tensor(port.tensor).shape.elements(), describe(p_.tensor(port.tensor)));
  out += fmt::format("#define {}_BUFFER_BYTES {} /* all activations; the only RAM beside the stack */\n",
                     upper_, plan_.bytes);
  if (has_front_end())
    out += fmt::format(
        "#define {0}_WINDOW {1}   /* rows of one example{3} */\n#define {0}_CHANNELS {2} /* values per row "
        "*/\n",
        upper_, f.window, f.channels, f.rate_hz > 0 ? fmt::format(", at {:g} Hz", f.rate_hz) : "");
  if (output().quant.is_set()) {
    out += "\n/* real value of an output = SCALE * (q - ZERO_POINT) */\n";
    for (const Port &port : outputs_)
      if (const QuantParams &q = p_.tensor(port.tensor).quant; q.is_set())
        out += fmt::format("#define {0}_{1}_SCALE {2}\n#define {0}_{1}_ZERO_POINT ({3})\n", upper_,
                           port.upper, c_float(q.scale[0]), q.zero_point[0]);
  }
  if (!p_.labels.empty())
    out += fmt::format("\n#define {}_CLASSES {}\nextern const char *const {}_labels[{}_CLASSES];\n", upper_,
                       p_.labels.size(), name_, upper_);
  out += fmt::format("\n/* Runs the layers, in a static buffer of BUFFER_BYTES. */\nvoid {}_invoke({});\n",
                     name_, signature());
  out += fmt::format(
      "/* The same in memory of yours: BUFFER_BYTES, aligned to 4. For several threads, or to share the "
      "memory. */\n"
      "void {}_invoke_in(void *memory, {});\n",
      name_, signature());
  if (has_front_end()) {
    std::string channels;
    for (size_t i = 0; i < f.channel_names.size(); ++i)
      channels += (i ? ", " : "") + commentable(f.channel_names[i]);
    out += fmt::format(
        "\n/* {5} one window of sensor values, row by row ({0}), in the units of the training "
        "data.\n * scores: {1}_OUTPUT_SIZE values, or NULL. Returns {6}. */\nint {2}_predict(const "
        "float *raw, int8_t *scores);\n"
        "\n/* The same from raw sensor counts: value = counts[i] * unit[channel], {3} units. */\nint "
        "{2}_predict_s16(const int16_t *counts, const float *unit, int8_t *scores);\n"
        "\n/* The front end alone: {4} sensor values to the int8 input. */\nvoid {2}_front_end(const float "
        "*raw, int8_t *input);\n",
        channels, upper_, name_, f.channels, f.window * f.channels,
        p_.labels.empty() ? "Computes the values of" : "Classifies", p_.labels.empty() ? "0" : "the class");
    if (has_reentrant_form())
      out += fmt::format(
          "\n/* Both in memory of yours, as invoke_in. */\nint {0}_predict_in(void *memory, const float "
          "*raw, int8_t "
          "*scores);\nint {0}_predict_s16_in(void *memory, const int16_t *counts, const float *unit, int8_t "
          "*scores);\n",
          name_);
    if (!p_.states.empty())
      out += fmt::format(
          "\n/* Each call goes on from the state that the one before left. This starts a new sequence. */\n"
          "void {}_reset(void);\n",
          name_);
  }
  if (has_stream()) {
    const int stride = o_.stride > 0 ? o_.stride : std::max(1, f.window / 2);
    out += fmt::format(
        "\n/* A stream of rows (stream.c, which keeps a window of them in RAM of its own). Call it with each "
        "row as "
        "it\n * comes. Every STRIDE rows, once there is a whole window, it answers with the class whose "
        "score, averaged "
        "over\n * the last SMOOTHING windows, is the largest, or {0}_UNKNOWN where that average is below\n * "
        "THRESHOLD / "
        "256 ({2}); otherwise with {0}_NOTHING. */\n"
        "#define {0}_STRIDE {3}\n#define {0}_SMOOTHING {4}\n#ifndef {0}_THRESHOLD\n#define {0}_THRESHOLD "
        "{5}\n#endif\n#define {0}_UNKNOWN (-1)\n#define {0}_NOTHING (-2)\n"
        "int {1}_push(const float *row);\nint {1}_push_s16(const int16_t *row, const float *unit);\nvoid "
        "{1}_stream_reset(void);\n",
        upper_, name_,
        !has_probabilities() ? "the outputs are no probabilities: always answered"
        : o_.threshold       ? commentable(o_.threshold_from)
                             : "not chosen: no validation data",
        stride, std::max(1, o_.smoothing),
        has_probabilities() && o_.threshold ? static_cast<int>(std::lround(*o_.threshold * 256)) : 0);
  }
  out += fmt::format(
      "\n/* Runs the golden vectors (model_selftest.c); returns how many of them differ, so 0 is good. "
      "*/\n#define "
      "{}_GOLDEN_COUNT {}\nint {}_selftest(void);\n",
      upper_, golden_count(), name_);
  return out + fmt::format("\n#ifdef __cplusplus\n}}\n#endif\n\n#endif /* {}_H */\n", upper_);
}

// The steps before the quantization of the input, if there are any.
std::string Exporter::preparation_c() const {
  const Preprocessing &f = p_.front_end;
  if (f.steps.size() < 2) return "";
  const std::string halves[] = {"work", fmt::format("(work + {})", work_floats(f) / 2)};
  std::string tables, calls, from = "raw";
  Shape shape = window_shape(f);
  for (size_t i = 0; i + 1 < f.steps.size(); ++i) {
    const PreprocessingStep &step = f.steps[i];
    const FeatureDef &block = feature_by_name(step.block);
    const FeatureCall call = block.c.get()(step, shape);
    std::string arguments;
    for (const std::string &argument : call.arguments) {
      const bool is_table = step.tables.contains(argument);
      arguments += (arguments.empty() ? "" : ", ") + (argument == "x"   ? from
                                                      : argument == "y" ? halves[i % 2]
                                                      : is_table ? fmt::format("step{}_{}", i, argument)
                                                                 : argument);
    }
    for (const auto &[name, table] : step.tables)
      tables += fmt::format("static const float step{}_{}[{}] = {{\n{}}};\n", i, name, table.size(),
                            float_list(table));
    calls += fmt::format("  {}({});\n", call.routine, arguments);
    from = halves[i % 2], shape = block.shape(step, shape);
  }
  return fmt::format(
      "\n{0}\n/* The steps before the quantization. They write to the halves of `work` in turn. */\nstatic "
      "const "
      "float *prepare(const float *raw, float *work) {{\n{1}  return {2};\n}}\n\nstatic const float "
      "*sensed(const int16_t *counts, const float *unit, float *values) {{\n  int32_t i, c = 0;\n  for (i = "
      "0; "
      "i < {3}_WINDOW * {3}_CHANNELS; ++i) {{\n    values[i] = (float)counts[i] * unit[c];\n    if (++c == "
      "{3}_CHANNELS) c = 0;\n  }}\n  return values;\n}}\n",
      tables, calls, from, upper_);
}

std::string Exporter::front_end_c() {
  const InputQuantization f = input_quantization(p_.front_end);
  for (const std::string &source : runtime_sources(p_.front_end)) sources_.insert(source);
  weight_bytes_ += table_bytes(p_.front_end);
  const std::string decision =
      p_.labels.empty() ? "  return 0;\n"
      : output().shape.elements() == 1
          ? fmt::format("  return output[0] > {};\n", decision_threshold(output()))
          : fmt::format(
                "  for (i = 0; i < {}_OUTPUT_SIZE; ++i)\n    if (output[i] > output[best]) best = i;\n  "
                "return (int)best;\n",
                upper_);
  const bool is_choice = !p_.labels.empty() && output().shape.elements() > 1;
  std::string keep, restore, reset, states;
  for (size_t k = 0; k < p_.states.size(); ++k) {
    const CarriedState &s = p_.states[k];
    const ProgramTensor &t = p_.tensor(s.input);
    const std::string loop = fmt::format("  for (i = 0; i < {}; ++i) ", t.shape.elements());
    const auto typed = [&](int tensor) {
      return t.dtype == DType::kInt8 ? fmt::format("buffer[{} + i]", offset(tensor))
                                     : fmt::format("((int16_t *)(buffer + {}))[i]", offset(tensor));
    };
    states += fmt::format("static {} state{}[{}];\n", c_type(t.dtype), k, t.shape.elements());
    reset +=
        fmt::format("{}state{}[i] = {};\n", loop, k, t.quant.zero_point.empty() ? 0 : t.quant.zero_point[0]);
    restore += fmt::format("{}{} = state{}[i];\n", loop, typed(s.input), k);
    keep += fmt::format("{}state{}[i] = {};\n", loop, k, typed(s.output));
  }
  if (!states.empty())
    states = fmt::format(
        "\n{0}static int8_t is_started;\n\nvoid {1}_reset(void) {{\n  int32_t i;\n{2}  is_started = "
        "1;\n}}\n"
        "\nstatic void run(int8_t *buffer) {{\n  int32_t i;\n  if (!is_started) {1}_reset();\n{3}  "
        "run_layers(buffer);\n{4}}}\n",
        states, name_, reset, restore, keep);
  const std::string is_static = has_reentrant_form() ? "" : "static ";
  const bool is_prepared = p_.front_end.steps.size() > 1;
  const auto work_in = [&](const std::string &memory) {
    return fmt::format("(float *)({} + {})", memory, plan_.work);
  };
  const std::string raw = is_prepared ? fmt::format("prepare(raw, {})", work_in("(int8_t *)storage")) : "raw";
  std::string out =
      states + preparation_c() +
      fmt::format(
          "\n/* Normalization and input quantization in one: round((x - offset) * gain) + zero point. "
          "*/\nstatic const float offset[{0}] = {{\n{1}}};\nstatic const float gain[{0}] = {{\n{2}}};\n"
          "\nstatic int decide(const int8_t *output, int8_t *scores) {{\n  int32_t i{6};\n  for (i = 0; "
          "scores && i < "
          "{3}_OUTPUT_SIZE; ++i) scores[i] = output[i];\n{5}}}\n"
          "\nvoid {4}_front_end(const float *raw, int8_t *input) {{\n  mote_front_end_f32({8}, "
          "{3}_INPUT_SIZE, "
          "offset, gain, {0}, {7}, input);\n}}\n",
          f.offset.size(), float_list(f.offset), float_list(f.gain), upper_, name_, decision,
          is_choice ? ", best = 0" : "", f.zero_point, raw);
  const std::string size = upper_ + "_INPUT_SIZE, ", work = work_in("buffer"),
                    other = fmt::format("({} + {})", work, work_floats(p_.front_end) / 2);
  struct Kind {
    std::string name, parameters, arguments, routine, values;
  };
  std::vector<Kind> kinds = {
      {"predict", "const float *raw", "raw", "mote_front_end_f32", "raw, " + size},
      {"predict_s16", "const int16_t *counts, const float *unit", "counts, unit", "mote_front_end_s16",
       fmt::format("counts, {}unit, {}_CHANNELS, ", size, upper_)}};
  if (is_prepared) {
    kinds[0].values = fmt::format("prepare(raw, {}), {}", work, size);
    kinds[1].routine = "mote_front_end_f32";
    kinds[1].values = fmt::format("prepare(sensed(counts, unit, {}), {}), {}", other, work, size);
  }
  for (const Kind &k : kinds)
    out += fmt::format(
        "\n{0}int {1}_{2}_in(void *memory, {3}, int8_t *scores) {{\n  int8_t *const buffer = (int8_t "
        "*)memory;\n  "
        "{5}({6}offset, gain, {7}, {8}, buffer + {9});\n  {10}(buffer);\n  return decide(buffer + {11}, "
        "scores);\n}}\n"
        "int {1}_{2}({3}, int8_t *scores) {{ return {1}_{2}_in(storage, {4}, scores); }}\n",
        is_static, name_, k.name, k.parameters, k.arguments, k.routine, k.values, f.offset.size(),
        f.zero_point, offset(p_.inputs[0]), states.empty() ? "run_layers" : "run", offset(p_.outputs[0]));
  return out;
}

// Where normalization is the same for every row, rows are kept as int8, else as they come.
std::string Exporter::stream_c() const {
  const InputQuantization f = input_quantization(p_.front_end);
  const bool is_by_channel =
      p_.front_end.steps.size() == 1 && static_cast<int>(f.offset.size()) <= p_.front_end.channels;
  const std::string type = is_by_channel ? "int8_t" : "float";
  const size_t values = p_.tensor(p_.inputs[0]).shape.elements();
  std::string out = banner("stream of rows") + "#include \"model.h\"\n\n";
  if (is_by_channel)
    out += fmt::format(
        "#include \"mote_runtime.h\"\n\nstatic const float offset[{0}] = {{\n{1}}};\nstatic const float "
        "gain[{0}] = {{\n{2}}};\n",
        f.offset.size(), float_list(f.offset), float_list(f.gain));
  out += fmt::format(
      "/* Rows that wait for a whole window, and the scores of the last windows. */\n"
      "static {1} rows[{2}];\nstatic int8_t scores[{0}_SMOOTHING][{0}_OUTPUT_SIZE];\n"
      "static int32_t filled, windows, skip;\n\n"
      "void {3}_stream_reset(void) {{ filled = windows = skip = 0; }}\n\n"
      "static int decide(void) {{\n"
      "  const int32_t count = windows < {0}_SMOOTHING ? windows : {0}_SMOOTHING;\n"
      "  int32_t best = 0, best_sum = 0, c, i;\n"
      "  for (c = 0; c < {0}_OUTPUT_SIZE; ++c) {{\n"
      "    int32_t sum = 0;\n"
      "    for (i = 0; i < count; ++i) sum += scores[i][c] + 128;\n"
      "    if (c == 0 || sum > best_sum) best = c, best_sum = sum;\n  }}\n",
      upper_, type, values, name_);
  if (output().shape.elements() == 1)  // a single output: the second of two classes, or else the first
    out += fmt::format(
        "  best = best_sum > ({1} + 128) * count;\n  if (!best) best_sum = 256 * count - best_sum;\n"
        "  return best_sum < {0}_THRESHOLD * count ? {0}_UNKNOWN : (int)best;\n}}\n\n",
        upper_, decision_threshold(output()));
  else
    out +=
        fmt::format("  return best_sum < {0}_THRESHOLD * count ? {0}_UNKNOWN : (int)best;\n}}\n\n", upper_);
  out += fmt::format(
      "int {1}_push(const float *row) {{\n  int32_t i;\n  if (skip > 0) {{\n    --skip;\n    return "
      "{0}_NOTHING;\n  }}\n",
      upper_, name_);
  if (is_by_channel)
    out += fmt::format(
        "  mote_front_end_f32(row, {0}_CHANNELS, offset, gain, {1}, {2}, rows + filled * {0}_CHANNELS);\n",
        upper_, f.offset.size(), f.zero_point);
  else
    out += fmt::format("  for (i = 0; i < {0}_CHANNELS; ++i) rows[filled * {0}_CHANNELS + i] = row[i];\n",
                       upper_);
  out += fmt::format(
      "  if (++filled < {0}_WINDOW) return {0}_NOTHING;\n"
      "  {2};\n  ++windows;\n"
      "  if (windows >= 2 * {0}_SMOOTHING) windows -= {0}_SMOOTHING; /* the place of the next scores stays "
      "*/\n"
      "  filled = {0}_STRIDE < {0}_WINDOW ? {0}_WINDOW - {0}_STRIDE : 0;\n"
      "  skip = {0}_STRIDE > {0}_WINDOW ? {0}_STRIDE - {0}_WINDOW : 0;\n"
      "  for (i = 0; i < filled * {0}_CHANNELS; ++i) rows[i] = rows[i + ({0}_WINDOW - filled) * "
      "{0}_CHANNELS];\n"
      "  return decide();\n}}\n\n"
      "int {1}_push_s16(const int16_t *row, const float *unit) {{\n"
      "  float values[{0}_CHANNELS];\n  int32_t i;\n"
      "  for (i = 0; i < {0}_CHANNELS; ++i) values[i] = (float)row[i] * unit[i];\n"
      "  return {1}_push(values);\n}}\n",
      upper_, name_,
      is_by_channel ? fmt::format("{}_invoke(rows, scores[windows % {}_SMOOTHING])", name_, upper_)
                    : fmt::format("{}_predict(rows, scores[windows % {}_SMOOTHING])", name_, upper_));
  return out;
}

}  // namespace mote

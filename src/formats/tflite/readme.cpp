// The README beside an exported .tflite: what the application must do that the file cannot say
// (README.md.in).
//
// The same numbers are in the file's metadata (writer.cpp); here they are for people.
#include <fmt/format.h>

#include "base/template.h"
#include "features/feature_def.h"
#include "features/preprocessing.h"
#include "formats/templates.h"
#include "host/detector_program.h"
#include "mote/files.h"

namespace mote {

static std::string table_row(const char *role, const ProgramTensor &t) {
  const std::string begin = fmt::format("| {} | {} {} |", role, t.shape.text(), dtype_name(t.port_dtype()));
  const QuantParams q = t.port_quant();
  return q.is_set() ? fmt::format("{} {:.9g} | {} |\n", begin, q.scale[0], q.zero_point[0])
                    : begin + " - | - |\n";
}

static std::string exact(const std::vector<float> &values) {
  return fmt::format("{:.9g}", fmt::join(values, ", "));
}

std::string tflite_readme(const IntegerProgram &given, const std::string &file_name) {
  const bool is_detector = is_detector_program(given);
  const IntegerProgram p = is_detector ? program_without_score(given) : given;
  const Preprocessing &f = p.front_end;
  static const std::vector<float> kNone;
  const InputQuantization q = f.is_set() ? input_quantization(f) : InputQuantization{kNone, kNone, 0};
  constexpr size_t kMostShown = 64;
  std::string steps;
  const bool has_chains = f.has_blocks() && f.steps[f.steps.size() - 2].chain > 0;
  for (size_t i = 0, at = 1; i + 1 < f.steps.size(); ++i, ++at) {
    if (has_chains && begins_chain(f.steps, i)) {
      steps += fmt::format("    chain {}, of the window:\n", f.steps[i].chain + 1);
      at = 1;
    }
    steps += fmt::format("    step {}   {}: {}; its numbers are in the metadata\n", at, f.steps[i].block,
                         feature_by_name(f.steps[i].block).formula);
  }
  if (has_chains)
    steps +=
        "    what the chains give is joined along the last axis where all others agree, else one behind\n"
        "    the other\n";
  if (f.image.is_set())
    steps += fmt::format("    pictures {} x {} pixels, values 0 to 255, others brought to it ({})\n",
                         f.image.width, f.image.height, image_fit_names().name_of(f.image.fit));
  return fill_template(
      "tflite/README.md.in", format_template("tflite/README.md.in"),
      {{"file", file_name},
       {"ports", table_row("input", p.tensor(p.inputs[0])) + table_row("output", p.tensor(p.outputs[0]))},
       {"labels", ForeignText{fmt::format("{}", fmt::join(p.labels, ", "))}},
       {"has_labels", !p.labels.empty()},
       {"is_detector", is_detector},
       {"running_mean", given.front_end.running_mean},
       {"score_unit", is_detector ? score_unit_of(given) : ""},
       {"score_threshold", fmt::format("{:.9g}", is_detector ? score_threshold(given) : 0)},
       {"has_front_end", f.is_set()},
       {"channels", f.channels},
       {"period", q.offset.size()},
       {"zero_point", q.zero_point},
       {"steps", steps},
       {"has_blocks", f.has_blocks()},
       {"window", f.window},
       {"rate", f.rate_hz > 0 ? fmt::format(" at {:g} Hz", f.rate_hz) : ""},
       {"channel_names", ForeignText{fmt::format("{}", fmt::join(f.channel_names, ", "))}},
       {"has_values", q.offset.size() <= kMostShown},
       {"offsets", exact(q.offset)},
       {"gains", exact(q.gain)}});
}

}  // namespace mote

// Looks an estimate up: the coefficients of a routine on a core in the embedded instructions.toml.
//
// The fit itself is made by `./dev bench device` from measured layers, and written there; nothing is fitted
// here.
#include "device/instruction_estimate.h"

#include <set>

#include "base/toml.h"
#include "device/device_files.h"
#include "graph/op_def.h"

namespace mote {

static const toml::table &table() {
  static const toml::table kTable =
      parse_toml(std::string(device_file("instructions.toml")), "instructions.toml");
  return kTable;
}

CountEstimate estimate_call(const std::string &core, const std::string &routine, const Work &work) {
  const toml::table *of_core = table()["core"][core].as_table();
  if (of_core == nullptr) return {};
  const toml::table *found = (*of_core)["routine"][routine].as_table();
  // a routine, or a loop of one, that was never measured: of the order of the others
  constexpr double kPerOutput = 12, kPerMac = 6, kPerCall = 100;
  CountEstimate e;
  e.is_known = true;
  e.is_guessed = found == nullptr;
  for (const auto &[part, times] : work) {
    if (times == 0) continue;
    const auto factor = found != nullptr ? (*found)[part].value<double>() : std::nullopt;
    const double guess = part == "call" ? kPerCall : part == "mac" ? kPerMac : kPerOutput;
    e.is_guessed |= !factor;
    e.instructions += times * factor.value_or(guess);
  }
  e.error = e.is_guessed ? 1.0 : (*of_core)["error"].value_or(1.0);
  return e;
}

double estimate_code_bytes(const std::string &core, const IntegerProgram &program) {
  std::set<std::string> used = {program.front_end.is_set() ? "predict" : "invoke"};
  for (const ProgramLayer &l : program.layers)
    for (const CCall &call : op_by_name(l.op).c.get()(program, l))
      if (!call.is_copy) used.insert(call.routine);
  const std::string known = table()["core"][core].is_table() ? core : "cortex-m4";
  const auto code = table()["core"][known]["code"];
  double bytes = code["always"].value_or(0.0);
  for (const auto &[part, times] : code_around(program)) bytes += times * code[part].value_or(0.0);
  std::set<std::string> measured;
  for (const toml::node &row : *code["any_of"].as_array()) {
    const toml::array &list = *row.as_array();
    bool is_used = false;
    for (size_t i = 1; i < list.size(); ++i) {
      const std::string routine = list[i].value_or(std::string());
      is_used |= used.count(routine) > 0;
      measured.insert(routine);
    }
    if (is_used) bytes += list[0].value_or(0.0);
  }
  constexpr double kNeverMeasured = 600;
  used.erase("invoke");
  for (const std::string &routine : used)
    if (measured.count(routine) == 0) bytes += kNeverMeasured;
  return bytes;
}

}  // namespace mote

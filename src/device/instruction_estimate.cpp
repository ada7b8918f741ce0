// Looks an estimate up: the coefficients of a routine on a core in the embedded instructions.toml.
//
// The fit itself is made by `./dev bench device` from measured layers, and written there; nothing is fitted
// here.
#include "device/instruction_estimate.h"

#include "base/toml.h"
#include "device/device_files.h"

namespace mote {

static const toml::table &table() {
  static const toml::table kTable =
      parse_toml(std::string(device_file("instructions.toml")), "instructions.toml");
  return kTable;
}

CountEstimate estimate_layer(const std::string &core, const std::string &routine, double macs,
                             double outputs) {
  const toml::table *of_core = table()["core"][core].as_table();
  if (of_core == nullptr) return {};
  const toml::array *found = (*of_core)["routine"][routine].as_array();
  // a routine that was never measured: of the order of the others
  constexpr double kPerOutput = 12, kPerMac = 6, kPerCall = 100;
  CountEstimate e;
  e.is_known = true;
  e.is_guessed = found == nullptr;
  e.error = e.is_guessed ? 1.0 : (*of_core)["error"].value_or(1.0);
  e.instructions = found ? (*found)[0].value_or(0.0) * macs + (*found)[1].value_or(0.0) * outputs +
                               (*found)[2].value_or(0.0)
                         : kPerMac * macs + kPerOutput * outputs + kPerCall;
  return e;
}

size_t estimate_code_bytes(const std::string &source) {
  constexpr int64_t kUnknown = 600;
  return table()["code"][source].value_or(kUnknown);
}

}  // namespace mote

// Fuzzes mote.toml, behind a zero byte also `--set`: any bytes give a project and its model, or an Error.
//
// No recordings are read here; csv_fuzz.cpp and its neighbours do that. Seeds: make_seeds.cpp.
#include "base/error.h"
#include "mote/settings.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // behind a zero byte: what --set says
  const std::string input(reinterpret_cast<const char *>(data), size);
  const size_t zero = input.find('\0');
  try {
    std::vector<std::string> assignments;
    if (zero != std::string::npos) assignments.push_back(input.substr(zero + 1));
    const mote::Project p = mote::parse_project(input.substr(0, zero), "mote.toml", ".", assignments);
    mote::project_from_settings(mote::settings_json(p), "settings", ".");
    mote::Recordings set;
    set.labels = {"a", "b"};
    set.channels = {"x", "y"};
    set.options.window = 16;
    p.build_model(set);
  } catch (const mote::Error &) {
  }
  return 0;
}

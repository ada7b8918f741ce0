// The capture sketch: recordings are cut by the trigger that an exported model follows, from the same file of
// the runtime, so that the windows of the training lie as those of the device.
//
// The text is templates/arduino/Capture.ino.in; which rule it has is the project's
// (src/project/templates.cpp). Who reads what it prints: data/ (docs/formats.md has the lines).
#include "codegen/c/capture.h"

#include <fmt/format.h>

#include "base/template.h"
#include "codegen/c/c_text.h"
#include "codegen/c/runtime_sources.h"
#include "codegen/c/templates.h"
#include "host/trigger_gains.h"
#include "mote/decision.h"
#include "mote/test_stream.h"

namespace mote {

std::map<std::string, std::string> imu_files() {
  return {{"mote_imu.h", std::string(c_template("arduino/mote_imu.h.in"))},
          {"mote_resample.h", std::string(runtime_source("mote_resample.h"))},
          {"mote_runtime.h", std::string(runtime_source("mote_runtime.h"))},
          {"mote_names.h", std::string(runtime_source("mote_names.h"))}};
}

std::map<std::string, std::string> capture_files(const CaptureSketch &s) {
  constexpr int kWindowsOfRest = 5;  // in a recording: enough of them for a split
  std::string rest_names;
  for (const std::string &name : rest_class_names())
    rest_names += (rest_names.empty() ? "\"" : ", \"") + name + "\"";
  std::map<std::string, std::string> files = imu_files();
  files["mote_stream.h"] = runtime_source("mote_stream.h");
  files["capture.ino"] = fill_template("arduino/Capture.ino.in", c_template("arduino/Capture.ino.in"),
                                       {{"channels", s.channels.size()},
                                        {"window", s.window},
                                        {"rate_hz", fmt::format("{:g}", s.rate_hz)},
                                        {"pre_roll", s.rule.pre_roll},
                                        {"refractory", s.rule.refractory},
                                        {"rest_rows", kWindowsOfRest * s.window},
                                        {"rest_names", rest_names},
                                        {"onset", onset_text(s.rule.onset, s.channels)},
                                        {"onset_gains", float_list(trigger_gains(s.rule.onset))},
                                        {"level_shift", s.rule.onset.level_shift},
                                        {"header", fmt::format("{}", fmt::join(s.channels, ","))}});
  return files;
}

}  // namespace mote

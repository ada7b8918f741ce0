// Sketches for `mote collect`: their texts are templates/collect, what they send docs/collect.md.
#include "mote/sketches.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/error.h"
#include "base/template.h"
#include "codegen/c/templates.h"

namespace mote {

namespace {

struct CollectSketch {
  const char *name, *file;
  bool has_text_form, is_text;
};

constexpr CollectSketch kCollectSketches[] = {
    {"nano33ble-imu", "Nano33bleImu.ino.in", true, false},
    {"nano33ble-imu-text", "Nano33bleImu.ino.in", true, true},
    {"nano33ble-microphone", "Nano33bleMicrophone.ino.in", false, false},
    {"nano33ble-camera", "Nano33bleCamera.ino.in", false, false},
    {"esp32-imu", "Esp32Imu.ino.in", true, false},
    {"esp32-imu-text", "Esp32Imu.ino.in", true, true},
    {"esp32-microphone", "Esp32Microphone.ino.in", false, false},
    {"esp32-camera", "Esp32Camera.ino.in", false, false}};

}  // namespace

std::vector<std::string> collect_sketches() {
  std::vector<std::string> names;
  for (const CollectSketch &sketch : kCollectSketches) names.emplace_back(sketch.name);
  return names;
}

std::map<std::string, std::string> collect_sketch(const std::string &name) {
  const auto *found = std::find_if(std::begin(kCollectSketches), std::end(kCollectSketches),
                                   [&](const CollectSketch &s) { return s.name == name; });
  if (found == std::end(kCollectSketches))
    throw Error(ErrorCode::kInvalidArgument, "sketch", fmt::format("there is no sketch '{}'", name),
                fmt::format("there are {}", fmt::join(collect_sketches(), ", ")));
  const std::string file = fmt::format("collect/{}", found->file);
  TemplateValues values = {{"sketch", name}};
  if (found->has_text_form) values.emplace("is_text", found->is_text);
  std::string folder = name;
  std::replace(folder.begin(), folder.end(), '-', '_');  // as Arduino's editor has them
  std::map<std::string, std::string> files = {
      {folder + "/" + folder + ".ino", fill_template(file, c_template(file), values)}};
  if (!found->is_text) files[folder + "/mote_frames.h"] = c_template("collect/mote_frames.h.in");
  return files;
}

}  // namespace mote

// What writing and checking a bundle have in common; docs/formats.md says what is in one.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mote/portfolio.h"

namespace mote {

inline constexpr int kBundleFormat = 1;

namespace bundle_file {
inline constexpr const char *kManifest = "manifest.json", *kRecordings = "recordings.json",
                            *kAnswers = "answers.json", *kTflite = "model.tflite", *kReadme = "README.md";
}  // namespace bundle_file

// Files of a run that go into a bundle as they are.
const std::vector<const char *> &bundle_records();
// What the int8 model answers to these windows, and which model that is.
nlohmann::json answers_of(const Run &run, const Dataset &golden);
// Files of its C, below c/, with all golden windows of the run.
std::map<std::string, std::string> bundle_c(const Run &run);

}  // namespace mote

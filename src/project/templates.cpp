// What `mote init` writes: two networks to begin with, one mote.toml around them; a detector of anomalies;
// and the sketch that records for it.
//
// For recordings that exist already, propose.cpp writes one that fits them.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"
#include "base/text.h"
#include "mote/project.h"
#include "project/capture_rule.h"

namespace mote {

namespace {

constexpr int kWindow = 119;            // rows: a second, which a gesture takes
constexpr double kRateHz = 119;         // of the Nano 33 BLE Sense's first sensor; Rev2's is resampled to it
constexpr float kOnset = 2.5f;          // g: |aX| + |aY| + |aZ| at rest is at most sqrt(3)
constexpr int kPreRoll = kWindow / 10;  // how a movement begins is part of it

}  // namespace

CaptureSketch capture_sketch() {
  CaptureSketch sketch{
      .window = kWindow, .rate_hz = kRateHz, .channels = {"aX", "aY", "aZ", "gX", "gY", "gZ"}};
  sketch.rule = {.policy = DecisionPolicy::kTrigger, .stride = kWindow, .smoothing = 1};
  sketch.rule.pre_roll = kPreRoll;
  sketch.rule.refractory = kWindow / 4;
  sketch.rule.onset = {.weights = {1, 1, 1, 0, 0, 0}, .threshold = kOnset};
  return sketch;
}

std::vector<std::string> project_templates() { return {"gesture", "dense", "anomaly"}; }

// A detector: no augmentation, no epochs.
static std::string anomaly_toml(const std::string &name) {
  return fmt::format(
      R"(# A mote project. Every setting is explained in docs/guide.md, detectors in docs/anomalies.md.
name = {}
seed = 7

[data]
path = "data"            # CSV, .npy or .npz; a class per file or per folder, one of them called normal
window = {}             # rows per example
stride = {}              # rows from one example to the next
rate_hz = {:g}

[split]                  # whole normal recordings go to one side, anomalies to the test
train = 0.6
val = 0.25               # chooses the threshold
test = 0.15

[features]
blocks = [{{ block = "statistics" }}]

[model]
detector = "gaussian"    # or "kmeans", or "autoencoder" with preset = "autoencoder_dense"
covariance = "full"

[anomaly]
normal = ["normal"]      # all other classes are anomalies
false_alarms = 0.01      # share of normal windows
)",
      toml_quoted(name), kWindow, kWindow / 2, kRateHz);
}

std::string project_toml(const std::string &template_name, const std::string &name) {
  const auto templates = project_templates();
  if (std::find(templates.begin(), templates.end(), template_name) == templates.end())
    throw Error(ErrorCode::kInvalidArgument, "init", fmt::format("there is no template '{}'", template_name),
                fmt::format("there are {}", fmt::join(templates, ", ")));
  if (template_name == "anomaly") return anomaly_toml(name);
  const std::string layers = template_name == "gesture"
                                 ? R"(  { type = "conv1d", filters = 8, kernel = 5, activation = "relu" },
  { type = "max_pool1d", pool = 2 },
  { type = "conv1d", filters = 16, kernel = 3, activation = "relu" },
  { type = "flatten" },
  { type = "dropout", rate = 0.2 },
  { type = "dense", units = 16, activation = "relu" },
  { type = "dense", units = "classes", activation = "softmax" },
)"
                                 : R"(  { type = "flatten" },
  { type = "dense", units = 32, activation = "relu" },
  { type = "dense", units = 16, activation = "relu" },
  { type = "dense", units = "classes", activation = "softmax" },
)";
  return fmt::format(R"(# A mote project. Every setting is explained in docs/guide.md.
name = {}
seed = 7

[data]
path = "data"            # CSV, .npy or .npz; a class per file or per folder
window = {}             # rows per example
stride = {}             # rows from one example to the next
rate_hz = {:g}
# rows_per_recording = {}   # for files without blank lines between recordings

[split]                  # whole recordings go to one side
train = 0.7
val = 0.15
test = 0.15

[augment]                # training windows only
noise = 0.05
scale = 0.1
shift = 0.05

[model]
layers = [
{}]

[train]
epochs = 60
batch = 16
optimizer = "adam"
learning_rate = 0.001
normalize = "channel"

[train.early_stopping]
patience = 15
)",
                     toml_quoted(name), kWindow, kWindow, kRateHz, kWindow, layers);
}

std::map<std::string, std::string> project_files(const std::string &template_name, const std::string &name) {
  std::map<std::string, std::string> files = {
      {"mote.toml", project_toml(template_name, name)},
      {".gitignore", "runs/\n"},
      {"data/README.txt",
       "Put recordings here: one CSV file per class (punch.csv), or a folder per person or per class.\n"
       "What capture/capture.ino prints for one person goes into one file: ann/capture.csv, "
       "ben/capture.csv.\n"}};
  for (const auto &[file, text] : capture_files(capture_sketch())) files["capture/" + file] = text;
  return files;
}

}  // namespace mote

// The mote.toml that `mote init` writes: two networks to begin with, one text around them.
//
// For recordings that exist already, propose.cpp writes one that fits them.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"
#include "base/text.h"
#include "mote/project.h"

namespace mote {

std::vector<std::string> project_templates() { return {"gesture", "dense"}; }

std::string project_toml(const std::string &template_name, const std::string &name) {
  const auto templates = project_templates();
  if (std::find(templates.begin(), templates.end(), template_name) == templates.end())
    throw Error(ErrorCode::kInvalidArgument, "init", fmt::format("there is no template '{}'", template_name),
                fmt::format("there are {}", fmt::join(templates, ", ")));
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
window = 119             # rows per example
stride = 119             # rows from one example to the next
rate_hz = 119
# rows_per_recording = 119   # for files without blank lines between recordings

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
                     toml_quoted(name), layers);
}

}  // namespace mote

// The recordings and windows that a run is judged on: its own, as it recorded them, or others, which go
// through the door of all recordings that a model was not made from (load_for_model) and are split anew.
//
// Not for evaluate --data, which scores every window of other recordings and does not split.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "data/csv.h"
#include "mote/workflow.h"
#include "runs/made_how.h"
#include "workflow/feature_cache.h"
#include "workflow/other_recordings.h"

namespace mote {

namespace {

void check_classes_known(const Model &model, const Recordings &recordings, const std::string &path) {
  if (model.labels.empty()) return;
  std::vector<std::string> unknown;
  for (const std::string &label : recordings.labels)
    if (std::find(model.labels.begin(), model.labels.end(), label) == model.labels.end())
      unknown.push_back(label.empty() ? "(none)" : fmt::format("'{}'", label));
  if (!unknown.empty())
    throw Error(
        ErrorCode::kDataFormat, path,
        fmt::format("has recordings of class {}, the model knows {}", few_of(unknown),
                    fmt::join(model.labels, ", ")),
        "data.labels names the classes to read; `mote evaluate --data` and `mote predict` take others");
}

}  // namespace

RunData load_run_data(const Run &run, const JudgedOn &on) {
  const Project &project = run.project();
  run.model();  // what has none has no recordings either
  if (on.is_own() && run.knows_its_data()) {
    RunData own = load_own_data(run);
    use_kept_features(project, run.model(), own.splits);
    return own;
  }
  const bool is_elsewhere = !on.data.empty();
  const std::string &path = is_elsewhere ? on.data : project.data_path;
  RunData data;
  data.is_own = false;
  data.recordings = load_for_model(run.model(), is_elsewhere ? options_for(&project) : project.load, path,
                                   true, data.notes);
  data.recordings.take_off_running_mean(run.model().preprocessing.running_mean);
  check_classes_known(run.model(), data.recordings, path);
  data.splits = data.recordings.split(project.split);
  if (const auto &labels = run.model().labels; !labels.empty() && data.recordings.labels != labels) {
    data.recordings.labels = labels;  // its outputs stand for these, whichever of them are here
    data.splits = data.recordings.parted(data.splits.parts);
  }
  data.digest = digest_of_data(recordings_record(data.recordings, data.splits.parts, project.folder));
  data.notes.push_back(
      on.is_own()
          ? "the run was made by an older mote and does not say which recordings it was trained on; this is "
            "a split of what is there now, which is the same only if nothing was added or changed"
          : "on a new split of what is there now; the model may have been trained on these windows");
  return data;
}

}  // namespace mote

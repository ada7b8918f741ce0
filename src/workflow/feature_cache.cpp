// The folder of a project where features of windows are kept, which can be removed at any time.
//
// What is kept and when it is believed: train/keep_features.cpp.
#include "workflow/feature_cache.h"

#include <filesystem>
#include <mutex>

#include "train/keep_features.h"

namespace mote {

static std::string feature_folder(const Project &project) {
  return (std::filesystem::path(project.folder) / ".mote").string();
}

std::string keep_features_of(const Project &project, const Model &model, Splits &splits,
                             const TrainOptions &o) {
  // of trainings side by side in a process, the first computes what all of them use
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  ThreadPool pool(o.threads > 0 ? o.threads : hardware_threads());
  return keep_features(training_blocks(model, splits.train, o), splits,
                       {.folder = feature_folder(project), .done = o.on_features}, pool);
}

void use_kept_features(const Project &project, const Model &model, Splits &splits) {
  ThreadPool pool(hardware_threads());
  keep_features(blocks_of(model.preprocessing), splits,
                {.folder = feature_folder(project), .computes_none = true}, pool);
}

}  // namespace mote

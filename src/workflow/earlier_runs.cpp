// Reads the records of earlier runs; one that is damaged is passed over, for it is only looked at by the way.
#include "workflow/earlier_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "base/error.h"
#include "mote/runs.h"
#include "mote/workflow.h"
#include "runs/run_folder.h"

namespace mote {

namespace {

// Calls `look` with the runs, the newest first, until it returns true.
template <class Look>
void each_earlier_run(const Project &project, Look look) {
  std::vector<std::string> names;
  std::error_code code;
  const fs::path runs = fs::path(project.folder) / "runs";
  for (const auto &entry : fs::directory_iterator(runs, code))
    if (fs::exists(entry.path() / run_file::kRecord, code)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end(), [](const auto &a, const auto &b) { return is_older_run(b, a); });
  for (const std::string &name : names) {
    try {
      const Run run(RunFolder{(runs / name).string(), project.folder});
      if (look(run)) return;
    } catch (const Error &) {  // said by the commands that use it
    } catch (const nlohmann::json::exception &) {
    }
  }
}

bool keeps_groups(const Run &run) {
  if (run.has(run_file::kFolds)) {  // of a cross-validation: each fold is called after the group it left out
    const nlohmann::json &folds = run.json(run_file::kFolds);
    if (!folds.empty() && folds.at(0).at("name").get<std::string>().starts_with("without ")) return true;
  }
  const GroupBy by = run.project().split.by;
  return by == GroupBy::kFolder || by == GroupBy::kColumn;
}

// Of the float model on the test part; nullopt: there is none, or it is a regression.
std::optional<nlohmann::json> test_scores(const Run &run) {
  if (!run.has(run_file::kEvaluation)) return {};
  const nlohmann::json &list = run.json(run_file::kEvaluation);
  if (list.empty() || !list.at(0).contains("accuracy")) return {};
  return list.at(0);
}

}  // namespace

std::string figure_by_groups(const Project &project) {
  std::string found;
  each_earlier_run(project, [&](const Run &run) {
    const auto e = test_scores(run);
    if (!e || !keeps_groups(run)) return false;
    const std::string sure =
        e->contains("interval") ? e->at("interval").at("text").get<std::string>() + ", " : "";
    found = fmt::format("; by group it was {:.1f} % ({}runs/{})", 100 * e->at("accuracy").get<double>(), sure,
                        fs::path(run.path()).filename().string());
    return true;
  });
  return found;
}

std::vector<Finding> choice_findings(const Project &project) {
  constexpr size_t kMany = 10;
  struct Score {
    double accuracy, error;  // standard error; 0: not known
  };
  std::map<std::string, std::vector<Score>> of_data;
  std::map<std::string, std::vector<std::string>> names;
  each_earlier_run(project, [&](const Run &run) {
    const auto e = test_scores(run);
    if (!e || run.data_digest().empty() || run.has(run_file::kFolds)) return false;
    Score score{e->at("accuracy").get<double>(), 0};
    if (e->contains("interval_95")) {
      constexpr double kWidth = 2 * 1.96;  // of a 95 % interval, in standard errors
      score.error =
          (e->at("interval_95").at(1).get<double>() - e->at("interval_95").at(0).get<double>()) / kWidth;
    }
    of_data[run.data_digest()].push_back(score);
    names[run.data_digest()].push_back("runs/" + fs::path(run.path()).filename().string());
    return false;
  });
  for (const auto &[digest, scores] : of_data) {
    if (scores.size() < kMany) continue;
    const Score best = *std::max_element(
        scores.begin(), scores.end(), [](const Score &a, const Score &b) { return a.accuracy < b.accuracy; });
    // of so many equal ones the best is above their mean by about this many standard errors
    const double above = std::sqrt(2 * std::log(static_cast<double>(scores.size())));
    const std::string by_chance = best.error > 0 ? fmt::format(
                                                       ": if they were equally good, the best of so many "
                                                       "would be up to {:.1f} points too high by chance",
                                                       100 * above * best.error)
                                                 : "";
    Finding f{Severity::kNote, "runs",
              fmt::format("{} runs were judged on the same test part, the best {:.1f} %{}", scores.size(),
                          100 * best.accuracy, by_chance)};
    f.kind = "chosen_on_test";
    f.remedy =
        "choose by validation (`mote train --folds`), and score what was chosen once, on new recordings";
    f.files = names[digest];
    return {f};
  }
  return {};
}

}  // namespace mote

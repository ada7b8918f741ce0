// The same training from several seeds, side by side: how far apart their scores lie, and which run to keep,
// by validation.
//
// runs/<series>.seeds says what is wanted while it is not all there; which seeds are done is what runs and
// unfinished trainings say of themselves, so that a killed series goes on wherever it was. In the end
// runs/<series>/ holds the record.
#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <system_error>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "base/form.h"
#include "base/staged_folder.h"
#include "base/threads.h"
#include "runs/json_file.h"
#include "runs/run_folder.h"
#include "runs/unfinished.h"
#include "workflow/series.h"

namespace mote {

using nlohmann::json;

namespace {

// What was asked for, as it was begun with.
struct Series {
  std::string name, path;  // runs/<name>
  std::string toml;
  std::vector<std::string> assignments;
  std::vector<uint64_t> seeds;
  int epochs = 0;
  bool is_split_seeded = false;  // each seed divides the recordings anew
  uint64_t split_seed = 0;
};

void save(const Series &s) {
  write_file(series_path(s.path), json_text({{"toml", s.toml},
                                             {"set", s.assignments},
                                             {"seeds", s.seeds},
                                             {"epochs", s.epochs},
                                             {"split_by_seed", s.is_split_seeded},
                                             {"split_seed", s.split_seed}}));
}

Series load_series(const fs::path &path) {
  constexpr size_t kLongest = size_t{1} << 20, kMostSeeds = 1000;
  constexpr uint64_t kMostEpochs = 1'000'000;
  static const Form kForm = form::object({{"toml", form::text(kLongest)},
                                          {"set", form::list(form::text(kLongest))},
                                          {"seeds", form::list(form::count(UINT64_MAX), 1, kMostSeeds)},
                                          {"epochs", form::count(kMostEpochs)},
                                          {"split_by_seed", form::flag()},
                                          {"split_seed", form::count(UINT64_MAX)}});
  const std::string kWhat = "is not a series of seeds:", kHint = "remove it and train anew";
  const json plan = parse_json(read_file(path), path.string(), kWhat, kHint);
  check_form(kForm, plan, path.string(), kWhat, kHint);
  Series s;
  s.name = path.stem().string();
  s.path = (path.parent_path() / s.name).string();
  s.toml = plan.at("toml");
  s.assignments = plan.at("set").get<std::vector<std::string>>();
  s.seeds = plan.at("seeds").get<std::vector<uint64_t>>();
  s.epochs = plan.at("epochs");
  s.is_split_seeded = plan.at("split_by_seed");
  s.split_seed = plan.at("split_seed");
  return s;
}

// Those that are not whole, the newest first.
std::vector<fs::path> open_series(const Project &project) {
  std::vector<fs::path> list;
  std::error_code code;
  for (const auto &entry : fs::directory_iterator(fs::path(project.folder) / "runs", code))
    if (entry.path().extension() == series_path("x").substr(1))
      list.push_back(entry.path().lexically_normal());
  std::sort(list.begin(), list.end(), [](const fs::path &a, const fs::path &b) {
    return is_older_run(b.stem().string(), a.stem().string());
  });
  return list;
}

// The finished runs of a series, by seed.
std::map<uint64_t, std::string> finished_runs(const Series &s) {
  std::map<uint64_t, std::string> runs;
  std::error_code code;
  for (const auto &entry : fs::directory_iterator(fs::path(s.path).parent_path(), code)) {
    if (!fs::exists(entry.path() / run_file::kModel)) continue;
    try {
      const std::string path = entry.path().lexically_normal().string();
      const Run run(find_run(path));
      const json &record = run.json(run_file::kRecord);
      if (record.value("series", "") == s.name) runs[record.at("seed")] = path;
    } catch (const Error &) {  // another run that is damaged is none of ours
    }
  }
  return runs;
}

std::map<uint64_t, std::string> begun_runs(const Series &s, const Project &project) {
  std::map<uint64_t, std::string> runs;
  for (const std::string &path : unfinished_runs(project.folder)) try {
      const Unfinished begun = load_unfinished(unfinished_path(path));
      if (begun.series == s.name) runs[begun.seed] = path;
    } catch (const Error &) {  // as above; or it has just been finished
    }
  return runs;
}

std::optional<double> number_at(const json &record, const char *key) {
  if (!record.is_object() || !record.contains(key) || !record.at(key).is_number()) return {};
  return record.at(key).get<double>();
}

SeedFigure figure_of(const Project &project) {
  if (project.detector.is_set()) return SeedFigure::kDetection;
  return project.train.target == ModelTarget::kClasses ? SeedFigure::kAccuracy
                                                       : SeedFigure::kMeanAbsoluteError;
}

bool is_less_better(SeedFigure figure) { return figure != SeedFigure::kAccuracy; }

// From the records of a run.
SeedScore score_of(uint64_t seed, const std::string &path, SeedFigure figure) {
  const Run run(find_run(path));
  SeedScore score;
  score.seed = seed;
  score.run = run.folder();
  score.figure = figure;
  const json &history = run.json(run_file::kHistory);
  score.kept_epoch = history.at("best_epoch");
  const auto validated = [&](const json &record) {
    if (figure == SeedFigure::kDetection)
      return number_at(record, record.contains("val_score") ? "val_score" : "val_loss");
    return number_at(record, figure == SeedFigure::kAccuracy ? "val_accuracy" : "val_mae");
  };
  for (const json &epoch : history.at("epochs"))
    if (epoch.at("epoch") == score.kept_epoch) {
      score.validation = validated(epoch);
      score.validation_loss = number_at(epoch, "val_loss");
    }
  if (history.contains("int8")) score.validation_int8 = validated(history.at("int8"));
  const json &evaluation = run.json(run_file::kEvaluation);
  if (evaluation.is_array() && !evaluation.empty())
    score.test = figure == SeedFigure::kDetection
                     ? number_at(evaluation.at(0).value("detection", json::object()), "auc")
                     : number_at(evaluation.at(0), figure == SeedFigure::kAccuracy ? "accuracy" : "mae");
  return score;
}

std::optional<SeedSpread> spread_of(const std::vector<SeedScore> &seeds,
                                    std::optional<double> SeedScore::*figure) {
  SeedSpread spread{0, 1e300, -1e300};
  for (const SeedScore &s : seeds) {
    const std::optional<double> &value = s.*figure;
    if (!value) return {};
    spread.mean += *value / static_cast<double>(seeds.size());
    spread.low = std::min(spread.low, *value);
    spread.high = std::max(spread.high, *value);
  }
  return spread;
}

std::string figure_name(SeedFigure figure) {
  if (figure == SeedFigure::kDetection) return "mean score of normal windows";
  return figure == SeedFigure::kAccuracy ? "accuracy" : "mean absolute error";
}

// The best by validation; of equals that with the smaller loss, then the first.
void choose(SeedRuns &s, bool is_split_seeded) {
  if (!s.validation) {
    s.why =
        "there are no validation windows to choose by, and choosing by the test would spoil it: the first";
    return;
  }
  const auto is_better = [&](const SeedScore &a, const SeedScore &b) {
    if (*a.validation != *b.validation)
      return is_less_better(s.figure) ? *a.validation < *b.validation : *a.validation > *b.validation;
    return a.validation_loss && b.validation_loss && *a.validation_loss < *b.validation_loss;
  };
  size_t equals = 0;
  for (size_t i = 1; i < s.seeds.size(); ++i)
    if (is_better(s.seeds[i], s.seeds[s.kept])) s.kept = i;
  for (const SeedScore &other : s.seeds) equals += *other.validation == *s.seeds[s.kept].validation;
  const double value = *s.seeds[s.kept].validation;
  s.why = s.figure == SeedFigure::kAccuracy
              ? fmt::format("the highest validation accuracy, {:.1f} %", 100 * value)
              : fmt::format("the smallest {} of validation, {:.5g}", figure_name(s.figure), value);
  if (equals > 1) s.why += fmt::format(", and of the {} with it the smallest loss", equals);
  if (is_split_seeded)
    s.why += "; each seed has its own split, so these are not the same windows: `split.seed` makes them so";
}

json spread_json(const std::optional<SeedSpread> &s) {
  if (!s) return nullptr;
  return {{"mean", s->mean}, {"low", s->low}, {"high", s->high}};
}

void make_record(SeedRuns &s, const Project &project) {
  s.record = {{"validation", spread_json(s.validation)},
              {"test", spread_json(s.test)},
              {"figure", figure_name(s.figure)},
              {"test_figure", s.figure == SeedFigure::kDetection ? "AUC" : figure_name(s.figure)},
              {"seeds", json::array()}};
  const auto or_null = [](const std::optional<double> &v) { return v ? json(*v) : json(nullptr); };
  for (const SeedScore &score : s.seeds)
    s.record["seeds"].push_back({{"seed", score.seed},
                                 {"run", path_within(project.folder, score.run.path)},
                                 {"kept_epoch", score.kept_epoch},
                                 {"validation", or_null(score.validation)},
                                 {"validation_loss", or_null(score.validation_loss)},
                                 {"validation_int8", or_null(score.validation_int8)},
                                 {"test", or_null(score.test)}});
  s.record["keep"] = {{"seed", s.seeds[s.kept].seed},
                      {"run", path_within(project.folder, s.seeds[s.kept].run.path)},
                      {"why", s.why}};
}

// Works through the seeds that are not done.
class Runner {
 public:
  Runner(const Series &series, const Project &project, const SeedsRequest &request)
      : series_(series),
        project_(project),
        request_(request),
        finished_(finished_runs(series)),
        begun_(begun_runs(series, project)) {
    const int cores = project.train.threads > 0 ? project.train.threads : hardware_threads();
    workers_ = std::clamp<int>(static_cast<int>(series.seeds.size()), 1, cores);
    threads_ = std::max(1, cores / workers_);
  }

  std::map<uint64_t, std::string> run() {
    std::vector<std::thread> workers;
    for (int w = 0; w < workers_; ++w) try {
        workers.emplace_back([this] {
          while (const std::optional<uint64_t> seed = next()) work(*seed);
        });
      } catch (const std::system_error &) {  // fewer do it, too
        if (workers.empty()) throw;
        break;
      }
    for (std::thread &worker : workers) worker.join();
    if (error_) std::rethrow_exception(error_);
    return finished_;
  }

 private:
  std::optional<uint64_t> next() {
    const std::lock_guard lock(mutex_);
    while (!error_ && next_ < series_.seeds.size())
      if (const uint64_t seed = series_.seeds[next_++]; !finished_.contains(seed)) return seed;
    return {};
  }

  void work(uint64_t seed) {
    try {
      const std::string path = train(seed);
      const SeedScore score = score_of(seed, path, figure_of(project_));
      const std::lock_guard lock(mutex_);
      finished_[seed] = path;
      if (request_.end_seed) request_.end_seed(score);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
    }
  }

  std::string train(uint64_t seed) {
    Project p = project_;
    p.train.seed = seed;
    p.split.seed = series_.is_split_seeded ? seed : series_.split_seed;
    p.train.epochs = series_.epochs;
    p.train.threads = threads_;
    p.has_checkpoints = false;  // all would write the same files
    if (request_.each) request_.each(p, seed);
    p.train.on_step = [this, asked = p.train.on_step](const StepEnd &step) {
      const bool goes_on = !asked || asked(step);
      const std::lock_guard lock(mutex_);
      return goes_on && !error_;
    };
    if (const auto begun = begun_.find(seed); begun != begun_.end()) {
      const std::optional<RunClaim> claim = RunClaim::soon({begun->second});
      if (!claim)
        throw Error(ErrorCode::kIo, unfinished_path(begun->second), "is being trained by another process",
                    "wait until it has ended, or end it");
      return resume_claimed(p, *claim, {}, nullptr).folder.path;
    }
    return train_of_series(p, nullptr, nullptr, series_.name).folder.path;
  }

  const Series &series_;
  const Project &project_;
  const SeedsRequest &request_;
  std::map<uint64_t, std::string> finished_, begun_;
  int workers_ = 1, threads_ = 1;
  std::mutex mutex_;
  size_t next_ = 0;
  std::exception_ptr error_;
};

SeedRuns run_series(const Series &series, const Project &project, const SeedsRequest &request) {
  const std::map<uint64_t, std::string> runs = Runner(series, project, request).run();
  SeedRuns result;
  result.figure = figure_of(project);
  for (const uint64_t seed : series.seeds)
    result.seeds.push_back(score_of(seed, runs.at(seed), result.figure));
  result.validation = spread_of(result.seeds, &SeedScore::validation);
  result.test = spread_of(result.seeds, &SeedScore::test);
  choose(result, series.is_split_seeded);
  make_record(result, project);
  StagedFolder staged(series.path);
  staged.write(run_file::kProject, series.toml);
  json record = Run(result.seeds[0].run).json(run_file::kRecord);
  record["kind"] = "seeds";
  record.erase("series");
  staged.write(run_file::kRecord, json_text(record));
  staged.write(run_file::kSeeds, json_text(result.record));
  staged.commit();
  std::error_code ignored;
  fs::remove(series_path(series.path), ignored);
  result.folder = find_run(series.path);
  return result;
}

}  // namespace

SeedRuns train_seeds(const Project &project, const SeedsRequest &request) {
  std::vector<uint64_t> sorted = request.seeds;
  std::sort(sorted.begin(), sorted.end());
  if (sorted.empty() || std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
    throw Error(ErrorCode::kInvalidArgument, "--seeds", "needs seeds that differ");
  const RunClaim claim = RunClaim::next(project);
  Series series;
  series.path = claim.path();
  series.name = fs::path(series.path).filename().string();
  series.toml = project.toml;
  series.assignments = project.assignments;
  series.seeds = request.seeds;
  series.epochs = project.train.epochs;
  series.is_split_seeded = project.split.seed == project.train.seed;
  series.split_seed = project.split.seed;
  { StagedFolder probe(series.path); }
  save(series);
  return run_series(series, project, request);
}

bool has_open_series(const Project &project) {
  const std::vector<fs::path> open = open_series(project);
  return std::any_of(open.begin(), open.end(), [](const fs::path &path) {
    return RunClaim::of((path.parent_path() / path.stem()).string()).has_value();
  });
}

std::optional<SeedRuns> resume_seeds(const Project &given, const SeedsRequest &request) {
  RunClaim::sweep(given.folder);
  const std::vector<fs::path> open = open_series(given);
  if (open.empty()) return {};
  for (const fs::path &path : open) {
    const std::optional<RunClaim> claim = RunClaim::of((path.parent_path() / path.stem()).string());
    if (!claim) continue;
    const Series series = load_series(path);
    const std::string toml = (fs::path(given.folder) / "mote.toml").string();
    if (series.toml != given.toml)
      throw Error(ErrorCode::kDataFormat, toml, "has changed since the series of seeds began",
                  fmt::format("restore it, or remove {} and train anew", path.string()));
    Project project = parse_project(series.toml, toml, given.folder, series.assignments);
    project.train.threads = given.train.threads;
    return run_series(series, project, request);
  }
  throw Error(ErrorCode::kIo, open[0].string(), "is being trained by another process",
              "wait until it has ended, or end it");
}

}  // namespace mote

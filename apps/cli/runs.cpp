// mote runs: the runs of a project as a table, a tree or JSON, those that meet a condition; and what nothing
// keeps, which is removed only on request.
//
// The work is portfolio/list.cpp and portfolio/prune.cpp.
#include <fmt/format.h>

#include "base/text.h"
#include "cli.h"
#include "mote/error.h"
#include "mote/portfolio.h"
#include "terminal.h"

namespace mote::cli {

namespace {

struct RunsArguments : Common {
  std::string folder = ".";
  RunsRequest request;
  bool is_tree = false, has_names = false, is_prune = false, is_sure = false;
};

// Where many folders are read for the first time.
std::function<void(size_t, size_t)> shown_progress(StatusLine &line) {
  constexpr size_t kMany = 20;
  return [&line](size_t done, size_t of) {
    if (of < kMany || !can_overwrite(Stream::kErr)) return;
    if (done == of)
      line.clear();
    else
      line.show(fmt::format("Reading runs: {} of {}", done, of));
  };
}

void list(const RunsArguments &o) {
  RunsRequest request = o.request;
  StatusLine line;
  request.on_read = shown_progress(line);
  request.has_all = o.json && request.columns.empty();
  const ListedRuns listed = list_runs(o.folder, request);
  warn(listed.notes);
  std::string text = o.is_tree ? runs_tree(listed) : runs_text(listed);
  text.pop_back();
  result(o, runs_json(listed), text);
}

void prune(const RunsArguments &o) {
  if (!o.request.where.empty() || !o.request.sort.empty() || o.is_tree)
    throw Error(ErrorCode::kInvalidArgument, "--prune",
                "chooses by itself, without --where, --sort and --tree",
                "`mote tag` keeps what it should not list");
  const PrunePlan plan = plan_prune(o.folder);
  warn(plan.notes);
  std::vector<std::string> gone;
  if (o.is_sure) gone = remove_runs(o.folder, plan);
  nlohmann::json runs = nlohmann::json::array(), kept = nlohmann::json::array();
  std::string text;
  size_t bytes = 0;
  for (const PrunedRun &run : plan.runs) {
    runs.push_back({{"run", run.name}, {"path", run.path}, {"bytes", run.bytes}});
    bytes += run.bytes;
    text += fmt::format("{:<40}  {}\n", run.name, human_bytes(run.bytes));
  }
  for (const auto &[name, why] : plan.kept) kept.push_back({{"run", name}, {"why", why}});
  const std::string all =
      fmt::format("{} run{} ({})", plan.runs.size(), plan.runs.size() == 1 ? "" : "s", human_bytes(bytes));
  if (plan.runs.empty())
    text += fmt::format(
        "Nothing to remove: all {} runs are tagged, noted, the newest, the best by validation or "
        "the origin of one that is.",
        plan.kept.size());
  else if (o.is_sure)
    text += fmt::format("Removed {} of these {}; {} stay.", gone.size(), all, plan.kept.size());
  else
    text += fmt::format("{} would go, {} stay. --yes removes them; `mote tag RUN keep` keeps one.", all,
                        plan.kept.size());
  result(o, {{"runs", runs}, {"kept", kept}, {"removed", gone}}, text);
}

}  // namespace

void add_runs(CLI::App &app) {
  auto o = std::make_shared<RunsArguments>();
  CLI::App *c = app.add_subcommand("runs", "list the runs of a project, filter and sort them");
  c->add_option("DIR", o->folder, "a project; default: here");
  c->add_option("--where", o->request.where,
                "only runs that meet a condition, as in 'int8.accuracy > 0.9 and flash < 40k'");
  c->add_option("--sort", o->request.sort, "by a name, the best first; default: the newest first");
  c->add_flag("--reverse", o->request.is_reversed, "the other way round");
  c->add_option("--columns", o->request.columns, "names, as in val.accuracy,flash,train.epochs")
      ->delimiter(',');
  c->add_flag("--names", o->has_names, "list the names that filter, sort and columns take");
  c->add_option("--limit", o->request.most, "no more runs than this; 0: all")->capture_default_str();
  c->add_flag("--tree", o->is_tree, "below each run those that were made of it");
  auto *prune_flag = c->add_flag("--prune", o->is_prune,
                                 "list what is neither tagged, noted, the newest nor the best by validation, "
                                 "nor the origin of one that is");
  c->add_flag("--yes", o->is_sure, "of --prune: remove these folders")->needs(prune_flag);
  describe(c, *o, "mote runs --where 'int8.accuracy > 90 % and flash < 40k' --sort flash");
  c->callback([o] {
    if (o->has_names) {
      std::string text = run_facts_text();
      text.pop_back();
      return result(*o, {{"names", run_fact_names()}}, text);
    }
    if (o->is_prune)
      prune(*o);
    else
      list(*o);
  });
}

}  // namespace mote::cli

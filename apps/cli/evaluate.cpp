// mote evaluate: options and sentences around workflow/evaluate.h, for a run, and of one part or of other
// recordings.
#include <fmt/format.h>

#include "cli.h"
#include "mote/error.h"
#include "mote/report.h"
#include "mote/workflow.h"

namespace mote::cli {

void add_evaluate(CLI::App &app) {
  struct Options : Common {
    std::string run;
    EvaluateRequest request;
    std::vector<std::string> assignments;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("evaluate",
                                   "scores on the test windows or another part, float and int8 side by side");
  c->add_option("RUN", o->run, "a run, or a project for its newest run; default: the newest run here");
  c->add_option("--precision", o->request.precision, "only one of them")
      ->check(CLI::IsMember({"float", "int8"}));
  auto *data = c->add_option("--data", o->request.on.data, "other recordings than the run's own windows");
  c->add_option(
       "--part", o->request.part,
       "of the run's own windows: train, val, test or all; default: test, or val where there is no test part")
      ->check(CLI::IsMember({"train", "val", "test", "all"}))
      ->excludes(data);
  c->add_flag(
       "--resplit", o->request.on.is_resplit,
       "a new split of what is in the data folder now; the figures are marked, as the model may have been "
       "trained on these windows")
      ->excludes(data);
  c->add_option("--dump", o->request.dump,
                "also write the windows, int8 inputs and outputs into this folder");
  add_set_option(c, o->assignments);
  describe(c, *o, "mote evaluate --data recordings_of_monday");
  c->callback([o] {
    check_assignments(o->assignments, {"data"});
    if (!o->assignments.empty() && o->request.on.data.empty())
      throw Error(ErrorCode::kInvalidArgument, "--set", "a run is judged on its own windows as they are",
                  "give other recordings with --data");
    RunFolder folder = find_run(o->run);
    folder.assignments = o->assignments;
    const Run run(folder);
    const RunScores scores = evaluate_run(run, o->request);
    const auto &evaluations = scores.evaluations;
    warn(scores.notes);
    std::string text = fmt::format("Run {}\n", run.path());
    if (scores.is_resplit)
      text +=
          "Resplit: a new split of what is there now; the model may have been trained on these windows.\n";
    if (!scores.part.empty() && scores.part != "test")
      text +=
          fmt::format("Scored: {}.\n", scores.part == "val"     ? "the validation part"
                                       : scores.part == "train" ? "the training part"
                                                                : "all parts: training, validation and test");
    for (const Evaluation &e : evaluations) {
      if (e.is_regression) {
        text += fmt::format("\n{}, {} windows: {}", e.precision, e.examples, e.report());
        continue;
      }
      text += fmt::format("\n{}: accuracy {:.2f} % of {} windows (95 % interval {:.1f} - {:.1f})\n\n{}\n{}",
                          e.precision, 100 * e.accuracy, e.truth.size(), 100 * e.interval.low,
                          100 * e.interval.high, e.report(), e.confusion_text());
      const std::string worst = e.worst_pair();
      if (!worst.empty()) text += worst + "\n";
    }
    if (evaluations[0].is_regression) {
      text.pop_back();
    } else if (evaluations.size() == 2) {
      size_t changed = 0;
      for (size_t i = 0; i < evaluations[0].predicted.size(); ++i)
        changed += evaluations[0].predicted[i] != evaluations[1].predicted[i];
      text += fmt::format("\nfloat {:.2f} %, int8 {:.2f} %; {} of {} windows change class.",
                          100 * evaluations[0].accuracy, 100 * evaluations[1].accuracy, changed,
                          evaluations[0].predicted.size());
    } else if (o->request.precision.empty()) {
      text += "\nThere is no int8 model yet; `mote quantize` makes one.";
    } else {
      text.pop_back();
    }
    nlohmann::json json = {{"run", run.path()}, {"evaluations", scores.records}, {"notes", scores.notes}};
    if (scores.is_resplit) json["resplit"] = true;
    if (!scores.part.empty()) json["part"] = scores.part;
    result(*o, json, text);
  });
}

}  // namespace mote::cli

#include <fmt/format.h>

#include "cli.h"
#include "mote/error.h"
#include "mote/project.h"
#include "mote/report.h"

namespace mote::cli {

void add_evaluate(CLI::App &app) {
  struct Options : Common {
    std::string run, precision, data, dump;
    std::vector<std::string> assignments;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("evaluate", "scores on the test windows, float and int8 side by side");
  c->add_option("RUN", o->run, "a run, or a project for its newest run; default: the newest run here");
  c->add_option("--precision", o->precision, "only one of them")->check(CLI::IsMember({"float", "int8"}));
  c->add_option("--data", o->data, "other recordings than the run's test windows");
  c->add_option("--dump", o->dump, "also write the test windows, int8 inputs and outputs into this folder");
  add_set_option(c, o->assignments);
  describe(c, *o, "mote evaluate --data recordings_of_monday");
  c->callback([o] {
    check_assignments(o->assignments, {"data"});
    if (!o->assignments.empty() && o->data.empty())
      throw Error(ErrorCode::kInvalidArgument, "--set", "a run is judged on its own windows as they are",
                  "give other recordings with --data");
    RunFolder run = find_run(o->run);
    run.assignments = o->assignments;
    const auto evaluations = evaluate_run(run, o->precision, o->data);
    if (!o->dump.empty()) dump_run(run, o->dump);
    nlohmann::json list = nlohmann::json::array();
    std::string text = fmt::format("Run {}\n", run.path);
    for (const Evaluation &e : evaluations) {
      list.push_back(evaluation_json(e));
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
    } else if (o->precision.empty()) {
      text += "\nThere is no int8 model yet; `mote quantize` makes one.";
    } else {
      text.pop_back();
    }
    result(*o, {{"run", run.path}, {"evaluations", list}}, text);
  });
}

}  // namespace mote::cli

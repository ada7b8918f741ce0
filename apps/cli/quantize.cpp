// mote quantize: the int8 model of a run by calibration or fine-tuning; options of the command line go
// before mote.toml.
//
// The work is workflow/quantize.cpp.
#include <fmt/format.h>

#include <iostream>

#include "cli.h"
#include "interrupt.h"
#include "judged_on.h"
#include "mote/error.h"
#include "mote/report.h"
#include "mote/settings.h"
#include "mote/workflow.h"
#include "progress.h"

namespace mote::cli {

namespace {

struct QuantizeArguments : Common {
  JudgedOn on;
  std::string run, method = "ptq", calibration, calibrate_on = "train", dense;
  std::vector<std::string> int16_layers, assignments;
  std::optional<double> percentile;
  std::optional<size_t> examples;
  std::optional<int> epochs;
  std::optional<float> learning_rate;
  bool by_row = false, drop_outliers = false, equalize = false, bias_correction = false, quiet = false;
};

// What mote.toml says, and the command line instead of it.
QuantizeRequest request_of(const QuantizeArguments &o, const Project &project) {
  QuantizeRequest r{project.quantize, o.calibrate_on, o.by_row, o.method == "qat", project.tune};
  if (project.tune_teaching.weight > 0) r.teaching = project.tune_teaching;
  if (!o.int16_layers.empty()) r.settings.int16_layers = o.int16_layers;
  if (!o.calibration.empty()) r.settings.calibration.method = range_method(o.calibration);
  if (o.percentile) r.settings.calibration.percentile = *o.percentile;
  if (o.examples) r.settings.examples = *o.examples;
  if (o.drop_outliers) r.settings.drops_outliers = true;
  if (o.equalize) r.settings.has_equalization = true;
  if (o.bias_correction) r.settings.has_bias_correction = true;
  if (!o.dense.empty()) r.settings.has_dense_per_tensor = o.dense == "per-tensor";
  if (o.epochs) r.tune.epochs = *o.epochs;
  if (o.learning_rate) r.tune.learning_rate = *o.learning_rate;
  r.on = o.on;
  return r;
}

void run_quantize(const QuantizeArguments &o) {
  check_assignments(o.assignments, {"quantize", "train"});
  const Interruptible ends("Ended. The run is as it was; the same command begins anew.");
  RunFolder folder = find_run(o.run);
  folder.assignments = o.assignments;
  const Run opened(folder);
  const Project &project = opened.project();
  QuantizeRequest request = request_of(o, project);
  Progress progress(o.quiet, {.epochs = tuning_options(request.tune, project.train).epochs});
  request.on_step = [&](const StepEnd &s) {
    progress.step(s);
    return true;
  };
  request.callbacks.push_back([&](const EpochEnd &e) {
    progress.epoch(e.record);
    return true;
  });
  const QuantizedRun q = quantize_run(opened, request);
  if (request.is_aware) progress.finish();
  warn(q.notes);
  for (const std::string &finding : q.findings) warning(finding);
  std::string text = program_text(q.program) + "\n";
  if (!q.history.empty()) {
    const EpochRecord &last = q.history.back();
    text +=
        fmt::format("{} of the int8 model: {}.\n",
                    q.has_validation ? "Validation" : "Training, as nothing is for validation,",
                    last.is_regression ? fmt::format("loss {:.5g}, mean absolute error {:.5g}",
                                                     last.value("val_loss"), last.value("val_mae"))
                                       : fmt::format("accuracy {:.2f} %", 100 * last.value("val_accuracy")));
  }
  if (!q.threshold.empty()) text += q.threshold + ".\n";
  text += fmt::format("Wrote {}/model_int8.mote. `mote evaluate` compares it with the float model.",
                      opened.path());
  nlohmann::json json = {{"run", opened.path()},
                         {"model", opened.path() + "/model_int8.mote"},
                         {"program", program_json(q.program)},
                         {"warnings", q.findings}};
  if (!q.history.empty() && q.has_validation) json["val_accuracy"] = q.history.back().val_accuracy;
  result(o, json, text);
}

}  // namespace

void add_quantize(CLI::App &app) {
  auto o = std::make_shared<QuantizeArguments>();
  CLI::App *c = app.add_subcommand("quantize", "make the int8 model of a run");
  c->add_option("RUN", o->run, "a run, or a project for its newest run; default: the newest run here");
  c->add_option("--method", o->method,
                "ptq: from training windows, without training; qat: fine-tunes the weights with the int8 "
                "arithmetic as the forward pass")
      ->capture_default_str()
      ->check(CLI::IsMember({"ptq", "qat"}));
  c->add_option("--calibration", o->calibration,
                "how ranges are chosen; default: quantize.calibration, min-max")
      ->check(CLI::IsMember(range_method_names().names()));
  c->add_option("--percentile", o->percentile, "for --calibration percentile; default 99.99")
      ->check(range_of("quantize.percentile"));
  c->add_option("--examples", o->examples,
                "windows to calibrate on, as many of each class as can be; default 500")
      ->check(range_of("quantize.examples"));
  c->add_option("--calibrate-on", o->calibrate_on, "part of the data")
      ->capture_default_str()
      ->check(CLI::IsMember({"train", "val", "test"}));
  c->add_flag("--drop-outliers", o->drop_outliers,
              "calibrate without windows that reach four times as far as the others");
  c->add_flag("--equalize", o->equalize, "scale channels between layers so that they use their ranges alike");
  c->add_flag("--bias-correction", o->bias_correction,
              "take the mean error of rounded weights out of the biases");
  c->add_option("--dense", o->dense, "scales of dense weights; per-tensor for interpreters before 2022")
      ->check(CLI::IsMember(setting("quantize.dense").choices));
  c->add_option("--int16", o->int16_layers, "layers that work on int16 activations; default: quantize.int16")
      ->type_name("LAYER")
      ->allow_extra_args(false);
  c->add_option("--epochs", o->epochs, "of qat; default: quantize.qat.epochs, or a tenth of the training's")
      ->check(range_of("quantize.qat.epochs"));
  c->add_option("--learning-rate", o->learning_rate, "of qat; default: a tenth of the training's")
      ->check(range_of("quantize.qat.learning_rate"));
  c->add_flag(
      "--by-row", o->by_row,
      "one row per call, recurrent layers carry their state; gives the window's outputs at its last row");
  add_set_option(c, o->assignments);
  c->add_flag("--quiet", o->quiet, "no progress");
  add_judged_on(*c, o->on);
  describe(c, *o, "mote quantize --method qat");
  c->callback([o] { run_quantize(*o); });
}

}  // namespace mote::cli

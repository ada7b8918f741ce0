// mote compress: a new run from one that is there, smaller, and what became of it layer by layer.
//
// What mote.toml says under [compress], as it is now, unless the command line says what to do. The work is
// workflow/compress.cpp.
#include <fmt/format.h>

#include "base/text.h"
#include "cli.h"
#include "interrupt.h"
#include "mote/error.h"
#include "mote/report.h"
#include "mote/settings.h"
#include "mote/workflow.h"
#include "progress.h"

namespace mote::cli {

namespace {

struct CompressArguments : Common {
  std::string run, prune, schedule, importance, shares, start;
  std::optional<int> clusters, epochs, steps;
  std::optional<float> learning_rate;
  std::optional<double> temperature, teacher_weight;
  std::string bits, flash, target;
  double drop = 1;
  std::vector<std::string> teachers, keep, assignments;
  bool is_per_channel = false, quiet = false;
};

// A command line that says what to do says all of it: mote.toml then says how.
bool says_what(const CompressArguments &o) {
  return !o.prune.empty() || o.clusters || !o.bits.empty() || !o.teachers.empty();
}

CompressRequest request_of(const CompressArguments &o, const Project &project) {
  CompressRequest r{project.compress};
  CompressSettings &s = r.settings;
  std::vector<std::string> teachers = project.teachers;
  if (says_what(o)) {
    s.prune = parse_pruning(o.prune);
    s.clusters = o.clusters.value_or(0);
    s.bits = o.bits == "4" ? 4 : 8;
    teachers = o.teachers;
    s.schedule = PruneSchedule::kConstant;  // that of mote.toml is of what mote.toml prunes
  }
  if (!o.schedule.empty()) s.schedule = *prune_schedule_names().find(o.schedule);
  if (!o.importance.empty()) s.importance = *importance_names().find(o.importance);
  if (!o.shares.empty()) s.shares = *channel_shares_names().find(o.shares);
  if (!o.start.empty()) s.cluster_start = *cluster_start_names().find(o.start);
  if (o.steps) s.steps = *o.steps;
  if (o.is_per_channel) s.is_cluster_per_channel = true;
  if (o.temperature) s.teaching.temperature = *o.temperature;
  if (o.teacher_weight) s.teaching.weight = *o.teacher_weight;
  if (!o.keep.empty()) s.keep_layers = o.keep;
  if (o.epochs) s.tune.epochs = *o.epochs;
  if (o.learning_rate) s.tune.learning_rate = *o.learning_rate;
  for (const std::string &name : teachers) {
    if (name == "parent")
      r.is_own_teacher = true;
    else
      r.teachers.emplace_back(find_run(name, project.folder));
  }
  return r;
}

std::string kernel_rows(const std::vector<KernelSummary> &kernels) {
  std::string text =
      fmt::format("{:<32} {:>9} {:>8} {:>8} {:>5}\n", "weights", "number", "zeros", "values", "bits");
  for (const KernelSummary &k : kernels) {
    text += fmt::format("{:<32} {:>9} {:>6.1f} % {:>8} {:>5}{}\n", k.name, k.weights,
                        100.0 * static_cast<double>(k.zeros) / static_cast<double>(k.weights),
                        k.values > 0 ? std::to_string(k.values) : ">256", k.bits,
                        k.left.empty() ? "" : "  stayed: " + k.left);
  }
  return text;
}

std::string scores_text(const RunSummary &s) {
  const EpochRecord &last = s.trained.history.back();
  const std::string of = last.has_validation ? "Validation" : "Training";
  if (last.is_regression)
    return fmt::format("{} loss {:.5g}, mean absolute error {:.5g}.\n", of, last.value("val_loss"),
                       last.value("val_mae"));
  std::string text =
      fmt::format("{} accuracy {:.1f} %{}", of, 100 * last.value("val_accuracy"),
                  s.val_int8 ? fmt::format(" (int8: {:.1f} %)", 100 * s.val_int8->accuracy) : "");
  if (!s.test.truth.empty()) text += fmt::format("; test (float) {:.1f} %", 100 * s.test.accuracy);
  return text + ".\n";
}

void run_compress(const CompressArguments &o) {
  check_assignments(o.assignments, {"compress"});
  const Interruptible ends("Ended. No run was made; the same command begins anew.");
  const Run opened(find_run(o.run));
  // as mote.toml is now: [compress] is often written after the training
  const Project project = read_project(opened.folder().project, o.assignments);
  CompressRequest request = request_of(o, project);
  if (!o.flash.empty()) request.flash_bytes = parse_bytes(o.flash, "--flash");
  request.has_mixed_bits = o.bits == "mixed";
  if (request.has_mixed_bits && o.flash.empty())
    throw Error(ErrorCode::kInvalidArgument, "--bits mixed", "needs bytes that it chooses the bits for",
                "give --flash, or --bits 4");
  if (!request.has_mixed_bits && !o.bits.empty() && !o.flash.empty())
    throw Error(ErrorCode::kInvalidArgument, "--bits", "is chosen where --flash is given",
                "leave it out, or write --bits mixed");
  request.board = o.target;
  request.drop = o.drop;
  const bool is_search = request.flash_bytes > 0;
  const int stages = is_search ? 1 : compress_stages(request.settings);
  int stage = 1;
  std::optional<Progress> progress;
  Progress::Of of{};
  const auto begin = [&] {
    of.label = stages > 1 ? fmt::format("training {} of {}", stage, stages) : "";
    if (progress)
      progress->begin(of);
    else
      progress.emplace(o.quiet, of);
  };
  request.before = [&](const Splits &, const TrainOptions &options) {
    of.epochs = options.epochs;
    begin();
  };
  request.on_step = [&](const StepEnd &s) {
    progress->step(s);
    return true;
  };
  request.on_tried = [&](const TriedCompression &t) {
    progress->note(fmt::format("{}: {:.0f} bytes of flash, int8 validation accuracy {:.1f} %", t.what,
                               t.bytes, 100 * t.accuracy));
    progress->begin(of);
  };
  request.callbacks.push_back([&](const EpochEnd &e) {
    progress->epoch(e.record);
    if (e.record.epoch == of.epochs && stage < stages) {
      ++stage;
      begin();
    }
    return true;
  });
  const CompressedRun c = compress_run(opened, request);
  progress->finish();
  warn(c.compressed.notes);
  const GraphSize &before = c.compressed.before, &after = c.compressed.after;
  std::string text = kernel_rows(c.compressed.kernels);
  text += fmt::format("\nParameters {} -> {}, multiply-adds {} -> {}.\n", before.parameters, after.parameters,
                      before.macs, after.macs);
  text += scores_text(c.made);
  if (const std::string stored = forms_text(c.forms); !stored.empty())
    text += fmt::format("Weights as `mote export` stores them in int8 by calibration, for {}:\n{}",
                        c.forms.options.core, stored);
  if (is_search)
    text +=
        fmt::format("Of {} recipes the first that is small and accurate enough: {}, {:.0f} bytes of flash.\n",
                    c.tried.size() - 1, c.tried[c.chosen].what, c.tried[c.chosen].bytes);
  text += fmt::format("Wrote {}, made of {}. `mote quantize` keeps what was done to the weights.",
                      c.made.folder.path, opened.path());
  nlohmann::json json = Run(c.made.folder).json(run_file::kCompress);
  json["run"] = c.made.folder.path;
  json["parent"] = opened.path();
  json["test"] = c.made.test_record;
  const EpochRecord &last = c.made.trained.history.back();
  if (last.has_validation && !last.is_regression) json["val_accuracy"] = last.val_accuracy;
  if (c.made.val_int8 && !c.made.val_int8->is_regression) json["val_int8"] = c.made.val_int8->accuracy;
  result(o, json, text);
}

}  // namespace

void add_compress(CLI::App &app) {
  auto o = std::make_shared<CompressArguments>();
  CLI::App *c = app.add_subcommand(
      "compress", "make a run smaller, train it on, and write a new run; default: what [compress] says");
  c->add_option("RUN", o->run, "a run, or a project for its newest run; default: the newest run here");
  c->add_option("--prune", o->prune,
                "0.5 of the weights; 2:4: 2 of 4 stay; block:0.5 of the blocks of four; structured:0.5: "
                "channels leave the graph until half of the multiply-adds are gone");
  c->add_option("--cluster", o->clusters, "values that the weights of a kernel share")
      ->check(range_of("compress.cluster"));
  c->add_option("--bits", o->bits,
                "of weights: 4 or 8; mixed, with --flash: 8, 4, 3 or 2 for each layer, by what it costs")
      ->check(CLI::IsMember({"4", "8", "mixed"}));
  c->add_option("--distill", o->teachers, "a run that teaches; parent: the run itself; may be given again")
      ->type_name("RUN")
      ->allow_extra_args(false);
  c->add_option("--schedule", o->schedule, "of --prune: zeros at once, or more and more")
      ->check(CLI::IsMember(prune_schedule_names().names()));
  c->add_option("--importance", o->importance, "of channels, which of them go first; default l1")
      ->check(CLI::IsMember(importance_names().names()));
  c->add_option("--shares", o->shares, "of channels: how many each layer loses; default uniform")
      ->check(CLI::IsMember(channel_shares_names().names()));
  c->add_option("--steps", o->steps, "in which channels go, each followed by a training; default 1")
      ->check(range_of("compress.steps"));
  c->add_flag("--per-channel", o->is_per_channel, "of --cluster: each output channel has values of its own");
  c->add_option("--start", o->start, "of --cluster: where k-means starts; default kmeans++")
      ->check(CLI::IsMember(cluster_start_names().names()));
  c->add_option("--temperature", o->temperature, "of the teachers' answers; default 2")
      ->check(range_of("compress.temperature"));
  c->add_option("--teacher-weight", o->teacher_weight, "beside the targets; default 1")
      ->check(range_of("compress.teacher_weight"));
  c->add_option("--keep", o->keep, "a layer that stays as it is; may be given again")
      ->type_name("LAYER")
      ->allow_extra_args(false);
  c->add_option("--epochs", o->epochs,
                "of each training; default: as many as the run had, behind channels up to twice")
      ->check(range_of("compress.epochs"));
  c->add_option("--learning-rate", o->learning_rate,
                "at their beginning; default: half of the run's, behind channels all of it")
      ->check(range_of("compress.learning_rate"));
  auto *flash =
      c->add_option("--flash", o->flash,
                    "12k: search for channels, values and bits with which weights and model code fit")
          ->excludes("--prune")
          ->excludes("--cluster");
  c->add_option("--drop", o->drop, "of --flash: points of int8 validation accuracy that it may cost")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 100.0))
      ->needs(flash);
  c->add_option("--target", o->target, "of --flash: a board; default: the project's, or a Cortex-M4")
      ->needs(flash);
  add_set_option(c, o->assignments);
  c->add_flag("--quiet", o->quiet, "no progress");
  describe(c, *o, "mote compress --prune structured:0.5 --distill parent");
  c->callback([o] { run_compress(*o); });
}

}  // namespace mote::cli

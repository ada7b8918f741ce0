// mote reproduce: the training of a run once more, and whether it gives the same bits. Exit status 1 where it
// does not.
//
// The work is portfolio/reproduce.cpp.
#include <fmt/format.h>

#include "cli.h"
#include "interrupt.h"
#include "mote/error.h"
#include "mote/portfolio.h"
#include "progress.h"

namespace mote::cli {

namespace {

struct ReproduceArguments : Common {
  std::string run, in;
  bool is_kept = false, quiet = false;
};

void reproduce(const ReproduceArguments &o) {
  const Interruptible ends("Ended. The run is as it was; the same command begins anew.");
  ask_before_ending("Ended. The run is as it was; the same command begins anew.");
  ReproduceRequest request;
  request.in = o.in;
  request.is_kept = o.is_kept;
  std::optional<Progress> progress;
  request.before = [&](const TrainOptions &options) {
    const Progress::Of of{.epochs = options.epochs, .may_stop_early = options.early_stopping.patience > 0};
    if (progress)
      progress->begin(of);
    else
      progress.emplace(o.quiet, of);
  };
  request.callbacks.push_back([&](const EpochEnd &e) {
    if (progress) progress->epoch(e.record);
    return true;
  });
  request.on_step = [&](const StepEnd &s) {
    if (progress) progress->step(s);
    return !is_end_asked();
  };
  Reproduced made;
  try {
    made = reproduce_run(find_run(o.run), request);
  } catch (const Error &e) {
    if (e.code() != ErrorCode::kInterrupted) throw;
    if (progress) progress->finish();
    complain("Stopped. The run is as it was; the same command begins anew.");
    end_as_asked();
    throw;
  }
  if (progress) progress->finish();
  warn(made.notes);
  made.text.pop_back();
  result(o, made.record, made.text);
  if (made.is_identical) return;
  std::string first = "its models differ";
  if (!made.differences.empty()) first = made.differences[0].first + ": " + made.differences[0].second;
  throw Error(ErrorCode::kDataFormat, o.run, "was not reproduced: " + first);
}

}  // namespace

void add_reproduce(CLI::App &app) {
  auto o = std::make_shared<ReproduceArguments>();
  CLI::App *c = app.add_subcommand("reproduce", "train a run once more and compare the bits");
  c->add_option("RUN", o->run, "a run, or a project for its newest run; default: the newest run here");
  c->add_option("--in", o->in,
                "a project, or a copy of it elsewhere, that has the recordings; default: the run's own");
  c->add_flag("--keep", o->is_kept, "as a new run of that project, in place of a temporary folder");
  c->add_flag("--quiet", o->quiet, "no progress");
  describe(c, *o, "mote reproduce runs/20261122-134000-wave --in ../checkout");
  c->callback([o] { reproduce(*o); });
}

}  // namespace mote::cli

// The records of a run: the first byte says which one, the rest is its text, in a run that is whole
// otherwise. What reads it works or throws a mote::Error.
#include <fstream>

#include "base/error.h"
#include "base/files.h"
#include "base/staged_folder.h"
#include "mote/report.h"
#include "mote/settings.h"
#include "mote/synth.h"
#include "mote/workflow.h"

namespace {

using namespace mote;

struct Whole {
  TemporaryFolder folder{"mote-fuzz"};
  RunFolder run;
  Whole() {
    StagedFolder staged(folder.path() / "data");
    for (const SynthFile &f : synth_gestures({.seed = 1, .persons = 2, .recordings = 4}))
      staged.write(f.path, f.content);
    staged.commit();
    write_file(folder.path() / "mote.toml", project_toml("gesture", "wave"));
    Project project = read_project(folder.path().string());
    project.train.epochs = 1;
    project.train.threads = 1;
    run = train_run(project).folder;
    quantize_run(run);
    evaluate_run(run);
    note_export(run, "c", "out", "no");
    explain_run(run, false);
    robustness_of(run, 7);
  }
};

template <class Step>
void ask(Step step) {
  try {
    step();
  } catch (const Error &e) {
    if (std::string(e.what()).find("json.exception") != std::string::npos) __builtin_trap();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const kRecords[] = {run_file::kRecord,     run_file::kData,      run_file::kSummary,
                                         run_file::kHistory,    run_file::kExports,   run_file::kEvaluation,
                                         run_file::kQuantize,   run_file::kGolden,    run_file::kProject,
                                         run_file::kHistorySvg, run_file::kModel,     run_file::kWrong,
                                         run_file::kExplain,    run_file::kRobustness};
  static const Whole kWhole;
  if (size == 0) return 0;
  const fs::path file = fs::path(kWhole.run.path) / kRecords[data[0] % std::size(kRecords)];
  const std::string before = read_file(file), text(reinterpret_cast<const char *>(data) + 1, size - 1);
  std::ofstream(file, std::ios::binary) << text;
  ask([&] {
    const std::string page = report_page(kWhole.run);
    if (page.find("<script") != std::string::npos) __builtin_trap();
  });
  ask([&] { export_options(kWhole.run); });
  ask([&] { load_run_data(kWhole.run); });
  ask([&] { summary_of(kWhole.run.path); });
  ask([&] { note_export(kWhole.run, "c", "out", "no"); });
  std::ofstream(file, std::ios::binary) << before;
  return 0;
}

// How long `mote runs` takes over many runs: generated folders of one trained run with other names, settings
// and figures, listed by the command as people start it.
//
//   runs_bench MOTE [RUNS]
//
// prints the time of the first list, which makes the index, then of ten of each (a table, a condition, a
// tree) the least and the median time, and the least of the processor's. Each list is checked by its number
// of rows before it is timed.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "base/files.h"
#include "base/process.h"
#include "base/staged_folder.h"
#include "mote/mote.h"
#include "mote/synth.h"

using namespace mote;
using nlohmann::json;

namespace {

RunFolder train_one(const fs::path &project) {
  StagedFolder staged(project / "data");
  for (const SynthFile &f : synth_gestures({.seed = 1, .persons = 2, .recordings = 6}))
    staged.write(f.path, f.content);
  staged.commit();
  write_file(project / "mote.toml", project_toml("gesture", "wave"));
  const RunFolder made = train_run(read_project(project.string(), {"train.epochs=20"})).folder;
  quantize_run(Run(made));
  evaluate_run(Run(made));
  return made;
}

std::string name_of(int n) {
  return fmt::format("20260{:d}{:02d}-{:02d}{:02d}00-wave", 1 + n / 1440 / 28, 1 + n / 1440 % 28, n / 60 % 24,
                     n % 60);
}

// What a listing reads of each is its own; files that are only hashed are links to one.
void generate(const RunFolder &one, const fs::path &project, int runs) {
  const Run run(one);
  json record = run.json(run_file::kRecord), history = run.json(run_file::kHistory);
  for (int n = 0; n < runs; ++n) {
    const fs::path folder = project / "runs" / name_of(n);
    fs::create_directories(folder);
    record["settings"]["train"]["epochs"] = 20 + n % 7;
    if (n > 0) record["parent"] = "runs/" + name_of(n / 2);
    for (json &epoch : history["epochs"]) epoch["val_accuracy"] = n * 7919 % 1000 / 1000.0;
    write_file(folder / run_file::kRecord, record.dump(1));
    write_file(folder / run_file::kHistory, history.dump(1));
    for (const char *name : {run_file::kProject, run_file::kData, run_file::kSummary, run_file::kModel,
                             run_file::kIntegerModel, run_file::kQuantize, run_file::kEvaluation})
      fs::create_hard_link(run.file(name), folder / name);
  }
}

struct Time {
  double wall, processor;  // seconds
};

double processor_of_children() {
  rusage used = {};
  ::getrusage(RUSAGE_CHILDREN, &used);
  const auto seconds = [](const timeval &t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

Time time_of(const std::vector<std::string> &command, size_t rows) {
  const double before = processor_of_children();
  const auto from = std::chrono::steady_clock::now();
  const ProcessResult done = run_process(command);
  const Time time{std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count(),
                  processor_of_children() - before};
  const auto lines = static_cast<size_t>(std::count(done.output.begin(), done.output.end(), '\n'));
  if (done.status != 0 || lines != rows + 2) {  // the heading and the last line
    fmt::print(stderr, "{} rows expected: {}\n", rows, done.output.substr(0, 2000));
    std::exit(1);
  }
  return time;
}

}  // namespace

int main(int argc, char **argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: runs_bench MOTE [RUNS]\n");
    return 2;
  }
  const int runs = argc > 2 ? std::max(1, std::atoi(argv[2])) : 5000;
  const TemporaryFolder folder("mote-bench");
  const fs::path many = folder.path() / "many";
  fs::create_directories(folder.path() / "one");
  generate(train_one(folder.path() / "one"), many, runs);
  std::this_thread::sleep_for(std::chrono::seconds(1));  // files of this moment are read once more
  const std::string mote = argv[1], where = "int8 > 50 % and flash < 40k and val >= 50 %";
  size_t found = 0;
  for (int n = 0; n < runs; ++n) found += n * 7919 % 1000 >= 500;
  const auto all = static_cast<size_t>(runs);
  fmt::print("{} runs, the first list: {:.1f} s\n", runs, time_of({mote, "runs", many.string()}, all).wall);
  struct Case {
    const char *name;
    std::vector<std::string> options;
    size_t rows;
  };
  for (const Case &c : std::vector<Case>{{"table", {}, all},
                                         {"condition", {"--where", where, "--sort", "val"}, found},
                                         {"tree", {"--tree"}, all}}) {
    std::vector<std::string> command = {mote, "runs", many.string()};
    command.insert(command.end(), c.options.begin(), c.options.end());
    std::vector<double> walls, processors;
    for (int n = 0; n < 10; ++n) {
      const Time time = time_of(command, c.rows);
      walls.push_back(time.wall);
      processors.push_back(time.processor);
    }
    std::sort(walls.begin(), walls.end());
    fmt::print("{:<10} least {:.3f} s, median {:.3f} s; of a processor {:.3f} s\n", c.name, walls[0],
               walls[walls.size() / 2], *std::min_element(processors.begin(), processors.end()));
  }
  return 0;
}

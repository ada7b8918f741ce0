// What a command is given by name: a run, a project for its newest run, or a file of a model; and whether
// a program fits a board.
//
// A regular file is a model unless it is mote.toml. Formats of files: formats/.
#include "mote/workflow.h"

#include "base/error.h"
#include "base/files.h"

namespace mote {

const IntegerProgram &RunOrModel::program() const {
  if (run) return run->integer_model();
  if (const auto *p = std::get_if<IntegerProgram>(&*file)) return *p;
  throw Error(ErrorCode::kUnsupported, "export", "this is a float model",
              "give its run after `mote quantize`, or model_int8.mote");
}

RunOrModel find_run_or_model(const std::string &name) {
  RunOrModel found;
  if (!name.empty() && fs::is_regular_file(name) && fs::path(name).filename() != run_file::kProject)
    found.file = load(name);
  else
    found.run.emplace(find_run(name));
  return found;
}

void check_fit(const IntegerProgram &program, const Board &board, size_t ram_bytes) {
  ProfileOptions options;
  options.board = board;
  options.ram_bytes = ram_bytes;
  const Profile p = profile(program, options);
  if (p.problems.empty()) return;
  std::string all;
  for (const std::string &problem : p.problems) all += " " + problem;
  for (char &c : all)
    if (c == '\n') c = ' ';
  throw Error(ErrorCode::kUnsupported, program.name, "does not fit the " + p.board->title + ":" + all);
}

}  // namespace mote

#include "base/error.h"
#include "export/mote_file.h"
#include "runs/json_file.h"
#include "workflow/workflow.h"

namespace mote {

using nlohmann::json;

Project project_of(const RunFolder &run) {
  const fs::path path = fs::path(run.path) / "mote.toml";
  const json record = read_json(fs::path(run.path) / "run.json");
  std::vector<std::string> assignments;
  if (record.contains("set")) assignments = record.at("set").get<std::vector<std::string>>();
  assignments.insert(assignments.end(), run.assignments.begin(), run.assignments.end());
  Project project = parse_project(read_file(path), path.string(), run.project, assignments);
  // options of the command line are part of the run
  if (record.contains("seed")) {
    if (project.split.seed == project.train.seed) project.split.seed = record.at("seed").get<uint64_t>();
    project.train.seed = record.at("seed").get<uint64_t>();
  }
  if (record.contains("data") && fs::path(record.at("data").get<std::string>()).is_absolute())
    project.data_path = record.at("data");
  return project;
}

Splits splits_of(const RunFolder &run) {
  const Project project = project_of(run);
  return load_recordings(project.data_path, project.load).split(project.split);
}

Model float_model(const RunFolder &run) {
  return std::get<Model>(load((fs::path(run.path) / "model.mote").string()));
}

fs::path integer_path(const RunFolder &run) { return fs::path(run.path) / "model_int8.mote"; }

bool has_integer_model(const RunFolder &run) { return fs::exists(integer_path(run)); }

IntegerProgram integer_model(const RunFolder &run) {
  if (!has_integer_model(run))
    throw Error(ErrorCode::kNotFound, run.path, "has no int8 model yet", "run `mote quantize` first");
  return std::get<IntegerProgram>(load(integer_path(run).string()));
}

}  // namespace mote

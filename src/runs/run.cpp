// The files of a run as they are asked for. What the records mean to each step is the steps' (workflow/).
#include "mote/runs.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "mote/files.h"
#include "runs/made_how.h"
#include "runs/records.h"

namespace mote {

// As of a model: what is larger was not made by mote, and would be kept in memory more than once.
constexpr size_t kLargestFile = size_t{1} << 28;

Run::Run(const RunFolder &folder) : folder_(folder) {
  const nlohmann::json &record = json(run_file::kRecord);
  if (!record.is_null()) format_ = record.value("format", 1);
  if (format_ > kFormat)
    throw Error(ErrorCode::kVersion, file(run_file::kRecord).string(),
                fmt::format("has format {}; this mote reads up to {}", format_, kFormat), "use a newer mote");
}

void Run::throw_damaged(const char *name, const std::string &why) const {
  throw Error(ErrorCode::kDataFormat, file(name).string(), fmt::format("is damaged ({})", why),
              name == std::string(run_file::kQuantize) ? "run `mote quantize` anew" : "");
}

Run::File *Run::load(const char *name) const {
  const auto known = files_.find(name);
  if (known != files_.end()) return &known->second;
  if (!has(name)) return nullptr;
  File read;
  read.bytes = read_file(file(name), kLargestFile);
  read.digest = sha256(read.bytes);
  return &files_.emplace(name, std::move(read)).first->second;
}

bool Run::has(const char *name) const { return files_.count(name) > 0 || fs::exists(file(name)); }

const std::string &Run::text(const char *name) const {
  const File *found = load(name);
  if (!found) throw Error(ErrorCode::kNotFound, file(name).string(), "no such file");
  return found->bytes;
}

const nlohmann::json &Run::json(const char *name) const {
  static const nlohmann::json kAbsent;
  File *found = load(name);
  if (!found) return kAbsent;
  if (!found->json) found->json = read_record(name, found->bytes, file(name).string());
  return *found->json;
}

const std::string &Run::digest(const char *name) const {
  static const std::string kAbsent;
  const File *found = load(name);
  return found ? found->digest : kAbsent;
}

void Run::write(const char *name, const std::string &bytes) const {
  write_file(file(name), bytes);
  files_[name] = {bytes, sha256(bytes), {}};
  if (name == std::string(run_file::kIntegerModel)) program_.reset();
}

bool Run::is_writable() const { return ::access(folder_.path.c_str(), W_OK) == 0; }

std::string Run::data_digest() const {
  if (!knows_its_data()) return "";
  return reading(run_file::kRecord,
                 [](const nlohmann::json &j) { return j.at("data_digest").get<std::string>(); });
}

// --set of its training, and of the command that opened it.
std::vector<std::string> Run::assignments() const {
  std::vector<std::string> all;
  if (json(run_file::kRecord).contains("set"))
    all = reading(run_file::kRecord,
                  [](const nlohmann::json &j) { return j.at("set").get<std::vector<std::string>>(); });
  all.insert(all.end(), folder_.assignments.begin(), folder_.assignments.end());
  return all;
}

const Project &Run::project() const {
  if (project_) return *project_;
  Project project = parse_project(text(run_file::kProject), file(run_file::kProject).string(),
                                  folder_.project, assignments());
  if (!json(run_file::kRecord).is_null())
    reading(run_file::kRecord, [&](const nlohmann::json &record) { apply_record(record, project); });
  return project_.emplace(std::move(project));
}

template <class T>
static const T &of_kind(std::optional<T> &place, const Run &run, const char *name) {
  if (place) return *place;
  AnyModel any = parse_mote(run.text(name), run.file(name).string());
  T *model = std::get_if<T>(&any);
  if (!model)
    throw Error(ErrorCode::kDataFormat, run.file(name).string(), "is a model of the other kind",
                "restore it, or run `mote train` and `mote quantize` anew");
  return place.emplace(std::move(*model));
}

const Model &Run::model() const {
  if (is_imported())
    throw Error(
        ErrorCode::kNotFound, folder_.path,
        "has an int8 model that others trained, and neither its float model nor its recordings",
        "`mote evaluate --data` and `--stream`, `mote predict`, `mote export` and `mote profile` take it");
  return of_kind(model_, *this, run_file::kModel);
}

const IntegerProgram &Run::integer_model() const {
  if (!has_integer_model())
    throw Error(ErrorCode::kNotFound, folder_.path, "has no int8 model yet", "run `mote quantize` first");
  return of_kind(program_, *this, run_file::kIntegerModel);
}

}  // namespace mote

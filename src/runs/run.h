// A run: a folder that a training made, opened once. Each of its files is read at most once, and knows its
// digest; records of runs that an older mote made are read as far as they go.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "mote/model.h"
#include "program/program.h"
#include "mote/project.h"
#include "runs/run_folder.h"

namespace mote {

class Run {
 public:
  // The current format of run.json. 1 did not say which recordings it was trained on.
  static constexpr int kFormat = 2;

  Run(const RunFolder &folder);  // NOLINT: a folder names its run. Errors: kVersion, kDataFormat
  static Run open(const std::string &run = "", const std::string &project_folder = ".") {
    return find_run(run, project_folder);
  }

  const std::string &path() const { return folder_.path; }
  const RunFolder &folder() const { return folder_; }
  fs::path file(const char *name) const { return fs::path(folder_.path) / name; }

  bool has(const char *name) const;
  const std::string &text(const char *name) const;     // Errors: kNotFound
  const nlohmann::json &json(const char *name) const;  // null where it is absent. Errors: kDataFormat
  const std::string &digest(const char *name) const;   // SHA-256; "" where it is absent
  void write(const char *name, const std::string &bytes) const;  // Errors: kIo
  bool is_writable() const;

  // Whether the run says which recordings went where; without, it was made by a mote before format 2.
  bool knows_its_data() const { return format_ >= 2; }
  std::string data_digest() const;  // of its recordings and their parts; "" where it does not know them

  // mote.toml as it stood, with what the command line changed. Errors: kDataFormat.
  const Project &project() const;
  const Model &model() const;
  bool has_integer_model() const { return has(run_file::kIntegerModel); }
  const IntegerProgram &integer_model() const;  // Errors: kNotFound, "run mote quantize first"

  // Reads a record with `f`; what it misses is an Error that names the file.
  template <class F>
  auto reading(const char *name, F f) const {
    try {
      return f(json(name));
    } catch (const nlohmann::json::exception &e) {
      throw_damaged(name, e.what());
    }
  }

 private:
  std::vector<std::string> assignments() const;
  [[noreturn]] void throw_damaged(const char *name, const std::string &why) const;
  struct File {
    std::string bytes, digest;
    std::optional<nlohmann::json> json;
  };
  File *load(const char *name) const;  // nullptr where it is absent

  RunFolder folder_;
  int format_ = 1;
  mutable std::map<std::string, File> files_;
  mutable std::optional<Project> project_;
  mutable std::optional<Model> model_;
  mutable std::optional<IntegerProgram> program_;
};

}  // namespace mote

// The self-tests of many packages in one executable: compilers are slower than what they compile.
#pragma once

#include <fmt/format.h>

#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/process.h"
#include "mote/export.h"

namespace mote::test {

class OneExecutable {
 public:
  explicit OneExecutable(fs::path folder) : folder_(std::move(folder)) {}

  // Exports the program as the next package, with so many golden vectors.
  void add(IntegerProgram program, int golden) {
    program.name = fmt::format("r{}", ++packages_);
    const fs::path out = folder_ / program.name;
    export_c(program, out.string(), {.golden_count = golden});
    std::string test = read_file(out / "selftest.c");
    const std::string main = "int main(void)";
    test.replace(test.find(main), main.size(), fmt::format("int test_{}(void)", program.name));
    write_file(out / "selftest.c", test);
    declarations_ += fmt::format("int test_{}(void);\n", program.name);
    calls_ += fmt::format("  failed += test_{}();\n", program.name);
    for (const char *file : {"model.c", "model_selftest.c", "selftest.c"})
      sources_.push_back((out / file).string());
    take_runtime_of(out);
  }

  // What the compiler says, then what the self-tests say: "r1: 24 of 24 golden vectors equal", a line each.
  ProcessResult run(std::vector<std::string> command) const {
    std::string names;
    for (const std::string &line : names_) names += line;
    write_file(folder_ / "mote_names.h", names);
    write_file(folder_ / "main.c", declarations_ + "int main(void) {\n  int failed = 0;\n" + calls_ +
                                       "  return failed != 0;\n}\n");
    const std::string program = (folder_ / "all").string();
    command.insert(command.end(), {"-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-o", program});
    command.insert(command.end(), sources_.begin(), sources_.end());
    command.push_back((folder_ / "main.c").string());
    const ProcessResult built = run_process(command);
    return built.status == 0 ? run_process({program}) : built;
  }

  int packages() const { return packages_; }

 private:
  // One copy of each file for all packages, and the names of all routines.
  void take_runtime_of(const fs::path &package) {
    const std::set<std::string> own = {"model.c", "model.h", "golden.h", "model_selftest.c", "selftest.c"};
    for (const auto &entry : fs::directory_iterator(package)) {
      const std::string name = entry.path().filename().string();
      if (own.count(name)) continue;
      if (name == "mote_names.h") {
        std::istringstream lines(read_file(entry.path()));
        for (std::string line; std::getline(lines, line);)
          if (line.starts_with("#define mote_")) names_.insert(line + "\n");
      } else if (!fs::exists(folder_ / name)) {
        fs::copy_file(entry.path(), folder_ / name);
        if (name.ends_with(".c")) sources_.push_back((folder_ / name).string());
      }
    }
  }

  fs::path folder_;
  int packages_ = 0;
  std::string declarations_, calls_;
  std::vector<std::string> sources_;
  std::set<std::string> names_;  // of routines
};

}  // namespace mote::test

// Runs the program as users do, and a small project that is trained once for all tests of this folder.
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <regex>
#include <sstream>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "test_support.h"

namespace mote::test {

using nlohmann::json;

struct Said {
  int status = -1;  // -1: did not exit by itself
  std::string out, err;
  json parsed() const { return json::parse(out); }
};

// `mote` with these arguments in that folder.
inline Said mote_in(const fs::path &folder, const std::vector<std::string> &arguments) {
  TempFolder temp;
  std::vector<char *> argv;
  std::string program = MOTE_BINARY;
  argv.push_back(program.data());
  std::vector<std::string> copies = arguments;
  for (std::string &a : copies) argv.push_back(a.data());
  argv.push_back(nullptr);
  const std::string out = (temp / "out").string(), err = (temp / "err").string();
  const pid_t child = ::fork();
  if (child == 0) {
    const int o = ::open(out.c_str(), O_CREAT | O_WRONLY, 0600),
              e = ::open(err.c_str(), O_CREAT | O_WRONLY, 0600);
    ::dup2(o, STDOUT_FILENO);
    ::dup2(e, STDERR_FILENO);
    if (::chdir(folder.c_str()) == 0) ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  int status = 0;
  Said said;
  if (child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status))
    said.status = WEXITSTATUS(status);
  said.out = read_file(out);
  said.err = read_file(err);
  return said;
}

// The same, that must succeed.
inline Said mote_ok(const fs::path &folder, const std::vector<std::string> &arguments) {
  const Said said = mote_in(folder, arguments);
  EXPECT_EQ(said.status, 0) << said.err << said.out;
  return said;
}

inline std::vector<std::string> lines_of(const std::string &text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}
inline std::vector<std::string> words_of(const std::string &line) {
  std::vector<std::string> words;
  std::istringstream in(line);
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}
// The words of the only line that begins with `first` as its first word.
inline std::vector<std::string> row_of(const std::string &text, const std::string &first) {
  std::vector<std::string> found;
  for (const std::string &line : lines_of(text)) {
    const auto words = words_of(line);
    if (!words.empty() && words[0] == first && found.empty()) found = words;
  }
  EXPECT_FALSE(found.empty()) << "no line begins with '" << first << "' in\n" << text;
  return found;
}
// What a pattern's groups match; fails the test where nothing does.
inline std::vector<std::string> match(const std::string &text, const std::string &pattern) {
  std::smatch found;
  if (!std::regex_search(text, found, std::regex(pattern))) {
    ADD_FAILURE() << "'" << pattern << "' is not in\n" << text;
    return std::vector<std::string>(12, "0");
  }
  return {found.begin() + 1, found.end()};
}
inline std::string printed(const char *format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}
inline std::string grouped(long long value) {  // 1,234,567
  std::string text = std::to_string(value);
  for (size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

// A picture without the numbers of its surfaces and fonts, which count on from picture to picture.
inline std::string without_ids(const std::string &svg) {
  return std::regex_replace(svg, std::regex("((?:id=\"|href=\"#|url\\(#)[a-z]+-?)\\d+"), "$1");
}

template <class T>
std::vector<T> values_in(const fs::path &file) {
  const std::string bytes = read_file(file);
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

// Three classes that overlap, so that some windows are told wrongly: recordings of 14 rows, two windows each.
class SmallProject {
 public:
  static constexpr int kPerClass = 40, kRows = 14, kWindow = 10, kStride = 4, kEpochs = 20, kWindows = 240;
  SmallProject() {
    Random random(11);
    for (const auto &[label, mean] : {std::pair{"high", 1.0}, {"low", -1.0}, {"mid", 0.0}}) {
      std::string csv = "x,y\n";
      for (int r = 0; r < kPerClass; ++r) {
        if (r > 0) csv += "\n";
        const double middle = 5 + 2 * (mean + 0.7 * random.normal());
        for (int t = 0; t < kRows; ++t) {
          const double y = random.normal(), x = random.normal();  // in an order that no compiler chooses
          csv += printed("%.3f,", middle + 0.5 * x) + printed("%.3f\n", -middle * 10 + 4 * y);
        }
      }
      write_file(data() / (std::string(label) + ".csv"), csv);
    }
    write_file(folder() / "mote.toml", R"(name = "small"
seed = 5
[data]
path = "data"
window = 10
stride = 4
rate_hz = 20
[split]
train = 0.4
val = 0.3
test = 0.3
[model]
layers = [ { type = "conv1d", filters = 6, kernel = 3, activation = "relu" }, { type = "flatten" },
  { type = "dense", name = "hidden", units = 8, activation = "relu" },
  { type = "dense", units = "classes", activation = "softmax" } ]
[train]
epochs = 20
batch = 8
threads = 1
learning_rate = 0.002
[quantize.ranges]
hidden = [0, 1.2]
[decision]
policy = "stream"
hop = 4
smoothing = 3
)");
    train_text = mote_ok(folder(), {"train"});
    run = find_run("", folder().string()).path;
    quantize_text = mote_ok(folder(), {"quantize", run});
    evaluate_text = mote_ok(folder(), {"evaluate", run, "--dump", "dump"});
  }
  fs::path folder() const { return made_.path; }
  fs::path data() const { return made_.path / "data"; }
  fs::path dump() const { return made_.path / "dump"; }
  fs::path in_run(const std::string &file) const { return fs::path(run) / file; }
  json record(const std::string &file) const { return json::parse(read_file(in_run(file))); }
  // A copy that a test may change.
  void copy_to(const fs::path &target) const { fs::copy(folder(), target, fs::copy_options::recursive); }

  std::string run;
  Said train_text, quantize_text, evaluate_text;

 private:
  struct Made {
    TempFolder temp;
    fs::path path = temp / "small";
    Made() { fs::create_directories(path / "data"); }
  } made_;
};

inline const SmallProject &small_project() {
  static const SmallProject kProject;
  return kProject;
}

}  // namespace mote::test

// Files of strangers, and what a proposal makes of them.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/files.h"
#include "mote/project.h"
#include "test_support.h"

namespace mote::test {

using Texts = std::vector<std::string>;

inline void put(const TempFolder &folder, const std::string &name, const std::string &text) {
  fs::create_directories((folder / name).parent_path());
  write_file(folder / name, text);
}

// Three axes that wave at a rate of their own.
inline std::string waves(int rate, int rows = 40) {
  std::string text = "x,y,z\n";
  for (int r = 0; r < rows; ++r)
    text += fmt::format("{:.4f},{:.4f},{:.4f}\n", std::sin(0.1 * rate * r), std::cos(0.13 * rate * r),
                        std::sin(0.07 * r * r));
  return text;
}

inline size_t questions(const Recordings &set, const std::string &part) {
  return std::count_if(set.findings.begin(), set.findings.end(), [&](const Finding &f) {
    return f.is_question && f.message.find(part) != std::string::npos;
  });
}
inline bool asks(const Proposal &p, const std::string &part) {
  return std::any_of(p.questions.begin(), p.questions.end(),
                     [&](const std::string &q) { return q.find(part) != std::string::npos; });
}
inline std::string joined(const Proposal &p) {
  return fmt::format("{}\n{}\n{}", fmt::join(p.decisions, "\n"), fmt::join(p.questions, "\n"), p.toml);
}

// The files of each side, as the proposal divides them.
inline std::map<char, std::set<std::string>> sides_of(const TempFolder &folder, const Proposal &p) {
  const Project project = parse_project(p.toml, "mote.toml", folder.text());
  const Recordings set = load_recordings(p.data_path, project.load);
  const Parts parts = set.split(project.split).parts;
  std::map<char, std::set<std::string>> sides;
  for (size_t i = 0; i < parts.size(); ++i)
    sides[parts[i]].insert(fs::path(set.items[i].file).lexically_relative(folder.text()).string());
  return sides;
}

}  // namespace mote::test

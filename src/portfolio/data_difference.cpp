// A file counts by its content: one of another name is renamed, one of another content under its name
// changed.
//
// What run.json says of recordings: docs/formats.md.
#include "portfolio/data_difference.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace mote {

using nlohmann::json;

namespace {

struct RecordedFile {
  std::string sha256, parts;
};
std::map<std::string, RecordedFile> files_of_run(const Run &run) {
  std::map<std::string, RecordedFile> files;
  const json &record = run.json(run_file::kRecord);
  if (run.knows_its_data())
    for (const json &r : record.at("recordings"))
      files[r.at("path")] = {r.at("sha256"), r.value("part", "") + r.value("parts", "")};
  return files;
}

std::string some(const json &list) {
  constexpr size_t kShown = 3;
  std::string text;
  for (size_t i = 0; i < std::min(kShown, list.size()); ++i)
    text += (i > 0 ? ", " : "") +
            (list[i].is_string() ? list[i].get<std::string>()
                                 : list[i][0].get<std::string>() + " -> " + list[i][1].get<std::string>());
  return text + (list.size() > kShown ? fmt::format(" and {} more", list.size() - kShown) : "");
}

}  // namespace

json data_difference(const Run &a, const Run &b) {
  json d = {{"same", false},
            {"only_a", json::array()},
            {"only_b", json::array()},
            {"changed", json::array()},
            {"other_parts", json::array()},
            {"renamed", json::array()}};
  if (!a.knows_its_data() || !b.knows_its_data()) {
    d["unknown"] = true;
    return d;
  }
  d["same"] = a.data_digest() == b.data_digest();
  const auto of_a = files_of_run(a), of_b = files_of_run(b);
  d["files"] = of_a.size();
  std::map<std::string, std::string> names_in_b;
  for (const auto &[path, file] : of_b) names_in_b[file.sha256] = path;
  std::set<std::string> met;
  for (const auto &[path, file] : of_a) {
    const auto same = of_b.find(path);
    const auto moved = names_in_b.find(file.sha256);
    const RecordedFile *other = nullptr;
    if (same != of_b.end()) {
      met.insert(path);
      if (same->second.sha256 != file.sha256) {
        d["changed"].push_back(path);
        continue;
      }
      other = &same->second;
    } else if (moved != names_in_b.end() && of_a.count(moved->second) == 0) {
      met.insert(moved->second);
      d["renamed"].push_back({path, moved->second});
      other = &of_b.at(moved->second);
    } else {
      d["only_a"].push_back(path);
      continue;
    }
    if (other->parts != file.parts) d["other_parts"].push_back(path);
  }
  for (const auto &[path, file] : of_b)
    if (met.count(path) == 0) d["only_b"].push_back(path);
  return d;
}

std::string data_sentence(const json &d, const std::string &a, const std::string &b) {
  if (d.contains("unknown"))
    return fmt::format("Recordings: {} or {} does not say which (an older mote)", a, b);
  if (d.at("same").get<bool>())
    return fmt::format("Recordings of {} and {}: the same {} in the same parts", a, b,
                       d.at("files") == 1 ? "file" : fmt::format("{} files", d.at("files").get<size_t>()));
  std::vector<std::string> said;
  const auto tell = [&](const char *key, const std::string &what) {
    if (const json &list = d.at(key); !list.empty())
      said.push_back(fmt::format("{} {} ({})", list.size(), what, some(list)));
  };
  tell("only_a", "only in " + a);
  tell("only_b", "only in " + b);
  tell("changed", "of other content");
  tell("renamed", "renamed");
  tell("other_parts", "divided into other parts");
  return fmt::format("Recordings of {} and {}: {}", a, b,
                     said.empty() ? "in another order" : fmt::format("{}", fmt::join(said, "; ")));
}

}  // namespace mote

// What run.json says about how a run was made, and back: the settings that change with it, the recordings
// with the part each went to, the digest of all data.
//
// Older formats are read here, so that no one else need know them. The folder of a run: mote/runs.h.
#include "runs/made_how.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/clock.h"
#include "base/cpu.h"
#include "base/digest.h"
#include "base/version.h"
#include "mote/runs.h"
#include "mote/settings.h"
#include "runs/run_folder.h"

namespace mote {

using nlohmann::json;

void apply_record(const json &record, Project &project) {
  if (record.value("format", 1) >= 2 && record.contains("settings")) {
    const json &s = record.at("settings"), &train = s.at("train"), &split_seed = s.at("split").at("seed");
    project.train.seed = s.at("seed");
    project.split.seed = split_seed.is_null() ? project.train.seed : split_seed.get<uint64_t>();
    project.train.epochs = train.at("epochs");
    project.train.threads = train.at("threads");
  } else if (record.contains("seed")) {
    if (project.split.seed == project.train.seed) project.split.seed = record.at("seed");
    project.train.seed = record.at("seed");
  }
  if (record.contains("class_labels"))
    project.load.class_labels = record.at("class_labels").get<std::vector<std::string>>();
  if (!record.contains("data")) return;
  const fs::path data(record.at("data").get<std::string>());
  if (record.contains("recordings"))
    project.data_path = (fs::path(project.folder) / data).lexically_normal().string();
  else if (data.is_absolute() && !fs::exists(project.data_path))
    project.data_path = data.string();  // format 1 had no other
}

static const char *part_name(char letter) {
  return letter == 't' ? "train" : letter == 'v' ? "val" : letter == 'x' ? "test" : "none";
}

json recordings_record(const Recordings &recordings, const Parts &parts, const std::string &project_folder) {
  json list = json::array();
  size_t at = 0;
  for (const SourceFile &f : recordings.files) {
    json entry = {{"path", path_within(project_folder, f.path)}, {"bytes", f.bytes}, {"sha256", f.sha256}};
    const size_t from = at;
    while (at < recordings.items.size() && recordings.items[at].file == f.path) ++at;
    const Parts own = parts.empty() ? "" : parts.substr(from, at - from);
    entry["recordings"] = at - from;
    if (!own.empty() && own.find_first_not_of(own[0]) == std::string::npos)
      entry["part"] = part_name(own[0]);
    else if (!own.empty())
      entry["parts"] = own;
    list.push_back(std::move(entry));
  }
  return list;
}

std::string digest_of_data(const json &recordings) {
  std::string all;
  for (const json &r : recordings)
    all += fmt::format("{} {} {}\n", r.at("sha256").get<std::string>(), r.value("part", ""),
                       r.value("parts", ""));
  return sha256(all);
}

json run_record(const Project &p, const std::string &kind, const Recordings &recordings, const Parts &parts,
                const std::string &parent) {
  json files = recordings_record(recordings, parts, p.folder);
  json record = {{"format", Run::kFormat},
                 {"name", p.name},
                 {"kind", kind},
                 {"created", fmt::format("{:%Y-%m-%d %H:%M:%S}", record_time())},
                 {"seed", p.train.seed},
                 {"set", p.assignments},
                 {"settings", settings_json(p)},
                 {"data", path_within(p.folder, p.data_path)},
                 {"data_digest", digest_of_data(files)},
                 {"recordings", std::move(files)},
                 {"mote", kVersion},
                 {"compiler", __VERSION__},
                 {"tier", tier_name(active_tier())}};
  if (!parent.empty()) record["parent"] = parent;
  if (const auto &labels = recordings.options.class_labels; !labels.empty()) record["class_labels"] = labels;
  return record;
}

}  // namespace mote

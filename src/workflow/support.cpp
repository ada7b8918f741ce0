// The marks by which records and pictures of a run are known to be of the model and the data that are
// there now: digests in JSON, a tEXt chunk in PNG, a comment in SVG.
//
// Source of the chunk: PNG specification, 11.3.4.3. Digests: base/digest.h.
#include "workflow/support.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/checksum.h"
#include "mote/report.h"
#include "mote/workflow.h"
#include "runs/run_folder.h"

namespace mote {

using nlohmann::json;

// Of a folder with 100,000 odd files each run need not tell all.
static void keep_first(json &findings) {
  constexpr size_t kMost = 500;
  if (findings.size() <= kMost) return;
  const size_t more = findings.size() - kMost;
  findings.erase(findings.begin() + kMost, findings.end());
  findings.push_back({{"severity", "note"},
                      {"where", "data"},
                      {"message", fmt::format("and {} more findings; `mote data` lists them", more)}});
}

// A record is read elsewhere, too, so places in it begin in the project, however the project was named.
static std::string from_project(std::string text, const std::string &folder) {
  const fs::path whole = fs::absolute(folder.empty() ? "." : folder).lexically_normal();
  std::error_code code;
  const fs::path here = fs::current_path(code);
  for (const fs::path &prefix : {whole, fs::path(folder), whole.lexically_relative(here)}) {
    if (prefix.empty() || prefix == "." || prefix == "/") continue;
    const std::string begin = (prefix / "").string();
    for (size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
      const bool is_begun = at == 0 || std::string_view(" '\"(").find(text[at - 1]) != std::string_view::npos;
      if (is_begun)
        text.erase(at, begin.size());
      else
        at += begin.size();
    }
  }
  return text;
}

json data_record(const Project &project, const Recordings &recordings, const std::vector<Finding> &judged) {
  json data = recordings_json(recordings, judged);
  for (const Finding &f : recordings.findings)
    data["findings"].push_back({{"severity", "note"}, {"where", f.where}, {"message", f.message}});
  for (json &f : data["findings"])
    for (const char *key : {"where", "message"}) f[key] = from_project(f[key], project.folder);
  keep_first(data["findings"]);
  return data;
}

void add_wrong(nlohmann::json &record, const Evaluation &e, const std::string &project) {
  constexpr size_t kMost = 24;
  if (e.is_regression || e.wrong.empty()) return;
  record["wrong_count"] = e.wrong.size();
  for (size_t i = 0; i < std::min(kMost, e.wrong.size()); ++i) {
    WrongWindow w = e.wrong[i];
    if (!project.empty()) w.source.file = path_within(project, w.source.file);
    record["wrong"].push_back({{"place", w.place()},
                               {"label", e.labels[static_cast<size_t>(w.truth)]},
                               {"predicted", e.labels[static_cast<size_t>(w.predicted)]},
                               {"probability", w.probability}});
  }
}

nlohmann::json evaluation_record(const Evaluation &evaluation, const std::string &model_digest,
                                 const std::string &data_digest, const std::string &project) {
  nlohmann::json record = evaluation_json(evaluation);
  add_wrong(record, evaluation, project);
  record["model"] = model_digest;
  record["data"] = data_digest;
  return record;
}

static std::string signature(const std::string &model_digest, const std::string &data_digest) {
  return fmt::format("of model {} and data {}", model_digest, data_digest.empty() ? "unknown" : data_digest);
}

static std::string big_endian(uint32_t v) {
  return {static_cast<char>(v >> 24), static_cast<char>(v >> 16), static_cast<char>(v >> 8),
          static_cast<char>(v)};
}

Picture signed_picture(const Picture &picture, const std::string &model_digest,
                       const std::string &data_digest) {
  const std::string text = signature(model_digest, data_digest);
  const std::string chunk = std::string("tEXtSource") + '\0' + text;
  constexpr size_t kTypeBytes = 4, kHeaderBytes = 8 + 25;  // the signature and IHDR of PNG
  Picture result = picture;
  result.png.insert(kHeaderBytes, big_endian(static_cast<uint32_t>(chunk.size() - kTypeBytes)) + chunk +
                                      big_endian(checksum(chunk)));
  result.svg += "<!-- " + text + " -->\n";
  return result;
}

bool is_signed(const std::string &svg, const std::string &model_digest, const std::string &data_digest) {
  return svg.find(signature(model_digest, data_digest)) != std::string::npos;
}

}  // namespace mote

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

// The surest of the wrong answers, and how many there are. Places are from the project's folder, so that a
// copy of it has the same record.
static void add_wrong(nlohmann::json &record, const Evaluation &e, const std::string &project) {
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

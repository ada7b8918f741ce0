// The document of a run, put together from its sections. It computes nothing.
#include <fmt/format.h>

#include <cmath>

#include "base/error.h"
#include "base/text.h"
#include "base/version.h"
#include "report/sections.h"

namespace mote {

using nlohmann::json;

double figure(const json &value) { return value.is_null() ? NAN : value.get<double>(); }
std::string commas(const json &value) { return with_commas(value.get<long long>()); }
std::string three_digits(const json &value) {
  const double v = figure(value);
  return v >= 1000 ? with_commas(std::llround(v)) : fmt::format("{:.3g}", v);
}
std::string percent(const json &share) {
  return share.is_null() ? "?" : fmt::format("{:.1f}", 100 * share.get<double>());
}

const json &evaluations_of(const ReportInput &in) {
  static const json kNone = json::array();
  return in.evaluations.is_array() ? in.evaluations : kNone;
}

// A record of before groups were known has the ends alone.
std::string accuracy_interval(const json &e) {
  if (e.contains("interval") && e.at("interval").value("method", "") == "none")
    return e.at("interval").at("text");
  const json &ends = e.at("interval_95");
  std::string text = fmt::format("95 %: {:.1f} - {:.1f}", 100 * figure(ends.at(0)), 100 * figure(ends.at(1)));
  if (!e.contains("interval")) return text;
  const std::string all = e.at("interval").at("text");
  const size_t over = all.find(" over ");
  return over == std::string::npos ? text : text + all.substr(over);
}

std::string share_interval(const json &count) {
  if (!count.contains("interval")) return "no interval";
  const json &ends = count.at("interval");
  return fmt::format("{:.1f} - {:.1f}", 100 * figure(ends.at(0)), 100 * figure(ends.at(1)));
}

double percent_found(const json &count) {
  return 100 * count.at("found").get<double>() / count.at("events").get<double>();
}

namespace {

// A part of the document from a record that somebody else may have written.
template <class Part>
auto from(const char *record, Part part) {
  try {
    return part();
  } catch (const json::exception &e) {
    throw Error(ErrorCode::kDataFormat, record, fmt::format("is not as mote writes it ({})", reason_of(e)),
                "`mote evaluate`, `mote explain` and `mote export` write theirs anew; restore the others");
  }
}

void add(Document &document, DocSection section) {
  if (!section.blocks.empty()) document.sections.push_back(std::move(section));
}

}  // namespace

Document run_document(const ReportInput &in) {
  Document d;
  d.title = in.title;
  d.subtitle =
      fmt::format("run {} \u00b7 {} \u00b7 seed {} \u00b7 mote {}", in.run, in.created, in.seed, kVersion);
  d.begin = from("evaluation.json", [&] { return overview_blocks(in); });
  for (const std::string &note : in.notes) d.begin.emplace_back(DocWarning{note});
  const struct {
    const char *record;
    DocSection (*section)(const ReportInput &);
  } kSections[] = {{"run.json", pipeline_section},          {"data.json", data_section},
                   {"history.json", training_section},      {"folds.json", folds_section},
                   {"evaluation.json", evaluation_section}, {"evaluation.json", detector_section},
                   {"evaluation.json", replay_section},     {"wrong.json", wrong_section},
                   {"robustness.json", robustness_section}, {"explain.json", quantization_section},
                   {"compress.json", steps_section},        {"summary.json", model_section},
                   {"exports.json", device_section},        {"run.json", made_section}};
  for (const auto &s : kSections) add(d, from(s.record, [&] { return s.section(in); }));
  return d;
}

json report_json(const ReportInput &in) {
  json j = {
      {"title", in.title}, {"run", in.run}, {"created", in.created}, {"mote", kVersion}, {"notes", in.notes}};
  const std::pair<const char *, const json *> kRecords[] = {{"record", &in.record},
                                                            {"data", &in.data},
                                                            {"summary", &in.summary},
                                                            {"history", &in.history},
                                                            {"evaluations", &in.evaluations},
                                                            {"int8", &in.program},
                                                            {"exports", &in.exports},
                                                            {"preprocessing", &in.front},
                                                            {"quantize", &in.quantize},
                                                            {"explain", &in.explain},
                                                            {"compress", &in.compress},
                                                            {"robustness", &in.robustness},
                                                            {"devices", &in.devices},
                                                            {"steps", &in.steps},
                                                            {"folds", &in.folds}};
  for (const auto &[name, record] : kRecords)
    if (!record->is_null()) j[name] = *record;
  if (!in.toml.empty()) j["configuration"] = in.toml;
  return j;
}

}  // namespace mote

// What a model's scores are as a record: evaluation.json and --json of `mote evaluate`.
//
// Which fields a record must have when it is read: runs/records.cpp; what each means: docs/formats.md.
#include "mote/report.h"

namespace mote {

using nlohmann::json;

static json class_json(const ClassScore &s) {
  return {{"precision", s.precision}, {"recall", s.recall}, {"f1", s.f1}, {"support", s.support}};
}

static const char *method_name(IntervalMethod m) {
  switch (m) {
    case IntervalMethod::kWilson:
      return "wilson";
    case IntervalMethod::kStudent:
      return "student";
    case IntervalMethod::kBootstrap:
      return "bootstrap";
    default:
      return "none";
  }
}

// How sure the accuracy is, and over what; a row for each group of a known kind.
static void add_interval(json &j, const Evaluation &e) {
  if (e.interval_method != IntervalMethod::kNone) j["interval_95"] = {e.interval.low, e.interval.high};
  j["interval"] = {{"method", method_name(e.interval_method)}, {"text", e.interval_text()}};
  if (e.group_scores.empty()) return;
  j["interval"]["over"] = e.groups.kind;
  j["interval"]["groups"] = e.group_scores.size();
  if (e.groups.kind == "recording") return;
  for (const GroupScore &g : e.group_scores)
    j["groups"].push_back(
        {{"name", g.name}, {"examples", g.examples}, {"correct", g.correct}, {"accuracy", g.accuracy()}});
}

json difference_json(const AccuracyDifference &d) {
  json j = {{"difference", d.difference}, {"changed", d.changed}, {"method", method_name(d.method)}};
  if (d.method != IntervalMethod::kNone) j["interval_95"] = {d.interval.low, d.interval.high};
  if (!d.over.empty()) j["over"] = d.over;
  return j;
}

// Without areas where there are only windows of one kind.
static json detection_json(const Evaluation &e) {
  const DetectionScore &d = e.detection;
  const ClassScore &anomaly = e.classes.back();
  json j = {{"threshold", d.threshold},           {"score", d.unit},
            {"max_fpr", DetectionScore::kMaxFpr}, {"normal", d.normal},
            {"false_alarms", d.false_alarms},     {"precision", anomaly.precision},
            {"recall", anomaly.recall},           {"f1", anomaly.f1}};
  if (d.auc == d.auc) {
    j["auc"] = d.auc;
    j["partial_auc"] = d.partial_auc;
  }
  if (d.interval_method != IntervalMethod::kNone)
    j["false_alarm_interval_95"] = {d.false_alarm_interval.low, d.false_alarm_interval.high};
  if (!d.over.empty()) j["over"] = d.over;
  for (const auto &[false_alarms, found] : d.roc) j["roc"].push_back({false_alarms, found});
  return j;
}

json evaluation_json(const Evaluation &e) {
  if (e.is_regression)
    return {{"precision", e.precision}, {"examples", e.examples}, {"mse", e.mse}, {"mae", e.mae}};
  json classes = json::object();
  for (size_t c = 0; c < e.labels.size(); ++c) classes[e.labels[c]] = class_json(e.classes[c]);
  json j = {{"precision", e.precision},
            {"accuracy", e.accuracy},
            {"examples", e.truth.size()},
            {"classes", classes},
            {"macro_avg", class_json(e.macro)},
            {"weighted_avg", class_json(e.weighted)},
            {"labels", e.labels},
            {"confusion", e.confusion},
            {"worst_pair", e.worst_pair()}};
  add_interval(j, e);
  if (e.detection.is_set) j["detection"] = detection_json(e);
  return j;
}

}  // namespace mote

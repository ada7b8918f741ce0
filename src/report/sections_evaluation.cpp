// How good the model is: scores by class and group, confusions, detectors, the replay, the wrong windows, and
// what disturbed windows do to it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "report/charts.h"
#include "report/sections.h"

namespace mote {

using nlohmann::json;

namespace {

// How many rows the document has; the record has all of them.
constexpr size_t kMostGroupRows = 50, kMostMatrix = 14;

std::string precision_of(const json &e) { return e.at("precision").get<std::string>(); }

void add_scores(DocSection &s, const json &e) {
  DocTable t{fmt::format("Scores of each class, {}", precision_of(e)),
             {"class", "precision", "recall", "F1", "support"},
             {}};
  const auto row = [&](const std::string &name, const json &c) {
    t.rows.push_back({name, fmt::format("{:.3f}", figure(c.at("precision"))),
                      fmt::format("{:.3f}", figure(c.at("recall"))),
                      fmt::format("{:.3f}", figure(c.at("f1"))), commas(c.at("support"))});
  };
  for (const json &label : e.at("labels")) row(label, e.at("classes").at(label.get<std::string>()));
  row("macro average", e.at("macro_avg"));
  row("weighted average", e.at("weighted_avg"));
  s.blocks.emplace_back(std::move(t));
}

// A table where it can be one; else the picture that files have.
void add_confusion(DocSection &s, const json &e) {
  if (!e.contains("confusion")) return;
  const json &labels = e.at("labels"), &confusion = e.at("confusion");
  const std::string alt = fmt::format(
      "Confusion matrix ({}): true classes down, predicted classes across, windows", precision_of(e));
  std::vector<std::string> names = labels;
  if (names.size() > kMostMatrix) {
    Evaluation drawn;
    drawn.precision = precision_of(e);
    drawn.labels = names;
    drawn.confusion = confusion.get<std::vector<std::vector<size_t>>>();
    drawn.accuracy = figure(e.at("accuracy"));
    for (const std::string &name : names)
      drawn.classes.push_back({0, 0, 0, e.at("classes").at(name).at("support").get<size_t>()});
    bool is_whole = drawn.confusion.size() == names.size();
    for (const auto &row : drawn.confusion) is_whole = is_whole && row.size() == names.size();
    if (!is_whole) return;
    DocPicture picture{alt, ""};
    picture.svg = draw_confusion(drawn).svg;
    s.blocks.emplace_back(std::move(picture));
    return;
  }
  DocTable t{alt, {"true \\ predicted"}, {}};
  for (const std::string &name : names) t.head.push_back(name);
  for (size_t r = 0; r < names.size(); ++r) {
    const double support = std::max<double>(1, e.at("classes").at(names[r]).at("support").get<double>());
    std::vector<std::string> row = {names[r]};
    std::vector<double> shades;
    for (size_t c = 0; c < names.size(); ++c) {
      const auto count = confusion.at(r).at(c).get<size_t>();
      row.push_back(with_commas(static_cast<long long>(count)));
      const double strength = count == 0 ? 0 : 0.12 + 0.88 * static_cast<double>(count) / support;
      shades.push_back(r == c ? strength : -strength);
    }
    t.rows.push_back(std::move(row));
    t.shades.push_back(std::move(shades));
  }
  s.blocks.emplace_back(std::move(t));
}

void add_group_scores(DocSection &s, const json &e) {
  if (!e.contains("groups")) return;
  const json &list = e.at("groups");
  const std::string over = e.at("interval").value("over", "group");
  DocTable t{fmt::format("Accuracy of each {}, {}, the worst first", over, precision_of(e)),
             {over, "windows", "accuracy, %"},
             {}};
  for (size_t i = 0; i < std::min(kMostGroupRows, list.size()); ++i)
    t.rows.push_back({list.at(i).at("name").get<std::string>(), commas(list.at(i).at("examples")),
                      percent(list.at(i).at("accuracy"))});
  s.blocks.emplace_back(std::move(t));
  if (list.size() > kMostGroupRows)
    s.blocks.emplace_back(DocText{fmt::format("And {} more that are better.", list.size() - kMostGroupRows)});
}

}  // namespace

DocSection evaluation_section(const ReportInput &in) {
  const json &list = evaluations_of(in);
  DocSection s{"evaluation", "",
               "Measured on windows that neither training nor the choice of the epoch has seen; int8 by the "
               "C routines that ship to the device."};
  if (list.empty()) return s;
  s.title = fmt::format("Evaluation on {} {} windows", commas(list.at(0).at("examples")),
                        in.folds.is_array() ? "held-out" : "test");
  if (!list.at(0).contains("mae"))
    s.blocks.emplace_back(DocText{
        "Precision: of what is told as a class, the share that is it. Recall: of the class, the share that "
        "is "
        "told. F1: their harmonic mean. Support: windows of the class. The 95 % interval says how far the "
        "accuracy on other recordings of the same kind may be from this one."});
  for (const json &e : list) {
    if (e.contains("mae")) {
      s.blocks.emplace_back(DocText{fmt::format("{}: mean squared error {:.6g}, mean absolute error {:.6g}.",
                                                precision_of(e), figure(e.at("mse")), figure(e.at("mae")))});
      continue;
    }
    s.blocks.emplace_back(DocHeading{precision_of(e)});
    s.blocks.emplace_back(DocText{fmt::format("{} % of the windows are answered rightly ({}).",
                                              percent(e.at("accuracy")), accuracy_interval(e))});
    add_scores(s, e);
    const std::string worst = e.at("worst_pair");
    if (!worst.empty()) s.blocks.emplace_back(DocText{worst});
    add_confusion(s, e);
    add_group_scores(s, e);
  }
  return s;
}

namespace {

DocPicture roc_picture(const json &e) {
  const json &d = e.at("detection");
  CurveChart chart{
      fmt::format("ROC, {}", precision_of(e)), "false alarms, % of normal windows", "anomalies found, %", {}};
  Curve curve{"detector", Ink::kBlue, {}, false, false},
      chance{"chance", Ink::kSoft, {{0, 0}, {100, 100}}, true, false};
  for (const json &p : d.at("roc")) curve.points.emplace_back(100 * figure(p.at(0)), 100 * figure(p.at(1)));
  chart.curves = {curve, chance};
  if (d.at("normal").get<size_t>() > 0)
    chart.marks = {{100 * d.at("false_alarms").get<double>() / d.at("normal").get<double>(), "threshold"}};
  DocPicture picture{
      fmt::format("ROC curve of the {} detector: anomalies found against false alarms", precision_of(e)),
      "Each point is a threshold; the dashed vertical line is the one that the model has. Measured on the "
      "test windows."};
  const Drawing drawing = draw_curves(chart);
  picture.drawings = {drawing.inlined(picture.alt)};
  picture.file = drawing.svg_file();
  return picture;
}

}  // namespace

DocSection detector_section(const ReportInput &in) {
  DocSection s{"detector", "Detector of anomalies",
               "A detector learns from normal windows alone; its score says how far a window is from these, "
               "and the threshold what is told as an anomaly."};
  for (const json &e : evaluations_of(in)) {
    if (!e.contains("detection")) continue;
    const json &d = e.at("detection");
    s.blocks.emplace_back(DocHeading{precision_of(e)});
    if (d.contains("auc"))
      s.blocks.emplace_back(
          DocText{fmt::format("AUC {:.4f}, partial AUC to a false-alarm rate of {:g}: {:.4f} (McClish).",
                              figure(d.at("auc")), figure(d.at("max_fpr")), figure(d.at("partial_auc")))});
    s.blocks.emplace_back(
        DocText{fmt::format("From a score of {:.4g} on ({}): {} of {} normal windows are false alarms.",
                            figure(d.at("threshold")), d.at("score").get<std::string>(),
                            commas(d.at("false_alarms")), commas(d.at("normal")))});
    if (d.contains("auc"))
      s.blocks.emplace_back(
          DocText{"AUC is the chance that an anomaly scores higher than a normal window: 0.5 is a coin, 1 is "
                  "without a mistake."});
    if (d.contains("recall"))
      s.blocks.emplace_back(
          DocText{fmt::format("Of the anomalies {} % are found; of what is told as an anomaly {} % is one.",
                              percent(d.at("recall")), percent(d.at("precision")))});
    if (d.contains("roc")) s.blocks.emplace_back(roc_picture(e));
  }
  return s;
}

namespace {

void add_replay_table(DocSection &s, const json &replay, const json &labels, const std::string &precision) {
  DocTable t{fmt::format("Events told, {}", precision),
             {"class", "events", "found", "wrong", "missed", "found, % (95 %)"},
             {},
             true};
  const auto row = [&](const std::string &name, const json &c) {
    t.rows.push_back({name, commas(c.at("events")), commas(c.at("found")), commas(c.at("wrong")),
                      commas(c.at("missed")),
                      fmt::format("{:.1f} ({})", percent_found(c), share_interval(c))});
  };
  const json &classes = replay.at("classes");
  for (const json &label : labels)
    if (const auto c = classes.find(label.get<std::string>()); c != classes.end()) row(label, *c);
  row("all", replay);
  s.blocks.emplace_back(std::move(t));
}

std::string rest_text(const json &replay) {
  std::string text = fmt::format("Told while nothing happened: {}", commas(replay.at("false")));
  if (replay.contains("rest_minutes"))
    text += fmt::format(" in {:.1f} minutes of rest, {:.2f} a minute (95 %: below {:.2f})",
                        figure(replay.at("rest_minutes")), figure(replay.at("false_per_minute")),
                        figure(replay.at("most_false_per_minute")));
  if (replay.contains("delay_s"))
    text += fmt::format(". An event is told {:.2f} s after it began (median)", figure(replay.at("delay_s")));
  return text + ".";
}

}  // namespace

DocSection replay_section(const ReportInput &in) {
  DocSection s{"replay", "Replay: what a device would have told", ""};
  for (const json &e : evaluations_of(in)) {
    if (!e.contains("replay")) continue;
    const json &replay = e.at("replay");
    if (s.lead.empty())
      s.lead = fmt::format(
          "The test recordings one after the other, row by row through the decision that push() of the "
          "exported C makes, with rest between them from {}.",
          replay.at("rest").get<std::string>());
    s.blocks.emplace_back(DocHeading{precision_of(e)});
    add_replay_table(s, replay, e.at("labels"), precision_of(e));
    s.blocks.emplace_back(DocText{rest_text(replay)});
  }
  return s;
}

DocSection wrong_section(const ReportInput &in) {
  DocSection s{"wrong", "Windows that were answered wrongly",
               "The surest wrong answers first: a wrong label, a broken recording and a class that is really "
               "like another look different here."};
  constexpr size_t kMost = 12;
  const json &all = evaluations_of(in);
  if (!all.empty() && all.back().contains("wrong") &&
      !all.back().at("wrong").empty()) {  // int8 where there is one
    const json &e = all.back();
    DocTable t{
        fmt::format("Wrong windows, {}", precision_of(e)), {"window", "is", "told as", "probability, %"}, {}};
    t.names = {1, 2};
    for (const json &w : e.at("wrong")) {
      if (t.rows.size() == kMost) break;
      t.rows.push_back({w.at("place").get<std::string>(), w.at("label").get<std::string>(),
                        w.at("predicted").get<std::string>(),
                        fmt::format("{:.0f}", 100 * figure(w.at("probability")))});
    }
    const size_t shown = t.rows.size(), count = e.value("wrong_count", shown);
    s.blocks.emplace_back(std::move(t));
    if (count > shown)
      s.blocks.emplace_back(
          DocText{fmt::format("{} in all; `mote evaluate {} --wrong all` lists them.", count, in.where)});
  }
  for (const DocPicture &picture : in.wrong) s.blocks.emplace_back(picture);
  return s;
}

namespace {

DocPicture sweep_picture(const json &sweep, double baseline) {
  CurveChart chart{sweep.at("title"), sweep.at("axis"), "accuracy, %", {}};
  Curve curve{"int8", Ink::kBlue, {}}, start{"undisturbed", Ink::kSoft, {}, true, false};
  double low = 100 * baseline, x_low = 1e300, x_high = -1e300;
  for (const json &l : sweep.at("levels")) {
    const double x = figure(l.at("level")), y = 100 * figure(l.at("accuracy"));
    curve.points.emplace_back(x, y);
    if (l.contains("interval_95"))
      curve.band.emplace_back(100 * figure(l.at("interval_95").at(0)),
                              100 * figure(l.at("interval_95").at(1)));
    low = std::min(low, y);
    x_low = std::min(x_low, x);
    x_high = std::max(x_high, x);
  }
  start.points = {{x_low, 100 * baseline}, {x_high, 100 * baseline}};
  chart.curves = {curve, start};
  chart.y_low = low > 50 ? 50 : 0;
  DocPicture picture{fmt::format("{}: accuracy of the int8 model against {}",
                                 sweep.at("title").get<std::string>(), sweep.at("axis").get<std::string>()),
                     sweep.at("text")};
  const Drawing drawing = draw_curves(chart);
  picture.drawings = {drawing.inlined(picture.alt)};
  picture.file = drawing.svg_file();
  return picture;
}

}  // namespace

DocSection robustness_section(const ReportInput &in) {
  DocSection s{"robustness", "Robustness",
               "The test windows disturbed more and more, and answered by the int8 model: how far a sensor, "
               "its mounting or its clock may be off."};
  const json &r = in.robustness;
  if (!r.is_object()) {
    if (in.program.is_object() && !evaluations_of(in).empty() && !in.where.empty())
      s.blocks.emplace_back(
          DocText{fmt::format("Not measured; `mote evaluate {} --robustness` does it.", in.where)});
    return s;
  }
  s.blocks.emplace_back(
      DocText{fmt::format("Measured on {} test windows, seed {}; without a disturbance {} % are answered "
                          "rightly. Vertical bars are 95 % intervals.",
                          commas(r.at("windows")), r.at("seed").dump(), percent(r.at("accuracy")))});
  DocTable t{"Accuracy of the int8 model on disturbed windows",
             {"disturbance", "level", "right, windows", "accuracy, %", "95 % interval, %"},
             {}};
  t.summary = "The figures of all levels";
  for (const json &sweep : r.at("sweeps")) {
    s.blocks.emplace_back(sweep_picture(sweep, figure(r.at("accuracy"))));
    for (const json &l : sweep.at("levels"))
      t.rows.push_back({sweep.at("title").get<std::string>(),
                        fmt::format("{:g} {}", figure(l.at("level")), sweep.at("unit").get<std::string>()),
                        commas(l.at("correct")), percent(l.at("accuracy")),
                        l.contains("interval_95")
                            ? percent(l.at("interval_95").at(0)) + " - " + percent(l.at("interval_95").at(1))
                            : "-"});
  }
  if (!t.rows.empty()) s.blocks.emplace_back(std::move(t));
  for (const json &n : r.at("not_applicable"))
    s.blocks.emplace_back(DocText{
        fmt::format("{}: not done, {}.", n.at("title").get<std::string>(), n.at("why").get<std::string>())});
  return s;
}

}  // namespace mote

// The page of a run, put together from its records and pictures: one file, no scripts, nothing loaded.
// Every text of a user or a file passes escape().
//
// It computes nothing: what a record lacks, the page lacks. Who gathers the records: workflow/report.cpp.
#include "report/html.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"
#include "base/escape.h"
#include "base/text.h"
#include "base/version.h"
#include "mote/report.h"

namespace mote {

using nlohmann::json;

namespace {

std::string escape(const std::string &text) { return escaped(Language::kHtml, text); }

// The lines stay, which escape() makes one of.
std::string escape_lines(const std::string &text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    out += escape(text.substr(at, end - at)) + "\n";
    at = end + 1;
  }
  return out;
}

// Below it letters of a picture are no longer read: it is moved under the thumb instead of made smaller. 0:
// the picture does not say how wide it is.
int readable_width(const std::string &svg) {
  constexpr std::string_view kName = " width=\"";
  constexpr double kSmallest = 0.65, kWidest = 20000;
  const size_t at = svg.find(kName);
  if (at == svg.npos) return 0;
  const size_t begin = at + kName.size(), end = svg.find_first_not_of("0123456789.", begin);
  const auto width = parse_number(svg.substr(begin, std::min(end, svg.size()) - begin));
  return width && *width > 0 && *width < kWidest ? kSmallest * *width : 0;
}

// Inlined as an image of its own, so that ids in one drawing cannot clash with another's.
std::string data_of(const std::string &svg) {
  std::string data = "data:image/svg+xml,";
  for (char c : svg) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                          std::string_view("-_.!~*()/:;=").find(c) != std::string_view::npos;
    if (is_plain)
      data += c;
    else
      data += fmt::format("%{:02X}", byte_of(c));
  }
  return data;
}

// `narrow`: the same drawing for a phone; "": there is none.
std::string image(const std::string &svg, const std::string &alt, const std::string &narrow = "") {
  const std::string source =
      narrow.empty() ? ""
                     : fmt::format("<source media=\"(max-width:600px)\" srcset=\"{}\">", data_of(narrow));
  return fmt::format(
      "<div class=\"scroll\"><picture{}>{}<img alt=\"{}\" style=\"min-width:{}px\" "
      "src=\"{}\"></picture></div>\n",
      narrow.empty() ? "" : " class=\"two\"", source, escape(alt), readable_width(svg), data_of(svg));
}

// A phone is narrower than many tables: they are moved within the page, not cut off by it.
constexpr const char *kTable = "<div class=\"scroll\"><table>", *kTableEnd = "</table></div>\n";
// Records have null for a figure that is not finite.
double figure(const json &value) { return value.is_null() ? NAN : value.get<double>(); }

std::string commas(const json &value) { return with_commas(value.get<long long>()); }

constexpr const char *kStyle = R"(
:root{--ink:#20252b;--soft:#5b6570;--line:#d9dde2;--bg:#fff;--card:#f6f7f9}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ed;--soft:#9aa5b1;--line:#3a424c;--bg:#14181d;--card:#1d232a}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--bg);max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{margin:0 0 .2rem}h2{margin:2.2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.2rem}
.sub{color:var(--soft)}.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(12rem,1fr));gap:.8rem;margin:1.2rem 0}
.card{background:var(--card);border-radius:.5rem;padding:.7rem 1rem}.card b{display:block;font-size:1.5rem}.card span{color:var(--soft);font-size:.85rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:.6rem 0}td,th{padding:.25rem .8rem;border-bottom:1px solid var(--line);text-align:right}
td:first-child,th:first-child{text-align:left}img{background:#fff;border-radius:.4rem;margin:.4rem 0}pre{background:var(--card);padding:.8rem;overflow:auto;border-radius:.5rem;font-size:.85rem}
p,li,h1,.sub,.card{overflow-wrap:anywhere}img{max-width:100%}td{white-space:nowrap}td:first-child{white-space:normal;overflow-wrap:anywhere;min-width:5rem}
@media(max-width:40rem){td,th{padding:.2rem .25rem;font-size:.8rem}.cards{grid-template-columns:1fr 1fr}.card{padding:.5rem .7rem}td:first-child{min-width:2.5rem}.wrap{white-space:normal}.card b{font-size:1.2rem}}
.warn{border-left:4px solid #d9822b;padding:.3rem .8rem;background:var(--card)}.scroll{overflow-x:auto}
@media(max-width:600px){.two img{min-width:0!important}}
)";

constexpr const char *kHead = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} - mote report</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
<p class="sub">run {run} &middot; {created} &middot; seed {seed} &middot; mote {version}</p>
)";

class Page {
 public:
  explicit Page(const ReportInput &in) : in_(in) {}

  std::string build() {
    out_ = fmt::format(kHead, fmt::arg("title", escape(in_.title)), fmt::arg("style", kStyle),
                       fmt::arg("run", escape(in_.run)), fmt::arg("created", escape(in_.created)),
                       fmt::arg("seed", escape(in_.seed)), fmt::arg("version", kVersion));
    from("evaluation.json", &Page::cards);
    for (const std::string &note : in_.notes) out_ += "<p class=\"warn\">" + escape(note) + "</p>\n";
    from("data.json", &Page::data);
    from("history.json", &Page::training);
    from("evaluation.json", &Page::evaluation);
    from("evaluation.json", &Page::replays);
    model();
    from("exports.json", &Page::device);
    if (!in_.toml.empty()) out_ += "<h2>Configuration</h2>\n<pre>" + escape_lines(in_.toml) + "</pre>\n";
    return out_ + "</body>\n</html>\n";
  }

 private:
  // A part of the page from a record that somebody else may have written.
  void from(const char *record, void (Page::*part)()) {
    try {
      (this->*part)();
    } catch (const json::exception &e) {
      throw Error(ErrorCode::kDataFormat, record, fmt::format("is not as mote writes it ({})", reason_of(e)),
                  "`mote evaluate` and `mote export` write theirs anew; restore the others");
    }
  }

  void card(const std::string &value, const std::string &label) {
    out_ += fmt::format("<div class=\"card\"><b>{}</b><span>{}</span></div>\n", escape(value), escape(label));
  }

  void cards() {
    out_ += "<div class=\"cards\">\n";
    for (const json &e : in_.evaluations.is_array() ? in_.evaluations : json::array()) {
      if (e.contains("mae"))
        card(fmt::format("{:.4g}", figure(e.at("mae"))),
             fmt::format("{} mean absolute error, test", e.at("precision").get<std::string>()));
      else
        card(
            fmt::format("{:.1f} %", 100 * figure(e.at("accuracy"))),
            fmt::format("{} test accuracy ({})", e.at("precision").get<std::string>(), accuracy_interval(e)));
    }
    for_each_replay([&](const json &e, const json &replay) {
      card(fmt::format("{:.1f} %", percent_found(replay)),
           fmt::format("{} events found in the replay (95 %: {})", e.at("precision").get<std::string>(),
                       interval_of(replay)));
    });
    if (in_.program.is_object()) {
      card(human_bytes(in_.program.at("weight_bytes")), "int8 weights (flash)");
      card(human_bytes(in_.program.at("buffer_bytes")), "activation buffer (RAM), planned");
      card(commas(in_.program.at("macs")), "multiply-adds per inference");
    } else if (in_.summary.is_object()) {
      card(commas(in_.summary.at("parameters")), "parameters");
    }
    out_ += "</div>\n";
  }

  void data() {
    if (!in_.data.is_object()) return;
    out_ += fmt::format("<h2>Data</h2>\n{}", kTable);
    out_ += "<tr><th>class</th><th>recordings</th><th>windows</th><th>seconds</th></tr>\n";
    for (const json &c : in_.data.at("classes"))
      out_ += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{:.1f}</td></tr>\n",
                          escape(c.at("label")), c.at("recordings").get<size_t>(),
                          c.at("windows").get<size_t>(), figure(c.at("seconds")));
    if (in_.data.contains("image"))
      out_ += kTableEnd + fmt::format("<p>Images of {} x {} pixels, {} channels.",
                                      in_.data.at("image").at(1).get<int>(),
                                      in_.data.at("image").at(0).get<int>(), in_.data.at("channels").size());
    else
      out_ += kTableEnd + fmt::format("<p>Windows of {} rows, stride {}, {} channels at {:g} Hz.",
                                      in_.data.at("window").get<int>(), in_.data.at("stride").get<int>(),
                                      in_.data.at("channels").size(), figure(in_.data.at("rate_hz")));
    if (in_.data.contains("split")) {
      const json &s = in_.data.at("split");
      out_ += fmt::format(" Split by recording: {} training, {} validation and {} test windows.",
                          s.at("train").get<size_t>(), s.at("val").get<size_t>(), s.at("test").get<size_t>());
    }
    out_ += "</p>\n";
    const json &findings = in_.data.at("findings");
    if (findings.empty()) return;
    out_ += fmt::format("<details><summary>{} finding{} in the data</summary><ul>\n", findings.size(),
                        findings.size() == 1 ? "" : "s");
    for (size_t i = 0; i < findings.size() && i < 50; ++i)
      out_ += fmt::format("<li>{}: {}</li>\n", escape(findings.at(i).at("where")),
                          escape(findings.at(i).at("message")));
    out_ += "</ul></details>\n";
  }

  void training() {
    if (!in_.history.is_object()) return;
    out_ += "<h2>Training</h2>\n";
    const json &epochs = in_.history.at("epochs");
    const bool has_validation = !epochs.empty() && epochs.back().contains("val_loss");
    const std::vector<EpochRecord> history = history_from(in_.history);
    const bool is_drawn = !in_.history_svg.empty() && !history.empty();
    if (is_drawn)
      out_ += image(in_.history_svg,
                    has_validation ? "Loss and accuracy per epoch, training and validation"
                                   : "Loss and accuracy per epoch of training",
                    draw_history(history, in_.history.at("best_epoch"), true).svg);
    double seconds = 0;
    for (const json &e : epochs) seconds += figure(e.at("seconds"));
    out_ += fmt::format("<p>{} epochs in {:.2f} s{}; the weights are those of epoch {}.</p>\n", epochs.size(),
                        seconds, in_.history.at("stopped_early").get<bool>() ? ", stopped early" : "",
                        in_.history.at("best_epoch").get<int>());
    baseline();
    const std::string judgement = in_.history.at("judgement");
    if (in_.history.contains("never_found"))
      for (const json &sentence : in_.history.at("never_found"))
        out_ += "<p class=\"warn\">Warning: " + escape(sentence) + ".</p>\n";
    if (in_.history.contains("detector"))
      out_ += "<p>" + escape(in_.history.at("detector").at("text")) + ".</p>\n";
    if (in_.history.contains("rest_finding"))
      out_ += "<p>Note: " + escape(in_.history.at("rest_finding")) + ".</p>\n";
    if (!judgement.empty()) out_ += "<p class=\"warn\">" + escape(judgement) + "</p>\n";
  }

  void baseline() {
    if (!in_.history.contains("baseline")) return;
    out_ +=
        "<table><tr><th>on windows of</th><th>network</th><th>class means, or mean</th>"
        "<th>linear model</th></tr>\n";
    for (const json &row : in_.history.at("baseline")) {
      const bool is_mean = row.contains("mean_target");
      const auto cell = [&](const char *name) -> std::string {
        if (!row.contains(name)) return "<td>-</td>";
        return is_mean ? fmt::format("<td>{:.5g}</td>", figure(row.at(name)))
                       : fmt::format("<td>{:.1f} %</td>", 100 * figure(row.at(name)));
      };
      out_ += fmt::format("<tr><td>{}</td>{}{}{}</tr>\n", escape(row.at("part")), cell("network"),
                          cell(is_mean ? "mean_target" : "nearest_mean"), cell("linear"));
    }
    out_ += "</table>\n<p>The last two need no network: they are of its inputs.</p>\n";
    if (in_.history.contains("baseline_finding"))
      out_ += "<p>Note: " + escape(in_.history.at("baseline_finding")) + ".</p>\n";
  }

  void detection(const json &e) {
    if (!e.contains("detection")) return;
    const json &d = e.at("detection");
    if (d.contains("auc"))
      out_ += fmt::format("<p>AUC {:.4f}, partial AUC to a false-alarm rate of {:g}: {:.4f} (McClish).</p>\n",
                          figure(d.at("auc")), figure(d.at("max_fpr")), figure(d.at("partial_auc")));
    out_ += fmt::format("<p>From a score of {:.4g} on ({}): {} of {} normal windows are false alarms.</p>\n",
                        figure(d.at("threshold")), escape(d.at("score")), d.at("false_alarms").get<size_t>(),
                        d.at("normal").get<size_t>());
  }

  void evaluation() {
    if (!in_.evaluations.is_array() || in_.evaluations.empty()) return;
    out_ += fmt::format("<h2>Evaluation on {} test windows</h2>\n",
                        in_.evaluations.at(0).at("examples").get<size_t>());
    for (const json &e : in_.evaluations) {
      if (e.contains("mae")) {
        out_ += fmt::format("<p>{}: mean squared error {:.6g}, mean absolute error {:.6g}.</p>\n",
                            escape(e.at("precision")), figure(e.at("mse")), figure(e.at("mae")));
        continue;
      }
      out_ += fmt::format(
          "<h3>{}</h3>\n{}<tr><th>class</th><th>precision</th><th>recall</th><th>F1</th><th>support</th></"
          "tr>\n",
          escape(e.at("precision")), kTable);
      const auto row = [&](const std::string &name, const json &s) {
        out_ += fmt::format("<tr><td>{}</td><td>{:.3f}</td><td>{:.3f}</td><td>{:.3f}</td><td>{}</td></tr>\n",
                            escape(name), figure(s.at("precision")), figure(s.at("recall")),
                            figure(s.at("f1")), s.at("support").get<size_t>());
      };
      for (const json &label : e.at("labels")) row(label, e.at("classes").at(label.get<std::string>()));
      row("macro average", e.at("macro_avg"));
      row("weighted average", e.at("weighted_avg"));
      out_ += kTableEnd;
      detection(e);
      const std::string worst = e.at("worst_pair");
      if (!worst.empty()) out_ += "<p>" + escape(worst) + "</p>\n";
      groups(e);
    }
    if (!in_.confusion_svg.empty()) out_ += image(in_.confusion_svg, "Confusion matrix");
  }

  template <class Show>
  void for_each_replay(Show show) {
    if (!in_.evaluations.is_array()) return;
    for (const json &e : in_.evaluations)
      if (e.contains("replay")) show(e, e.at("replay"));
  }
  // "95 %: 86.1 - 98.6 over 5 groups, which are few"; a record of before groups were known has the ends
  // alone.
  static std::string accuracy_interval(const json &e) {
    if (e.contains("interval") && e.at("interval").value("method", "") == "none")
      return e.at("interval").at("text");
    const json &ends = e.at("interval_95");
    std::string text =
        fmt::format("95 %: {:.1f} - {:.1f}", 100 * figure(ends.at(0)), 100 * figure(ends.at(1)));
    if (!e.contains("interval")) return text;
    const std::string all = e.at("interval").at("text");
    const size_t over = all.find(" over ");
    return over == std::string::npos ? text : text + all.substr(over);
  }
  // How many rows the page has; the record has all of them.
  static constexpr size_t kMostGroups = 50;
  void groups(const json &e) {
    if (!e.contains("groups")) return;
    const json &list = e.at("groups");
    out_ += fmt::format("{}<tr><th>{}</th><th>windows</th><th>accuracy, %</th></tr>\n", kTable,
                        escape(e.at("interval").value("over", "group")));
    for (size_t i = 0; i < std::min(kMostGroups, list.size()); ++i)
      out_ += fmt::format("<tr><td>{}</td><td>{}</td><td>{:.1f}</td></tr>\n", escape(list.at(i).at("name")),
                          commas(list.at(i).at("examples")), 100 * figure(list.at(i).at("accuracy")));
    out_ += kTableEnd;
    if (list.size() > kMostGroups)
      out_ += fmt::format("<p>And {} more that are better.</p>\n", list.size() - kMostGroups);
  }
  static std::string interval_of(const json &count) {
    if (!count.contains("interval")) return "no interval";
    const json &ends = count.at("interval");
    return fmt::format("{:.1f} - {:.1f}", 100 * figure(ends.at(0)), 100 * figure(ends.at(1)));
  }
  static double percent_found(const json &count) {
    return 100 * count.at("found").get<double>() / count.at("events").get<double>();
  }

  void replays() {
    bool is_first = true;
    for_each_replay([&](const json &e, const json &replay) {
      if (is_first)
        out_ += fmt::format(
            "<h2>Replay: what a device would have told</h2>\n<p>The test recordings one after the other, row "
            "by row through the decision that push() of the exported C makes, with rest between them from "
            "{}.</p>\n",
            escape(replay.at("rest")));
      is_first = false;
      out_ += fmt::format("<h3>{}</h3>\n", escape(e.at("precision")));
      replay_table(replay, e.at("labels"));
      replay_rest(replay);
    });
  }

  void replay_table(const json &replay, const json &labels) {
    out_ += fmt::format(
        "{}<tr><th>class</th><th>events</th><th>found</th><th>wrong</th><th>missed</th>"
        "<th>found, % (95 %)</th></tr>\n",
        kTable);
    const auto row = [&](const std::string &name, const json &c) {
      out_ += fmt::format(
          "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"wrap\">{:.1f} "
          "({})</td></tr>\n",
          name, commas(c.at("events")), commas(c.at("found")), commas(c.at("wrong")), commas(c.at("missed")),
          percent_found(c), interval_of(c));
    };
    const json &classes = replay.at("classes");
    for (const json &label : labels)
      if (const auto c = classes.find(label.get<std::string>()); c != classes.end()) row(escape(label), *c);
    row("<b>all</b>", replay);
    out_ += kTableEnd;
  }

  void replay_rest(const json &replay) {
    out_ += fmt::format("<p>Told while nothing happened: {}", commas(replay.at("false")));
    if (replay.contains("rest_minutes"))
      out_ += fmt::format(" in {:.1f} minutes of rest, {:.2f} a minute (95 %: below {:.2f})",
                          figure(replay.at("rest_minutes")), figure(replay.at("false_per_minute")),
                          figure(replay.at("most_false_per_minute")));
    if (replay.contains("delay_s"))
      out_ +=
          fmt::format(". An event is told {:.2f} s after it began (median)", figure(replay.at("delay_s")));
    out_ += ".</p>\n";
  }

  void model() {
    if (!in_.summary.is_object()) return;
    out_ +=
        "<h2>Model</h2>\n<div "
        "class=\"scroll\"><table><tr><th>layer</th><th>output</th><th>parameters</th><th>MACs</th></tr>\n";
    for (const json &l : in_.summary.at("layers"))
      out_ += fmt::format("<tr><td>{} ({})</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                          escape(l.at("name")), escape(l.at("type")), escape(l.at("output").dump()),
                          commas(l.at("parameters")), commas(l.at("macs")));
    out_ += fmt::format(
        "<tr><td><b>total</b></td><td></td><td>{}</td><td>{}</td></tr></table></div>\n<p>Weights: {} as "
        "float32, {} as int8.</p>\n",
        commas(in_.summary.at("parameters")), commas(in_.summary.at("macs")),
        human_bytes(in_.summary.at("float32_bytes")), human_bytes(in_.summary.at("int8_bytes")));
  }

  void device() {
    if (!in_.program.is_object()) return;
    out_ +=
        "<h2>On the device</h2>\n<div class=\"scroll\"><table><tr><th>integer "
        "layer</th><th>output</th><th>MACs</th><th>weight bytes</th></tr>\n";
    for (const json &l : in_.program.at("layers"))
      out_ += fmt::format("<tr><td>{} ({})</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                          escape(l.at("name")), escape(l.at("op")), escape(l.at("output")),
                          commas(l.at("macs")), commas(l.at("weight_bytes")));
    out_ += fmt::format(
        "</table></div>\n<p>Activations live in one static buffer of {} bytes, planned ahead (lower bound "
        "{}). The int8 figures above were computed with the C routines that ship to the device.</p>\n",
        commas(in_.program.at("buffer_bytes")), commas(in_.program.at("buffer_lower_bound")));
    if (!in_.exports.is_array()) return;
    out_ += fmt::format("{}<tr><th>export</th><th>where</th><th>verified</th></tr>\n", kTable);
    for (const json &e : in_.exports)
      out_ += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", escape(e.at("format")),
                          escape(e.at("path")), escape(e.at("verified")));
    out_ += kTableEnd;
  }

  const ReportInput &in_;
  std::string out_;
};

}  // namespace

std::string html_report(const ReportInput &input) { return Page(input).build(); }

}  // namespace mote

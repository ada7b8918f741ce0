// The data card, and how the training went.
#include <fmt/format.h>

#include <cmath>

#include "base/text.h"
#include "report/sections.h"

namespace mote {

using nlohmann::json;

namespace {

// What is known of who or what was recorded.
void add_groups(DocSection &s, const json &data) {
  if (!data.contains("groups")) return;
  const json &groups = data.at("groups");
  const size_t count = groups.at("names").size();
  s.blocks.emplace_back(DocText{
      fmt::format("The recordings are of {} {}{}: figures are as sure as there are many of these, not as "
                  "there are many windows.",
                  with_commas(static_cast<long long>(groups.at("count").get<size_t>())),
                  groups.at("kind").get<std::string>(), groups.at("count").get<size_t>() == 1 ? "" : "s")});
  if (count == 0) return;
  DocTable t{"Recordings of each", {groups.at("kind").get<std::string>(), "recordings"}, {}};
  constexpr size_t kFew = 16;  // more are asked for
  if (count > kFew) t.summary = fmt::format("Recordings of each {}", groups.at("kind").get<std::string>());
  for (const json &g : groups.at("names"))
    t.rows.push_back({g.at("name").get<std::string>(), commas(g.at("recordings"))});
  s.blocks.emplace_back(std::move(t));
}

std::string sensor_value(double v) {
  return std::fabs(v) >= 10000 ? fmt::format("{:.0f}", v) : fmt::format("{:.4g}", v);
}

void add_channels(DocSection &s, const json &data) {
  if (!data.at("classes").empty() && !data.at("classes").at(0).contains("min")) return;
  constexpr size_t kMostRows = 24;
  DocTable t{
      "Values of each channel, in the sensor's units", {"class", "channel", "lowest", "mean", "highest"}, {}};
  t.names = {1};
  const auto cell = [](const json &list, size_t i) {
    return list.at(i).is_null() ? std::string("?") : sensor_value(list.at(i).get<double>());
  };
  for (const json &c : data.at("classes"))
    for (size_t i = 0; i < data.at("channels").size(); ++i) {
      if (t.rows.size() == kMostRows) {
        s.blocks.emplace_back(std::move(t));
        s.blocks.emplace_back(DocText{"`mote data` has those of all classes."});
        return;
      }
      t.rows.push_back({c.at("label").get<std::string>(), data.at("channels").at(i).get<std::string>(),
                        cell(c.at("min"), i), cell(c.at("mean"), i), cell(c.at("max"), i)});
    }
  if (!t.rows.empty()) s.blocks.emplace_back(std::move(t));
}

void add_findings(DocSection &s, const json &findings) {
  if (findings.empty()) {
    s.blocks.emplace_back(DocText{"The data check found nothing suspicious."});
    return;
  }
  constexpr size_t kMost = 50;
  DocList list{{}, fmt::format("{} finding{} in the data", findings.size(), findings.size() == 1 ? "" : "s")};
  for (size_t i = 0; i < findings.size() && i < kMost; ++i) {
    const json &f = findings.at(i);
    std::string item =
        fmt::format("{}: {}", f.at("where").get<std::string>(), f.at("message").get<std::string>());
    if (f.contains("remedy") && !f.at("remedy").get<std::string>().empty())
      item += "; " + f.at("remedy").get<std::string>();
    list.items.push_back(std::move(item));
  }
  s.blocks.emplace_back(std::move(list));
}

// What somebody said of the recordings in mote.toml; that nobody did is said, too.
void add_origin(DocSection &s, const nlohmann::json &record) {
  const auto said = [&](const char *key) -> std::string {
    const auto at = nlohmann::json::json_pointer(std::string("/settings/data/") + key);
    if (!record.is_object() || !record.contains(at) || !record.at(at).is_string()) return "";
    return record.at(at).get<std::string>();
  };
  const std::string source = said("source"), license = said("license");
  s.blocks.emplace_back(DocText{fmt::format("Source: {}. License: {}.",
                                            source.empty() ? "not said (`data.source` in mote.toml)" : source,
                                            license.empty() ? "not said (`data.license`)" : license)});
}

}  // namespace

static const char *plural(size_t count) { return count == 1 ? "" : "s"; }

// What was kept together, as the settings of the run say; a run of before they were recorded has "recording".
static std::string split_by(const ReportInput &in) {
  if (!in.record.is_object() || !in.record.contains("settings")) return "recording";
  const json &settings = in.record.at("settings");
  return settings.contains("split") ? settings.at("split").value("by", "recording") : "recording";
}

DocSection data_section(const ReportInput &in) {
  DocSection s{"data", "Data",
               "What was recorded, counted when it was read; a figure about the model says no more than "
               "these recordings can."};
  if (!in.data.is_object()) return s;
  const bool is_image = in.data.contains("image");
  DocTable classes{"Recordings by class", {"class", "recordings", "windows"}, {}};
  if (!is_image) classes.head.push_back("seconds");
  for (const json &c : in.data.at("classes")) {
    classes.rows.push_back(
        {c.at("label").get<std::string>(), commas(c.at("recordings")), commas(c.at("windows"))});
    if (!is_image) classes.rows.back().push_back(fmt::format("{:.1f}", figure(c.at("seconds"))));
  }
  s.blocks.emplace_back(std::move(classes));
  std::string text;
  if (in.data.contains("image"))
    text = fmt::format("Images of {} x {} pixels, {} channel{}.", in.data.at("image").at(1).get<int>(),
                       in.data.at("image").at(0).get<int>(), in.data.at("channels").size(),
                       plural(in.data.at("channels").size()));
  else
    text = fmt::format(
        "Windows of {} rows, stride {}, {} channel{}{}.", in.data.at("window").get<int>(),
        in.data.at("stride").get<int>(), in.data.at("channels").size(), plural(in.data.at("channels").size()),
        figure(in.data.at("rate_hz")) > 0 ? fmt::format(" at {:g} Hz", figure(in.data.at("rate_hz")))
                                          : ", of no known rate");
  if (in.data.contains("split")) {
    const json &split = in.data.at("split");
    text += fmt::format(" Split by {}: {} training, {} validation and {} test windows.", split_by(in),
                        split.at("train").get<size_t>(), split.at("val").get<size_t>(),
                        split.at("test").get<size_t>());
  }
  s.blocks.emplace_back(DocText{text});
  add_origin(s, in.record);
  add_groups(s, in.data);
  if (in.data.contains("reading") && !in.data.at("reading").empty()) {
    s.blocks.emplace_back(DocText{"How the files were read:"});
    s.blocks.emplace_back(DocList{in.data.at("reading").get<std::vector<std::string>>()});
  }
  add_findings(s, in.data.at("findings"));
  for (const DocPicture &picture : in.examples) s.blocks.emplace_back(picture);
  for (const DocPicture &picture : in.features) s.blocks.emplace_back(picture);
  add_channels(s, in.data);
  return s;
}

namespace {

void add_baseline(DocSection &s, const json &history) {
  if (!history.contains("baseline")) return;
  const bool is_mean =
      !history.at("baseline").empty() && history.at("baseline").at(0).contains("mean_target");
  DocTable t{is_mean ? "What needs no network: mean absolute errors" : "What needs no network: accuracies, %",
             {"windows", "network", is_mean ? "mean of the targets" : "nearest class mean", "linear model"},
             {}};
  for (const json &row : history.at("baseline")) {
    const auto cell = [&](const char *key) {
      return !row.contains(key) || row.at(key).is_null() ? std::string("?")
             : is_mean                                   ? fmt::format("{:.4g}", row.at(key).get<double>())
                                                         : percent(row.at(key));
    };
    t.rows.push_back({row.at("part").get<std::string>(), cell("network"),
                      cell(is_mean ? "mean_target" : "nearest_mean"), cell("linear")});
  }
  s.blocks.emplace_back(std::move(t));
  s.blocks.emplace_back(DocText{"The last two need no network: they are of its inputs."});
  if (history.contains("baseline_finding"))
    s.blocks.emplace_back(DocText{"Note: " + history.at("baseline_finding").get<std::string>() + "."});
}

}  // namespace

DocSection training_section(const ReportInput &in) {
  DocSection s{"training", "Training",
               "Loss and accuracy as they were computed in each epoch: of the training batches while the "
               "weights changed, of the validation windows after it."};
  if (!in.history.is_object()) return s;
  const json &epochs = in.history.at("epochs");
  const bool has_validation = !epochs.empty() && epochs.back().contains("val_loss");
  const std::vector<EpochRecord> history = history_from(in.history);
  if (!in.history_svg.empty() && !history.empty()) {
    DocPicture curves{has_validation ? "Loss and accuracy per epoch, training and validation"
                                     : "Loss and accuracy per epoch of training",
                      ""};
    curves.svg = in.history_svg;
    curves.narrow = draw_history(history, in.history.at("best_epoch"), true).svg;
    s.blocks.emplace_back(std::move(curves));
  }
  double seconds = 0;
  for (const json &e : epochs) seconds += figure(e.at("seconds"));
  if (!history.empty() && history.back().is_fit) {
    s.lead = "A detector of this kind has no epochs: it is fitted to the normal training windows in one go.";
    s.blocks.emplace_back(DocText{fmt::format(
        "Fitted in {:.2f} s. Mean score of normal windows: {:.4g} in training{}.", seconds,
        history.back().loss,
        history.back().has_validation ? fmt::format(", {:.4g} in validation", history.back().val_loss)
                                      : "")});
  } else {
    s.blocks.emplace_back(
        DocText{fmt::format("{} epochs in {:.2f} s{}; the weights are those of epoch {}.", epochs.size(),
                            seconds, in.history.at("stopped_early").get<bool>() ? ", stopped early" : "",
                            in.history.at("best_epoch").get<int>())});
  }
  const std::string judgement = in.history.at("judgement");
  if (!judgement.empty()) s.blocks.emplace_back(DocWarning{judgement});
  if (in.history.contains("never_found"))
    for (const json &sentence : in.history.at("never_found"))
      s.blocks.emplace_back(DocWarning{"Warning: " + sentence.get<std::string>() + "."});
  if (in.history.contains("detector")) {
    s.blocks.emplace_back(DocText{in.history.at("detector").at("text").get<std::string>() + "."});
    if (const std::string finding = in.history.at("detector").value("finding", ""); !finding.empty())
      s.blocks.emplace_back(DocWarning{"Warning: " + finding + "."});
  }
  if (in.history.contains("rest_finding"))
    s.blocks.emplace_back(DocText{"Note: " + in.history.at("rest_finding").get<std::string>() + "."});
  add_baseline(s, in.history);
  return s;
}

}  // namespace mote

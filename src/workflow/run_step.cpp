// What was done to a compressed run, from its record (compress.json): in words, and as the command that does
// it again.
#include "workflow/run_step.h"

#include <fmt/format.h>

#include "base/escape.h"

namespace mote {

using nlohmann::json;

namespace {

std::string text_in(const json &settings, const char *name) {
  const auto found = settings.find(name);
  return found != settings.end() && found->is_string() ? found->get<std::string>() : "";
}

double number_in(const json &settings, const char *name, double absent) {
  const auto found = settings.find(name);
  return found != settings.end() && found->is_number() ? found->get<double>() : absent;
}

// Of the runs that taught, as a command takes them.
std::vector<std::string> teachers_of(const json &settings) {
  std::vector<std::string> list;
  const json distill = settings.value("distill", json::object());
  if (!distill.is_object() || !distill.contains("teachers") || !distill.at("teachers").is_array())
    return list;
  for (const json &t : distill.at("teachers"))
    list.push_back(t.is_string() ? t.get<std::string>() : t.is_object() ? t.value("run", "") : "");
  return list;
}

json settings_of(const Run &run) {
  const json &compress = run.json(run_file::kCompress);
  const json settings = compress.is_object() ? compress.value("settings", json::object()) : json::object();
  return settings.is_object() ? settings : json::object();
}

}  // namespace

std::string step_name(const Run &run) {
  const json &record = run.json(run_file::kRecord);
  if (!run.json(run_file::kCompress).is_object()) return record.contains("parent") ? "trained on" : "trained";
  const json s = settings_of(run);
  std::string text = "compressed";
  if (const std::string prune = text_in(s, "prune"); !prune.empty()) text += ", pruned " + prune;
  if (const double clusters = number_in(s, "cluster", 0); clusters > 0)
    text += fmt::format(", {} clusters", clusters);
  if (const double bits = number_in(s, "bits", 8); bits != 8) text += fmt::format(", {} bits", bits);
  if (!teachers_of(s).empty()) text += ", distilled";
  if (const std::string chosen = text_in(s, "chosen"); !chosen.empty()) text += ", by a search: " + chosen;
  return text;
}

std::string compress_command(const Run &run, const std::string &parent) {
  const json s = settings_of(run);
  std::string command = "mote compress " + shell_path(parent);
  const auto word = [&](const char *option, const char *name, const char *usual) {
    if (const std::string value = text_in(s, name); !value.empty() && value != usual)
      command += fmt::format(" {} {}", option, shell_word(value));
  };
  const auto number = [&](const char *option, const char *name, double usual) {
    if (const double value = number_in(s, name, usual); value != usual)
      command += fmt::format(" {} {}", option, value);
  };
  const bool is_search = s.contains("flash");
  if (is_search) {
    number("--flash", "flash", 0);
    number("--drop", "drop", -1);
    word("--target", "board", "");
    if (s.contains("mixed_bits") && s.at("mixed_bits") == true) command += " --bits mixed";
  } else {
    word("--prune", "prune", "");
    number("--cluster", "cluster", 0);
    number("--bits", "bits", 8);
  }
  word("--schedule", "schedule", "constant");
  word("--importance", "importance", "l1");
  word("--shares", "shares", "uniform");
  if (!is_search) number("--steps", "steps", 1);
  if (s.contains("cluster_per_channel") && s.at("cluster_per_channel") == true) command += " --per-channel";
  word("--start", "cluster_start", "kmeans++");
  for (const std::string &teacher : teachers_of(s)) command += " --distill " + shell_path(teacher);
  if (const json distill = s.value("distill", json::object()); distill.is_object()) {
    if (const double t = number_in(distill, "temperature", 2); t != 2)
      command += fmt::format(" --temperature {:.9g}", t);
    if (const double w = number_in(distill, "weight", 1); w != 1)
      command += fmt::format(" --teacher-weight {:.9g}", w);
  }
  if (s.contains("keep") && s.at("keep").is_array())
    for (const json &layer : s.at("keep"))
      if (layer.is_string()) command += " --keep " + shell_word(layer.get<std::string>());
  number("--epochs", "epochs", 0);
  if (const double rate = number_in(s, "learning_rate", 0); rate > 0)
    command += fmt::format(" --learning-rate {}", static_cast<float>(rate));  // as short as it was given
  return command;
}

}  // namespace mote

// All settings together, found by name, and whether one means something beside the others. The rows are
// in the files settings_*.cpp.
//
// A new setting is a row there and nothing here; the reference's tables and `mote settings` are made of the
// same rows.
#include "mote/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/error.h"
#include "project/entries.h"

namespace mote {

std::string Setting::section() const {
  const size_t dot = name.rfind('.');
  return dot == std::string::npos ? "" : name.substr(0, dot);
}

std::string Setting::key() const { return name.substr(name.rfind('.') + 1); }

// The entry of a table that must be there for its settings to mean something; nullptr: none.
static const Setting *switch_of(const Setting &s) {
  const Setting *found = s.kind == SettingKind::kSection ? nullptr : find_setting(s.section());
  return found && found->kind == SettingKind::kSection ? found : nullptr;
}

bool Setting::is_active(const Project &project) const {
  if (const Setting *table = switch_of(*this); table && !table->get(project).get<bool>()) return false;
  if (only_with.empty()) return true;
  const Value chosen = setting(only_with).get(project);
  return std::find(only_for.begin(), only_for.end(), chosen.get<std::string>()) != only_for.end();
}

const std::vector<Setting> &all_settings() {
  static const std::vector<Setting> kAll = [] {
    std::vector<Setting> all;
    for (auto part :
         {data_settings, augment_settings, feature_settings, model_settings, train_settings,
          quantize_settings, compress_settings, decision_settings, anomaly_settings, target_settings})
      for (Setting &s : part()) all.push_back(std::move(s));
    return all;
  }();
  return kAll;
}

// Every name and alias. A project asks for each of its settings several times.
static const std::unordered_map<std::string, const Setting *> &settings_by_name() {
  static const std::unordered_map<std::string, const Setting *> kByName = [] {
    std::unordered_map<std::string, const Setting *> by_name;
    for (const Setting &s : all_settings()) {
      by_name.emplace(s.name, &s);
      const std::string prefix = s.section().empty() ? "" : s.section() + ".";
      for (const std::string &alias : s.aliases) by_name.emplace(prefix + alias, &s);
    }
    return by_name;
  }();
  return kByName;
}

const Setting *find_setting(const std::string &name) {
  const auto found = settings_by_name().find(name);
  return found == settings_by_name().end() ? nullptr : found->second;
}

const Setting &setting(const std::string &name) {
  const Setting *found = find_setting(name);
  MOTE_CHECK(found != nullptr);
  return *found;
}

// A project in which the setting means something, with defaults otherwise.
static Project project_for(const Setting &s) {
  Project p;
  if (const Setting *table = switch_of(s)) table->set(p, true);
  if (!s.only_with.empty()) setting(s.only_with).set(p, s.only_for.front());
  return p;
}

// What `otherwise` describes is no value that could be written down.
static Value value_or_null(const Setting &s, const Value &value, const Value &fallback) {
  return !s.otherwise.empty() && value == fallback ? Value(nullptr) : value;
}

Value default_of(const Setting &s) {
  const Value value = s.get(project_for(s));
  return value_or_null(s, value, value);
}

nlohmann::json settings_json(const Project &project) {
  nlohmann::json all = nlohmann::json::object();
  for (const Setting &s : all_settings()) {
    if (s.kind == SettingKind::kSection || !s.is_active(project)) continue;
    nlohmann::json *table = &all;
    for (size_t from = 0, dot; (dot = s.name.find('.', from)) != std::string::npos; from = dot + 1)
      table = &(*table)[s.name.substr(from, dot - from)];
    // the split's own seed is said where it is the project's too: that one may be changed later
    (*table)[s.key()] = value_or_null(s, s.get(project), s.get(project_for(s)));
  }
  return all;
}

std::string value_text(const Value &v) {
  if (v.is_number_float()) return fmt::format("{}", v.get<double>());
  if (v.is_string()) return fmt::format("\"{}\"", v.get<std::string>());
  if (!v.is_array()) return v.dump();
  std::vector<std::string> items;
  for (const Value &item : v) items.push_back(value_text(item));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

static const char *kind_name(SettingKind kind) {
  switch (kind) {
    case SettingKind::kInteger:
      return "integer";
    case SettingKind::kNumber:
      return "number";
    case SettingKind::kBytes:
      return "bytes";
    case SettingKind::kSwitch:
      return "boolean";
    case SettingKind::kText:
      return "text";
    case SettingKind::kChoice:
      return "choice";
    case SettingKind::kTexts:
      return "list of texts";
    case SettingKind::kSection:
      return "table";
    case SettingKind::kOther:
      break;
  }
  return "value";
}

nlohmann::json settings_schema() {
  nlohmann::json list = nlohmann::json::array();
  for (const Setting &s : all_settings()) {
    nlohmann::json j = {{"name", s.name}, {"type", kind_name(s.kind)}, {"doc", s.doc}};
    if (s.kind != SettingKind::kSection) j["default"] = default_of(s);
    if (!s.low.is_null()) {
      j["low"] = s.low;
      j["high"] = s.high;
    }
    if (!s.choices.empty()) j["choices"] = s.choices;
    if (!s.unit.empty()) j["unit"] = s.unit;
    if (!s.aliases.empty()) j["aliases"] = s.aliases;
    if (!s.otherwise.empty()) j["otherwise"] = s.otherwise;
    if (!s.only_with.empty()) j["only_with"] = {{"name", s.only_with}, {"values", s.only_for}};
    list.push_back(std::move(j));
  }
  return list;
}

static std::string range_text(const Setting &s) {
  if (!s.choices.empty()) return fmt::format("`{}`", fmt::join(s.choices, "`, `"));
  if (s.low.is_null() || s.kind == SettingKind::kBytes) return "";
  if (s.high == INT64_MAX) return fmt::format("from {}", value_text(s.low));
  return fmt::format("{} .. {}", value_text(s.low), value_text(s.high));
}

static std::string settings_row(const Setting &s) {
  std::string fallback, doc = s.doc;
  if (s.kind != SettingKind::kSection)
    fallback = default_of(s).is_null() ? s.otherwise : fmt::format("`{}`", value_text(default_of(s)));
  if (!s.only_for.empty()) doc += fmt::format("; of `{}`", fmt::join(s.only_for, "`, `"));
  if (!s.aliases.empty()) doc += fmt::format("; also `{}`", fmt::join(s.aliases, "`, `"));
  const std::string name = s.kind == SettingKind::kSection ? fmt::format("[{}]", s.name) : s.name;
  return fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", name, kind_name(s.kind), fallback, range_text(s),
                     s.unit, doc);
}

// A heading for each of the file's outermost tables, below it a row per setting.
std::string settings_markdown() {
  std::string text, table = "-";
  for (const Setting &s : all_settings()) {
    const size_t dot = s.name.find('.');
    const bool is_outermost = dot == std::string::npos && s.kind != SettingKind::kSection;
    const std::string now = is_outermost ? "" : s.name.substr(0, dot);
    if (now != table)
      text += fmt::format(
          "{}## {}\n\n| key | type | default | range | unit | meaning |\n|---|---|---|---|---|---|\n",
          text.empty() ? "" : "\n", now.empty() ? "The project" : now);
    table = now;
    text += settings_row(s);
  }
  return text;
}

Value checked_value(const Setting &s, const Value &v) {
  switch (s.kind) {
    case SettingKind::kInteger:
      if (!v.is_number_integer()) throw Refusal{"expected an integer"};
      if (v.get<int64_t>() < s.low.get<int64_t>() || v.get<int64_t>() > s.high.get<int64_t>())
        throw Refusal{fmt::format("{} is outside {} .. {}", v.get<int64_t>(), s.low.get<int64_t>(),
                                  s.high.get<int64_t>())};
      return v;
    case SettingKind::kNumber: {
      if (!v.is_number()) throw Refusal{"expected a number"};
      const double x = v.get<double>(), low = s.low.get<double>(), high = s.high.get<double>();
      if (!(x >= low && x <= high)) throw Refusal{fmt::format("{} is outside {} .. {}", x, low, high)};
      return v;
    }
    case SettingKind::kBytes: {
      if (!v.is_number_integer() && !v.is_string())
        throw Refusal{"expected a number of bytes", "write 24576, \"24k\" or \"1M\""};
      try {
        if (v.is_string()) return static_cast<int64_t>(parse_bytes(v.get<std::string>(), s.name));
      } catch (const Error &e) {
        throw Refusal{e.message(), e.hint()};
      }
      if (v.get<int64_t>() < s.low.get<int64_t>() || v.get<int64_t>() > s.high.get<int64_t>())
        throw Refusal{fmt::format("{} is outside {} .. {}", v.get<int64_t>(), s.low.get<int64_t>(),
                                  s.high.get<int64_t>())};
      return v;
    }
    case SettingKind::kSwitch:
      if (!v.is_boolean()) throw Refusal{"expected true or false"};
      return v;
    case SettingKind::kText:
    case SettingKind::kChoice:
      if (!v.is_string()) throw Refusal{"expected a string"};
      return v;
    case SettingKind::kTexts:
      if (!v.is_array() ||
          !std::all_of(v.begin(), v.end(), [](const Value &item) { return item.is_string(); }))
        throw Refusal{"expected a list of strings"};
      return v;
    case SettingKind::kOther:
    case SettingKind::kSection:
      break;
  }
  return v;
}

}  // namespace mote

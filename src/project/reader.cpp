// mote.toml into a Project by the table of settings (setting.h): every key is looked up, checked and put
// where its row says; unknown ones are refused with the nearest name.
//
// No setting is named here. Lists of layers are read as tables; their settings are the layers' own.
#include "project/reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace mote {

Value value_of(const toml::node &node) {
  if (node.is_boolean()) return *node.value<bool>();
  if (node.is_integer()) return *node.value<int64_t>();
  if (node.is_floating_point()) return *node.value<double>();
  if (node.is_string()) return *node.value<std::string>();
  if (const toml::array *array = node.as_array()) {
    Value list = Value::array();
    for (const toml::node &item : *array) list.push_back(value_of(item));
    return list;
  }
  if (const toml::table *table = node.as_table()) {
    Value object = Value::object();
    for (const auto &[key, item] : *table) object[std::string(key.str())] = value_of(item);
    return object;
  }
  return nullptr;
}

static toml::array array_of(const Value &list);

// Calls insert with the value as a node of TOML.
template <class Insert>
static void as_node(const Value &v, Insert insert) {
  if (v.is_boolean()) insert(v.get<bool>());
  if (v.is_number_integer()) insert(v.get<int64_t>());
  if (v.is_number_float()) insert(v.get<double>());
  if (v.is_string()) insert(v.get<std::string>());
  if (v.is_array()) insert(array_of(v));
  if (v.is_object()) insert(table_of(v));
}

static toml::array array_of(const Value &list) {
  toml::array array;
  for (const Value &item : list) as_node(item, [&](auto value) { array.push_back(std::move(value)); });
  return array;
}

toml::table table_of(const Value &object) {
  toml::table table;
  for (const auto &[key, item] : object.items())
    as_node(item, [&, &name = key](auto value) { table.insert_or_assign(name, std::move(value)); });
  return table;
}

namespace {

std::string joined(const std::string &section, const std::string &key) {
  return section.empty() ? key : section + "." + key;
}

// Keys of a section in the order of the table: its settings and the sections within.
std::vector<std::string> keys_of(const std::string &section) {
  std::vector<std::string> keys;
  const std::string prefix = section.empty() ? "" : section + ".";
  for (const Setting &s : all_settings()) {
    if (s.name.compare(0, prefix.size(), prefix) != 0) continue;
    const std::string rest = s.name.substr(prefix.size()), key = rest.substr(0, rest.find('.'));
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  }
  return keys;
}

bool is_section(const std::string &name) {
  const Setting *s = find_setting(name);
  return s ? s->kind == SettingKind::kSection : !keys_of(name).empty();
}

std::string part_name(const Value &part) {
  if (part.is_string()) return "." + part.get<std::string>();
  if (part.is_array()) {
    std::string way;
    for (const Value &step : part) way += part_name(step);
    return way;
  }
  return part.is_null() ? "" : fmt::format("[{}]", part.get<size_t>());
}

// "model.layers[0].filters" -> model, layers, 0, filters; "features.blocks[1][0].scale" has two numbers.
// Empty where that is no name.
std::vector<Value> steps_of(const std::string &name) {
  std::vector<Value> steps;
  std::string word;
  bool is_behind_number = false;
  for (size_t i = 0; i <= name.size(); ++i) {
    const char c = i < name.size() ? name[i] : '.';
    if (c == '[') {
      const size_t close = name.find(']', i);
      const auto index =
          close == std::string::npos ? std::nullopt : parse_number(name.substr(i + 1, close - i - 1));
      if (word.empty() != is_behind_number || !index || !(*index >= 0 && *index < 1e6)) return {};
      if (!word.empty()) steps.push_back(word);
      steps.push_back(static_cast<size_t>(*index));
      word.clear();
      i = close;
      is_behind_number = true;
    } else if (c != '.') {
      if (is_behind_number) return {};
      word += c;
    } else {
      if (word.empty() != is_behind_number) return {};
      if (!word.empty()) steps.push_back(word);
      word.clear();
      is_behind_number = false;
    }
  }
  constexpr size_t kDeepest = 16;
  return steps.size() > kDeepest ? std::vector<Value>() : steps;
}

// What stands behind the sign of equality: TOML, or else a word, or a list of words where one is wanted.
toml::table given_value(const std::string &text, const Setting *s, const std::string &where) {
  const bool is_text = s && (s->kind == SettingKind::kText || s->kind == SettingKind::kChoice);
  const std::string trimmed(trim(text));
  const bool has_form = !trimmed.empty() && std::string("\"'[{").find(trimmed[0]) != std::string::npos;
  if (trimmed.find('\n') == std::string::npos && (has_form || !is_text)) try {
      toml::table parsed = parse_toml("value = " + trimmed, where);
      if (parsed.size() == 1) return parsed;
    } catch (const Error &e) {
      if (has_form) throw Error(ErrorCode::kInvalidArgument, where, e.message());
    }
  if (!is_utf8(text)) throw Error(ErrorCode::kInvalidArgument, where, "is not UTF-8 text");
  if (!s || s->kind != SettingKind::kTexts) return table_of(Value{{"value", text}});
  Value words = Value::array();
  for (size_t from = 0; from <= text.size();) {
    const size_t comma = std::min(text.find(',', from), text.size());
    words.push_back(std::string(trim(text.substr(from, comma - from))));
    from = comma + 1;
  }
  return table_of(Value{{"value", words}});
}

}  // namespace

void SettingsReader::set(const std::string &assignment) {
  const std::string where = "--set " + assignment;
  const auto fail = [&](const std::string &message, const std::string &hint) {
    throw Error(ErrorCode::kInvalidArgument, where, message, hint);
  };
  const size_t equals = assignment.find('=');
  std::string name(trim(assignment.substr(0, equals)));
  if (equals == std::string::npos || name.empty()) fail("expected key=value", "write --set train.epochs=30");
  const Setting *s = find_setting(name);
  if (s) name = s->name;
  std::vector<Value> steps = steps_of(name);
  if (steps.empty()) fail("expected key=value", "a key is train.epochs or model.layers[0].filters");
  toml::table value = given_value(assignment.substr(equals + 1), s, where);
  toml::node *at = &root_;
  const Value last = steps.back();
  steps.pop_back();
  std::string path;
  for (const Value &step : steps) {
    if (step.is_string()) {
      toml::table *table = at->as_table();
      if (!table) fail(fmt::format("{} is not a table", path), "");
      const std::string key = step.get<std::string>();
      if (!table->contains(key)) table->insert_or_assign(key, toml::table());
      at = table->get(key);
      path = joined(path, key);
    } else {
      toml::array *array = at->as_array();
      const size_t index = step.get<size_t>(), size = array ? array->size() : 0;
      if (index >= size) fail(fmt::format("{} has {} entries", path, size), "the first one is [0]");
      at = array->get(index);
      path += part_name(step);
    }
  }
  toml::table *table = at->as_table();
  if (!last.is_string() || !table) fail(fmt::format("{} is not a table", path), "");
  const std::string key = last.get<std::string>();
  if (s)
    for (const std::string &alias : s->aliases) table->erase(alias);
  table->insert_or_assign(key, std::move(*value.get("value")));
  given_[joined(path, key)] = where;
}

const toml::node *SettingsReader::find(const std::string &name) const {
  const toml::node *node = &root_;
  for (const Value &step : steps_of(name)) {
    const toml::table *table = node->as_table();
    node = table && step.is_string() ? table->get(step.get<std::string>()) : nullptr;
    if (!node) return nullptr;
  }
  return node;
}

std::string SettingsReader::place_of(const std::string &name, const Value &part) const {
  const std::string whole = name + part_name(part);
  for (const auto &[given, option] : given_)  // of it, around it, or within the part that is wrong
    if (whole == given || whole.compare(0, given.size() + 1, given + ".") == 0 ||
        whole.compare(0, given.size() + 1, given + "[") == 0 ||
        (!part.is_null() && given.compare(0, whole.size() + 1, whole + ".") == 0))
      return option;
  const toml::node *node = find(name);
  for (const Value &step : part.is_array() ? part : Value::array({part})) {
    if (node && step.is_string() && node->is_table()) node = node->as_table()->get(step.get<std::string>());
    if (node && step.is_number() && node->is_array()) node = node->as_array()->get(step.get<size_t>());
  }
  return at_line(where_, node ? static_cast<long>(node->source().begin.line) : 0);
}

void SettingsReader::refuse(const std::string &name, const Refusal &r) const {
  throw Error(ErrorCode::kInvalidArgument, place_of(name, r.at),
              fmt::format("{}{}: {}", name, part_name(r.at), r.message), r.hint);
}

void SettingsReader::read_setting(const Setting &s, const toml::table &table, Project &project) const {
  std::string key = s.key();
  const toml::node *node = table.get(key);
  for (const std::string &alias : s.aliases) {
    const toml::node *other = table.get(alias);
    if (!other) continue;
    if (node)
      refuse(
          joined(s.section(), alias),
          {fmt::format("is another name of {}, which is given too", joined(s.section(), key)), "keep one"});
    node = other;
    key = alias;
  }
  if (!node || !s.is_active(project)) return;
  try {
    const Value value = checked_value(s, value_of(*node));
    try {
      s.set(project, value);
    } catch (const Refusal &r) {
      if (!r.message.empty()) throw;
      throw Refusal{
          fmt::format("'{}' is not one of {}", value.get<std::string>(), fmt::join(s.choices, ", "))};
    }
  } catch (const Refusal &r) {
    refuse(joined(s.section(), key), r);
  }
}

void SettingsReader::read_section(const std::string &section, const toml::table &table,
                                  Project &project) const {
  if (const Setting *s = find_setting(section)) s->set(project, true);
  for (const std::string &key : keys_of(section)) {
    const std::string name = joined(section, key);
    if (!is_section(name)) {
      read_setting(setting(name), table, project);
    } else if (const toml::node *node = table.get(key)) {
      if (!node->is_table()) refuse(name, {"expected a table", fmt::format("write [{}]", name)});
      read_section(name, *node->as_table(), project);
    }
  }
  refuse_unknown(section, table, project);
}

void SettingsReader::refuse_unknown(const std::string &section, const toml::table &table,
                                    const Project &project) const {
  std::vector<std::string> known;
  for (const std::string &key : keys_of(section)) {
    const std::string name = joined(section, key);
    if (is_section(name) || setting(name).is_active(project)) known.push_back(key);
  }
  for (const auto &[key, node] : table) {
    const std::string name = joined(section, std::string(key.str()));
    const Setting *s = find_setting(name);
    if (is_section(name) || (s && s->is_active(project))) continue;
    if (s && !s->only_with.empty())
      refuse(name, {"unknown key",
                    fmt::format("it belongs to {} = {}", s->only_with, fmt::join(s->only_for, ", "))});
    const std::string near = nearest(key.str(), known);
    refuse(name, {"unknown key", near.empty() ? fmt::format("known here: {}", fmt::join(known, ", "))
                                              : fmt::format("did you mean '{}'?", joined(section, near))});
  }
}

}  // namespace mote

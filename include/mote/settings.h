// The table of settings: what mote.toml may say, each setting once.
//
// From an entry come the reader of mote.toml, `--set key=value`, the record of a run, the tables of
// the reference and the checks of command-line flags. Defaults are those of the structs in which settings are
// kept; there is no second copy of one.
//
// Uses nlohmann/json.
// Ownership/Threads: the table is constant; any thread may ask.
// Errors: a key or value that mote.toml may not have is kInvalidArgument with file, line and the nearest key.
//
// Example:
//   for (const mote::Setting &setting : mote::all_settings())
//     std::cout << setting.name << " = " << mote::value_text(mote::default_of(setting)) << "\n";
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mote/names.h"
#include "mote/project.h"

namespace mote {

using Value = nlohmann::json;  // of a setting, as TOML can write it

enum class SettingKind {
  kInteger,
  kNumber,
  kBytes,  // an integer, or "24k"
  kSwitch,
  kText,
  kChoice,  // one of some names
  kTexts,
  kOther,   // its own reader checks it
  kSection  // a table that turns something on by being there
};

// A value that cannot be kept. The reader adds file, line and key. `at`: the key or index within the
// value, or a list of them on the way to a deeper part.
struct Refusal {
  std::string message, hint = {};
  Value at = nullptr;
};

struct Setting {
  std::string name;  // "train.early_stopping.patience"
  SettingKind kind;
  std::string doc;
  std::function<Value(const Project &)> get;
  std::function<void(Project &, const Value &)> set;  // of the kind and within the range. Throws Refusal.
  Value low = nullptr, high = nullptr;                // of numbers, inclusive
  std::vector<std::string> choices = {};
  std::string unit = {};
  std::vector<std::string> aliases = {};   // other spellings of the name's last part
  std::string otherwise = {};              // what holds where the default is no value of this kind
  std::string only_with = {};              // another setting ...
  std::vector<std::string> only_for = {};  // ... and the values of it that this one belongs to

  Setting in(std::string text) && {
    unit = std::move(text);
    return std::move(*this);
  }
  Setting also(std::vector<std::string> list) && {
    aliases = std::move(list);
    return std::move(*this);
  }
  Setting or_else(std::string text) && {
    otherwise = std::move(text);
    return std::move(*this);
  }
  Setting only(std::string with, std::vector<std::string> values) && {
    only_with = std::move(with);
    only_for = std::move(values);
    return std::move(*this);
  }

  std::string section() const;                   // "train.early_stopping", "" for `name`
  std::string key() const;                       // "patience"
  bool is_active(const Project &project) const;  // what it belongs to is chosen, its section is there
};

const std::vector<Setting> &all_settings();
const Setting *find_setting(const std::string &name);  // by name or alias; nullptr: there is none
const Setting &setting(const std::string &name);       // one that is there

// The default as mote.toml would say it; null: `otherwise` says what holds.
Value default_of(const Setting &setting);

// All settings that are in force, as mote.toml has them. null: chosen by `otherwise`.
nlohmann::json settings_json(const Project &project);
// From what settings_json() gave. Errors: as read_project().
Project project_from_settings(const nlohmann::json &settings, const std::string &where,
                              const std::string &folder);
// The table itself, for forms and documents: an entry per setting.
nlohmann::json settings_schema();
std::string settings_markdown();  // the tables of docs/reference/settings.md

// Type, range and choices of one value. Returns it as `set` takes it: bytes as a number. Throws Refusal.
Value checked_value(const Setting &setting, const Value &value);
std::string value_text(const Value &value);  // as TOML writes it

}  // namespace mote

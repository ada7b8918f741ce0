// Reads a TOML table by the table of settings. Whatever is wrong is an Error with the file and line, or the
// `--set` that it came from, and the key.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/toml.h"
#include "mote/settings.h"

namespace mote {

class SettingsReader {
 public:
  SettingsReader(toml::table root, std::string where) : root_(std::move(root)), where_(std::move(where)) {}

  // "train.epochs=3", "data.path=recordings", "model.layers[0].filters=16": takes the place of what the table
  // says. The value is TOML; a word that is none is a string.
  void set(const std::string &assignment);
  void read(Project &project) const { read_section("", root_, project); }
  [[noreturn]] void refuse(const std::string &name, const Refusal &refusal) const;

 private:
  void read_section(const std::string &name, const toml::table &table, Project &project) const;
  void read_setting(const Setting &setting, const toml::table &table, Project &project) const;
  void refuse_unknown(const std::string &name, const toml::table &table, const Project &project) const;
  const toml::node *find(const std::string &name) const;
  // File and line of a setting, of a part of it, or the command-line option that gave it.
  std::string place_of(const std::string &name, const Value &part = nullptr) const;

  toml::table root_;
  std::string where_;
  std::map<std::string, std::string> given_;  // name -> "--set name=value"
};

// A TOML value as it is; what JSON has no word for (dates) becomes null.
Value value_of(const toml::node &node);
// Tables and lists of JSON as TOML; null is left out.
toml::table table_of(const Value &object);

}  // namespace mote

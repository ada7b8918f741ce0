// Reads tables of boards: the embedded boards.toml, and files of users in the same form.
//
// A figure without its source is refused, in ours as in theirs. What a board's core is, cores.cpp knows.
#include "mote/device.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "base/toml.h"
#include "device/board_tables.h"
#include "device/device_files.h"

namespace mote {

std::vector<Board> parse_boards(const std::string &text, const std::string &where) {
  const toml::table root = parse_toml(text, where);
  const std::vector<BoardTable> tables = board_tables(root, "board", where);
  if (tables.empty() && root.contains("measurement")) return {};  // of boards that mote knows
  if (tables.empty())
    throw Error(ErrorCode::kDataFormat, where, "has no [[board]]",
                "write one, with name, core, mhz, ram_kb and flash_kb (`mote boards --help`), or let `mote "
                "profile --measured LOG --boards FILE` keep there what a board took");
  std::vector<Board> boards;
  for (const BoardTable &placed : tables) {
    const toml::table *t = placed.table;
    const std::string &place = placed.place;
    static const std::vector<std::string> kKeys = {"name",     "title",    "core",   "mhz",         "ram_kb",
                                                   "flash_kb", "power_mw", "source", "power_source"};
    check_keys(*t, "a board", kKeys, where);
    const auto string = [&](const char *key, bool is_needed) {
      const auto value = (*t)[key].value<std::string>();
      if (!value && (is_needed || t->contains(key)))
        throw Error(ErrorCode::kDataFormat, place, fmt::format("'{}' must be a text", key));
      return value.value_or("");
    };
    const auto number = [&](const char *key) {
      const auto value = (*t)[key].value<double>();
      if (!value || !(*value > 0) || !std::isfinite(*value) || *value > 1e9)
        throw Error(ErrorCode::kDataFormat, place, fmt::format("'{}' must be a number above 0", key));
      return *value;
    };
    Board b;
    b.name = string("name", true);
    b.core = string("core", true);
    b.title = string("title", false);
    b.source = string("source", false);
    b.power_source = string("power_source", false);
    if (b.title.empty()) b.title = b.name;
    b.mhz = number("mhz");
    b.ram_bytes = number("ram_kb") * 1024;
    b.flash_bytes = number("flash_kb") * 1024;
    if (t->contains("power_mw")) b.power_mw = number("power_mw");
    boards.push_back(std::move(b));
  }
  return boards;
}

std::vector<Board> read_boards(const std::string &path) {
  return parse_boards(read_file(path, 1 << 20), path);
}

std::vector<Board> known_boards() {
  return parse_boards(std::string(device_file("boards.toml")), "boards.toml");
}

const Board &board_by_name(const std::vector<Board> &boards, const std::string &name) {
  std::vector<std::string> names;
  for (auto b = boards.rbegin(); b != boards.rend(); ++b) {  // the user's own come last and win
    if (b->name == name) return *b;
    names.push_back(b->name);
  }
  const std::string near = nearest(name, names);
  throw Error(ErrorCode::kNotFound, "target", fmt::format("no board is called '{}'", name),
              near.empty() ? "`mote boards` lists them; --boards FILE adds your own"
                           : fmt::format("did you mean '{}'? `mote boards` lists them", near));
}

std::string emulated_core(const Board &board) {
  std::string core = board.core;
  if (core == "cortex-m85") core = "cortex-m55";
  if (core == "rv32imc") core = "rv32imac";
  return find_core(core) ? core : "";
}

}  // namespace mote

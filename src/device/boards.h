// Boards: what a target offers, and where each figure comes from. src/device/boards.toml has those that mote
// knows; users add their own in the same form.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace mote {

struct Board {
  std::string name, title, core;
  double mhz = 0;
  size_t ram_bytes = 0, flash_bytes = 0;
  std::optional<double> power_mw;  // active
  std::string source, power_source;
};

std::vector<Board> known_boards();
// Those of a TOML file of the same form. Errors: kNotFound, kDataFormat with the line.
std::vector<Board> read_boards(const std::string &path);
std::vector<Board> parse_boards(const std::string &toml, const std::string &where);
// Looks in `boards`. Errors: kNotFound naming the nearest.
const Board &board_by_name(const std::vector<Board> &boards, const std::string &name);

// The core to emulate and compile for it, "" where there is none: what is near enough to run its code.
std::string emulated_core(const Board &board);

}  // namespace mote

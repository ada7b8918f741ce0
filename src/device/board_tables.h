// What a file of boards is made of: tables [[board]] and [[measurement]], and nothing else.
#pragma once

#include <string>
#include <vector>

#include "base/toml.h"

namespace mote {

struct BoardTable {
  const toml::table *table;
  std::string place;  // file and line
};

// Those of a name, "board". Errors: kDataFormat for what is no table, and for any other name in the file.
std::vector<BoardTable> board_tables(const toml::table &root, const std::string &name,
                                     const std::string &where);

// Errors: kDataFormat with the line of a key that `what` ("a board") does not have, and the nearest one.
void check_keys(const toml::table &t, const std::string &what, const std::vector<std::string> &keys,
                const std::string &where);

}  // namespace mote

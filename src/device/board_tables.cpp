#include "device/board_tables.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace mote {

static std::string place_of(const toml::node &node, const std::string &where) {
  return fmt::format("{}:{}", where, node.source().begin.line);
}

void check_keys(const toml::table &t, const std::string &what, const std::vector<std::string> &keys,
                const std::string &where) {
  for (const auto &[key, value] : t) {
    if (std::find(keys.begin(), keys.end(), std::string(key.str())) != keys.end()) continue;
    const std::string near = nearest(key.str(), keys);
    throw Error(ErrorCode::kDataFormat, place_of(value, where),
                fmt::format("{} has no '{}'", what, key.str()),
                near.empty() ? fmt::format("it has {}; remove the line", fmt::join(keys, ", "))
                             : fmt::format("did you mean '{}'?", near));
  }
}

std::vector<BoardTable> board_tables(const toml::table &root, const std::string &name,
                                     const std::string &where) {
  check_keys(root, "a file of boards", {"board", "measurement"}, where);
  std::vector<BoardTable> list;
  const toml::node *node = root.get(name);
  if (node == nullptr) return list;
  const auto refuse = [&](const toml::node &other) {
    throw Error(ErrorCode::kDataFormat, place_of(other, where),
                fmt::format("a {0} is a table: [[{0}]], in two brackets", name));
  };
  if (!node->is_array()) refuse(*node);
  for (const toml::node &item : *node->as_array()) {
    if (!item.is_table()) refuse(item);
    list.push_back({item.as_table(), place_of(item, where)});
  }
  return list;
}

}  // namespace mote

// Attrs: the named settings of an op, and AttrSpec: which ones it knows. One table serves TOML, files and
// docs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/names.h"

namespace mote {

using Attr = std::variant<int64_t, double, std::string, std::vector<int64_t>>;

class Attrs : public std::map<std::string, Attr> {
 public:
  using std::map<std::string, Attr>::map;
  int integer(const std::string &key) const;
  double number(const std::string &key) const;  // integers convert
  const std::string &text(const std::string &key) const;
  const std::vector<int64_t> &list(const std::string &key) const;
};

struct AttrSpec {
  std::string name;
  Attr fallback;  // also fixes the type
  std::string doc;
  std::vector<std::string> choices = {};  // for text: the allowed values
  double low = -1e300, high = 1e300;      // for numbers and list elements, inclusive
  OtherNames other_choices = {};          // spellings of others for them
};

// Fills in defaults and checks names, types and ranges. `where` opens every message. Errors:
// kInvalidArgument.
Attrs complete_attrs(const std::string &where, const std::vector<AttrSpec> &specs, const Attrs &given);

}  // namespace mote

// Attrs: the named settings of a layer or an op; AttrSpec: which ones it knows. One table serves mote.toml,
// files and documents.
//
// Errors: complete_attrs() refuses unknown names and values of another kind or range with kInvalidArgument;
// behind it the getters do not check: asking for what a layer does not have is a bug of the caller, and
// throws a std::exception. Ownership/Threads: plain values; a table of AttrSpec is constant.
//
// Example:
//   const mote::Attrs settings = {{"units", int64_t{8}}, {"activation", std::string("relu")}};
//   const int units = settings.integer("units");
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "mote/names.h"

namespace mote {

using Attr = std::variant<int64_t, double, std::string, std::vector<int64_t>>;

// Errors of the getters: std::out_of_range and std::bad_variant_access for a setting that is absent or of
// another type; behind complete_attrs() there is none.
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
  size_t count = 0;                       // numbers in a list; 0: any
};

// Fills in defaults and checks names, types and ranges. `where` opens every message. Errors:
// kInvalidArgument.
Attrs complete_attrs(const std::string &where, const std::vector<AttrSpec> &specs, const Attrs &given);

}  // namespace mote

// Getters of settings, and complete_attrs(): defaults filled in, names, types, ranges and choices checked
// against the table of what a layer knows.
//
// The one place where a wrong setting becomes a sentence with the nearest right name; layers and ops read
// behind it without checks.
#include "mote/attrs.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace mote {

int Attrs::integer(const std::string &key) const { return std::get<int64_t>(at(key)); }
double Attrs::number(const std::string &key) const {
  const Attr &attr = at(key);
  return std::holds_alternative<int64_t>(attr) ? static_cast<double>(std::get<int64_t>(attr))
                                               : std::get<double>(attr);
}
const std::string &Attrs::text(const std::string &key) const { return std::get<std::string>(at(key)); }
const std::vector<int64_t> &Attrs::list(const std::string &key) const {
  return std::get<std::vector<int64_t>>(at(key));
}

static Attr checked(const std::string &where, const AttrSpec &spec, Attr value) {
  const auto fail = [&](const std::string &message) {
    throw Error(ErrorCode::kInvalidArgument, where, fmt::format("{}: {}", spec.name, message), spec.doc);
  };
  if (std::holds_alternative<double>(spec.fallback) && std::holds_alternative<int64_t>(value))
    value = static_cast<double>(std::get<int64_t>(value));
  if (std::holds_alternative<std::vector<int64_t>>(spec.fallback) && std::holds_alternative<int64_t>(value))
    value = std::vector<int64_t>{std::get<int64_t>(value)};
  if (value.index() != spec.fallback.index()) {
    static const char *kKinds[] = {"an integer", "a number", "a string", "a list of integers"};
    fail(fmt::format("expected {}, got {}", kKinds[spec.fallback.index()], kKinds[value.index()]));
  }
  const auto check_range = [&](double x) {
    if (!(x >= spec.low && x <= spec.high))
      fail(fmt::format("{} is outside {} .. {}", x, spec.low, spec.high));
  };
  if (auto *i = std::get_if<int64_t>(&value)) check_range(*i);
  if (auto *d = std::get_if<double>(&value)) check_range(*d);
  if (auto *list = std::get_if<std::vector<int64_t>>(&value)) {
    if (spec.count > 0 && list->size() != spec.count)
      fail(fmt::format("expected {} integers, got {}", spec.count, list->size()));
    for (int64_t i : *list) check_range(i);
  }
  if (auto *s = std::get_if<std::string>(&value))
    if (!spec.choices.empty()) {
      const NameTable<std::string> choices = table_of(spec.choices, spec.other_choices);
      const std::string *known = choices.find(*s);
      if (!known) fail(fmt::format("'{}' is not one of {}", *s, fmt::join(spec.choices, ", ")));
      *s = *known;
    }
  return value;
}

Attrs complete_attrs(const std::string &where, const std::vector<AttrSpec> &specs, const Attrs &given) {
  Attrs attrs;
  std::vector<std::string> names;
  for (const AttrSpec &spec : specs) {
    attrs[spec.name] = spec.fallback;
    names.push_back(spec.name);
  }
  for (const auto &[key, value] : given) {
    const auto spec =
        std::find_if(specs.begin(), specs.end(), [&name = key](const AttrSpec &s) { return s.name == name; });
    if (spec == specs.end()) {
      const std::string near = nearest(key, names);
      throw Error(ErrorCode::kInvalidArgument, where, fmt::format("unknown setting '{}'", key),
                  near.empty()
                      ? names.empty() ? "it has none" : fmt::format("it knows: {}", fmt::join(names, ", "))
                      : fmt::format("did you mean '{}'?", near));
    }
    attrs[key] = checked(where, *spec, value);
  }
  return attrs;
}

}  // namespace mote

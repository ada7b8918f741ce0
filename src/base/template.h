// Texts that are written by filling a template: @name@ is replaced by a value, and the lines
//
//   @if name@
//   ...
//   @else@
//   ...
//   @end@
//
// keep one part or the other. A value alone on its line stands for whole lines, and for none when it is
// empty. There are no loops: what repeats is made by the caller. Templates are files of ours, embedded by
// cmake/embed.cmake.
#pragma once

#include <concepts>
#include <map>
#include <string>
#include <string_view>
#include <variant>

namespace mote {

// A text, or whether a part is there; a text is a condition too, true unless it is empty.
class TemplateValue {
 public:
  TemplateValue(std::string text) : value_(std::move(text)) {}  // NOLINT: a value reads as itself
  TemplateValue(const char *text) : value_(text) {}             // NOLINT
  TemplateValue(bool is_there) : value_(is_there) {}            // NOLINT
  template <std::integral Integer>
  TemplateValue(Integer number) : value_(std::to_string(number)) {}  // NOLINT

  bool is_text() const { return std::holds_alternative<std::string>(value_); }
  const std::string &text() const { return std::get<std::string>(value_); }
  bool is_there() const { return is_text() ? !text().empty() : std::get<bool>(value_); }

 private:
  std::variant<std::string, bool> value_;
};
using TemplateValues = std::map<std::string, TemplateValue, std::less<>>;

// `shared`: values that a text need not name. Errors: InternalError for a name without a value, in a part
// that is left out too; for a value that the text does not name; for a condition where a text belongs; for
// parts that are not closed.
std::string fill_template(std::string_view text, const TemplateValues &values,
                          const TemplateValues &shared = {});

}  // namespace mote

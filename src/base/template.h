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

// A text of others: a name of a model, a label. It is put in as the language of the file demands
// (base/escape.h).
struct ForeignText {
  std::string text;
};

// A text of ours, one of others, or whether a part is there; a text is a condition too, true unless it is
// empty.
class TemplateValue {
 public:
  TemplateValue(std::string text) : value_(std::move(text)) {}  // NOLINT: a value reads as itself
  TemplateValue(const char *text) : value_(text) {}             // NOLINT
  TemplateValue(ForeignText text) : value_(std::move(text)) {}  // NOLINT
  TemplateValue(bool is_there) : value_(is_there) {}            // NOLINT
  template <std::integral Integer>
  TemplateValue(Integer number) : value_(std::to_string(number)) {}  // NOLINT

  bool is_text() const { return !std::holds_alternative<bool>(value_); }
  bool is_there() const { return is_text() ? !plain().empty() : std::get<bool>(value_); }
  // As it stands in the file of that name.
  std::string text_in(std::string_view file) const;

 private:
  const std::string &plain() const {
    const ForeignText *foreign = std::get_if<ForeignText>(&value_);
    return foreign ? foreign->text : std::get<std::string>(value_);
  }

  std::variant<std::string, ForeignText, bool> value_;
};
using TemplateValues = std::map<std::string, TemplateValue, std::less<>>;

// `file`: the template's name, which tells the language. `shared`: values that a text need not name. Errors:
// InternalError for a name without a value, in a part that is left out too; for a value that the text does
// not name; for a condition where a text belongs; for parts that are not closed.
std::string fill_template(std::string_view file, std::string_view text, const TemplateValues &values,
                          const TemplateValues &shared = {});

}  // namespace mote

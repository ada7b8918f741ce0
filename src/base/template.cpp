// The filler of templates: one pass over the lines with a stack of open conditions.
//
// It is strict, for a template and its values are both ours: whatever does not match is a bug here. Debian 12
// has no library for this (inja is not packaged); nlohmann-json, which inja needs, is not seen by base
// either. Where the templates lie: src/codegen/c/templates, src/formats/tflite, src/device/firmware,
// src/report/templates.
#include "base/template.h"

#include <fmt/format.h>

#include <set>
#include <vector>

#include "base/error.h"
#include "base/escape.h"

namespace mote {

namespace {

bool is_name(std::string_view text) {
  if (text.empty() || text[0] == '_') return false;
  for (char c : text)
    if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '_')
      return false;
  return true;
}

class Filler {
 public:
  Filler(std::string_view file, const TemplateValues &values, const TemplateValues &shared)
      : file_(file), values_(values), shared_(shared) {}

  std::string fill(std::string_view text) {
    while (!text.empty()) {
      const size_t end = text.find('\n');
      line(text.substr(0, end), end != text.npos);
      text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    if (!open_.empty()) wrong("a condition is not closed");
    for (const auto &[name, value] : values_)
      if (!named_.contains(name)) wrong("nothing names the value '" + name + "'");
    return std::move(out_);
  }

 private:
  struct Part {
    bool is_kept, is_outer_kept, has_else;
  };

  [[noreturn]] void wrong(const std::string &what) const {
    throw InternalError(fmt::format("template {}: {}", file_, what));
  }
  bool is_kept() const { return open_.empty() || open_.back().is_kept; }

  const TemplateValue &value(std::string_view name) {
    if (const auto own = values_.find(name); own != values_.end()) {
      named_.insert(own->first);
      return own->second;
    }
    const auto found = shared_.find(name);
    if (found == shared_.end()) wrong("there is no value '" + std::string(name) + "'");
    return found->second;
  }

  std::string text_of(std::string_view name) {
    const TemplateValue &v = value(name);
    if (!v.is_text()) wrong("'" + std::string(name) + "' is a condition, not a text");
    return v.text_in(file_);
  }

  // "@if name@", "@else@" or "@end@".
  bool condition(std::string_view line) {
    constexpr std::string_view kIf = "@if ";
    if (line.starts_with(kIf) && line.ends_with('@')) {
      const std::string_view name = line.substr(kIf.size(), line.size() - kIf.size() - 1);
      const bool is_there = value(name).is_there(), is_outer_kept = is_kept();
      open_.push_back({is_outer_kept && is_there, is_outer_kept, false});
      return true;
    }
    if (line != "@else@" && line != "@end@") return false;
    if (open_.empty()) wrong(std::string(line) + " without a condition");
    Part &part = open_.back();
    if (line == "@end@") {
      open_.pop_back();
    } else {
      if (part.has_else) wrong("a second @else@");
      part = {part.is_outer_kept && !part.is_kept, part.is_outer_kept, true};
    }
    return true;
  }

  void line(std::string_view line, bool is_ended) {
    if (condition(line)) return;
    std::string filled;
    bool is_alone = false;
    for (size_t at = 0; at < line.size();) {
      const size_t start = line.find('@', at),
                   end = start == line.npos ? line.npos : line.find('@', start + 1);
      const std::string_view name = end == line.npos ? "" : line.substr(start + 1, end - start - 1);
      if (end == line.npos || !is_name(name)) {  // an '@' of the text
        const size_t stop = start == line.npos ? line.size() : start + 1;
        filled += line.substr(at, stop - at);
        at = stop;
        continue;
      }
      filled += line.substr(at, start - at);
      filled += text_of(name);
      is_alone = start == 0 && end + 1 == line.size();
      at = end + 1;
    }
    if (!is_kept()) return;
    out_ += filled;
    if (is_ended && !(is_alone && (filled.empty() || filled.ends_with('\n')))) out_ += '\n';
  }

  std::string_view file_;
  const TemplateValues &values_, &shared_;
  std::set<std::string> named_;
  std::vector<Part> open_;
  std::string out_;
};

}  // namespace

std::string TemplateValue::text_in(std::string_view file) const {
  const ForeignText *foreign = std::get_if<ForeignText>(&value_);
  return foreign ? escaped(language_of(file), foreign->text) : std::get<std::string>(value_);
}

std::string fill_template(std::string_view file, std::string_view text, const TemplateValues &values,
                          const TemplateValues &shared) {
  return Filler(file, values, shared).fill(text);
}

}  // namespace mote

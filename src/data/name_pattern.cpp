// Patterns of names: which tokens fit which rest of a name is found from the end, so that no name takes
// longer than their product.
#include "data/name_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "data/csv.h"
#include "data/find_files.h"

namespace mote {

namespace {

[[noreturn]] void refuse_pattern(const std::string &pattern, const std::string &why) {
  throw Error(ErrorCode::kInvalidArgument, "data.file_names", fmt::format("'{}' {}", pattern, why),
              "a pattern is text with *, ?, {label} and {group}, such as \"{label}_{group}_*\"");
}

// The name and so many folders above it.
std::string_view last_pieces(std::string_view path, size_t folders) {
  size_t start = path.size();
  for (size_t n = 0; n <= folders; ++n) {
    if (start == 0) return {};
    start = path.rfind('/', start - 1);
    if (start == path.npos) return n == folders ? path : std::string_view{};
  }
  return path.substr(start + 1);
}

}  // namespace

NamePattern::NamePattern(std::string text) : text_(std::move(text)) {
  for (size_t i = 0; i < text_.size(); ++i) {
    const char c = text_[i];
    if (c == '{') {
      const size_t end = text_.find('}', i);
      if (end == text_.npos) refuse_pattern(text_, "has a { without a }");
      add_field(std::string_view(text_).substr(i + 1, end - i - 1));
      i = end;
    } else {
      tokens_.push_back({c == '*' ? Kind::kAny : c == '?' ? Kind::kOne : Kind::kLetter, c});
      folders_ += c == '/';
    }
  }
  if (tokens_.empty()) refuse_pattern(text_, "is empty");
}

void NamePattern::add_field(std::string_view name) {
  if (name != "label" && name != "group")
    refuse_pattern(text_, fmt::format("has {{{}}}; there are {{label}} and {{group}}", name));
  const Kind kind = name == "label" ? Kind::kLabel : Kind::kGroup;
  if (std::any_of(tokens_.begin(), tokens_.end(), [&](const Token &t) { return t.kind == kind; }))
    refuse_pattern(text_, fmt::format("has {{{}}} twice", name));
  tokens_.push_back({kind, 0});
}

std::optional<NameParts> NamePattern::match(std::string_view path) const {
  const std::string_view name = last_pieces(path, folders_);
  const size_t width = name.size() + 1;
  // fits[t * width + n]: the tokens from t on fit the name from n on
  std::vector<bool> fits((tokens_.size() + 1) * width);
  fits.back() = true;
  for (size_t t = tokens_.size(); t-- > 0;) {
    const Token &token = tokens_[t];
    for (size_t n = width; n-- > 0;) {
      const bool has_letter = n < name.size();
      const bool takes =
          has_letter && (token.kind == Kind::kLetter ? name[n] == token.letter : name[n] != '/');
      bool is_fit = takes && fits[(t + 1) * width + n + 1];
      if (takes_more(token)) is_fit |= takes && fits[t * width + n + 1];
      if (token.kind == Kind::kAny) is_fit |= fits[(t + 1) * width + n];
      fits[t * width + n] = is_fit;
    }
  }
  if (!fits[0] || name.empty()) return {};
  NameParts parts;
  size_t n = 0;
  for (size_t t = 0; t < tokens_.size(); ++t) {
    const size_t start = n;
    if (tokens_[t].kind != Kind::kAny) ++n;
    if (takes_more(tokens_[t]))
      while (!fits[(t + 1) * width + n]) ++n;
    if (tokens_[t].kind == Kind::kLabel) parts.label = name.substr(start, n - start);
    if (tokens_[t].kind == Kind::kGroup) parts.group = name.substr(start, n - start);
  }
  return parts;
}

std::optional<NameParts> match_first(const std::vector<NamePattern> &patterns, std::string_view path) {
  for (const NamePattern &pattern : patterns)
    if (std::optional<NameParts> parts = pattern.match(path)) return parts;
  return {};
}

FileNames read_file_names(Intake &intake, const std::vector<FoundFile> &files, const fs::path &root) {
  const LoadOptions &o = intake.options();
  const std::vector<NamePattern> patterns(o.file_names.begin(), o.file_names.end());
  FileNames names;
  if (patterns.empty()) return names;
  std::set<std::string> groups;
  const fs::path folder = fs::is_directory(root) ? root : root.parent_path();
  for (const FoundFile &f : files) {
    if (!o.intervals.empty() && is_named(f.path.string(), {o.intervals})) continue;
    const std::optional<NameParts> parts =
        match_first(patterns, f.path.lexically_relative(folder).generic_string());
    if (!parts && !o.model)
      Intake::fail(f.path.string(),
                   fmt::format("its name fits no pattern of data.file_names ({})", few_of(o.file_names)),
                   "add a pattern that it fits, or leave the file out with data.exclude");
    if (!parts) continue;
    if (parts->group) groups.insert(*parts->group);
    names[f.path.string()] = *parts;
  }
  if (!groups.empty())
    intake.say(fmt::format("the names of files give {} group{} ({}), by data.file_names", groups.size(),
                           groups.size() == 1 ? "" : "s", few_of({groups.begin(), groups.end()})));
  return names;
}

void take_names(Intake &intake, const FileNames &names) {
  for (Recording &r : intake.set().items) {
    const auto parts = names.find(r.file);
    if (parts == names.end()) continue;
    if (parts->second.group) r.group = *parts->second.group;
    if (parts->second.label && intake.label_book().is_empty()) r.label = *parts->second.label;
  }
}

bool have_labels(const std::vector<std::string> &patterns) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [](const std::string &text) { return text.find("{label}") != text.npos; });
}

}  // namespace mote

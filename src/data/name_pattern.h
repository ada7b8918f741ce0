// What the names of files say of class and group, by a pattern: "{label}_{group}_*" of "3_ann_17.wav".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/intake.h"

namespace mote {

struct NameParts {
  std::optional<std::string> label, group;
};

// `*` is any text, `?` one character, `{label}` and `{group}` are one character or more; each takes as little
// as it can, from the left, and none a '/'. A pattern with a '/' is of the last folders, too.
class NamePattern {
 public:
  // Errors: kInvalidArgument: no pattern.
  explicit NamePattern(std::string text);
  // nullopt: it does not fit the path. Time: pattern times path.
  std::optional<NameParts> match(std::string_view path) const;
  const std::string &text() const { return text_; }

 private:
  enum class Kind { kLetter, kOne, kAny, kLabel, kGroup };
  struct Token {
    Kind kind;
    char letter;
  };
  void add_field(std::string_view name);
  bool takes_more(const Token &token) const {
    return token.kind != Kind::kLetter && token.kind != Kind::kOne;
  }

  std::string text_;
  std::vector<Token> tokens_;
  size_t folders_ = 0;  // in front of the name
};

// By the first pattern that fits.
std::optional<NameParts> match_first(const std::vector<NamePattern> &patterns, std::string_view path);

// What data.file_names takes from the names of files, by path. Errors: kInvalidArgument: no patterns;
// kDataFormat: a name that none fits, unless the files are for a model, which may be called anything.
using FileNames = std::map<std::string, NameParts>;
FileNames read_file_names(Intake &intake, const std::vector<FoundFile> &files, const fs::path &root);
// What else says of class and group of these files does not matter; stretches that are marked in them do.
void take_names(Intake &intake, const FileNames &names);
bool have_labels(const std::vector<std::string> &patterns);  // one of them has {label}

}  // namespace mote

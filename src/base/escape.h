// Names and texts of others (labels, file names, names of models and layers) as they stand in a generated
// file or on a terminal. Whoever writes one into a text says which language the text is of; templates know it
// by their own name (language_of), so that a value cannot be put in as it is.
#pragma once

#include <string>
#include <string_view>

namespace mote {

enum class Language {
  kC,           // a comment of C, or of a linker script; ASCII
  kCString,     // inside "..."; ASCII, no trigraphs
  kHtml,        // text, or inside an attribute in double quotes
  kYaml,        // inside "..."
  kKconfig,     // inside "..."; nothing that the preprocessor of Kconfig would expand
  kCMake,       // inside "..."
  kMake,        // a comment; nothing is expanded and no line goes on
  kProperties,  // the value of a key, as Arduino's library.properties has it
  kMarkdown,    // in a line of text
  kCsv,         // a field, quoted where it has to be (RFC 4180)
  kToml,        // inside "..."
  kTerminal     // lines of text: nothing that moves the cursor, changes colours or the order of letters
};

// What cannot be said in the language is replaced: control characters by a space or a visible form, bytes
// that are not UTF-8 by U+FFFD.
std::string escaped(Language language, std::string_view text);

// A word of a command that a hint tells to type, as a shell takes it for one word: as it is where nothing in
// it means anything to a shell, else in '...', or in $'...' of bash, zsh and ksh where it holds what a
// terminal would not show.
std::string shell_word(std::string_view text);
// The same of a path: one that begins with '-' would be an option, and gets "./" in front.
std::string shell_path(std::string_view path);

inline std::string toml_quoted(std::string_view text) { return '"' + escaped(Language::kToml, text) + '"'; }

// Of a file by its name, a template's ".in" left away: "zephyr/Kconfig.in". Errors: InternalError for a name
// that no language is known for.
Language language_of(std::string_view file);

}  // namespace mote

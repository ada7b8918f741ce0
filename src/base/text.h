// Small text helpers: nearest name for "did you mean", strict number parsing, identifiers, UTF-8 check.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mote {

std::string_view trim(std::string_view text);
std::optional<double> parse_number(
    std::string_view text);  // whole text, surrounding blanks allowed; nan/inf parse
// From 0 to 255, whatever the sign of char is.
inline unsigned char byte_of(char c) { return c; }
// What a library's exception says, without the mark in square brackets that it begins with: "key 'x' not
// found".
std::string reason_of(const std::exception &e);
bool is_utf8(std::string_view bytes);
size_t utf8_length(std::string_view bytes);       // of the character that they begin with; 0: not UTF-8
char32_t code_point(std::string_view character);  // of one character in UTF-8

// The candidate closest to `name` by edit distance, else the first that begins with it, or "" when none is
// near enough to be what was meant.
std::string nearest(std::string_view name, const std::vector<std::string> &candidates);

// What two sentences about different figures have in common.
std::string without_digits(std::string_view text);

// A valid C identifier in lower case: letters, digits, '_'; never empty, never starting with a digit or a
// keyword.
std::string c_identifier(std::string_view name);
std::string upper_case(std::string text);  // of ASCII letters; the rest stays

// "24576", "24k" (times 1024), "1M". Errors: kInvalidArgument.
size_t parse_bytes(const std::string &text, const std::string &where);

std::string human_bytes(size_t bytes);  // "1,234 bytes" below 10 KiB, else "12.3 KB" (1 KB = 1024 bytes)
std::string with_commas(long long value);

}  // namespace mote

// What the fields of a record may hold: type, range and count, put together from small parts as the record
// is. Records come from other people and other programs; what passes its form can be read without another
// look.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mote {

// The first value that is not what its form says.
struct Misfit {
  std::string place;     // "[0].interval_95"; "" for the whole record
  std::string sentence;  // "must be a list of 2, and is a list of 0"
  std::string text() const { return place.empty() ? "it " + sentence : place + " " + sentence; }
};

using Form = std::function<std::optional<Misfit>(const nlohmann::json &value)>;

namespace form {

struct Field {
  std::string name;
  Form form;
  bool is_needed = true;
};
inline Field optional(const std::string &name, Form form) { return {name, std::move(form), false}; }

// Longer than any path or label; what is longer is no name, and would fill a page or a terminal.
inline constexpr size_t kLongestText = size_t{1} << 14;
inline constexpr size_t kLongestList = size_t{1} << 22;
// Of what is counted: exact as a double, and far from the end of every integer that it is kept in.
inline constexpr uint64_t kHighestCount = uint64_t{1} << 53;

Form text(size_t longest = kLongestText);
Form number();                         // or null, which is how JSON has what is not finite
Form number(double low, double high);  // finite
Form count(uint64_t highest = kHighestCount, uint64_t lowest = 0);
Form integer(int64_t lowest, int64_t highest);
Form flag();
Form anything();
Form or_null(Form form);
Form list(Form item, size_t least = 0, size_t most = kLongestList);
Form object(std::vector<Field> fields);  // fields of another name are of a newer mote, and passed over
Form map_of(Form item);                  // an object whose keys are names of others

}  // namespace form

// Text as JSON, for records and manifests of others. Errors: kDataFormat with `where`, `what` ("is damaged:")
// for what is not JSON in UTF-8 (with line and column), nested deeper than any record, or holds a number
// beyond all range.
nlohmann::json parse_json(const std::string &text, const std::string &where, const std::string &what,
                          const std::string &hint);

// Errors: kDataFormat: "<what> [0].interval_95 must be a list of 2, and is a list of 0", for a value that
// does not fit.
void check_form(const Form &form, const nlohmann::json &value, const std::string &where,
                const std::string &what, const std::string &hint);

// A value as sentences name it, of bounded length: "a list of 3", "-7", "nothing (null)".
std::string described(const nlohmann::json &value);

}  // namespace mote

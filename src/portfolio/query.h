// Conditions on runs: int8.accuracy > 0.9 and (flash < 40k or tag = 'small') and not kind = compression.
//
//   condition  = all { "or" all }             all  = one { "and" one }
//   one        = "not" one | "(" condition ")" | name [ operator value ]
//   operator   = "=" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "~" (holds the text, in any case)
//   value      = number [k | M | G | %] | 'text' | word | name
//
// A name alone asks whether a run has it. What a run has not fulfils no comparison. k is 1024 of bytes, and
// 1000 of all else.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace mote {

class RunQuery {
 public:
  // Errors: kInvalidArgument, with the column of the mistake (from 1), what was expected and the nearest
  // name.
  static RunQuery parse(const std::string &text);

  const std::vector<std::string> &names() const { return names_; }  // that it asks for
  const std::vector<std::string> &notes() const { return notes_; }  // sentences: what may be meant otherwise
  // `look`: what a run has of the name of that number; nullptr: nothing.
  using Look = std::function<const nlohmann::json *(size_t name)>;
  bool holds(const Look &look) const { return holds(root_, look); }

 private:
  friend class QueryParser;
  enum class Kind { kAnd, kOr, kNot, kHas, kCompare };
  enum class Operator { kEqual, kDiffers, kBelow, kAtMost, kAbove, kAtLeast, kContains };
  struct Node {
    Kind kind;
    std::vector<size_t> parts = {};  // of and, or, not
    size_t name = 0;                 // of has and compare
    Operator is = Operator::kEqual;
    bool is_tags = false, is_with_name = false;
    nlohmann::json value = nullptr;  // that it is compared with, or ...
    size_t other = 0;                // ... a second name
  };
  bool holds(size_t node, const Look &look) const;
  static bool compare(const Node &node, const nlohmann::json &a, const nlohmann::json &b);

  std::vector<std::string> names_, notes_;
  std::vector<Node> nodes_;
  size_t root_ = 0;
};

}  // namespace mote

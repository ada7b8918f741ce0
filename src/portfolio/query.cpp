// Read from left to right by one function per line of the grammar; what a name can be compared with is known
// while it is read, so that a mistake is told before any run is looked at. Nothing of the text reaches a data
// base.
//
// Names and their kinds: facts.h.
#include "portfolio/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "base/error.h"
#include "base/text.h"
#include "portfolio/facts.h"
#include "portfolio/table.h"

namespace mote {

namespace {

constexpr size_t kLongest = size_t{1} << 14, kDeepest = 64;

bool is_word_letter(char c) {
  return std::isalnum(byte_of(c)) != 0 || c == '_' || c == '.' || c == '-' || c == ':' || c == '/' ||
         byte_of(c) >= 0x80;
}

Error mistake(size_t column, const std::string &what, const std::string &hint = "") {
  return Error(ErrorCode::kInvalidArgument, fmt::format("--where, column {}", column), what, hint);
}

}  // namespace

struct QueryToken {
  enum class Kind { kEnd, kWord, kText, kNumber, kSign } kind = Kind::kEnd;
  std::string text;   // as written; of a text without its quotes
  double number = 0;  // without its unit
  std::string unit = {};
  size_t column = 1;
};

class QueryLexer {
 public:
  explicit QueryLexer(const std::string &text) : text_(text) {
    if (text.size() > kLongest) throw mistake(kLongest, "is longer than any condition");
  }

  QueryToken next() {
    while (at_ < text_.size() && std::isspace(byte_of(text_[at_])) != 0) ++at_;
    QueryToken t;
    t.column = at_ + 1;
    if (at_ == text_.size()) return t;
    const char c = text_[at_];
    if (c == '\'' || c == '"') return quoted(t, c);
    static constexpr std::string_view kSigns = "()=!<>~";
    if (kSigns.find(c) != std::string_view::npos) return sign(t);
    if (is_word_letter(c) || c == '+') return word(t);
    throw mistake(t.column, fmt::format("'{}' means nothing here", first_letter()),
                  "conditions are like int8.accuracy > 0.9 and flash < 40k");
  }

 private:
  // Behind a number, with blanks between: "90 %", "40 kB".
  void take_unit(QueryToken &t, const std::vector<std::string> &units) {
    size_t begin = at_;
    while (begin < text_.size() && text_[begin] == ' ') ++begin;
    if (begin == text_.size()) return;
    size_t end = begin + 1;
    if (text_[begin] != '%') {
      while (end < text_.size() && is_word_letter(text_[end])) ++end;
      if (std::find(units.begin(), units.end(), text_.substr(begin, end - begin)) == units.end()) return;
    }
    t.unit = text_.substr(begin, end - begin);
    at_ = end;
  }

  std::string first_letter() const {
    const size_t length = utf8_length(std::string_view(text_).substr(at_));
    return text_.substr(at_, std::max<size_t>(length, 1));
  }

  QueryToken quoted(QueryToken t, char quote) {
    t.kind = QueryToken::Kind::kText;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == quote) {
        if (at_ + 1 == text_.size() || text_[at_ + 1] != quote) {
          ++at_;
          return t;
        }
        ++at_;  // a doubled quote is one of the text
      }
      t.text += text_[at_];
    }
    throw mistake(t.column, fmt::format("the text that begins here has no closing {}", quote));
  }

  QueryToken sign(QueryToken t) {
    t.kind = QueryToken::Kind::kSign;
    t.text = text_[at_++];
    if (std::string_view("=!<>").find(t.text[0]) == std::string_view::npos || at_ == text_.size()) return t;
    if (text_[at_] == '=' || (t.text == "<" && text_[at_] == '>')) t.text += text_[at_++];
    return t;
  }

  QueryToken word(QueryToken t) {
    const size_t begin = at_;
    if (text_[at_] == '+') ++at_;
    while (at_ < text_.size() && is_word_letter(text_[at_])) {
      const bool has_exponent = at_ > begin && (text_[at_] == 'e' || text_[at_] == 'E');
      ++at_;
      if (has_exponent && at_ < text_.size() && text_[at_] == '+') ++at_;  // 1e+3
    }
    t.text = text_.substr(begin, at_ - begin);
    t.kind = QueryToken::Kind::kWord;
    const std::string digits = t.text[0] == '+' ? t.text.substr(1) : t.text;
    const auto [end, code] =
        std::from_chars(digits.data(), digits.data() + digits.size(), t.number, std::chars_format::general);
    if (code != std::errc() || end == digits.data() || !std::isfinite(t.number)) return t;
    t.unit = std::string(end, digits.data() + digits.size());
    static const std::vector<std::string> kUnits = {"", "k", "kB", "K", "KB", "M", "MB", "G", "GB"};
    if (std::find(kUnits.begin(), kUnits.end(), t.unit) == kUnits.end()) return t;  // a date, a run's name
    t.kind = QueryToken::Kind::kNumber;
    if (t.unit.empty()) take_unit(t, kUnits);
    return t;
  }

  const std::string &text_;
  size_t at_ = 0;
};

namespace {

bool is_number_kind(FactKind kind) {
  return kind != FactKind::kText && kind != FactKind::kDigest && kind != FactKind::kTags;
}

std::string lower(std::string text) {
  for (char &c : text)
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  return text;
}

bool is_keyword(const QueryToken &t, const char *word) {
  return t.kind == QueryToken::Kind::kWord && lower(t.text) == word;
}

bool has_tag(const std::string &tags, const std::string &tag) {
  const std::vector<std::string> all = items_of(tags);
  return std::find(all.begin(), all.end(), tag) != all.end();
}

}  // namespace

class QueryParser {
 public:
  explicit QueryParser(const std::string &text) : lexer_(text) { next(); }

  RunQuery parse() {
    if (token_.kind == QueryToken::Kind::kEnd) throw mistake(1, "the condition is empty");
    query_.root_ = condition(0);
    if (token_.kind != QueryToken::Kind::kEnd)
      throw mistake(token_.column,
                    fmt::format("'{}' stands where `and`, `or` or the end is expected", token_.text));
    return std::move(query_);
  }

 private:
  using Kind = RunQuery::Kind;
  using Operator = RunQuery::Operator;
  using Node = RunQuery::Node;

  void next() { token_ = lexer_.next(); }
  bool is_sign(const char *text) const {
    return token_.kind == QueryToken::Kind::kSign && token_.text == text;
  }
  size_t add(Node node) {
    query_.nodes_.push_back(std::move(node));
    return query_.nodes_.size() - 1;
  }

  size_t joined(size_t depth, const char *word, Kind kind, size_t (QueryParser::*part)(size_t)) {
    Node node{kind};
    node.parts.push_back((this->*part)(depth));
    while (is_keyword(token_, word)) {
      next();
      node.parts.push_back((this->*part)(depth));
    }
    return node.parts.size() == 1 ? node.parts[0] : add(std::move(node));
  }
  size_t condition(size_t depth) { return joined(depth, "or", Kind::kOr, &QueryParser::all); }
  size_t all(size_t depth) { return joined(depth, "and", Kind::kAnd, &QueryParser::one); }

  size_t one(size_t depth) {
    if (depth > kDeepest)
      throw mistake(token_.column,
                    fmt::format("there are more than {} conditions within each other", kDeepest));
    if (is_keyword(token_, "not")) {
      next();
      return add(Node{Kind::kNot, {one(depth + 1)}});
    }
    if (!is_sign("(")) return comparison();
    const size_t opened = token_.column;
    next();
    const size_t inside = condition(depth + 1);
    if (!is_sign(")"))
      throw mistake(token_.column, fmt::format("')' is missing: the bracket of column {} is open", opened));
    next();
    return inside;
  }

  size_t number_of(const std::string &name) {
    const auto found = std::find(query_.names_.begin(), query_.names_.end(), name);
    if (found != query_.names_.end()) return static_cast<size_t>(found - query_.names_.begin());
    query_.names_.push_back(name);
    return query_.names_.size() - 1;
  }

  FactDef fact_here() const {
    const bool is_name =
        token_.kind == QueryToken::Kind::kWord && !is_keyword(token_, "and") && !is_keyword(token_, "or");
    if (!is_name)
      throw mistake(
          token_.column,
          token_.kind == QueryToken::Kind::kEnd
              ? "a name is missing at the end, as in int8.accuracy > 0.9"
              : fmt::format("'{}' stands where a name is expected, as in int8.accuracy > 0.9", token_.text),
          token_.kind == QueryToken::Kind::kNumber ? "the name comes first: flash < 40k" : "");
    if (const auto fact = find_fact(token_.text)) return *fact;
    if (find_fact("int8." + token_.text))
      throw mistake(token_.column, fmt::format("runs have '{0}' of each precision", token_.text),
                    fmt::format("write float.{0} or int8.{0}", token_.text));
    const std::string near = nearest_fact(token_.text);
    throw mistake(
        token_.column, fmt::format("runs have no '{}'", token_.text),
        (near.empty() ? "" : fmt::format("did you mean '{}'? ", near)) + "`mote runs --names` lists all");
  }

  size_t comparison() {
    const FactDef fact = fact_here();
    Node node{Kind::kHas};
    node.name = number_of(fact.name);
    next();
    static const std::vector<std::pair<std::string, Operator>> kOperators = {
        {"=", Operator::kEqual},    {"==", Operator::kEqual},   {"!=", Operator::kDiffers},
        {"<>", Operator::kDiffers}, {"<", Operator::kBelow},    {"<=", Operator::kAtMost},
        {">", Operator::kAbove},    {">=", Operator::kAtLeast}, {"~", Operator::kContains}};
    const auto found = std::find_if(kOperators.begin(), kOperators.end(),
                                    [&](const auto &o) { return is_sign(o.first.c_str()); });
    if (found == kOperators.end()) {
      const bool is_value =
          token_.kind == QueryToken::Kind::kNumber || token_.kind == QueryToken::Kind::kText;
      if (is_value || is_sign("!"))
        throw mistake(token_.column, fmt::format("an operator is missing behind {}", fact.name),
                      "there are = != < <= > >= ~");
      return add(std::move(node));
    }
    node.kind = Kind::kCompare;
    node.is = found->second;
    check_operator(fact, node.is, found->first);
    node.is_tags = fact.kind == FactKind::kTags;
    next();
    take_value(fact, node);
    next();
    return add(std::move(node));
  }

  void check_operator(const FactDef &fact, Operator is, const std::string &text) const {
    const bool is_order = is != Operator::kEqual && is != Operator::kDiffers && is != Operator::kContains;
    if (fact.kind == FactKind::kTags && is_order)
      throw mistake(token_.column, "tags have no order", "use tag = 'x', tag != 'x' or tags ~ 'part'");
    if (is_number_kind(fact.kind) && is == Operator::kContains)
      throw mistake(token_.column, fmt::format("'{}' looks into texts, and {} is a number", text, fact.name),
                    "use = != < <= > >=");
  }

  void take_value(const FactDef &fact, Node &node) {
    if (token_.kind == QueryToken::Kind::kEnd)
      throw mistake(token_.column, fmt::format("the value is missing that {} is compared with", fact.name));
    if (token_.kind == QueryToken::Kind::kSign)
      throw mistake(token_.column, fmt::format("'{}' stands where a value is expected", token_.text));
    if (token_.kind == QueryToken::Kind::kWord && fact.kind != FactKind::kTags)
      if (const auto other = find_fact(token_.text); other && token_.text.find('.') != std::string::npos) {
        if (is_number_kind(other->kind) != is_number_kind(fact.kind))
          throw mistake(token_.column, fmt::format("{} and {} are not of one kind", fact.name, other->name));
        node.is_with_name = true;
        node.other = number_of(other->name);
        return;
      }
    if (is_number_kind(fact.kind))
      node.value = number(fact);
    else
      node.value =
          token_.kind == QueryToken::Kind::kNumber && token_.unit == "%" ? token_.text + "%" : token_.text;
  }

  double number(const FactDef &fact) {
    if (fact.kind == FactKind::kSwitch && token_.kind == QueryToken::Kind::kWord) {
      if (token_.text == "true" || token_.text == "false") return token_.text == "true" ? 1 : 0;
      throw mistake(token_.column, fmt::format("{} is true or false", fact.name));
    }
    if (token_.kind != QueryToken::Kind::kNumber)
      throw mistake(token_.column, fmt::format("{} is a number, and '{}' is none", fact.name, token_.text),
                    fact.kind == FactKind::kBytes ? "as in flash < 40k" : "");
    const double thousand = fact.kind == FactKind::kBytes ? 1024 : 1000;
    double factor = 1;
    if (token_.unit == "%") {
      if (fact.kind == FactKind::kBytes || fact.kind == FactKind::kCount)
        throw mistake(token_.column, fmt::format("{} is no share: % has no meaning for it", fact.name));
      factor = 0.01;
    } else if (!token_.unit.empty()) {
      const char c = token_.unit[0];
      factor = c == 'M' ? thousand * thousand : c == 'G' ? thousand * thousand * thousand : thousand;
    }
    constexpr double kFew = 1024;  // no model has so few
    if (fact.kind == FactKind::kBytes && token_.unit.empty() && token_.number > 0 && token_.number < kFew)
      query_.notes_.push_back(
          fmt::format("{0} is compared with {1:g} bytes; {1:g}k are KB", fact.name, token_.number));
    const double value = factor == 0.01 ? token_.number / 100 : token_.number * factor;
    if (fact.kind == FactKind::kShare && (value > 1 || value < 0))
      throw mistake(token_.column,
                    fmt::format("{} is a share from 0 to 1, and {} is none", fact.name, token_.text),
                    value > 1 && value <= 100 ? fmt::format("write {:g} % or {:g}", value, value / 100) : "");
    return value;
  }

  QueryLexer lexer_;
  QueryToken token_;
  RunQuery query_;
};

RunQuery RunQuery::parse(const std::string &text) { return QueryParser(text).parse(); }

bool RunQuery::compare(const Node &node, const nlohmann::json &a, const nlohmann::json &b) {
  const auto ordered = [&](const auto &x, const auto &y) {
    switch (node.is) {
      case Operator::kEqual:
        return x == y;
      case Operator::kDiffers:
        return x != y;
      case Operator::kBelow:
        return x < y;
      case Operator::kAtMost:
        return x <= y;
      case Operator::kAbove:
        return x > y;
      case Operator::kAtLeast:
        return x >= y;
      default:
        return false;
    }
  };
  if (a.is_number() && b.is_number()) return ordered(a.get<double>(), b.get<double>());
  if (a.is_number() != b.is_number()) return false;  // a seed that no double has
  const std::string &x = a.get_ref<const std::string &>(), &y = b.get_ref<const std::string &>();
  if (node.is == Operator::kContains) return lower(x).find(lower(y)) != std::string::npos;
  if (node.is_tags) return has_tag(x, y) == (node.is == Operator::kEqual);
  return ordered(x, y);
}

bool RunQuery::holds(size_t at, const Look &look) const {
  const Node &node = nodes_[at];
  const auto is_held = [&](size_t part) { return holds(part, look); };
  switch (node.kind) {
    case Kind::kAnd:
      return std::all_of(node.parts.begin(), node.parts.end(), is_held);
    case Kind::kOr:
      return std::any_of(node.parts.begin(), node.parts.end(), is_held);
    case Kind::kNot:
      return !holds(node.parts[0], look);
    default:
      break;
  }
  static const nlohmann::json kNoTags = "";
  const nlohmann::json *a = look(node.name);
  if (node.kind == Kind::kHas) return a != nullptr;
  if (a == nullptr && node.is_tags) a = &kNoTags;  // a run without tags has none of that name
  const nlohmann::json *b = node.is_with_name ? look(node.other) : &node.value;
  return a != nullptr && b != nullptr && compare(node, *a, *b);
}

}  // namespace mote

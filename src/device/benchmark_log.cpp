// Reads what the benchmark of a package (codegen/c/templates/benchmark.c.in) prints on a board, out of a log
// with whatever else the board or the terminal wrote: prompts, times in front of lines, other models, lines
// that are cut.
//
// A measurement counts only as a whole, with the sum at its end; docs/device.md has the lines.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

#include "base/error.h"
#include "base/escape.h"
#include "base/median.h"
#include "base/text.h"
#include "mote/device.h"

namespace mote {

namespace {

constexpr uint64_t kMostNumber = 0xFFFFFFFF;  // the benchmark counts in 32 bits
constexpr double kMostOfLayers = 1.5;         // times the call: more is no measurement of it

// "name=value" words of a line behind its mark.
using LogFields = std::map<std::string, std::string>;

struct LogLine {
  size_t number = 0;
  std::string mark;  // "mote-call"
  LogFields fields;
};

// What a measurement is made of, in the order of its lines.
struct LoggedRepeat {
  size_t line = 0;
  std::string model, hash;
  std::vector<double> layers_s;
  double call_s = 0;
  uint64_t calls = 0, wrong = 0;
};

// Why a measurement cannot be used, and where.
struct LogTrouble {
  size_t line = 0;
  std::string what;
};

std::vector<LogLine> marked_lines(const std::string &log) {
  std::vector<LogLine> list;
  std::istringstream lines(log);
  size_t number = 0;
  for (std::string text; std::getline(lines, text);) {
    ++number;
    const size_t at = text.find("mote-");
    if (at == std::string::npos) continue;
    std::istringstream words(text.substr(at));
    LogLine line{number, "", {}};
    words >> line.mark;
    static const std::vector<std::string> kMarks = {"mote-benchmark", "mote-call", "mote-layer", "mote-end"};
    if (std::find(kMarks.begin(), kMarks.end(), line.mark) == kMarks.end()) continue;
    for (std::string word; words >> word;)
      if (const size_t equals = word.find('='); equals != std::string::npos)
        line.fields[word.substr(0, equals)] = word.substr(equals + 1);
    list.push_back(std::move(line));
  }
  return list;
}

std::string shown(const std::string &text) {
  constexpr size_t kLongest = 40;
  return escaped(Language::kTerminal, text.size() > kLongest ? text.substr(0, kLongest) + "..." : text);
}

// The numbers of a measurement's lines, with their sum. Throws LogTrouble.
class LogNumbers {
 public:
  uint64_t take(const LogLine &line, const char *name) {
    const auto found = line.fields.find(name);
    if (found == line.fields.end())
      throw LogTrouble{line.number, fmt::format("{} has no {}=", line.mark, name)};
    const std::string &text = found->second;
    const bool is_number =
        !text.empty() && text.size() <= 10 && text.find_first_not_of("0123456789") == std::string::npos;
    if (!is_number || std::stoull(text) > kMostNumber)
      throw LogTrouble{line.number, fmt::format("{}={} is no number of 32 bits", name, shown(text))};
    sum_ += std::stoull(text);
    return std::stoull(text);
  }
  uint64_t sum() const { return sum_ & kMostNumber; }

 private:
  uint64_t sum_ = 0;
};

std::string field(const LogLine &line, const char *name) {
  const auto found = line.fields.find(name);
  return found == line.fields.end() ? "" : found->second;
}

// From a line mote-benchmark on. Throws LogTrouble.
LoggedRepeat read_repeat(const std::vector<LogLine> &lines, size_t at) {
  const LogLine &head = lines[at];
  LoggedRepeat r{head.number, field(head, "model"), field(head, "hash"), {}, 0, 0, 0};
  if (field(head, "format") != "1")
    throw LogTrouble{head.number, fmt::format("format={} is not known, but 1", shown(field(head, "format")))};
  const auto next = [&](const char *mark) -> const LogLine & {
    if (++at >= lines.size() || lines[at].mark != mark)
      throw LogTrouble{lines[std::min(at, lines.size() - 1)].number,
                       fmt::format("a line {} is missing: the measurement is cut off", mark)};
    return lines[at];
  };
  LogNumbers numbers;
  const uint64_t layers = numbers.take(head, "layers");
  const auto hz = static_cast<double>(numbers.take(head, "hz"));
  r.wrong = numbers.take(head, "wrong");
  const LogLine &call = next("mote-call");
  r.calls = numbers.take(call, "calls");
  const auto ticks = static_cast<double>(numbers.take(call, "ticks"));
  const auto marks = static_cast<double>(numbers.take(call, "marks"));
  const auto marks_ticks = static_cast<double>(numbers.take(call, "marks_ticks"));
  if (hz <= 0) throw LogTrouble{head.number, "hz=0 is no rate of a clock"};
  if (r.calls == 0 || ticks <= 0)
    throw LogTrouble{call.number, "calls=" + field(call, "calls") + " took ticks=" + field(call, "ticks") +
                                      ": the clock does not run"};
  const double per_mark = marks > 0 ? marks_ticks / marks : 0, scale = hz * static_cast<double>(r.calls);
  r.call_s = ticks / scale;
  double sum = 0, of_marks = 0, all_spent = 0;
  for (uint64_t i = 0; i < layers; ++i) {
    const LogLine &layer = next("mote-layer");
    if (numbers.take(layer, "index") != i)
      throw LogTrouble{layer.number, fmt::format("index={} where {} is next", field(layer, "index"), i)};
    const auto times = static_cast<double>(numbers.take(layer, "times"));
    const auto spent = static_cast<double>(numbers.take(layer, "ticks"));
    r.layers_s.push_back(std::max(0.0, spent - times * per_mark) / scale);
    sum += r.layers_s.back();
    of_marks += times * per_mark;
    all_spent += spent;
  }
  const uint64_t expected = numbers.sum();
  const LogLine &end = next("mote-end");
  if (numbers.take(end, "sum") != expected)
    throw LogTrouble{end.number, fmt::format("sum={} is not that of the numbers, {}: some are garbled",
                                             field(end, "sum"), expected)};
  constexpr double kMostOfMarks = 1.5;  // of what the layers took with the marks in them
  if (layers > 0 && (of_marks > kMostOfMarks * all_spent || all_spent <= 0))
    throw LogTrouble{
        head.number,
        fmt::format("its layers take ticks={:.0f}, and the marks between them {:.0f}", all_spent, of_marks)};
  if (sum > kMostOfLayers * r.call_s)
    throw LogTrouble{head.number, fmt::format("its layers take {:.3g} ms together, a call {:.3g} ms",
                                              1e3 * sum, 1e3 * r.call_s)};
  return r;
}

bool is_utf16(const std::string &text) {
  return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
}

[[noreturn]] void refuse_log(const std::string &where, const std::string &what,
                             const std::string &hint = "") {
  throw Error(ErrorCode::kDataFormat, where, what,
              hint.empty() ? "keep all that the package's benchmark prints, at least one measurement from "
                             "mote-benchmark to mote-end (docs/device.md, \"Measured on a board\")"
                           : hint);
}

double spread_of(const std::vector<LoggedRepeat> &repeats, double middle) {
  double most = 0;
  for (const LoggedRepeat &r : repeats) most = std::max(most, std::fabs(r.call_s / middle - 1));
  return most;
}

BoardTiming medians(const std::vector<LoggedRepeat> &repeats) {
  const auto middle = [&](auto value) {
    std::vector<double> values;
    for (const LoggedRepeat &r : repeats) values.push_back(value(r));
    return median(std::move(values));
  };
  BoardTiming t;
  t.call_s = middle([](const LoggedRepeat &r) { return r.call_s; });
  for (size_t i = 0; i < repeats[0].layers_s.size(); ++i)
    t.layers_s.push_back(middle([&](const LoggedRepeat &r) { return r.layers_s[i]; }));
  t.spread = spread_of(repeats, t.call_s);
  t.repeats = static_cast<int>(repeats.size());
  t.calls = repeats[0].calls;
  return t;
}

}  // namespace

BoardTiming parse_benchmark(const std::string &log, const std::string &where, const std::string &model,
                            const std::string &hash, size_t layers) {
  const std::vector<LogLine> lines = marked_lines(log);
  std::vector<LoggedRepeat> repeats;
  std::optional<LoggedRepeat> foreign;
  std::vector<LogTrouble> troubles;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].mark != "mote-benchmark") continue;
    try {
      LoggedRepeat r = read_repeat(lines, i);
      if (r.hash != hash)
        foreign = std::move(r);
      else
        repeats.push_back(std::move(r));
    } catch (const LogTrouble &trouble) {
      troubles.push_back(trouble);
    }
  }
  if (repeats.empty() && foreign)
    refuse_log(
        fmt::format("{}:{}", where, foreign->line),
        fmt::format("is of the model '{}' with the checksum {}, not of '{}' with {}", shown(foreign->model),
                    shown(foreign->hash), model, hash),
        "give the model that runs on the board (with the --ram of its export), or export this one and flash "
        "it again");
  if (repeats.empty() && !troubles.empty())
    refuse_log(fmt::format("{}:{}", where, troubles[0].line),
               fmt::format("holds no whole measurement of a benchmark: {}", troubles[0].what));
  if (repeats.empty())
    refuse_log(where, is_utf16(log)
                          ? "is UTF-16; save it as UTF-8 (a console of Windows: `| Out-File -Encoding utf8`)"
                      : lines.empty()
                          ? "holds nothing that a benchmark of mote printed: no line mote-benchmark"
                          : "begins in the middle of a measurement: no line mote-benchmark");
  for (const LoggedRepeat &r : repeats) {
    const std::string place = fmt::format("{}:{}", where, r.line);
    if (r.layers_s.size() != layers)
      refuse_log(place, fmt::format("has {} layers, '{}' has {}", r.layers_s.size(), model, layers));
    if (r.wrong > 0)
      refuse_log(place, fmt::format("says that {} golden vectors differ on the board", r.wrong),
                 "times of a model that computes something else are worth nothing: find out why first (the "
                 "compiler's flags, memory that is overwritten)");
  }
  BoardTiming t = medians(repeats);
  t.file = where;
  t.broken = static_cast<int>(troubles.size());
  return t;
}

}  // namespace mote

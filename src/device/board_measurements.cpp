// What was measured on boards: read from a file of boards, added to it, and fitted.
//
// The fit is one factor for a board, the geometric mean over its models. Its error: as far as 80 % of the
// measured cycles, layer by layer, lie from it; or as far as a model lies from the others, where that is
// more.
#include "device/board_measurements.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/escape.h"
#include "base/files.h"
#include "base/toml.h"
#include "device/latency.h"

namespace mote {

namespace {

constexpr double kCoveredCycles = 0.8;
constexpr double kClockError = 0.02;  // of a board's oscillator and of counting calls: no fit is better
constexpr double kMostFigure = 1e15;

std::vector<double> figures(const toml::table &t, const char *key, const std::string &place) {
  std::vector<double> list;
  if (const toml::array *array = t[key].as_array())
    for (const toml::node &node : *array) {
      const auto value = node.value<double>();
      if (!value || !(*value >= 0) || *value > kMostFigure)
        throw Error(ErrorCode::kDataFormat, place, fmt::format("'{}' must be numbers of at least 0", key));
      list.push_back(*value);
    }
  if (list.empty()) throw Error(ErrorCode::kDataFormat, place, fmt::format("a measurement needs '{}'", key));
  return list;
}

double total(const std::vector<double> &list) {
  double sum = 0;
  for (double v : list) sum += v;
  return sum;
}

double log_factor_of(const BoardMeasurement &m) { return std::log(total(m.cycles) / total(m.instructions)); }

BoardMeasurement measurement_of(const toml::table &t, const std::string &place) {
  const auto string = [&](const char *key) {
    const auto value = t[key].value<std::string>();
    if (!value)
      throw Error(ErrorCode::kDataFormat, place, fmt::format("a measurement needs '{}', a text", key));
    return *value;
  };
  BoardMeasurement m{string("board"), string("core"), string("model"), string("hash"), 0, false, {}, {}};
  const auto mhz = t["mhz"].value<double>();
  if (!mhz || !(*mhz > 0) || *mhz > 1e9)
    throw Error(ErrorCode::kDataFormat, place, "'mhz' must be a number above 0");
  m.mhz = *mhz;
  m.is_counted = t["is_counted"].value_or(false);
  m.instructions = figures(t, "instructions", place);
  m.cycles = figures(t, "cycles", place);
  if (m.instructions.size() != m.cycles.size())
    throw Error(ErrorCode::kDataFormat, place, "'instructions' and 'cycles' must be equally many");
  if (!(total(m.instructions) > 0) || !(total(m.cycles) > 0))
    throw Error(ErrorCode::kDataFormat, place, "a measurement needs instructions and cycles above 0");
  return m;
}

// As far from `log_factor` as the part of all cycles that is to be covered lies; < 0: a single part tells
// nothing.
double error_of_parts(const std::vector<BoardMeasurement> &list, double log_factor) {
  std::vector<std::pair<double, double>> parts;  // distance, cycles
  double all = 0;
  for (const BoardMeasurement &m : list)
    for (size_t i = 0; i < m.cycles.size(); ++i) {
      if (!(m.cycles[i] > 0) || !(m.instructions[i] > 0)) continue;
      parts.emplace_back(std::fabs(std::log(m.cycles[i] / m.instructions[i]) - log_factor), m.cycles[i]);
      all += m.cycles[i];
    }
  if (parts.size() < 2) return -1;
  std::sort(parts.begin(), parts.end());
  double covered = 0;
  for (const auto &[distance, cycles] : parts)
    if ((covered += cycles) >= kCoveredCycles * all) return distance;
  return parts.back().first;
}

double error_of_models(const std::vector<BoardMeasurement> &list) {
  double sum = 0, most = 0;
  for (const BoardMeasurement &m : list) sum += log_factor_of(m);
  const auto others = static_cast<double>(list.size()) - 1;
  if (others < 1) return 0;
  for (const BoardMeasurement &m : list)
    most = std::max(most, std::fabs(log_factor_of(m) - (sum - log_factor_of(m)) / others));
  return most;
}

}  // namespace

std::vector<BoardMeasurement> parse_measurements(const std::string &text, const std::string &where) {
  const toml::table root = parse_toml(text, where);
  std::vector<BoardMeasurement> list;
  if (!root.contains("measurement")) return list;
  const toml::array *tables = root["measurement"].as_array();
  if (tables == nullptr)
    throw Error(ErrorCode::kDataFormat, where, "measurements are tables: [[measurement]]");
  for (const toml::node &node : *tables) {
    const std::string place = fmt::format("{}:{}", where, node.source().begin.line);
    const toml::table *t = node.as_table();
    if (t == nullptr) throw Error(ErrorCode::kDataFormat, place, "a measurement is a table: [[measurement]]");
    list.push_back(measurement_of(*t, place));
  }
  return list;
}

std::vector<Board> boards_with(const std::string &path) {
  std::vector<Board> boards = known_boards();
  if (path.empty()) return boards;
  for (Board &b : read_boards(path)) boards.push_back(std::move(b));
  for (BoardMeasurement &m : parse_measurements(read_file(path, 1 << 20), path))
    for (auto b = boards.rbegin(); b != boards.rend(); ++b) {
      if (b->name != m.board) continue;
      if (b->core != m.core || b->mhz != m.mhz)
        throw Error(
            ErrorCode::kDataFormat, path,
            fmt::format("the measurement of '{}' is of a {} at {:g} MHz, and the board '{}' is a {} at {:g} "
                        "MHz",
                        m.model, m.core, m.mhz, b->name, b->core, b->mhz),
            "remove the measurement, or measure again");
      b->measurements.push_back(std::move(m));
      break;
    }
  return boards;
}

void keep_measurement(const BoardMeasurement &m, const std::string &path) {
  std::string text = fs::exists(path) ? read_file(path, 1 << 20) : "";
  if (!text.empty() && text.back() != '\n') text += '\n';
  const auto list = [](const std::vector<double> &values) {
    std::vector<std::string> words;
    for (double v : values) words.push_back(fmt::format("{:.0f}", v));
    return fmt::format("[{}]", fmt::join(words, ", "));
  };
  text += fmt::format(
      "{}# Kept by mote profile --measured: of the layers, then of what a call does beside them.\n"
      "[[measurement]]\nboard = {}\ncore = {}\nmhz = {:g}\nmodel = {}\nhash = {}\nis_counted = {}\n"
      "instructions = {}\ncycles = {}\n",
      text.empty() ? "" : "\n", toml_quoted(m.board), toml_quoted(m.core), m.mhz, toml_quoted(m.model),
      toml_quoted(m.hash), m.is_counted, list(m.instructions), list(m.cycles));
  parse_measurements(text, path);  // nothing is written that cannot be read
  write_file(path, text);
}

std::vector<BoardMeasurement> latest(const std::vector<BoardMeasurement> &list, const std::string &but) {
  std::vector<BoardMeasurement> kept;
  for (size_t i = 0; i < list.size(); ++i) {
    const auto is_again = [&](const BoardMeasurement &m) { return m.hash == list[i].hash; };
    const auto behind = list.begin() + static_cast<std::ptrdiff_t>(i) + 1;
    if (list[i].hash != but && std::none_of(behind, list.end(), is_again)) kept.push_back(list[i]);
  }
  return kept;
}

std::optional<CycleEstimate> measured_cycles(const std::vector<BoardMeasurement> &all, double instructions) {
  const std::vector<BoardMeasurement> list = latest(all);
  if (list.empty()) return {};
  double log_factor = 0;
  std::vector<std::string> models;
  bool is_counted = true;
  for (const BoardMeasurement &m : list) {
    log_factor += log_factor_of(m) / static_cast<double>(list.size());
    models.push_back("'" + m.model + "'");
    is_counted &= m.is_counted;
  }
  const double of_parts = error_of_parts(list, log_factor);
  const double error =
      std::max({kClockError, of_parts < 0 ? cycle_fit().log_half_width : of_parts, error_of_models(list)});
  CycleEstimate e;
  e.cycles_per_instruction = std::exp(log_factor);
  e.cycles = instructions * e.cycles_per_instruction;
  e.low = e.cycles * std::exp(-error);
  e.high = e.cycles * std::exp(error);
  e.error = std::exp(error) - 1;
  e.basis =
      fmt::format("{} timed on this board ({} instructions); within {:.0f} % {}", fmt::join(models, ", "),
                  is_counted ? "counted" : "estimated", 100 * e.error,
                  of_parts < 0 ? "as of boards that were left out of the fit, as one layer tells nothing"
                               : "for 8 of 10 of the measured cycles");
  return e;
}

}  // namespace mote

// What was measured on boards: read from a file of boards, added to it, and fitted.
//
// The fit is one factor for a board, the geometric mean over its models. Its error: as far as 80 % of the
// measured cycles, layer by layer, lie from that of the other layers; or as far as a model lies from the
// others, where that is more.
#include "device/board_measurements.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <unistd.h>
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/escape.h"
#include "base/file_lock.h"
#include "base/files.h"
#include "base/text.h"
#include "base/toml.h"
#include "device/board_tables.h"
#include "device/latency.h"

namespace mote {

namespace {

constexpr double kCoveredCycles = 0.8;
constexpr double kClockError = 0.02;  // of a board's oscillator and of counting calls: no fit is better
constexpr double kMostFigure = 1e15;
constexpr size_t kLargestBoards = 1 << 20;

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

bool is_same_clock(double mhz, double other) { return std::fabs(mhz - other) <= 1e-6 * mhz; }

double total(const std::vector<double> &list) {
  double sum = 0;
  for (double v : list) sum += v;
  return sum;
}

double log_factor_of(const BoardMeasurement &m) { return std::log(total(m.cycles) / total(m.instructions)); }

BoardMeasurement measurement_of(const BoardTable &placed, const std::string &where) {
  const toml::table &t = *placed.table;
  const std::string &place = placed.place;
  static const std::vector<std::string> kKeys = {"board", "core",       "mhz",          "model",
                                                 "hash",  "is_counted", "instructions", "cycles"};
  check_keys(t, "a measurement", kKeys, where);
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
  if (t.contains("is_counted") && !t["is_counted"].is_boolean())
    throw Error(ErrorCode::kDataFormat, place, "'is_counted' must be true or false");
  m.is_counted = t["is_counted"].value_or(false);
  m.instructions = figures(t, "instructions", place);
  m.cycles = figures(t, "cycles", place);
  if (m.instructions.size() != m.cycles.size())
    throw Error(ErrorCode::kDataFormat, place, "'instructions' and 'cycles' must be equally many");
  if (!(total(m.instructions) >= 1) || !(total(m.cycles) >= 1))
    throw Error(ErrorCode::kDataFormat, place, "a measurement needs at least one instruction and one cycle");
  return m;
}

// As far as the parts of all cycles that are to be covered lie from the factor of the other parts; < 0: a
// single part tells nothing. Compared with all parts, one that takes most of the time would be compared with
// itself.
double error_of_parts(const std::vector<BoardMeasurement> &list) {
  std::vector<std::pair<double, double>> parts;  // instructions, cycles
  double instructions = 0, cycles = 0;
  for (const BoardMeasurement &m : list)
    for (size_t i = 0; i < m.cycles.size(); ++i) {
      if (!(m.cycles[i] > 0) || !(m.instructions[i] > 0)) continue;
      parts.emplace_back(m.instructions[i], m.cycles[i]);
      instructions += m.instructions[i];
      cycles += m.cycles[i];
    }
  if (parts.size() < 2) return -1;
  std::vector<std::pair<double, double>> far;  // distance, cycles
  for (const auto &[n, c] : parts) {
    if (!(cycles - c > 0) || !(instructions - n > 0)) continue;  // it is all there is, but for rounding
    const double others = (cycles - c) / (instructions - n);
    far.emplace_back(std::fabs(std::log(c / n / others)), c);
  }
  std::sort(far.begin(), far.end());
  double covered = 0;
  for (const auto &[distance, c] : far)
    if ((covered += c) >= kCoveredCycles * cycles) return distance;
  return -1;  // one part is nearly all
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

struct PlacedMeasurement {
  std::string place;
  BoardMeasurement measurement;
};

std::vector<PlacedMeasurement> placed_measurements(const std::string &text, const std::string &where) {
  const toml::table root = parse_toml(text, where);
  std::vector<PlacedMeasurement> list;
  for (const BoardTable &t : board_tables(root, "measurement", where))
    list.push_back({t.place, measurement_of(t, where)});
  return list;
}

[[noreturn]] void refuse_board_of_nobody(const std::vector<Board> &boards, const PlacedMeasurement &placed) {
  std::vector<std::string> names;
  for (const Board &b : boards) names.push_back(b.name);
  const std::string near = nearest(placed.measurement.board, names);
  throw Error(ErrorCode::kDataFormat, placed.place,
              fmt::format("'board' of a measurement is '{}', which no [[board]] of the file is called, nor "
                          "any board of mote",
                          placed.measurement.board),
              (near.empty() ? "" : fmt::format("did you mean '{}'? ", near)) +
                  "give it the name of its board, put that [[board]] into the file, or remove the "
                  "measurement");
}

// Gives each board its own. A measurement of a board that was another one then, by its core or clock, is of
// no use for this one and is left out.
void add_measurements(std::vector<Board> &boards, std::vector<PlacedMeasurement> list) {
  for (PlacedMeasurement &placed : list) {
    BoardMeasurement &m = placed.measurement;
    const auto is_its_own = [&](const Board &b) { return b.name == m.board; };
    const auto b = std::find_if(boards.rbegin(), boards.rend(), is_its_own);
    if (b == boards.rend()) refuse_board_of_nobody(boards, placed);
    if (b->core == m.core && is_same_clock(b->mhz, m.mhz)) b->measurements.push_back(std::move(m));
  }
}

std::vector<Board> boards_of(const std::string &text, const std::string &where, bool is_kept_in) {
  std::vector<Board> boards = known_boards();
  if (is_kept_in && parse_toml(text, where).empty()) return boards;
  for (Board &b : parse_boards(text, where)) boards.push_back(std::move(b));
  add_measurements(boards, placed_measurements(text, where));
  return boards;
}

std::string toml_of(const BoardMeasurement &m) {
  const auto list = [](const std::vector<double> &values) {
    std::vector<std::string> words;
    for (double v : values) words.push_back(fmt::format("{:.0f}", v));
    return fmt::format("[{}]", fmt::join(words, ", "));
  };
  return fmt::format(
      "# Kept by mote profile --measured: of the layers, then of what a call does beside them.\n"
      "[[measurement]]\nboard = {}\ncore = {}\nmhz = {}\nmodel = {}\nhash = {}\nis_counted = {}\n"
      "instructions = {}\ncycles = {}\n",
      toml_quoted(m.board), toml_quoted(m.core), m.mhz, toml_quoted(m.model), toml_quoted(m.hash),
      m.is_counted, list(m.instructions), list(m.cycles));
}

// Nothing is written that cannot be read, or that is of another board than the file's of that name.
void check_kept(const std::string &before, const std::string &after, const BoardMeasurement &m,
                const std::string &path) {
  if (after.size() > kLargestBoards)
    throw Error(ErrorCode::kDataFormat, path, "would be larger than the 1 MB that are read",
                "remove measurements of old models from it, or give another file");
  const std::vector<Board> boards = boards_of(before, path, true);
  const auto is_its_own = [&](const Board &b) { return b.name == m.board; };
  const auto b = std::find_if(boards.rbegin(), boards.rend(), is_its_own);
  if (b == boards.rend())
    throw Error(ErrorCode::kInvalidArgument, path, fmt::format("has no board '{}'", m.board),
                "put its [[board]] into it: measurements stand beside the board they are of");
  if (b->core != m.core || !is_same_clock(b->mhz, m.mhz))
    throw Error(ErrorCode::kInvalidArgument, path,
                fmt::format("has a board '{}' of its own, which is no {} at {} MHz as the one that was timed",
                            m.board, m.core, m.mhz),
                "give another file, or --target with the board of this one");
  boards_of(after, path, false);
}

fs::path lock_of_boards(const fs::path &file) {
  return file.parent_path() / fmt::format(".{}.lock", file.filename().string());
}

}  // namespace

std::vector<BoardMeasurement> parse_measurements(const std::string &text, const std::string &where) {
  std::vector<BoardMeasurement> list;
  for (PlacedMeasurement &placed : placed_measurements(text, where))
    list.push_back(std::move(placed.measurement));
  return list;
}

std::vector<Board> boards_with(const std::string &path, bool is_kept_in) {
  if (path.empty() || (is_kept_in && !fs::exists(path))) return known_boards();
  return boards_of(read_file(path, kLargestBoards), path, is_kept_in);
}

void keep_measurement(const BoardMeasurement &m, const std::string &path) {
  const fs::path real = fs::exists(path) ? fs::canonical(path) : fs::path(path);  // behind a link
  const FileLock lock(lock_of_boards(real));  // of two at once none writes what it read before the other
  const bool is_there = fs::exists(real);
  if (is_there && ::access(real.c_str(), W_OK) != 0)
    throw Error(ErrorCode::kIo, path, "cannot be written: it is read-only");
  const std::string before = is_there ? read_file(real, kLargestBoards) : "";
  std::string after = before;
  if (!after.empty() && after.back() != '\n') after += '\n';
  after += (after.empty() ? "" : "\n") + toml_of(m);
  check_kept(before, after, m, path);
  const fs::perms mode = is_there ? fs::status(real).permissions() : fs::perms::none;
  write_file(real, after);
  if (is_there) fs::permissions(real, mode);
}

std::vector<std::string> measured_models(const std::vector<BoardMeasurement> &list) {
  std::vector<std::string> models;
  for (auto m = list.rbegin(); m != list.rend(); ++m)
    if (std::find(models.begin(), models.end(), m->model) == models.end()) models.push_back(m->model);
  std::reverse(models.begin(), models.end());
  return models;
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
  bool is_counted = true;
  for (const BoardMeasurement &m : list) {
    log_factor += log_factor_of(m) / static_cast<double>(list.size());
    is_counted &= m.is_counted;
  }
  const double of_parts = error_of_parts(list);
  const double error =
      std::max({kClockError, of_parts < 0 ? cycle_fit().log_half_width : of_parts, error_of_models(list)});
  CycleEstimate e;
  e.cycles_per_instruction = std::exp(log_factor);
  e.cycles = instructions * e.cycles_per_instruction;
  e.low = e.cycles * std::exp(-error);
  e.high = e.cycles * std::exp(error);
  e.error = std::exp(error) - 1;
  e.basis = fmt::format(
      "'{}' timed on this board ({} instructions); within {:.0f} % {}",
      fmt::join(measured_models(list), "', '"), is_counted ? "counted" : "estimated", 100 * e.error,
      of_parts < 0 ? "as of boards that were left out of the fit, as one layer tells nothing"
                   : "for 8 of 10 of the measured cycles");
  return e;
}

}  // namespace mote

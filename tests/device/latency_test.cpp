// The fit of cycles against least squares solved as one system of equations, from a second reading of the
// table.
#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

#include "base/files.h"
#include "device/latency.h"
#include "test_support.h"

namespace mote {
namespace {

struct Time {
  std::string board, core, engine;
  size_t model;
  double log_ratio;  // of cycles and instructions
};

std::vector<double> list_of(std::string text) {
  for (char &c : text)
    if (c == '[' || c == ']' || c == ',') c = ' ';
  std::istringstream in(text);
  std::vector<double> values;
  for (double v; in >> v;) values.push_back(v);
  return values;
}

std::vector<Time> published() {
  std::istringstream lines(read_file(std::string(MOTE_SOURCE_DIR) + "/src/device/timings.toml"));
  std::vector<double> plain, helium;
  std::map<std::string, std::string> at;
  std::vector<Time> list;
  for (std::string line; std::getline(lines, line);) {
    const size_t equals = line.find(" = ");
    if (equals == std::string::npos) continue;
    const std::string key = line.substr(0, equals);
    std::string value = line.substr(equals + 3);
    if (value[0] == '"') value = value.substr(1, value.size() - 2);
    if (key == "plain") plain = list_of(value);
    if (key == "helium") helium = list_of(value);
    at[key] = value;
    if (key != "ms") continue;
    const std::vector<double> ms = list_of(value);
    for (size_t m = 0; m < 4; ++m)
      if (ms[m] > 0)
        list.push_back({at["board"], at["core"], at["engine"], m,
                        std::log(ms[m] * std::stod(at["mhz"]) * 1e3 /
                                 (at["core"] == "cortex-m85" ? helium : plain)[m])});
  }
  return list;
}

// log ratio = core + engine + model; the engine CMSIS-NN has 0, models have the sum 0.
std::map<std::string, double> solve(const std::vector<Time> &times) {
  std::vector<std::string> names = {"0", "1", "2"};  // models; the last is minus the others
  for (const Time &t : times)
    for (const std::string &name : {"core " + t.core, "engine " + t.engine})
      if (name != "engine CMSIS-NN" && std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(name);
  const size_t n = names.size();
  std::vector<std::vector<double>> system(n, std::vector<double>(n + 1));
  for (const Time &t : times) {
    std::vector<double> row(n);
    for (size_t i = 0; i < n; ++i)
      row[i] = i < 3 ? (t.model == 3 ? -1 : t.model == i)
                     : names[i] == "core " + t.core || names[i] == "engine " + t.engine;
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < n; ++j) system[i][j] += row[i] * row[j];
      system[i][n] += row[i] * t.log_ratio;
    }
  }
  for (size_t k = 0; k < n; ++k) {  // Gauss and Jordan
    size_t pivot = k;
    for (size_t i = k; i < n; ++i)
      if (std::fabs(system[i][k]) > std::fabs(system[pivot][k])) pivot = i;
    std::swap(system[k], system[pivot]);
    EXPECT_GT(std::fabs(system[k][k]), 1e-9);
    for (size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const double factor = system[i][k] / system[k][k];
      for (size_t j = k; j <= n; ++j) system[i][j] -= factor * system[k][j];
    }
  }
  std::map<std::string, double> effects = {{"engine CMSIS-NN", 0}};
  for (size_t i = 0; i < n; ++i) effects[names[i]] = system[i][n] / system[i][i];
  return effects;
}

TEST(CycleFit, is_least_squares) {
  const auto effects = solve(published());
  const CycleFit &fit = cycle_fit();
  ASSERT_EQ(fit.cores.size(), fit.log_factor.size());
  size_t cores = 0;
  for (const auto &[name, effect] : effects) cores += name.starts_with("core ");
  EXPECT_EQ(fit.cores.size(), cores);
  for (size_t i = 0; i < fit.cores.size(); ++i)
    EXPECT_NEAR(fit.log_factor[i], effects.at("core " + fit.cores[i]), 1e-6) << fit.cores[i];
}

TEST(CycleFit, interval_covers_four_fifths_of_what_was_left_out_and_no_more_than_needed) {
  const std::vector<Time> all = published();
  std::vector<std::string> boards;
  for (const Time &t : all)
    if (std::find(boards.begin(), boards.end(), t.board) == boards.end()) boards.push_back(t.board);
  std::vector<double> errors;
  for (const std::string &board : boards) {
    std::vector<Time> rest;
    for (const Time &t : all)
      if (t.board != board) rest.push_back(t);
    const auto known = [&](const Time &t) {
      bool core = false, engine = false;
      for (const Time &r : rest) {
        core |= r.core == t.core;
        engine |= r.engine == t.engine;
      }
      return core && engine;
    };
    // effects can be told apart only where the tables hang together
    if (std::none_of(all.begin(), all.end(), [&](const Time &t) { return t.board == board && known(t); }))
      continue;
    const auto effects = solve(rest);
    for (const Time &t : all)
      if (t.board == board && known(t))
        errors.push_back(
            std::fabs(t.log_ratio - effects.at("core " + t.core) - effects.at("engine " + t.engine)));
  }
  std::sort(errors.begin(), errors.end());
  const CycleFit &fit = cycle_fit();
  ASSERT_EQ(fit.left_out_points, static_cast<int>(errors.size()));
  size_t needed = 0;  // the fewest that are four fifths
  while (static_cast<double>(needed) < 0.8 * static_cast<double>(errors.size()) - 1e-9) ++needed;
  EXPECT_NEAR(fit.log_half_width, errors[needed - 1], 1e-6);
  EXPECT_EQ(fit.covered_points, static_cast<int>(needed));
}

TEST(CycleFit, estimate_is_the_factor_and_the_interval_around_it) {
  const CycleFit &fit = cycle_fit();
  for (size_t i = 0; i < fit.cores.size(); ++i) {
    const auto e = fit.estimate(fit.cores[i], 2e6);
    ASSERT_TRUE(e.has_value());
    EXPECT_DOUBLE_EQ(e->cycles_per_instruction, std::exp(fit.log_factor[i]));
    EXPECT_NEAR(e->cycles, 2e6 * std::exp(fit.log_factor[i]), 1);
    EXPECT_NEAR(e->high / e->cycles, std::exp(fit.log_half_width), 1e-9);
    EXPECT_NEAR(e->cycles / e->low, std::exp(fit.log_half_width), 1e-9);
  }
  EXPECT_FALSE(fit.estimate("", 1).has_value());
}

TEST(CycleFit, says_what_the_figures_of_each_core_rest_on) {
  const CycleFit &fit = cycle_fit();
  const auto basis = [&](const char *core) { return fit.estimate(core, 1)->basis; };
  const std::string covers = "covers " + std::to_string(fit.covered_points) + " of " +
                             std::to_string(fit.left_out_points) + " points of boards left out of the fit";
  EXPECT_EQ(basis("cortex-m7"), "published times of NUCLEO-H7A3ZI, STM32F746G-DISCO; the interval " + covers);
  EXPECT_EQ(basis("cortex-m4"),
            "published times of one board, NUCLEO-L4R5ZI; the interval is that of cortex-m33 and "
            "cortex-m7, and " +
                covers);
  EXPECT_TRUE(basis("cortex-m0plus").starts_with("a model of this core's pipeline"))
      << basis("cortex-m0plus");
}

// Instructions of our code (docs/device.md) and times of another engine on the same board, v1.2 of MLPerf
// Tiny.
TEST(CycleFit, times_of_cortex_m0plus_hold_the_published_ones) {
  const double instructions[] = {30538246, 91224273, 99311433, 1838726}, ms[] = {474.6, 1414, 1522, 40.9};
  for (int i = 0; i < 4; ++i) {
    const auto e = cycle_fit().estimate("cortex-m0plus", instructions[i]);
    EXPECT_LE(e->low / 64e3, 1.02 * ms[i]);
    EXPECT_GE(e->high / 64e3, ms[i]);
    EXPECT_LT(e->cycles / 64e3, 1.4 * ms[i]);
  }
}

}  // namespace
}  // namespace mote

// The fit of cycles per instruction over published times, by least squares in turns, and its interval by
// leaving boards out.
//
// The model is in latency.h; the data and their sources are in timings.toml. Instructions come from
// elsewhere: measured by emulator.cpp, or estimated by instruction_estimate.cpp.
#include "device/latency.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/lists.h"
#include "base/toml.h"
#include "device/device_files.h"

namespace mote {

namespace {

constexpr double kCovered = 0.8;  // of the points of boards that were left out
constexpr const char *kKnownEngine = "CMSIS-NN";
constexpr size_t kModels = 4;

struct Point {
  std::string board, core, engine;
  size_t model;
  double log_ratio;  // log(cycles / instructions)
};

std::vector<Point> points() {
  const toml::table root = parse_toml(std::string(device_file("timings.toml")), "timings.toml");
  std::vector<Point> list;
  for (const toml::node &node : *root["timing"].as_array()) {
    const toml::table &t = *node.as_table();
    const std::string core = *t["core"].value<std::string>();
    const toml::array &counts = *root["instructions"][core == "cortex-m85" ? "helium" : "plain"].as_array();
    for (size_t m = 0; m < kModels; ++m) {
      const double ms = *(*t["ms"].as_array())[m].value<double>();
      if (ms <= 0) continue;
      const double cycles = ms * 1e3 * *t["mhz"].value<double>();
      list.push_back({*t["board"].value<std::string>(), core, *t["engine"].value<std::string>(), m,
                      std::log(cycles / *counts[m].value<double>())});
    }
  }
  return list;
}

struct Effects {
  std::vector<std::string> cores, engines;
  std::vector<double> core, engine, model;
  std::optional<size_t> index(const std::vector<std::string> &names, const std::string &name) const {
    const size_t place = place_in(names, name);
    if (place == names.size()) return {};
    return place;
  }
};

// Least squares by turns: each effect is the mean of what the others leave. Models' effects have the mean 0.
Effects fit(const std::vector<Point> &list) {
  Effects e;
  const auto note = [](std::vector<std::string> &names, const std::string &name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const Point &p : list) {
    note(e.cores, p.core);
    note(e.engines, p.engine);
  }
  e.core.assign(e.cores.size(), 0);
  e.engine.assign(e.engines.size(), 0);
  e.model.assign(kModels, 0);
  const auto left = [&](const Point &p) {
    return p.log_ratio - e.core[*e.index(e.cores, p.core)] - e.engine[*e.index(e.engines, p.engine)] -
           e.model[p.model];
  };
  constexpr int kRounds = 2000;
  for (int round = 0; round < kRounds; ++round) {
    const auto update = [&](std::vector<double> &effects, auto which) {
      std::vector<double> sum(effects.size(), 0), count(effects.size(), 0);
      for (const Point &p : list) {
        sum[which(p)] += left(p);
        count[which(p)] += 1;
      }
      for (size_t i = 0; i < effects.size(); ++i)
        if (count[i] > 0) effects[i] += sum[i] / count[i];
    };
    update(e.core, [&](const Point &p) { return *e.index(e.cores, p.core); });
    update(e.engine, [&](const Point &p) { return *e.index(e.engines, p.engine); });
    if (const auto known = e.index(e.engines, kKnownEngine)) {
      const double shift = e.engine[*known];
      for (double &v : e.engine) v -= shift;
      for (double &v : e.core) v += shift;
    }
    update(e.model, [](const Point &p) { return p.model; });
    double mean = 0;
    for (double v : e.model) mean += v / kModels;
    for (double &v : e.model) v -= mean;
    for (double &v : e.core) v += mean;
  }
  return e;
}

std::vector<ModelledCore> modelled_cores() {
  const toml::table root = parse_toml(std::string(device_file("timings.toml")), "timings.toml");
  std::vector<ModelledCore> list;
  for (const toml::node &node : *root["modelled"].as_array()) {
    const toml::table &t = *node.as_table();
    const auto number = [&](const char *key) { return *t[key].value<double>(); };
    list.push_back({*t["core"].value<std::string>(), *t["basis"].value<std::string>(),
                    number("cycles_per_instruction"), number("low"), number("high")});
  }
  return list;
}

std::vector<std::string> boards_of(const std::vector<Point> &list, const std::string &core = "") {
  std::vector<std::string> boards;
  for (const Point &p : list)
    if ((core.empty() || p.core == core) && place_in(boards, p.board) == boards.size())
      boards.push_back(p.board);
  return boards;
}

CycleFit make_fit() {
  const std::vector<Point> all = points();
  const Effects whole = fit(all);
  CycleFit result;
  result.cores = whole.cores;
  result.log_factor = whole.core;
  for (const std::string &core : result.cores) result.boards.push_back(boards_of(all, core));
  result.modelled = modelled_cores();
  const std::vector<std::string> boards = boards_of(all);
  // A model of the user has an effect of its own, which nobody knows: it is left out of the prediction.
  std::vector<double> errors;
  for (const std::string &board : boards) {
    std::vector<Point> rest;
    for (const Point &p : all)
      if (p.board != board) rest.push_back(p);
    const Effects e = fit(rest);
    for (const Point &p : all) {
      const auto core = e.index(e.cores, p.core), engine = e.index(e.engines, p.engine);
      if (p.board != board || !core || !engine) continue;  // nothing to fit: no estimate
      errors.push_back(std::fabs(p.log_ratio - e.core[*core] - e.engine[*engine]));
    }
  }
  MOTE_CHECK(!errors.empty());
  std::sort(errors.begin(), errors.end());
  const auto needed = static_cast<size_t>(std::ceil(kCovered * errors.size()));
  result.log_half_width = errors[needed - 1];
  result.left_out_points = errors.size();
  for (double e : errors) result.covered_points += e <= result.log_half_width;
  return result;
}

}  // namespace

std::string CycleFit::basis_of(size_t core) const {
  const std::string covers =
      fmt::format("covers {} of {} points of boards left out of the fit", covered_points, left_out_points);
  if (boards[core].size() > 1)
    return fmt::format("published times of {}; the interval {}", fmt::join(boards[core], ", "), covers);
  std::vector<std::string> others;  // a core's only board leaves nothing to predict it from
  for (size_t i = 0; i < cores.size(); ++i)
    if (boards[i].size() > 1) others.push_back(cores[i]);
  return fmt::format("published times of one board, {}; the interval is that of {}, and {}", boards[core][0],
                     fmt::join(others, " and "), covers);
}

std::optional<CycleEstimate> CycleFit::estimate(const std::string &core, double instructions) const {
  for (const ModelledCore &m : modelled)
    if (m.core == core)
      return CycleEstimate{instructions * m.cycles_per_instruction, instructions * m.low,
                           instructions * m.high, m.cycles_per_instruction, m.basis};
  for (size_t i = 0; i < cores.size(); ++i) {
    if (cores[i] != core) continue;
    CycleEstimate e;
    e.cycles_per_instruction = std::exp(log_factor[i]);
    e.cycles = instructions * e.cycles_per_instruction;
    e.low = e.cycles * std::exp(-log_half_width);
    e.high = e.cycles * std::exp(log_half_width);
    e.basis = basis_of(i);
    return e;
  }
  return {};
}

const CycleFit &cycle_fit() {
  static const CycleFit kFit = make_fit();
  return kFit;
}

}  // namespace mote

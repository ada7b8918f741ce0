// Cycles of a profile: from the core's published times, or from models that were timed on this very board;
// and the times of a board beside what was estimated.
//
// The log is benchmark_log.cpp's, the fit board_measurements.cpp's, published times latency.cpp's.
#include "device/measured_profile.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "codegen/c/package.h"
#include "device/board_measurements.h"
#include "device/latency.h"

namespace mote {

namespace {

constexpr size_t kLargestLog = 64u << 20;
// Cycles per instruction beyond which a time is not of that processor: two instructions a cycle at most, also
// where the estimate of them is half too high; flash without a cache that waits for each.
constexpr double kLeastFactor = 0.25, kMostFactor = 50;

// As an export writes it into its model.h and benchmark.
std::string hash_of_export(const IntegerProgram &program, const ProfileOptions &o) {
  ExportCOptions c = o.c;
  c.ram_bytes = o.ram_bytes;
  c.golden_from = nullptr;
  c.golden_count = 1;
  return export_in_memory(program, c).made.hash;
}

double sum_of(const std::vector<double> &list) {
  double sum = 0;
  for (double v : list) sum += v;
  return sum;
}

// What a call takes beside its layers.
double beside(const BoardTiming &t) { return std::max(0.0, t.call_s - sum_of(t.layers_s)); }

BoardMeasurement measurement_of_log(const BoardTiming &t, const Profile &p, const std::string &hash) {
  BoardMeasurement m{p.board->name, p.board->core, p.model, hash, p.board->mhz, p.is_measured, {}, {}};
  const auto add = [&](double instructions, double seconds) {
    m.instructions.push_back(instructions);
    m.cycles.push_back(seconds * p.board->mhz * 1e6);
  };
  // the call is timed without marks between its layers, so its time is the truer
  const double layers = sum_of(t.layers_s), part = layers > t.call_s ? t.call_s / layers : 1;
  for (size_t i = 0; i < p.layers.size(); ++i) add(p.layers[i].instructions, part * t.layers_s[i]);
  add(p.call_instructions, beside(t));
  return m;
}

void read_log(const IntegerProgram &program, const ProfileOptions &o, Profile &p,
              std::vector<BoardMeasurement> others) {
  if (!p.board || !o.core.empty())
    throw Error(ErrorCode::kInvalidArgument, "--measured",
                "needs the board that was timed: its clock and its core",
                "give it with --target; --boards adds your own");
  const std::string hash = hash_of_export(program, o);
  p.timing =
      parse_benchmark(read_file(o.measured_log, kLargestLog), o.measured_log, p.model, hash, p.layers.size());
  if (!p.has_instructions()) return;  // nothing that cycles could be put to
  p.measurement = measurement_of_log(*p.timing, p, hash);
  others.push_back(*p.measurement);
  p.fit = measured_cycles(others, p.instructions);
  const double factor = sum_of(p.measurement->cycles) / p.instructions;
  if (factor < kLeastFactor || factor > kMostFactor)
    throw Error(
        ErrorCode::kDataFormat, o.measured_log,
        fmt::format(
            "says {:.3g} ms a call: {:.2g} cycles per instruction of a {} at {:g} MHz, which none takes",
            1e3 * p.timing->call_s, factor, p.board->core, p.board->mhz),
        "is it of another board, does the board run at another clock (mhz), or is `hz` not the rate of what "
        "`ticks` counts?");
}

std::string percent_off(double estimate, double truth) {
  return truth > 0 ? fmt::format("{:+.0f} %", 100 * (estimate / truth - 1)) : "";
}

}  // namespace

void estimate_cycles(const IntegerProgram &program, const ProfileOptions &o, Profile &p) {
  const bool is_board = o.board && o.core.empty();
  const std::string silicon = is_board ? o.board->core : p.core;
  std::vector<BoardMeasurement> others;  // a model's own times are no estimate of it
  if (is_board)
    others = latest(o.board->measurements, o.measured_log.empty() ? "" : hash_of_export(program, o));
  if (!p.has_instructions())
    p.why_no_latency = "no instructions were measured or fitted for this core";
  else if (!(p.cycles = measured_cycles(others, p.instructions)) &&
           !(p.cycles = cycle_fit().estimate(silicon, p.instructions)))
    p.why_no_latency = fmt::format("no published times of {} to fit cycles to", silicon);
  if (p.cycles && !p.is_measured) {  // both errors
    p.cycles->low /= 1 + p.instructions_error;
    p.cycles->high *= 1 + p.instructions_error;
  }
  if (!o.measured_log.empty()) read_log(program, o, p, std::move(others));
}

std::string timing_text(const Profile &p) {
  if (!p.timing) return "";
  const BoardTiming &t = *p.timing;
  std::string text =
      fmt::format("\nTimed on {}: {}, {} of {} call{} each, {}\n", p.board->title, t.file,
                  t.repeats == 1 ? "1 measurement" : fmt::format("the median of {} measurements", t.repeats),
                  with_commas(static_cast<long long>(t.calls)), t.calls == 1 ? "" : "s",
                  t.repeats == 1 ? "so that nothing is known of their spread"
                                 : fmt::format("at most {:.1f} % apart from it", 100 * t.spread));
  if (t.broken > 0) text += fmt::format("  {} left out, cut off or garbled\n", t.broken);
  text += fmt::format("  {:>3}  {:<24} {:>12} {:>12} {:>7} {:>13}\n", "#", "layer", "timed, ms", "est., ms",
                      "", "cycles/instr.");
  const double per_instruction = p.cycles ? p.cycles->cycles_per_instruction : 0;
  const auto row = [&](const std::string &number, const std::string &name, double seconds,
                       double instructions) {
    const double estimate = p.ms(instructions * per_instruction), cycles = seconds * p.board->mhz * 1e6;
    text += fmt::format(
        "  {:>3}  {:<24} {:>12.4g} {:>12} {:>7} {:>13}\n", number,
        name.size() > 24 ? "..." + name.substr(name.size() - 21) : name, 1e3 * seconds,
        p.cycles ? fmt::format("{:.4g}", estimate) : "?",
        p.cycles && instructions > 0 ? percent_off(estimate, 1e3 * seconds) : "",
        p.has_instructions() && instructions > 0 ? fmt::format("{:.2f}", cycles / instructions) : "");
  };
  for (size_t i = 0; i < p.layers.size(); ++i)
    row(std::to_string(i), p.layers[i].name, t.layers_s[i], p.layers[i].instructions);
  row("", "beside the layers", beside(t), p.call_instructions);
  row("", "all", t.call_s, p.instructions);
  if (p.fit)
    text += fmt::format("  of this board from now on: {:.2f} cycles per instruction, from {}\n",
                        p.fit->cycles_per_instruction, p.fit->basis);
  else
    text += "  no factor for the next model: " + p.why_no_latency + "\n";
  return text;
}

}  // namespace mote

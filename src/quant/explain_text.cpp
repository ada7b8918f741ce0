// What explain() found, as the text of `mote explain`: findings, a line for each layer, windows that change
// their class, what was tried.
//
// The measuring is explain.cpp; the drawing report/plot.cpp; the record report/records.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "mote/explain.h"

namespace mote {

namespace {

// Eight heights for the logarithm of the counts.
std::string sparkline(const Spread &s) {
  static const char *const kHeights[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  constexpr size_t kColumns = 16;
  std::vector<double> sums(kColumns);
  for (size_t i = 0; i < s.counts.size(); ++i) sums[i * kColumns / s.counts.size()] += s.counts[i];
  const double most = std::log1p(*std::max_element(sums.begin(), sums.end()));
  std::string line;
  for (double n : sums)
    line += kHeights[n > 0 ? 1 + static_cast<int>(7 * std::log1p(n) / std::max(most, 1e-9)) : 0];
  return line;
}

std::string decibel_text(double db) {
  return std::isfinite(db) ? fmt::format("{:.1f}", db) : db > 0 ? "exact" : "-";
}

}  // namespace

std::string explanation_text(const Explanation &e) {
  std::string out;
  for (const std::string &finding : e.findings) out += finding + "\n";
  out += fmt::format("\n{:<26} {:>7} {:>8}  {:<24} {:>9}  {:<16}  {}\n", "Layer", "alone", "so far",
                     "int8 range", "saturated", "values (log)", "range set by (low, high)");
  out += fmt::format("{:<26} {:>7} {:>8}\n{}\n", "", "dB", "dB", std::string(118, '-'));
  for (const ExplainedLayer &l : e.layers)
    out += fmt::format("{:<26} {:>7} {:>8}  {:<24} {:>7.2f} %  {}  {}\n", l.name, decibel_text(l.alone_db),
                       decibel_text(l.accumulated_db),
                       fmt::format("{:.4g} .. {:.4g}", l.range.low, l.range.high),
                       100.0 * (l.below + l.above) / std::max<size_t>(1, l.values), sparkline(l.activations),
                       l.seen.low < 0 ? l.low_source + ", " + l.high_source : l.high_source);
  constexpr size_t kMost = 10;
  if (!e.flips.empty()) {
    out += fmt::format("\n{:<44} {:<16} {:<16} {:<16}\n", "Windows that change their class", "truth", "float",
                       "int8");
    const auto label = [&](int k) {
      return k >= 0 && k < std::ssize(e.labels) ? e.labels[k] : std::to_string(k);
    };
    for (size_t i = 0; i < std::min(kMost, e.flips.size()); ++i) {
      const Flip &f = e.flips[i];
      out += fmt::format("{:<44} {:<16} {:<16} {:<16}\n", f.source, label(f.truth), label(f.by_float),
                         label(f.by_int8));
    }
    if (e.flips.size() > kMost) out += fmt::format("... and {} more\n", e.flips.size() - kMost);
  }
  if (!e.remedies.empty()) {
    out += fmt::format("\n{:<50} {:>10} {:>10} {:>10} {:>12}  {}\n", "Tried",
                       e.is_regression ? "error" : "accuracy", "weights", "buffer", "int16 MACs",
                       "mote quantize ...");
    for (const Remedy &r : e.remedies)
      out += fmt::format(
          "{:<50} {:>10} {:>+8} B {:>+8} B {:>12}  {}\n", r.what,
          e.is_regression ? fmt::format("{:.5g}", r.mse) : fmt::format("{:.2f} %", 100 * r.accuracy),
          r.weight_bytes, r.buffer_bytes, r.int16_macs, r.setting);
  }
  return out;
}

}  // namespace mote

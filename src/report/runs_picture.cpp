// A dot for each run: bytes to the right, the figure upwards, its interval as a bar.
#include "report/runs_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "report/canvas.h"

namespace mote {

Picture draw_runs(const std::vector<PlottedRun> &runs, bool is_share, const std::string &what,
                  const std::string &size) {
  constexpr double kLeft = 66, kTop = 44, kWidth = 520, kHeight = 280, kRow = 16;
  const double factor = is_share ? 100 : 1, list = kTop + kHeight + 62;
  double most = 1, low = factor * runs[0].value, high = low;
  for (const PlottedRun &r : runs) {
    most = std::max(most, r.bytes);
    low = std::min({low, factor * r.value, factor * (r.low < r.high ? r.low : r.value)});
    high = std::max({high, factor * r.value, factor * (r.low < r.high ? r.high : r.value)});
  }
  const double gap = high > low ? 0 : std::max(1e-6, 0.05 * std::abs(high));
  const Axis x = round_axis(0, most),
             y = round_axis(low - gap, high + (is_share && high + gap > 100 ? 0 : gap));
  const auto px = [&](double v) { return kLeft + (v - x.low) / (x.high - x.low) * kWidth; };
  const auto py = [&](double v) {
    return kTop + kHeight - (factor * v - y.low) / (y.high - y.low) * kHeight;
  };
  const auto height = static_cast<int>(list + kRow * static_cast<double>(runs.size()));
  return picture(static_cast<int>(kLeft + kWidth + 40), height, [&](Canvas &c) {
    c.text(14, 24, fmt::format("Size and {}", what), 13, 0, kInk, true);
    for (double v = x.low; v <= x.high + x.step / 2; v += x.step) {
      c.line(px(v), kTop, px(v), kTop + kHeight, kGrid);
      c.text(px(v), kTop + kHeight + 18, with_commas(static_cast<long long>(v)), 11, 0.5, kGrey);
    }
    for (double v = y.low; v <= y.high + y.step / 2; v += y.step) {
      c.line(kLeft, py(v / factor), kLeft + kWidth, py(v / factor), kGrid);
      c.text(kLeft - 8, py(v / factor) + 4, fmt::format("{:g}{}", v, is_share ? " %" : ""), 11, 1, kGrey);
    }
    c.text(kLeft + kWidth / 2, kTop + kHeight + 38, size, 11, 0.5, kGrey);
    double row = list;
    std::vector<double> taken;  // runs of one size stand side by side
    for (const PlottedRun &r : runs) {
      constexpr double kNear = 12, kStep = 26;  // a letter and the end of a bar between two
      double at = px(r.bytes);
      const auto is_taken = [&](double other) { return std::abs(other - at) < kNear; };
      while (std::any_of(taken.begin(), taken.end(), is_taken)) at -= kStep;
      taken.push_back(at);
      if (r.low < r.high) {
        c.line(at, py(r.low), at, py(r.high), kBlue, 1.5);
        for (const double end : {r.low, r.high}) c.line(at - 4, py(end), at + 4, py(end), kBlue, 1.5);
      }
      c.dot(at, py(r.value), 5, kBlue, 1);
      c.text(at + 9, py(r.value) + 4, r.mark, 12, 0, kInk, true);
      c.text(14, row, r.mark, 11, 0, kInk, true);
      c.text(34, row,
             fmt::format("{}: {} bytes, {}", r.name, with_commas(static_cast<long long>(r.bytes)),
                         is_share ? fmt::format("{:.1f} %", 100 * r.value) : fmt::format("{:.4g}", r.value)),
             11);
      row += kRow;
    }
  });
}

}  // namespace mote

// The recipes of a search: bytes of flash to the right, int8 accuracy on validation windows upwards.
#include "report/compress_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/canvas.h"

namespace mote {

Picture draw_tried(const std::vector<TriedCompression> &tried, size_t chosen, double bytes) {
  constexpr double kLeft = 60, kTop = 44, kWidth = 520, kHeight = 280, kRight = 190;
  double most = bytes, low = 100, high = 0;
  for (const TriedCompression &t : tried) {
    most = std::max(most, t.bytes);
    low = std::min(low, 100 * t.accuracy);
    high = std::max(high, 100 * t.accuracy);
  }
  const Axis x = round_axis(0, most), y = round_axis(std::min(low, high - 1), high);
  const auto px = [&](double v) { return kLeft + (v - x.low) / (x.high - x.low) * kWidth; };
  const auto py = [&](double v) { return kTop + kHeight - (v - y.low) / (y.high - y.low) * kHeight; };
  return picture(kLeft + kWidth + kRight, kTop + kHeight + 48, [&](Canvas &c) {
    c.text(14, 24, "Flash and int8 accuracy on validation windows", 13, 0, kInk, true);
    for (double v = x.low; v <= x.high + x.step / 2; v += x.step) {
      c.line(px(v), kTop, px(v), kTop + kHeight, kGrid);
      c.text(px(v), kTop + kHeight + 18, fmt::format("{:g}", v), 11, 0.5, kGrey);
    }
    for (double v = y.low; v <= y.high + y.step / 2; v += y.step) {
      c.line(kLeft, py(v), kLeft + kWidth, py(v), kGrid);
      c.text(kLeft - 8, py(v) + 4, fmt::format("{:g} %", v), 11, 1, kGrey);
    }
    c.text(kLeft + kWidth / 2, kTop + kHeight + 38, "bytes of weights and model code", 11, 0.5, kGrey);
    c.line(px(bytes), kTop, px(bytes), kTop + kHeight, kOrange, 1.5, true);
    // numbers of those that lie on each other stand one below the other
    constexpr double kNear = 24, kRow = 13;
    std::vector<std::pair<double, double>> taken;
    for (size_t i = 0; i < tried.size(); ++i) {
      const double at = px(tried[i].bytes), up = py(100 * tried[i].accuracy);
      const Color &ink = i == chosen ? kInk : kGrey;
      if (i == chosen)
        c.dot(at, up, 5, kBlue, 1);
      else
        c.ring(at, up, 4, kBlue);
      double row = up + 4;
      const auto is_taken = [&](const std::pair<double, double> &t) {
        return std::abs(t.first - at) < kNear && std::abs(t.second - row) < kRow;
      };
      while (std::any_of(taken.begin(), taken.end(), is_taken)) row += 1;
      taken.emplace_back(at, row);
      c.text(at + 8, row, std::to_string(i + 1), 10, 0, ink, i == chosen);
      c.text(kLeft + kWidth + 16, kTop + 10 + kRow * static_cast<double>(i),
             fmt::format("{}  {}", i + 1, tried[i].what), 10, 0, ink, i == chosen);
    }
  });
}

}  // namespace mote

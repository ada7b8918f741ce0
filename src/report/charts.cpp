// Axes, curves, and the courses of windows. What is drawn was computed and recorded before.
#include "report/charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/terminal_lines.h"
#include "report/canvas.h"

namespace mote {

namespace {

constexpr Ink kChannelInks[] = {Ink::kBlue,   Ink::kOrange, Ink::kGreen, Ink::kRed,
                                Ink::kViolet, Ink::kOchre,  Ink::kBrown, Ink::kGrey};
constexpr size_t kMostChannels = std::size(kChannelInks);

struct ChartFrame {
  double left, top, width, height;
  double bottom() const { return top + height; }
};

std::string axis_end(double v) {
  return std::fabs(v) >= 1000 ? fmt::format("{:.0f}", v) : fmt::format("{:.3g}", v);
}

std::string tick(double v, double step) { return fmt::format("{:g}", std::round(v / step) * step); }

}  // namespace

Drawing draw_curves(const CurveChart &chart) {
  constexpr double kLeft = 48, kTop = 40, kBelow = 58, kRight = 16;
  Drawing d;
  d.width = chart.width;
  d.height = chart.height;
  const ChartFrame f{kLeft, kTop, chart.width - kLeft - kRight, chart.height - kTop - kBelow};
  double low = 1e300, high = -1e300;
  for (const Curve &c : chart.curves)
    for (const auto &[x, y] : c.points) {
      low = std::min(low, x);
      high = std::max(high, x);
    }
  if (!(high > low)) high = low + 1;
  const Axis y = round_axis(chart.y_low, chart.y_high), ticks = round_axis(low, high);
  const auto px = [&](double v) { return f.left + (v - low) / (high - low) * f.width; };
  const auto py = [&](double v) {
    return f.bottom() - (std::clamp(v, y.low, y.high) - y.low) / (y.high - y.low) * f.height;
  };
  d.text(8, 16, chart.title, 12.5, 0, Ink::kText, true);
  d.text(8, 31, chart.y_label, 10, 0, Ink::kSoft);
  for (double v = y.low; v <= y.high + y.step / 2; v += y.step) {
    d.line({{f.left, py(v)}, {f.left + f.width, py(v)}}, Ink::kLine, 1);
    d.text(f.left - 6, py(v) + 3.5, tick(v, y.step), 10, 1, Ink::kSoft);
  }
  for (double v = ticks.low; v <= high + ticks.step * 1e-6; v += ticks.step)
    if (v >= low - ticks.step * 1e-6)
      d.text(px(v), f.bottom() + 14, tick(v, ticks.step), 10, 0.5, Ink::kSoft);
  d.text(f.left + f.width / 2, f.bottom() + 30, chart.x_label, 10, 0.5, Ink::kSoft);
  for (const auto &[x, word] : chart.marks) {
    if (x < low || x > high) continue;
    d.line({{px(x), f.top}, {px(x), f.bottom()}}, Ink::kSoft, 1, true);
    d.text(px(x) + (x > (low + high) / 2 ? -4 : 4), f.bottom() - 6, word, 10, x > (low + high) / 2 ? 1 : 0,
           Ink::kSoft);
  }
  double key = f.left;
  for (const Curve &c : chart.curves) {
    for (size_t i = 0; i < std::min(c.band.size(), c.points.size()); ++i) {
      const double x = px(c.points[i].first);
      d.line({{x, py(c.band[i].first)}, {x, py(c.band[i].second)}}, c.ink, 1);
    }
    Points line;
    for (const auto &[x, v] : c.points) line.emplace_back(px(x), py(v));
    if (line.size() > 1) d.line(line, c.ink, 2, c.is_dashed);
    if (c.has_dots)
      for (const auto &[x, v] : line) d.dot(x, v, 3, c.ink);
    if (c.name.empty()) continue;
    d.line({{key, chart.height - 10}, {key + 18, chart.height - 10}}, c.ink, 2, c.is_dashed);
    d.text(key + 24, chart.height - 6, c.name, 10);
    key += 36 + Drawing::width_of(c.name, 10);
  }
  return d;
}

namespace {

void draw_axis(Drawing &d, const ChartFrame &f, const TraceView &v, size_t rows) {
  const double end = v.rate_hz > 0 ? static_cast<double>(rows) / v.rate_hz : static_cast<double>(rows);
  const Axis x = round_axis(0, end);
  const double step = x.step * 2;
  for (double t = 0; t <= end * 1.0001; t += step)
    d.text(f.left + t / end * f.width, f.bottom() + 13, tick(t, step), 9, 0.5, Ink::kSoft);
  d.text(f.left + f.width, f.bottom() + 13, v.rate_hz > 0 ? "s" : "rows", 9, 1, Ink::kSoft);
  if (!v.below.empty()) {
    const auto fits = static_cast<size_t>(f.width / 5.6);
    d.text(f.left, f.bottom() + 26, shortened(v.below, std::max<size_t>(8, fits)), 9, 0, Ink::kSoft);
  }
}

// Where there are more rows than points fit, from the lowest to the highest of each column.
void draw_channel(Drawing &d, const ChartFrame &f, const TraceView &v, size_t channel, double low,
                  double high) {
  const size_t rows = v.values.size() / v.channels,
               columns = std::min<size_t>(rows, static_cast<size_t>(f.width / 1.5));
  const auto y = [&](float value) {
    return f.bottom() - (std::clamp(double{value}, low, high) - low) / (high - low) * f.height;
  };
  Points points;
  for (size_t i = 0; i < columns; ++i) {
    const size_t from = rows * i / columns, to = std::max(from + 1, rows * (i + 1) / columns);
    float least = v.values[from * v.channels + channel], most = least;
    for (size_t r = from; r < to; ++r) {
      least = std::min(least, v.values[r * v.channels + channel]);
      most = std::max(most, v.values[r * v.channels + channel]);
    }
    const double x = f.left + f.width * (static_cast<double>(i) + 0.5) / static_cast<double>(columns);
    points.emplace_back(x, y(least));
    if (to > from + 1) points.emplace_back(x, y(most));
  }
  if (points.size() == 1) return d.dot(points[0].first, points[0].second, 3, kChannelInks[channel]);
  d.line(std::move(points), kChannelInks[channel], 1.3);
}

void draw_view(Drawing &d, const ChartFrame &f, const TraceView &v) {
  d.box(f.left, f.top, f.width, f.height, Ink::kCard);
  if (!v.title.empty()) d.text(f.left, f.top - 5, shortened(v.title, static_cast<size_t>(f.width / 6)), 10);
  if (v.values.empty() || v.channels == 0) return;
  double low = v.low, high = v.high;
  if (!(high > low)) {
    const auto [least, most] = std::minmax_element(v.values.begin(), v.values.end());
    const Axis own = round_axis(double{*least}, double{*most});
    low = own.low;
    high = own.high;
  }
  if (low < 0 && high > 0) {
    const double zero = f.bottom() + low / (high - low) * f.height;
    d.line({{f.left, zero}, {f.left + f.width, zero}}, Ink::kLine, 1);
  }
  d.text(f.left - 4, f.top + 8, axis_end(high), 9, 1, Ink::kSoft);
  d.text(f.left - 4, f.bottom(), axis_end(low), 9, 1, Ink::kSoft);
  for (size_t c = 0; c < std::min(v.channels, kMostChannels); ++c) draw_channel(d, f, v, c, low, high);
  draw_axis(d, f, v, v.values.size() / v.channels);
}

}  // namespace

Drawing draw_traces(const std::vector<TraceRow> &rows, const std::vector<std::string> &channels,
                    double panel_width) {
  constexpr double kLeft = 46, kHeight = 78, kName = 20, kAbove = 16, kBelow = 34, kBetween = 48, kKey = 22;
  Drawing d;
  double y = 4;
  for (const TraceRow &row : rows) {
    d.text(6, y + 14, row.name, 12, 0, Ink::kText, true);
    y += kName + kAbove;
    double x = kLeft;
    for (const TraceView &v : row.views) {
      draw_view(d, {x, y, panel_width, kHeight}, v);
      x += panel_width + kBetween;
    }
    d.width = std::max(d.width, x - kBetween + 12);
    y += kHeight + kBelow;
  }
  double key = 6;
  if (channels.size() > 1) {
    const size_t shown = std::min(channels.size(), kMostChannels);
    for (size_t c = 0; c < shown; ++c) {
      const double wide = 34 + Drawing::width_of(channels[c], 10);
      if (key > 6 && key + wide > d.width) {
        key = 6;
        y += kKey - 6;
      }
      d.line({{key, y + 8}, {key + 16, y + 8}}, kChannelInks[c], 3);
      d.text(key + 22, y + 12, channels[c], 10);
      key += wide;
    }
    if (shown < channels.size())
      d.text(key, y + 12, fmt::format("and {} more, not drawn", channels.size() - shown), 10, 0, Ink::kSoft);
    y += kKey;
  }
  d.height = y;
  return d;
}

}  // namespace mote

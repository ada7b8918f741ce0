// Lines with their spread, waves, heat maps and bars in two panels side by side; points in the colours of
// their classes.
//
// What is drawn is computed in workflow/show_features.cpp.
#include "report/window_pictures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/terminal_lines.h"
#include "report/canvas.h"

namespace mote {

namespace {

constexpr Color kPalette[] = {{0.12, 0.42, 0.72}, {0.88, 0.44, 0.10}, {0.18, 0.56, 0.29}, {0.75, 0.20, 0.25},
                              {0.48, 0.35, 0.66}, {0.50, 0.34, 0.28}, {0.85, 0.42, 0.68}, {0.35, 0.38, 0.42},
                              {0.62, 0.62, 0.12}, {0.08, 0.62, 0.68}};
constexpr size_t kColors = std::size(kPalette);

Color mixed_with_white(const Color &k, double share) {
  return {1 - (1 - k.r) * share, 1 - (1 - k.g) * share, 1 - (1 - k.b) * share};
}

// Dark blue over green to yellow, lighter all the way.
Color heat(double share) {
  constexpr Color kStops[] = {
      {0.11, 0.10, 0.28}, {0.17, 0.32, 0.53}, {0.13, 0.54, 0.55}, {0.38, 0.75, 0.40}, {0.98, 0.91, 0.35}};
  const double at = std::clamp(share, 0.0, 1.0) * (std::size(kStops) - 1);
  const auto i = std::min<size_t>(static_cast<size_t>(at), std::size(kStops) - 2);
  const double rest = at - static_cast<double>(i);
  const Color &a = kStops[i], &b = kStops[i + 1];
  return {a.r + (b.r - a.r) * rest, a.g + (b.g - a.g) * rest, a.b + (b.b - a.b) * rest};
}

struct Panel {
  double left, top, width, height;
  double bottom() const { return top + height; }
};

void draw_ticks(Canvas &c, const Panel &p, const Axis &y) {
  for (double v = y.low; v <= y.high + y.step / 2; v += y.step) {
    const double at = p.bottom() - (v - y.low) / (y.high - y.low) * p.height;
    c.line(p.left, at, p.left + p.width, at, kGrid);
    c.text(p.left - 6, at + 4, fmt::format("{:g}", std::round(v / y.step) * y.step), 10, 1, kGrey);
  }
}

// Below a panel: seconds where the rate is known, else rows.
void draw_rows(Canvas &c, const Panel &p, double rows, double rate_hz) {
  const double end = rate_hz > 0 ? rows / rate_hz : rows;
  const Axis x = round_axis(0, end);
  for (double v = 0; v <= end * 1.0001; v += x.step)
    c.text(p.left + v / end * p.width, p.bottom() + 15, fmt::format("{:g}", v), 10, 0.5, kGrey);
  c.text(p.left + p.width / 2, p.bottom() + 31, rate_hz > 0 ? "seconds" : "rows", 10, 0.5, kGrey);
}

// A wave has more values than the panel has columns: from the lowest to the highest of each column.
void draw_wave(Canvas &c, const Panel &p, const std::vector<float> &wave, const Axis &y, const Color &k) {
  const auto columns = static_cast<size_t>(p.width);
  const auto at = [&](float v) { return p.bottom() - (double{v} - y.low) / (y.high - y.low) * p.height; };
  for (size_t x = 0; x < columns; ++x) {
    const size_t from = wave.size() * x / columns, to = std::max(from + 1, wave.size() * (x + 1) / columns);
    const auto [low, high] = std::minmax_element(wave.begin() + static_cast<long>(from),
                                                 wave.begin() + static_cast<long>(std::min(to, wave.size())));
    const double left = p.left + static_cast<double>(x), top = at(*high);
    c.fill(left, top, 1, std::max(1.0, at(*low) - top), k);
  }
}

void draw_waves(Canvas &c, const Panel &panel, const ClassView &v) {
  float most = 1;
  for (const auto &wave : v.waves)
    for (const float s : wave) most = std::max(most, std::fabs(s));
  constexpr double kBetween = 12;
  const double height = (panel.height - kBetween * (v.waves.size() - 1)) / v.waves.size();
  const Axis y = {-double{most}, double{most}, double{most}};
  for (size_t i = 0; i < v.waves.size(); ++i) {
    const Panel p{panel.left, panel.top + (height + kBetween) * i, panel.width, height};
    c.line(p.left, p.top + height / 2, p.left + p.width, p.top + height / 2, kGrid);
    draw_wave(c, p, v.waves[i], y, kBlue);
    c.text(p.left - 6, p.top + 10, fmt::format("{:.0f}", most), 10, 1, kGrey);
    c.text(p.left - 6, p.bottom(), fmt::format("{:.0f}", -most), 10, 1, kGrey);
  }
  draw_rows(c, panel, v.waves[0].size(), v.rate_hz);
}

// Of windows of one row there is no course: a point and its spread for each channel, side by side.
void draw_points(Canvas &c, const Panel &p, const ClassView &v, const Axis &y) {
  const auto at = [&](double value) { return p.bottom() - (value - y.low) / (y.high - y.low) * p.height; };
  const double step = p.width / static_cast<double>(v.of_channels.size());
  for (size_t k = 0; k < v.of_channels.size(); ++k) {
    const double x = p.left + (static_cast<double>(k) + 0.5) * step, mean = double{v.of_channels[k].mean[0]},
                 spread = double{v.of_channels[k].deviation[0]};
    const Color color = kPalette[k % kColors];
    c.line(x, at(mean - spread), x, at(mean + spread), color, std::min(6.0, step * 0.5));
    c.dot(x, at(mean), std::min(5.0, step * 0.7), color, 1);
  }
  c.text(p.left + p.width / 2, p.bottom() + 31, "channels, of one row", 10, 0.5, kGrey);
}

// Mean of each channel, and a standard deviation to both sides.
void draw_bands(Canvas &c, const Panel &p, const ClassView &v) {
  double low = 1e300, high = -1e300;
  for (const Band &b : v.of_channels)
    for (size_t i = 0; i < b.mean.size(); ++i) {
      low = std::min(low, double{b.mean[i]} - double{b.deviation[i]});
      high = std::max(high, double{b.mean[i]} + double{b.deviation[i]});
    }
  const Axis y = round_axis(low, high);
  draw_ticks(c, p, y);
  if (v.of_channels[0].mean.size() == 1) return draw_points(c, p, v, y);
  const auto at = [&](double value) { return p.bottom() - (value - y.low) / (y.high - y.low) * p.height; };
  for (size_t k = 0; k < v.of_channels.size(); ++k) {
    const Band &b = v.of_channels[k];
    const Color color = kPalette[k % kColors];
    const double last = std::max<double>(1, static_cast<double>(b.mean.size()) - 1);
    const auto px = [&](size_t i) { return p.left + static_cast<double>(i) / last * p.width; };
    std::vector<std::pair<double, double>> mean, edge;
    for (size_t i = 0; i < b.mean.size(); ++i) {
      mean.emplace_back(px(i), at(double{b.mean[i]}));
      edge.emplace_back(px(i), at(double{b.mean[i]} + double{b.deviation[i]}));
    }
    for (size_t i = b.mean.size(); i-- > 0;)
      edge.emplace_back(px(i), at(double{b.mean[i]} - double{b.deviation[i]}));
    c.area(edge, color, 0.15);
    c.curve(mean, color);
  }
  draw_rows(c, p, v.of_channels[0].mean.size(), v.rate_hz);
}

// `color` of cell x, y of across x down, from the top left.
template <class ColorOf>
void draw_cells(Canvas &c, const Panel &p, int across, int down, ColorOf color) {
  for (int x = 0; x < across; ++x)
    for (int y = 0; y < down; ++y) {
      const double x0 = std::floor(p.left + p.width * x / across),
                   x1 = std::floor(p.left + p.width * (x + 1) / across);
      const double y0 = std::floor(p.top + p.height * y / down),
                   y1 = std::floor(p.top + p.height * (y + 1) / down);
      c.fill(x0, y0, x1 - x0, y1 - y0, color(x, y, across, down));
    }
}

// values [rows, columns], shown with rows to the right and columns upwards.
void draw_heat(Canvas &c, const Panel &p, const std::vector<float> &values, int rows, int columns, double low,
               double high) {
  constexpr int kMostCells = 160;
  draw_cells(c, p, std::min(kMostCells, rows), std::min(kMostCells, columns),
             [&](int x, int y, int across, int up) {
               const size_t row = static_cast<size_t>(rows * x / across),
                            column = static_cast<size_t>(columns * (up - 1 - y) / up);
               const double v = double{values[row * static_cast<size_t>(columns) + column]};
               return heat(high > low ? (v - low) / (high - low) : 0.5);
             });
}

// As it is seen: in colour where it has three of them, of 0 to 255 where its values are.
void draw_image(Canvas &c, const Panel &p, const ClassView &v) {
  constexpr int kMostCells = 160;
  double low = 0, high = 255;
  for (const Band &b : v.of_channels)
    for (const float value : b.mean) {
      low = std::min(low, double{value});
      high = std::max(high, double{value});
    }
  const auto share = [&](size_t channel, size_t i) {
    return (double{v.of_channels[channel].mean[i]} - low) / (high - low);
  };
  draw_cells(c, p, std::min(kMostCells, v.image_width), std::min(kMostCells, v.image_height),
             [&](int x, int y, int across, int down) {
               const size_t i =
                   static_cast<size_t>(v.image_height * y / down) * static_cast<size_t>(v.image_width) +
                   static_cast<size_t>(v.image_width * x / across);
               return v.of_channels.size() == 3 ? Color{share(0, i), share(1, i), share(2, i)}
                                                : Color{share(0, i), share(0, i), share(0, i)};
             });
}

void draw_scale(Canvas &c, double left, double top, double height, double low, double high) {
  constexpr int kSteps = 48;
  for (int i = 0; i < kSteps; ++i)
    c.fill(left, std::floor(top + height * (kSteps - 1 - i) / kSteps), 10, std::ceil(height / kSteps) + 1,
           heat((i + 0.5) / kSteps));
  c.text(left + 14, top + 9, fmt::format("{:.3g}", high), 9, 0, kGrey);
  c.text(left + 14, top + height, fmt::format("{:.3g}", low), 9, 0, kGrey);
}

// Mean and deviation of each value, in the units of the feature; whiskers where there is room for them.
void draw_bars(Canvas &c, const Panel &p, const ClassView &v) {
  const size_t n = v.features.mean.size();
  const Axis y = round_axis(v.low, v.high);
  draw_ticks(c, p, y);
  const auto at = [&](double value) {
    return p.bottom() - (std::clamp(value, y.low, y.high) - y.low) / (y.high - y.low) * p.height;
  };
  const double step = p.width / static_cast<double>(n), zero = at(0);
  for (size_t i = 0; i < n; ++i) {
    const double left = p.left + step * static_cast<double>(i), mean = double{v.features.mean[i]},
                 spread = double{v.features.deviation[i]};
    const double top = std::min(zero, at(mean)), height = std::fabs(zero - at(mean));
    c.fill(left + step * 0.12, top, std::max(0.5, step * 0.76), height, mixed_with_white(kBlue, 0.6));
    const double middle = left + step / 2, width = step > 6 ? 1.5 : 0.7;
    c.line(middle, at(mean - spread), middle, at(mean + spread), kOrange, width);
  }
  c.line(p.left, zero, p.left + p.width, zero, kInk);
  const size_t every = std::max<size_t>(1, n / 12);
  for (size_t i = 0; i < n; i += every)
    c.text(p.left + step * (static_cast<double>(i) + 0.5), p.bottom() + 15, std::to_string(i), 10, 0.5,
           kGrey);
  c.text(p.left + p.width / 2, p.bottom() + 31, "feature: mean of all windows is 0, their deviation 1", 10,
         0.5, kGrey);
}

void draw_raw(Canvas &c, const Panel &p, const ClassView &v) {
  if (!v.waves.empty()) return draw_waves(c, p, v);
  if (v.image_height == 0) return draw_bands(c, p, v);
  const double scale = std::min(p.width / v.image_width, p.height / v.image_height);
  draw_image(c, {p.left, p.top, v.image_width * scale, v.image_height * scale}, v);
}

void draw_features(Canvas &c, const Panel &p, const ClassView &v) {
  if (v.frames == 1) return draw_bars(c, p, v);
  constexpr double kBetween = 34;
  const double height = (p.height - kBetween) / 2;
  const Panel mean{p.left, p.top, p.width, height},
      typical{p.left, p.top + height + kBetween, p.width, height};
  draw_heat(c, mean, v.features.mean, v.frames, v.values, v.low, v.high);
  draw_heat(c, typical, v.typical, v.frames, v.values, v.low, v.high);
  c.text(p.left, typical.top - 7, "the window that is nearest to it", 11, 0, kGrey);
  for (const Panel &panel : {mean, typical}) {
    c.text(panel.left - 6, panel.bottom(), "0", 10, 1, kGrey);
    c.text(panel.left - 6, panel.top + 9, std::to_string(v.values - 1), 10, 1, kGrey);
  }
  c.text(typical.left, typical.bottom() + 15, "0", 10, 0.5, kGrey);
  c.text(typical.left + typical.width, typical.bottom() + 15, std::to_string(v.frames - 1), 10, 0.5, kGrey);
  c.text(typical.left + typical.width / 2, typical.bottom() + 31, "frame", 10, 0.5, kGrey);
  draw_scale(c, p.left + p.width + 10, p.top, height, v.low, v.high);
}

std::string raw_title(const ClassView &v) {
  if (!v.waves.empty()) return v.waves.size() == 1 ? "A window" : fmt::format("{} windows", v.waves.size());
  return v.image_height > 0 ? "Mean of all its images"
                            : "Raw: mean and spread of each channel, in its deviations";
}

void draw_key(Canvas &c, double left, double top, const std::vector<std::string> &names) {
  constexpr size_t kMostNames = 8, kLongestName = 14;
  for (size_t i = 0; i < std::min(names.size(), kMostNames); ++i) {
    const double x = left + 92.0 * static_cast<double>(i % 4), y = top + 15.0 * static_cast<double>(i / 4);
    c.line(x, y - 4, x + 14, y - 4, kPalette[i % kColors], 3);
    c.text(x + 18, y, shortened(names[i], kLongestName), 10);
  }
  if (names.size() > kMostNames)
    c.text(left + 92.0 * 4, top + 15, fmt::format("and {} more", names.size() - kMostNames), 10, 0, kGrey);
}

}  // namespace

Picture draw_class(const ClassView &v) {
  constexpr double kTop = 78, kHeight = 260, kLeft = 64, kWidth = 400, kGap = 72;
  const bool has_key = v.waves.empty() && v.image_height == 0;
  const int width = static_cast<int>(kLeft + kWidth + (v.frames > 0 ? kGap + kWidth + 60 : 30));
  return picture(width, static_cast<int>(kTop + kHeight + (has_key ? 80 : 46)), [&](Canvas &c) {
    c.text(14, 26, fmt::format("{}: {} windows", shortened(v.label, 60), v.windows), 15, 0, kInk, true);
    const Panel raw{kLeft, kTop, kWidth, kHeight};
    c.text(raw.left, raw.top - 16, raw_title(v), 12, 0, kInk, true);
    draw_raw(c, raw, v);
    if (has_key) draw_key(c, raw.left, raw.bottom() + 52, v.channels);
    if (v.frames == 0) return;
    const Panel features{kLeft + kWidth + kGap, kTop, kWidth, kHeight};
    c.text(features.left, features.top - 16,
           v.frames == 1 ? "Features: mean (blue) and deviation (orange)" : "Features: mean of its windows",
           12, 0, kInk, true);
    draw_features(c, features, v);
  });
}

Picture draw_heat_maps(const std::vector<HeatView> &views, int frames, int values, size_t columns) {
  constexpr double kLeft = 40, kWidth = 230, kHeight = 120, kAbove = 26, kBelow = 40, kBetween = 76;
  float low = INFINITY, high = -INFINITY;
  for (const HeatView &v : views)
    for (const float x : v.values) {
      low = std::min(low, x);
      high = std::max(high, x);
    }
  const size_t across = std::min(columns, views.size()), down = (views.size() + across - 1) / across;
  const double step = kWidth + kBetween, row = kAbove + kHeight + kBelow;
  return picture(static_cast<int>(kLeft + step * static_cast<double>(across) + 20),
                 static_cast<int>(row * static_cast<double>(down)), [&](Canvas &c) {
                   for (size_t i = 0; i < views.size(); ++i) {
                     const Panel p{kLeft + step * static_cast<double>(i % across),
                                   kAbove + row * static_cast<double>(i / across), kWidth, kHeight};
                     c.text(p.left, p.top - 8, shortened(views[i].title, 34), 12, 0, kInk, true);
                     draw_heat(c, p, views[i].values, frames, values, double{low}, double{high});
                     c.text(p.left - 6, p.bottom(), "0", 10, 1, kGrey);
                     c.text(p.left - 6, p.top + 9, std::to_string(values - 1), 10, 1, kGrey);
                     c.text(p.left, p.bottom() + 14, "0", 10, 0.5, kGrey);
                     c.text(p.left + p.width, p.bottom() + 14, std::to_string(frames - 1), 10, 0.5, kGrey);
                     c.text(p.left + p.width / 2, p.bottom() + 14, "frame", 10, 0.5, kGrey);
                     draw_scale(c, p.left + p.width + 6, p.top, kHeight, double{low}, double{high});
                   }
                 });
}

Picture draw_map(const std::vector<MapPoint> &points, const std::vector<std::string> &labels,
                 const std::pair<double, double> &shares) {
  constexpr double kLeft = 40, kTop = 62, kSide = 520, kKeyRow = 18;
  constexpr size_t kMostKeys = 28, kLongestKey = 22;
  double low_x = 1e300, high_x = -1e300, low_y = 1e300, high_y = -1e300;
  for (const MapPoint &p : points) {
    low_x = std::min(low_x, p.x);
    high_x = std::max(high_x, p.x);
    low_y = std::min(low_y, p.y);
    high_y = std::max(high_y, p.y);
  }
  const double margin = 14;
  const auto px = [&](double x) {
    return kLeft + margin + (high_x > low_x ? (x - low_x) / (high_x - low_x) : 0.5) * (kSide - 2 * margin);
  };
  const auto py = [&](double y) {
    return kTop + kSide - margin -
           (high_y > low_y ? (y - low_y) / (high_y - low_y) : 0.5) * (kSide - 2 * margin);
  };
  const double dot = points.size() > 3000 ? 1.6 : points.size() > 600 ? 2.2 : 3;
  return picture(static_cast<int>(kLeft + kSide + 230), static_cast<int>(kTop + kSide + 44), [&](Canvas &c) {
    c.text(14, 26, fmt::format("{} windows by the two main directions of their features", points.size()), 15,
           0, kInk, true);
    c.text(14, 44, "numbers: the windows that are the farthest from their class", 11, 0, kGrey);
    for (const double at : {0.0, 1.0}) {
      c.line(kLeft + at * kSide, kTop, kLeft + at * kSide, kTop + kSide, kGrid);
      c.line(kLeft, kTop + at * kSide, kLeft + kSide, kTop + at * kSide, kGrid);
    }
    for (const MapPoint &p : points)
      c.dot(px(p.x), py(p.y), dot, kPalette[static_cast<size_t>(p.label) % kColors], 0.65);
    for (const MapPoint &p : points) {
      if (p.number == 0) continue;
      c.ring(px(p.x), py(p.y), dot + 3, kInk);
      const bool is_right = px(p.x) > kLeft + kSide - 30;
      c.text(px(p.x) + (is_right ? -8 : 8), py(p.y) - 4, std::to_string(p.number), 11, is_right ? 1 : 0, kInk,
             true);
    }
    c.text(kLeft + kSide / 2, kTop + kSide + 20,
           fmt::format("first direction: {:.0f} % of the variance", 100 * shares.first), 11, 0.5, kGrey);
    c.text(kLeft + kSide / 2, kTop + kSide + 36,
           fmt::format("second direction, upwards: {:.0f} %", 100 * shares.second), 11, 0.5, kGrey);
    for (size_t i = 0; i < std::min(labels.size(), kMostKeys); ++i) {
      const double y = kTop + 10 + kKeyRow * static_cast<double>(i);
      c.dot(kLeft + kSide + 26, y - 4, 5, kPalette[i % kColors], 1);
      c.text(kLeft + kSide + 38, y, shortened(labels[i], kLongestKey), 12);
    }
    if (labels.size() > kMostKeys)
      c.text(kLeft + kSide + 38, kTop + 10 + kKeyRow * kMostKeys,
             fmt::format("and {} more", labels.size() - kMostKeys), 12, 0, kGrey);
  });
}

}  // namespace mote

// What pictures are drawn on: text, lines, boxes and curves in points, the same for PNG and SVG.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "mote/report.h"

namespace mote {

struct Color {
  double r, g, b;
};
inline constexpr Color kInk{0.13, 0.15, 0.18}, kGrid{0.88, 0.89, 0.91}, kBlue{0.12, 0.42, 0.72},
    kOrange{0.88, 0.44, 0.10}, kGrey{0.45, 0.48, 0.52};

class Canvas {
 public:
  using Points = std::vector<std::pair<double, double>>;

  virtual ~Canvas() = default;
  virtual void fill(double x, double y, double w, double h, const Color &k) = 0;
  virtual void line(double x0, double y0, double x1, double y1, const Color &k, double width = 1,
                    bool is_dashed = false) = 0;
  // A single point is a dot.
  virtual void curve(const Points &points, const Color &k) = 0;
  // Closed and filled, `share` of the colour.
  virtual void area(const Points &points, const Color &k, double share) = 0;
  virtual void dot(double x, double y, double radius, const Color &k, double share) = 0;
  virtual void ring(double x, double y, double radius, const Color &k) = 0;
  // align: 0 left, 0.5 centre, 1 right; y is the baseline.
  virtual void text(double x, double y, const std::string &s, double size, double align = 0,
                    const Color &k = kInk, bool is_bold = false) = 0;
};

// Draws once as PNG and once as SVG. Errors: kIo.
Picture picture(int width, int height, const std::function<void(Canvas &)> &draw);

// As SVG has them: two decimals at most, which are enough, and none where there are none.
std::string svg_number(double v);
std::string svg_color(const Color &k);
std::string svg_points(const std::vector<std::pair<double, double>> &points);

struct Axis {
  double low, high, step;
};
// Round steps (1, 2, 5 times a power of ten) that cover low .. high with about five ticks.
Axis round_axis(double low, double high);

}  // namespace mote

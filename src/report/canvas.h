// What pictures are drawn on: text, lines, boxes and curves in points, the same for PNG and SVG.
#pragma once

#include <cairo.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/terminal_lines.h"
#include "mote/report.h"

namespace mote {

struct Color {
  double r, g, b;
};
inline constexpr Color kInk{0.13, 0.15, 0.18}, kGrid{0.88, 0.89, 0.91}, kBlue{0.12, 0.42, 0.72},
    kOrange{0.88, 0.44, 0.10}, kGrey{0.45, 0.48, 0.52};

class Canvas {
 public:
  explicit Canvas(cairo_t *c) : c_(c) {
    cairo_select_font_face(c_, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_line_join(c_, CAIRO_LINE_JOIN_ROUND);
  }
  void color(const Color &k) { cairo_set_source_rgb(c_, k.r, k.g, k.b); }
  void fill(double x, double y, double w, double h, const Color &k) {
    color(k);
    cairo_rectangle(c_, x, y, w, h);
    cairo_fill(c_);
  }
  void line(double x0, double y0, double x1, double y1, const Color &k, double width = 1,
            bool is_dashed = false) {
    color(k);
    const double dashes[] = {4, 4};
    cairo_set_dash(c_, dashes, is_dashed ? 2 : 0, 0);
    cairo_set_line_width(c_, width);
    cairo_move_to(c_, x0, y0);
    cairo_line_to(c_, x1, y1);
    cairo_stroke(c_);
    cairo_set_dash(c_, dashes, 0, 0);
  }
  void curve(const std::vector<std::pair<double, double>> &points, const Color &k) {
    color(k);
    cairo_set_line_width(c_, 2);
    cairo_new_path(c_);  // text leaves a current point behind
    for (const auto &[x, y] : points) cairo_line_to(c_, x, y);
    cairo_stroke(c_);
    if (points.size() > 1) return;
    for (const auto &[x, y] : points) {
      cairo_arc(c_, x, y, 3, 0, 6.2832);
      cairo_fill(c_);
    }
  }
  // Closed and filled, `share` of the colour.
  void area(const std::vector<std::pair<double, double>> &points, const Color &k, double share) {
    cairo_set_source_rgba(c_, k.r, k.g, k.b, share);
    cairo_new_path(c_);
    for (const auto &[x, y] : points) cairo_line_to(c_, x, y);
    cairo_close_path(c_);
    cairo_fill(c_);
  }
  void dot(double x, double y, double radius, const Color &k, double share) {
    cairo_set_source_rgba(c_, k.r, k.g, k.b, share);
    cairo_new_path(c_);
    cairo_arc(c_, x, y, radius, 0, 6.2832);
    cairo_fill(c_);
  }
  void ring(double x, double y, double radius, const Color &k) {
    color(k);
    cairo_set_line_width(c_, 1.2);
    cairo_new_path(c_);
    cairo_arc(c_, x, y, radius, 0, 6.2832);
    cairo_stroke(c_);
  }
  // align: 0 left, 0.5 centre, 1 right
  void text(double x, double y, const std::string &s, double size, double align = 0, const Color &k = kInk,
            bool is_bold = false) {
    cairo_select_font_face(c_, family_of(s), CAIRO_FONT_SLANT_NORMAL,
                           is_bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(c_, size);
    cairo_text_extents_t e;
    cairo_text_extents(c_, s.c_str(), &e);
    color(k);
    cairo_move_to(c_, x - align * e.x_advance, y);
    cairo_show_text(c_, s.c_str());
  }

 private:
  // One font has no letters for all scripts, and cairo takes one for a text. Where the other is not
  // installed, the system chooses.
  static const char *family_of(const std::string &s) {
    return has_wide_letters(s) ? "Noto Sans CJK SC" : "DejaVu Sans";
  }

  cairo_t *c_;
};

// Draws once as PNG and once as SVG. Errors: kIo.
Picture picture(int width, int height, const std::function<void(Canvas &)> &draw);

struct Axis {
  double low, high, step;
};
// Round steps (1, 2, 5 times a power of ten) that cover low .. high with about five ticks.
Axis round_axis(double low, double high);

}  // namespace mote

// A drawing of ours: boxes, texts, lines and points in the roles that their colours have on the page. The
// same drawing is written into a page (texts stay texts, colours follow light and dark) and into files.
//
// Pictures of values in many pixels are drawn on a Canvas (canvas.h). Units: points, from the top left.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mote/report.h"

namespace mote {

// What a mark is, which decides its colour (kInks in drawing.cpp).
enum class Ink {
  kText,
  kSoft,    // captions, numbers beside an axis
  kLine,    // grids, frames
  kCard,    // the inside of a box
  kOnDark,  // text on a box of the colours below
  kBlue,
  kOrange,
  kGreen,
  kRed,
  kOchre,
  kBrown,
  kViolet,
  kGrey
};

using Points = std::vector<std::pair<double, double>>;

class Drawing {
 public:
  double width = 0, height = 0;

  void box(double x, double y, double w, double h, Ink fill, double share = 1);
  // align: 0 left, 0.5 centre, 1 right of x; y is the baseline.
  void text(double x, double y, std::string words, double size, double align = 0, Ink ink = Ink::kText,
            bool is_bold = false);
  void line(Points points, Ink ink, double thick = 1.5, bool is_dashed = false);
  void arrow(Points points, Ink ink);  // with a head at the last point
  void dot(double x, double y, double radius, Ink ink);
  void add(const Drawing &other, double right, double down);  // moved

  // Within a page: `title` is what a reader who does not see it is told.
  std::string inlined(const std::string &title) const;
  std::string svg_file() const;
  // As files. Errors: kUnsupported where a side is too long for a PNG, kIo.
  Picture files() const;

  // At most as wide as this, whatever sans-serif font shows it.
  static double width_of(std::string_view words, double size, bool is_bold = false);

 private:
  enum class Kind { kBox, kText, kLine, kArea, kDot };
  struct Mark {
    Kind kind;
    Points points;  // of a box its two corners
    Ink ink;
    double size = 1;  // of letters, of a line, or a radius; of a box the share of its colour
    std::string words = {};
    double align = 0;
    bool is_bold = false, is_dashed = false;
  };
  std::string svg(const Mark &mark) const;
  std::vector<Mark> marks_;
};

// The rules for its colours in a style sheet: `of_page` by light and dark, else light.
std::string drawing_style(bool of_page);

}  // namespace mote

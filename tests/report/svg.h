// Reads back the pictures that are drawn on a canvas: texts, filled boxes and lines with their colours. Where
// a text begins follows from its width in the font that it is drawn with, by cairo.
#pragma once

#include <cairo.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace mote::test {

struct Rgb {
  double r = -1, g = -1, b = -1;  // of 1
  bool is(double red, double green, double blue) const {
    return std::fabs(r - red) < 2e-3 && std::fabs(g - green) < 2e-3 && std::fabs(b - blue) < 2e-3;
  }
  bool is_blue() const { return is(0.12, 0.42, 0.72); }
  bool is_orange() const { return is(0.88, 0.44, 0.10); }
};
struct SvgText {
  std::string text;
  double x, y;  // of the baseline's beginning
  Rgb color;
};
struct SvgBox {
  double left, top, right, bottom;
  Rgb color;
  double width() const { return right - left; }
  double height() const { return bottom - top; }
};
struct SvgLine {
  std::vector<std::array<double, 2>> points;
  Rgb color;
  double width;
  bool is_dashed;
};
struct Svg {
  std::vector<SvgText> texts;
  std::vector<SvgBox> boxes;
  std::vector<SvgLine> lines;

  std::vector<std::string> words() const {
    std::vector<std::string> all;
    for (const SvgText &t : texts) all.push_back(t.text);
    return all;
  }
  bool has(const std::string &text) const {
    for (const SvgText &t : texts)
      if (t.text == text) return true;
    return false;
  }
  // The only text of that wording; fails the test otherwise.
  SvgText at(const std::string &text) const {
    SvgText found{"", NAN, NAN, {}};
    int count = 0;
    for (const SvgText &t : texts)
      if (t.text == text) {
        found = t;
        ++count;
      }
    EXPECT_EQ(count, 1) << "'" << text << "' in the picture";
    return found;
  }
};

namespace svg {

inline std::string attribute(const std::string &element, const std::string &name) {
  const size_t at = element.find(" " + name + "=\"");
  if (at == std::string::npos) return "";
  const size_t begin = at + name.size() + 3;
  return element.substr(begin, element.find('"', begin) - begin);
}

// "#1f6bb8"
inline Rgb color_of(const std::string &element, const std::string &property) {
  const std::string word = attribute(element, property);
  unsigned r = 0, g = 0, b = 0;
  if (std::sscanf(word.c_str(), "#%2x%2x%2x", &r, &g, &b) != 3) return {};
  return {r / 255.0, g / 255.0, b / 255.0};
}

inline double number_of(const std::string &element, const std::string &name, double otherwise) {
  const std::string word = attribute(element, name);
  return word.empty() ? otherwise : std::stod(word);
}

// The elements `<name ...>` of a text, in order, with where they begin.
inline std::vector<std::pair<size_t, std::string>> elements(const std::string &text,
                                                            const std::string &name) {
  std::vector<std::pair<size_t, std::string>> list;
  for (size_t at = text.find("<" + name + " "); at != std::string::npos;
       at = text.find("<" + name + " ", at + 1))
    list.emplace_back(at, text.substr(at, text.find('>', at) - at));
  return list;
}

inline double width_of(const std::string &text, double size, bool is_bold) {
  const std::unique_ptr<cairo_surface_t, void (*)(cairo_surface_t *)> surface(
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1), cairo_surface_destroy);
  const std::unique_ptr<cairo_t, void (*)(cairo_t *)> c(cairo_create(surface.get()), cairo_destroy);
  cairo_select_font_face(c.get(), "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                         is_bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(c.get(), size);
  cairo_text_extents_t e;
  cairo_text_extents(c.get(), text.c_str(), &e);
  return e.x_advance;
}

inline std::string unescaped(std::string text) {
  for (const auto &[from, to] : {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&amp;", "&"}})
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + 1))
      text.replace(at, std::string(from).size(), to);
  return text;
}

inline std::vector<std::array<double, 2>> points_of(const std::string &list) {
  std::vector<std::array<double, 2>> points;
  for (size_t at = 0; at < list.size();
       at = list.find(' ', at) == std::string::npos ? list.size() : list.find(' ', at) + 1) {
    std::array<double, 2> p{};
    if (std::sscanf(list.c_str() + at, "%lf,%lf", p.data(), p.data() + 1) != 2) ADD_FAILURE() << list;
    points.push_back(p);
  }
  return points;
}

}  // namespace svg

inline Svg read_svg(const std::string &text) {
  Svg picture;
  for (const auto &[at, element] : svg::elements(text, "text")) {
    const size_t begin = text.find('>', at) + 1;
    const std::string words = svg::unescaped(text.substr(begin, text.find("</text>", begin) - begin));
    const std::string anchor = svg::attribute(element, "text-anchor");
    const double share = anchor == "end" ? 1 : anchor == "middle" ? 0.5 : 0;
    const double width = svg::width_of(words, svg::number_of(element, "font-size", NAN),
                                       svg::attribute(element, "font-weight") == "bold");
    picture.texts.push_back({words, svg::number_of(element, "x", NAN) - share * width,
                             svg::number_of(element, "y", NAN), svg::color_of(element, "fill")});
  }
  for (const auto &[at, element] : svg::elements(text, "polyline"))
    picture.lines.push_back({svg::points_of(svg::attribute(element, "points")),
                             svg::color_of(element, "stroke"), svg::number_of(element, "stroke-width", 1),
                             !svg::attribute(element, "stroke-dasharray").empty()});
  bool has_paper = false;
  for (const auto &[at, element] : svg::elements(text, "rect")) {
    if (!has_paper) {  // the first one is what all of it is drawn on
      has_paper = true;
      continue;
    }
    const double x = svg::number_of(element, "x", NAN), y = svg::number_of(element, "y", NAN);
    picture.boxes.push_back({x, y, x + svg::number_of(element, "width", NAN),
                             y + svg::number_of(element, "height", NAN), svg::color_of(element, "fill")});
  }
  return picture;
}

}  // namespace mote::test

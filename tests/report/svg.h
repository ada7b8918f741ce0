// Reads back the pictures that cairo wrote as SVG: texts, filled boxes and lines with their colours. Texts
// are drawn as shapes there; which character a shape is follows from drawing the alphabet with the same font.
#pragma once

#include <cairo-svg.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <map>
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

// "fill:rgb(12%,42%,72%)"
inline Rgb color_of(const std::string &style, const std::string &property) {
  Rgb c;
  const size_t at = style.find(property + ":rgb(");
  if (at == std::string::npos) return c;
  if (std::sscanf(style.c_str() + at + property.size() + 5, "%lf%%,%lf%%,%lf%%", &c.r, &c.g, &c.b) != 3)
    ADD_FAILURE() << style;
  c.r /= 100;
  c.g /= 100;
  c.b /= 100;
  return c;
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

// Shapes of the symbols of a picture: id -> path.
inline std::map<std::string, std::string> shapes(const std::string &text) {
  std::map<std::string, std::string> found;
  for (const auto &[at, symbol] : elements(text, "symbol")) {
    const size_t path = text.find("<path", at);
    found[attribute(symbol, "id")] = attribute(text.substr(path, text.find('>', path) - path), "d");
  }
  return found;
}

// Shape -> character, for the sizes that the pictures use.
inline const std::map<std::string, char> &alphabet() {
  static const std::map<std::string, char> kAlphabet = [] {
    std::map<std::string, char> known;
    for (const bool is_bold : {false, true})
      for (const double size : {9, 10, 11, 12, 13, 14, 15}) {
        std::string text;
        cairo_surface_t *surface = cairo_svg_surface_create_for_stream(
            [](void *to, const unsigned char *data, unsigned int n) {
              static_cast<std::string *>(to)->append(reinterpret_cast<const char *>(data), n);
              return CAIRO_STATUS_SUCCESS;
            },
            &text, 2000, 100);
        cairo_t *c = cairo_create(surface);
        cairo_select_font_face(c, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                               is_bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
        cairo_set_font_size(c, size);
        cairo_move_to(c, 0, 50);
        std::string all;
        for (char k = ' '; k <= '~'; ++k) all += k;
        cairo_show_text(c, all.c_str());
        cairo_destroy(c);
        cairo_surface_finish(surface);
        cairo_surface_destroy(surface);
        const auto shape = shapes(text);
        size_t next = 0;
        for (const auto &[at, use] : elements(text, "use"))
          known[shape.at(attribute(use, "xlink:href").substr(1))] = all[next++];
      }
    return known;
  }();
  return kAlphabet;
}

inline std::vector<std::array<double, 2>> points_of(const std::string &path, bool &is_polygon) {
  std::vector<std::array<double, 2>> points;
  is_polygon = path.find('C') == std::string::npos;
  for (size_t at = 0; at < path.size(); ++at)
    if (path[at] == 'M' || path[at] == 'L') {
      std::array<double, 2> p{};
      if (std::sscanf(path.c_str() + at + 1, "%lf %lf", p.data(), p.data() + 1) == 2) points.push_back(p);
    }
  return points;
}

}  // namespace svg

inline Svg read_svg(const std::string &text) {
  Svg picture;
  const auto shape = svg::shapes(text);
  const size_t body = text.find("</defs>") == std::string::npos ? 0 : text.find("</defs>");
  for (const auto &[at, group] : svg::elements(text, "g")) {
    if (at < body) continue;
    const std::string inside = text.substr(at, text.find("</g>", at) - at);
    SvgText t{"", NAN, NAN, svg::color_of(group, "fill")};
    if (t.color.r < 0) continue;
    for (const auto &[place, use] : svg::elements(inside, "use")) {
      const auto known = svg::alphabet().find(shape.at(svg::attribute(use, "xlink:href").substr(1)));
      if (t.text.empty()) {
        t.x = std::stod(svg::attribute(use, "x"));
        t.y = std::stod(svg::attribute(use, "y"));
      }
      t.text += known == svg::alphabet().end() ? '\x7f' : known->second;
    }
    picture.texts.push_back(t);
  }
  for (const auto &[at, path] : svg::elements(text, "path")) {
    if (at < body) continue;
    const std::string style = svg::attribute(path, "style");
    bool is_polygon = false;
    const auto points = svg::points_of(svg::attribute(path, "d"), is_polygon);
    const Rgb fill = svg::color_of(style, "fill"), stroke = svg::color_of(style, "stroke");
    if (stroke.r >= 0) {
      double width = 0;
      const size_t w = style.find("stroke-width:");
      if (w != std::string::npos) width = std::stod(style.substr(w + 13));
      picture.lines.push_back({points, stroke, width, style.find("dasharray") != std::string::npos});
    } else if (is_polygon && points.size() >= 4) {
      picture.boxes.push_back({points[0][0], points[0][1], points[2][0], points[2][1], fill});
    }
  }
  return picture;
}

}  // namespace mote::test

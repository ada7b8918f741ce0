// A Drawing as SVG whose texts are texts, and by a Canvas as PNG. One table of colours for both.
#include "report/drawing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/escape.h"
#include "base/terminal_lines.h"
#include "report/canvas.h"

namespace mote {

namespace {

struct InkColors {
  const char *name;  // of its class in SVG
  Color light, dark;
};

constexpr Color rgb(int hex) {
  return {(hex >> 16) / 255.0, ((hex >> 8) & 255) / 255.0, (hex & 255) / 255.0};
}

// Text on each of the colours, white, has a contrast of 4.5 at least; text of kText and kSoft on the page and
// on kCard, too (WCAG 2.1, 1.4.3).
constexpr InkColors kInks[] = {
    {"t", rgb(0x20252b), rgb(0xe6e9ed)},      {"s", rgb(0x545d67), rgb(0xa7b1bc)},
    {"l", rgb(0xc9ced4), rgb(0x47505b)},      {"c", rgb(0xf3f5f7), rgb(0x222931)},
    {"w", rgb(0xffffff), rgb(0xffffff)},      {"blue", rgb(0x1f6bb8), rgb(0x3678b8)},
    {"orange", rgb(0xb85c10), rgb(0xb45e14)}, {"green", rgb(0x2b7a45), rgb(0x2f8250)},
    {"red", rgb(0xa3383f), rgb(0xb5494f)},    {"ochre", rgb(0x806010), rgb(0x8f6c14)},
    {"brown", rgb(0x75573a), rgb(0x876848)},  {"violet", rgb(0x6b4fa0), rgb(0x7f63b5)},
    {"grey", rgb(0x4b535c), rgb(0x5f6974)}};

const InkColors &colors_of(Ink ink) { return kInks[static_cast<size_t>(ink)]; }

// Of more points a line is a path of steps in tenths of a point, which takes half of the bytes. Each step is
// that between two rounded places, so that no error grows.
constexpr size_t kMany = 16;

std::string steps_of(const Points &points) {
  std::string text;
  const auto tenths = [](double v) { return std::lround(10 * v); };
  const auto number = [](long v) {
    std::string digits = fmt::format("{:g}", static_cast<double>(v) / 10);
    const size_t zero = digits.find("0.");
    if (zero == 0 || (zero == 1 && digits[0] == '-')) digits.erase(zero, 1);
    return digits;
  };
  long x = 0, y = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    const long to_x = tenths(points[i].first), to_y = tenths(points[i].second);
    const std::string dx = number(to_x - x), dy = number(to_y - y);
    text += i == 0 ? "M" : i == 1 ? "l" : dx[0] == '-' ? "" : " ";
    text += dx + (dy[0] == '-' ? "" : " ") + dy;
    x = to_x;
    y = to_y;
  }
  return text;
}

std::string for_svg(const std::string &text) { return escaped(Language::kHtml, text); }

}  // namespace

void Drawing::box(double x, double y, double w, double h, Ink fill, double share) {
  marks_.push_back({Kind::kBox, {{x, y}, {x + w, y + h}}, fill, share});
}

void Drawing::text(double x, double y, std::string words, double size, double align, Ink ink, bool is_bold) {
  marks_.push_back({Kind::kText, {{x, y}}, ink, size, std::move(words), align, is_bold});
}

void Drawing::line(Points points, Ink ink, double thick, bool is_dashed) {
  marks_.push_back({Kind::kLine, std::move(points), ink, thick, "", 0, false, is_dashed});
}

void Drawing::arrow(Points points, Ink ink) {
  constexpr double kLong = 7, kHalf = 3.5;
  MOTE_CHECK(points.size() > 1);
  const auto [x, y] = points.back();
  auto from = points[points.size() - 2];
  double dx = x - from.first, dy = y - from.second;
  const double length = std::max(1e-9, std::hypot(dx, dy));
  dx /= length;
  dy /= length;
  const double bx = x - kLong * dx, by = y - kLong * dy;
  points.back() = {bx, by};
  line(std::move(points), ink);
  marks_.push_back(
      {Kind::kArea, {{x, y}, {bx - kHalf * dy, by + kHalf * dx}, {bx + kHalf * dy, by - kHalf * dx}}, ink});
}

void Drawing::dot(double x, double y, double radius, Ink ink) {
  marks_.push_back({Kind::kDot, {{x, y}}, ink, radius});
}

void Drawing::add(const Drawing &other, double right, double down) {
  for (Mark mark : other.marks_) {
    for (auto &[x, y] : mark.points) {
      x += right;
      y += down;
    }
    marks_.push_back(std::move(mark));
  }
}

double Drawing::width_of(std::string_view words, double size, bool is_bold) {
  constexpr double kLetter = 0.61, kBoldLetter = 0.69;  // of DejaVu Sans, wider than most
  return static_cast<double>(columns_of(words)) * size * (is_bold ? kBoldLetter : kLetter);
}

std::string Drawing::svg(const Mark &m) const {
  const char *name = colors_of(m.ink).name;
  const auto &[x, y] = m.points[0];
  switch (m.kind) {
    case Kind::kBox:
      return fmt::format("<rect class=\"f-{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{}/>", name,
                         svg_number(x), svg_number(y), svg_number(m.points[1].first - x),
                         svg_number(m.points[1].second - y),
                         m.size < 1 ? fmt::format(" fill-opacity=\"{}\"", svg_number(m.size)) : "");
    case Kind::kText:
      return fmt::format("<text class=\"f-{}\" x=\"{}\" y=\"{}\" font-size=\"{}\"{}{}>{}</text>", name,
                         svg_number(x), svg_number(y), svg_number(m.size),
                         m.align == 0   ? ""
                         : m.align == 1 ? " text-anchor=\"end\""
                                        : " text-anchor=\"middle\"",
                         m.is_bold ? " font-weight=\"bold\"" : "", for_svg(m.words));
    case Kind::kLine:
      if (m.points.size() > kMany)
        return fmt::format("<path class=\"s-{}\" d=\"{}\" stroke-width=\"{}\"{}/>", name, steps_of(m.points),
                           svg_number(m.size), m.is_dashed ? " stroke-dasharray=\"4 4\"" : "");
      return fmt::format("<polyline class=\"s-{}\" points=\"{}\" stroke-width=\"{}\"{}/>", name,
                         svg_points(m.points), svg_number(m.size),
                         m.is_dashed ? " stroke-dasharray=\"4 4\"" : "");
    case Kind::kArea:
      return fmt::format("<polygon class=\"f-{}\" points=\"{}\"/>", name, svg_points(m.points));
    default:
      return fmt::format("<circle class=\"f-{}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>", name, svg_number(x),
                         svg_number(y), svg_number(m.size));
  }
}

std::string drawing_style(bool of_page) {
  std::string rules =
      ".drawing text{font-family:'DejaVu Sans',Verdana,system-ui,sans-serif}.drawing polyline,.drawing "
      "path{fill:none;"
      "stroke-linejoin:round}";
  std::string light, dark;
  for (const InkColors &ink : kInks) {
    light += fmt::format("--i-{}:{};", ink.name, svg_color(ink.light));
    dark += fmt::format("--i-{}:{};", ink.name, svg_color(ink.dark));
    const std::string value = of_page ? fmt::format("var(--i-{})", ink.name) : svg_color(ink.light);
    rules += fmt::format(".f-{}{{fill:{}}}.s-{}{{stroke:{}}}", ink.name, value, ink.name, value);
  }
  if (!of_page) return rules;
  return fmt::format(":root{{{}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{}}}}}\n{}\n", light,
                     dark, rules);
}

static std::string begun(double width, double height) {
  return fmt::format("<svg class=\"drawing\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\"",
                     svg_number(width), svg_number(height));
}

std::string Drawing::inlined(const std::string &title) const {
  std::string text = begun(width, height) + fmt::format(" role=\"img\" aria-label=\"{}\">\n", for_svg(title));
  for (const Mark &mark : marks_) text += svg(mark) + "\n";
  return text + "</svg>\n";
}

std::string Drawing::svg_file() const {
  std::string svg = begun(width, height) + " xmlns=\"http://www.w3.org/2000/svg\">\n<style>" +
                    drawing_style(false) + "</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n";
  for (const Mark &mark : marks_) svg += this->svg(mark) + "\n";
  return svg + "</svg>\n";
}

Picture Drawing::files() const {
  constexpr double kLongest = 16000;  // points; libpng and cairo take 32,767 pixels, two for a point
  if (std::max(width, height) > kLongest)
    throw Error(
        ErrorCode::kUnsupported, "picture",
        fmt::format("would be {:.0f} x {:.0f} points; a side may have {:.0f}", width, height, kLongest));
  Picture made =
      picture(static_cast<int>(std::ceil(width)), static_cast<int>(std::ceil(height)), [&](Canvas &c) {
        for (const Mark &m : marks_) {
          const Color &k = colors_of(m.ink).light;
          const auto &[x, y] = m.points[0];
          if (m.kind == Kind::kText) {
            c.text(x, y, m.words, m.size, m.align, k, m.is_bold);
          } else if (m.kind == Kind::kBox) {
            const auto mixed = [&](double v) { return 1 - m.size * (1 - v); };
            c.fill(x, y, m.points[1].first - x, m.points[1].second - y, {mixed(k.r), mixed(k.g), mixed(k.b)});
          } else if (m.kind == Kind::kArea) {
            c.area(m.points, k, 1);
          } else if (m.kind == Kind::kDot) {
            c.dot(x, y, m.size, k, 1);
          } else {
            for (size_t i = 1; i < m.points.size(); ++i)
              c.line(m.points[i - 1].first, m.points[i - 1].second, m.points[i].first, m.points[i].second, k,
                     m.size, m.is_dashed);
          }
        }
      });
  made.svg = svg_file();
  return made;
}

}  // namespace mote

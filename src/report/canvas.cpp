// Drawings as SVG and PNG from the same calls.
//
// PNG is drawn by cairo and written by libpng in bands, a tenth of the time that cairo's own writer takes.
// SVG is written here: a text is a text, which a reader can search and mark and a page holds in a tenth of
// the bytes that the shapes of its letters take. What is drawn: plot.cpp, window_pictures.cpp.
#include "report/canvas.h"

#include <cairo.h>
#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/error.h"
#include "base/escape.h"
#include "base/terminal_lines.h"

namespace mote {

namespace {

class CairoCanvas : public Canvas {
 public:
  explicit CairoCanvas(cairo_t *c) : c_(c) { cairo_set_line_join(c_, CAIRO_LINE_JOIN_ROUND); }
  void fill(double x, double y, double w, double h, const Color &k) override {
    color(k);
    cairo_rectangle(c_, x, y, w, h);
    cairo_fill(c_);
  }
  void line(double x0, double y0, double x1, double y1, const Color &k, double width,
            bool is_dashed) override {
    color(k);
    const double dashes[] = {4, 4};
    cairo_set_dash(c_, dashes, is_dashed ? 2 : 0, 0);
    cairo_set_line_width(c_, width);
    cairo_move_to(c_, x0, y0);
    cairo_line_to(c_, x1, y1);
    cairo_stroke(c_);
    cairo_set_dash(c_, dashes, 0, 0);
  }
  void curve(const Points &points, const Color &k) override {
    if (points.size() == 1) return dot(points[0].first, points[0].second, kDot, k, 1);
    color(k);
    cairo_set_line_width(c_, kCurve);
    trace(points);
    cairo_stroke(c_);
  }
  void area(const Points &points, const Color &k, double share) override {
    color(k, share);
    trace(points);
    cairo_close_path(c_);
    cairo_fill(c_);
  }
  void dot(double x, double y, double radius, const Color &k, double share) override {
    color(k, share);
    circle(x, y, radius);
    cairo_fill(c_);
  }
  void ring(double x, double y, double radius, const Color &k) override {
    color(k);
    cairo_set_line_width(c_, kRing);
    circle(x, y, radius);
    cairo_stroke(c_);
  }
  void text(double x, double y, const std::string &s, double size, double align, const Color &k,
            bool is_bold) override {
    // One font has no letters for all scripts, and cairo takes one for a text. Where the other is not
    // installed, the system chooses.
    cairo_select_font_face(c_, has_wide_letters(s) ? "Noto Sans CJK SC" : "DejaVu Sans",
                           CAIRO_FONT_SLANT_NORMAL,
                           is_bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(c_, size);
    cairo_text_extents_t e;
    cairo_text_extents(c_, s.c_str(), &e);
    color(k);
    cairo_move_to(c_, x - align * e.x_advance, y);
    cairo_show_text(c_, s.c_str());
  }

  static constexpr double kDot = 3, kCurve = 2, kRing = 1.2;

 private:
  void color(const Color &k, double share = 1) { cairo_set_source_rgba(c_, k.r, k.g, k.b, share); }
  void trace(const Points &points) {
    cairo_new_path(c_);  // text leaves a current point behind
    for (const auto &[x, y] : points) cairo_line_to(c_, x, y);
  }
  void circle(double x, double y, double radius) {
    cairo_new_path(c_);
    cairo_arc(c_, x, y, radius, 0, 6.2832);
  }

  cairo_t *c_;
};

class SvgCanvas : public Canvas {
 public:
  std::string marks;

  void fill(double x, double y, double w, double h, const Color &k) override {
    add("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>", svg_number(x), svg_number(y),
        svg_number(w), svg_number(h), svg_color(k));
  }
  void line(double x0, double y0, double x1, double y1, const Color &k, double width,
            bool is_dashed) override {
    add("<polyline points=\"{}\" stroke=\"{}\"{}{}/>", svg_points({{x0, y0}, {x1, y1}}), svg_color(k),
        width == 1 ? "" : fmt::format(" stroke-width=\"{}\"", svg_number(width)),
        is_dashed ? " stroke-dasharray=\"4 4\"" : "");
  }
  void curve(const Points &points, const Color &k) override {
    if (points.size() == 1) return dot(points[0].first, points[0].second, CairoCanvas::kDot, k, 1);
    add("<polyline points=\"{}\" stroke=\"{}\" stroke-width=\"{}\"/>", svg_points(points), svg_color(k),
        svg_number(CairoCanvas::kCurve));
  }
  void area(const Points &points, const Color &k, double share) override {
    add("<polygon points=\"{}\" fill=\"{}\"{}/>", svg_points(points), svg_color(k), opacity(share));
  }
  void dot(double x, double y, double radius, const Color &k, double share) override {
    add("<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{}\"{}/>", svg_number(x), svg_number(y),
        svg_number(radius), svg_color(k), opacity(share));
  }
  void ring(double x, double y, double radius, const Color &k) override {
    add("<circle cx=\"{}\" cy=\"{}\" r=\"{}\" stroke=\"{}\" stroke-width=\"{}\"/>", svg_number(x),
        svg_number(y), svg_number(radius), svg_color(k), svg_number(CairoCanvas::kRing));
  }
  void text(double x, double y, const std::string &s, double size, double align, const Color &k,
            bool is_bold) override {
    add("<text x=\"{}\" y=\"{}\" font-size=\"{}\"{}{} fill=\"{}\">{}</text>", svg_number(x), svg_number(y),
        svg_number(size),
        align == 0   ? ""
        : align == 1 ? " text-anchor=\"end\""
                     : " text-anchor=\"middle\"",
        is_bold ? " font-weight=\"bold\"" : "", svg_color(k), escaped(Language::kHtml, s));
  }

 private:
  template <class... Values>
  void add(fmt::format_string<Values...> form, Values &&...values) {
    fmt::format_to(std::back_inserter(marks), form, std::forward<Values>(values)...);
    marks += '\n';
  }
  static std::string opacity(double share) {
    return share < 1 ? fmt::format(" fill-opacity=\"{}\"", svg_number(share)) : "";
  }
};

// Draws all of the picture moved up by `top` rows, at the scale of the surface's pixels.
void render(cairo_surface_t *surface, double scale, double top, int width, int height,
            const std::function<void(Canvas &)> &draw) {
  cairo_t *c = cairo_create(surface);
  cairo_translate(c, 0, -top);
  cairo_scale(c, scale, scale);
  CairoCanvas canvas(c);
  canvas.fill(0, 0, width, height, {1, 1, 1});
  draw(canvas);
  const cairo_status_t status = cairo_status(c);
  cairo_destroy(c);
  if (status != CAIRO_STATUS_SUCCESS)
    throw Error(ErrorCode::kIo, "plot", fmt::format("cairo: {}", cairo_status_to_string(status)));
}

using Surface = std::unique_ptr<cairo_surface_t, void (*)(cairo_surface_t *)>;

// In bands, so that the picture is never in memory as a whole; flat colours and cells need the difference to
// the row above and some search to become small. cairo's own writer takes ten times as long.
std::string png_of(int width, int height, int scale, const std::function<void(Canvas &)> &draw) {
  constexpr int kBand = 64;
  const int columns = width * scale, rows = height * scale;
  const Surface band(cairo_image_surface_create(CAIRO_FORMAT_RGB24, columns, kBand), cairo_surface_destroy);
  std::string bytes;
  std::vector<png_byte> line(size_t{3} * columns);
  struct Writer {
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png ? png_create_info_struct(png) : nullptr;
    ~Writer() { png_destroy_write_struct(&png, &info); }
  } writer;
  const png_structp png = writer.png;
  const png_infop info = writer.info;
  if (info == nullptr || setjmp(png_jmpbuf(png)))  // only memory can be missing
    throw Error(ErrorCode::kIo, "plot", "libpng cannot write the picture");
  png_set_write_fn(
      png, &bytes,
      [](png_structp p, png_bytep data, png_size_t n) {
        static_cast<std::string *>(png_get_io_ptr(p))->append(reinterpret_cast<const char *>(data), n);
      },
      [](png_structp) {});
  png_set_IHDR(png, info, columns, rows, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_UP);
  png_set_compression_level(png, 6);
  png_write_info(png, info);
  for (int top = 0; top < rows; top += kBand) {
    render(band.get(), scale, top, width, height, draw);
    cairo_surface_flush(band.get());
    const unsigned char *pixels = cairo_image_surface_get_data(band.get());
    const int stride = cairo_image_surface_get_stride(band.get());
    for (int r = 0; r < std::min(kBand, rows - top); ++r) {
      const auto *row = reinterpret_cast<const uint32_t *>(pixels + ptrdiff_t{r} * stride);
      for (int c = 0; c < columns; ++c)
        for (int k = 0; k < 3; ++k) line[size_t{3} * c + k] = row[c] >> (16 - 8 * k);
      png_write_row(png, line.data());
    }
  }
  png_write_end(png, info);
  return bytes;
}

}  // namespace

Picture picture(int width, int height, const std::function<void(Canvas &)> &draw) {
  Picture p;
  constexpr int kScale = 2;  // sharp on dense screens
  p.png = png_of(width, height, kScale, draw);
  SvgCanvas svg;
  svg.fill(0, 0, width, height, {1, 1, 1});
  draw(svg);
  p.svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
      "fill=\"none\" "
      "stroke-linejoin=\"round\" font-family=\"'DejaVu Sans',Verdana,system-ui,sans-serif\">\n{2}</svg>\n",
      width, height, svg.marks);
  return p;
}

std::string svg_number(double v) { return fmt::format("{:g}", std::round(v * 100) / 100); }

std::string svg_color(const Color &k) {
  const auto byte = [](double v) { return static_cast<int>(std::lround(255 * v)); };
  return fmt::format("#{:02x}{:02x}{:02x}", byte(k.r), byte(k.g), byte(k.b));
}

std::string svg_points(const std::vector<std::pair<double, double>> &points) {
  std::string text;
  for (const auto &[x, y] : points)
    text += fmt::format("{}{},{}", text.empty() ? "" : " ", svg_number(x), svg_number(y));
  return text;
}

Axis round_axis(double low, double high) {
  constexpr double kTicks = 6, kLeast = 1e-9;
  if (!(high - low > kLeast * std::max({1.0, std::fabs(low), std::fabs(high)})))
    high = low + std::max(1.0, std::fabs(low));
  const double power = std::pow(10, std::floor(std::log10((high - low) / kTicks)));
  double step = 10 * power;
  for (const double f : {5.0, 2.0, 1.0})
    if ((high - low) / (f * power) <= kTicks) step = f * power;
  return {std::floor(low / step + 1e-9) * step, std::ceil(high / step - 1e-9) * step, step};
}

}  // namespace mote

// Drawings by cairo, as SVG and PNG from the same calls.
//
// PNG is written by libpng in bands, a tenth of the time that cairo's own writer takes. What is drawn:
// plot.cpp, window_pictures.cpp.
#include "report/canvas.h"

#include <cairo-svg.h>
#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/error.h"

namespace mote {

namespace {

cairo_status_t append(void *closure, const unsigned char *data, unsigned int length) {
  static_cast<std::string *>(closure)->append(reinterpret_cast<const char *>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

// Draws all of the picture moved up by `top` rows, at the scale of the surface's pixels.
void render(cairo_surface_t *surface, double scale, double top, int width, int height,
            const std::function<void(Canvas &)> &draw) {
  cairo_t *c = cairo_create(surface);
  cairo_translate(c, 0, -top);
  cairo_scale(c, scale, scale);
  Canvas canvas(c);
  canvas.fill(0, 0, width, height, {1, 1, 1});
  draw(canvas);
  const cairo_status_t status = cairo_status(c);
  cairo_destroy(c);
  if (status != CAIRO_STATUS_SUCCESS)
    throw Error(ErrorCode::kIo, "plot", fmt::format("cairo: {}", cairo_status_to_string(status)));
}

using Surface = std::unique_ptr<cairo_surface_t, void (*)(cairo_surface_t *)>;

// In bands, so that the picture is never in memory as a whole; flat colours need neither filters nor much
// search to become small. cairo's own writer takes ten times as long.
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
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
  png_set_compression_level(png, 3);
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
  const Surface svg(cairo_svg_surface_create_for_stream(append, &p.svg, width, height),
                    cairo_surface_destroy);
  render(svg.get(), 1, 0, width, height, draw);
  cairo_surface_finish(svg.get());
  return p;
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

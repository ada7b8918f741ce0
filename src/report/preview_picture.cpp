// Rows of classes, columns of pairs. Signals share one scale within a pair, so that a gain is seen; pictures
// are as they are seen, of 0 to 255 where their values are.
#include "report/preview_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/terminal_lines.h"
#include "report/canvas.h"

namespace mote {

namespace {

constexpr Color kChannels[] = {{0.12, 0.42, 0.72}, {0.88, 0.44, 0.10}, {0.18, 0.56, 0.29},
                               {0.75, 0.20, 0.25}, {0.48, 0.35, 0.66}, {0.35, 0.38, 0.42}};

struct Frame {
  double left, top, width, height;
};
struct Scale {
  float low, high;
};

Scale scale_of(const PreviewPair &pair) {
  Scale s{0, 0};
  for (const std::vector<float> *values : {&pair.original, &pair.augmented})
    for (const float v : *values) {
      s.low = std::min(s.low, v);
      s.high = std::max(s.high, v);
    }
  return s.high > s.low ? s : Scale{-1, 1};
}

// From the lowest to the highest value of each column of the frame where there are more rows than columns.
void draw_course(Canvas &c, const Frame &f, const std::vector<float> &values, size_t channels, size_t channel,
                 const Scale &s) {
  const size_t rows = values.size() / channels, columns = std::min(rows, static_cast<size_t>(f.width));
  const auto at = [&](float v) {
    return f.top + f.height * (1 - (double{v} - double{s.low}) / (double{s.high} - double{s.low}));
  };
  std::vector<std::pair<double, double>> points;
  for (size_t i = 0; i < columns; ++i) {
    const size_t from = rows * i / columns, to = std::max(from + 1, rows * (i + 1) / columns);
    float low = values[from * channels + channel], high = low;
    for (size_t r = from; r < to; ++r) {
      low = std::min(low, values[r * channels + channel]);
      high = std::max(high, values[r * channels + channel]);
    }
    const double x = f.left + f.width * (static_cast<double>(i) + 0.5) / static_cast<double>(columns);
    points.emplace_back(x, at(low));
    if (to > from + 1) points.emplace_back(x, at(high));
  }
  c.curve(points, kChannels[channel % std::size(kChannels)]);
}

void draw_signal(Canvas &c, const Frame &f, const std::vector<float> &values, size_t channels,
                 const Scale &s) {
  constexpr size_t kMostChannels = 6;
  c.fill(f.left, f.top, f.width, f.height, {0.97, 0.97, 0.98});
  for (size_t k = 0; k < std::min(channels, kMostChannels); ++k) draw_course(c, f, values, channels, k, s);
}

void draw_pixels(Canvas &c, const Frame &f, const std::vector<float> &values, const Preview &p,
                 const Scale &s) {
  constexpr int kMostCells = 48;
  const auto channels = static_cast<size_t>(p.channels);
  const double low = std::min(0.0, double{s.low}),
               high = std::max(s.high > 1.5f ? 255.0 : 1.0, double{s.high});
  const int across = std::min(kMostCells, p.image_width), down = std::min(kMostCells, p.image_height);
  const double cell = std::min(f.width / across, f.height / down);
  for (int y = 0; y < down; ++y)
    for (int x = 0; x < across; ++x) {
      const auto row = static_cast<size_t>(p.image_height * y / down),
                 column = static_cast<size_t>(p.image_width * x / across);
      const float *v = values.data() + (row * static_cast<size_t>(p.image_width) + column) * channels;
      const auto share = [&](size_t k) { return (double{v[k]} - low) / (high - low); };
      const double x0 = std::floor(f.left + cell * x), y0 = std::floor(f.top + cell * y);
      c.fill(x0, y0, std::floor(f.left + cell * (x + 1)) - x0, std::floor(f.top + cell * (y + 1)) - y0,
             channels == 3 ? Color{share(0), share(1), share(2)} : Color{share(0), share(0), share(0)});
    }
}

}  // namespace

Picture draw_preview(const Preview &p) {
  constexpr double kLeft = 120, kTop = 62, kBetween = 8, kBetweenPairs = 26;
  constexpr size_t kMostClasses = 12;
  const bool are_images = p.image_height > 0;
  const double wide = are_images ? 96 : 150, high = are_images ? 96 : 84, row = high + 22;
  const size_t shown = std::min(p.classes.size(), kMostClasses);
  size_t pairs = 1;
  for (const PreviewClass &k : p.classes) pairs = std::max(pairs, k.pairs.size());
  const double pair = (p.is_augmented ? 2 * wide + kBetween : wide) + kBetweenPairs;
  const double bottom = kTop + row * static_cast<double>(shown) + (shown < p.classes.size() ? 24 : 4);
  return picture(
      static_cast<int>(kLeft + pair * static_cast<double>(pairs)), static_cast<int>(bottom), [&](Canvas &c) {
        c.text(14, 26,
               !p.title.empty() ? p.title
               : p.is_augmented ? "Training windows as they are cut, and augmented in the first epoch"
                                : "Training windows as they are cut; [augment] changes none",
               15, 0, kInk, true);
        for (size_t n = 0; n < pairs && p.is_augmented; ++n) {
          const double left = kLeft + pair * static_cast<double>(n);
          c.text(left, kTop - 8, "cut", 11, 0, kGrey);
          c.text(left + wide + kBetween, kTop - 8, "augmented", 11, 0, kGrey);
        }
        for (size_t k = 0; k < shown; ++k) {
          const double top = kTop + row * static_cast<double>(k);
          c.text(14, top + high / 2, shortened(p.classes[k].label, 15), 12, 0, kInk, true);
          for (size_t n = 0; n < p.classes[k].pairs.size(); ++n) {
            const PreviewPair &one = p.classes[k].pairs[n];
            Frame f{kLeft + pair * static_cast<double>(n), top, wide, high};
            const Scale s = scale_of(one);
            for (const std::vector<float> *values : {&one.original, &one.augmented}) {
              if (values->empty()) continue;
              if (are_images)
                draw_pixels(c, f, *values, p, s);
              else
                draw_signal(c, f, *values, static_cast<size_t>(p.channels), s);
              f.left += wide + kBetween;
            }
          }
        }
        if (shown < p.classes.size())
          c.text(14, bottom - 10, fmt::format("and {} more classes", p.classes.size() - shown), 12, 0, kGrey);
      });
}

}  // namespace mote

// Pictures changed at random for training: one affine map of the plane for flips, turns, shifts, zoom and
// crop, read between pixels by bilinear interpolation and continued beyond edges; then brightness, contrast,
// noise and a square that is left out.
//
// Methods: those of Keras' preprocessing layers; cutout of DeVries and Taylor 2017.
#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "data/augment.h"

namespace mote {

PictureRange picture_range(const Dataset &pictures) {
  PictureRange range;
  range.mean.resize(pictures.channels);
  const size_t count = pictures.size() * pictures.example_floats(), channels = pictures.channels;
  if (count == 0) return range;
  std::vector<double> sums(channels);
  const float *values = pictures.values.data();
  range.low = range.high = values[0];
  for (size_t i = 0; i < count; ++i) {
    range.low = std::min(range.low, values[i]);
    range.high = std::max(range.high, values[i]);
    sums[i % channels] += values[i];
  }
  for (size_t c = 0; c < channels; ++c) range.mean[c] = sums[c] * channels / count;
  return range;
}

namespace {

// Where a pixel of the result comes from: x' = a x + b y + c, y' = d x + e y + f, in pixels from the middle.
struct Affine {
  double a = 1, b = 0, c = 0, d = 0, e = 1, f = 0;
};

double spread(double most, Random &random) { return most * (2 * random.uniform() - 1); }

Affine random_map(const ImageAugment &o, int height, int width, Random &random) {
  double scale_x = 1, scale_y = 1;
  if (o.flip_horizontal > 0 && random.uniform() < o.flip_horizontal) scale_x = -1;
  if (o.flip_vertical > 0 && random.uniform() < o.flip_vertical) scale_y = -1;
  if (o.zoom > 0) {
    const double factor = 1 / (1 + spread(o.zoom, random));
    scale_x *= factor;
    scale_y *= factor;
  }
  double x = 0, y = 0;
  if (o.crop > 0) {  // what is left is brought to the whole size
    const double left = 1 - o.crop * random.uniform();
    x += (1 - left) * (width - 1) * (random.uniform() - 0.5);
    y += (1 - left) * (height - 1) * (random.uniform() - 0.5);
    scale_x *= left;
    scale_y *= left;
  }
  if (o.shift > 0) {
    x += spread(o.shift * width, random);
    y += spread(o.shift * height, random);
  }
  double sine = 0, cosine = 1;
  if (o.rotate_deg > 0)
    exact_sincos(spread(o.rotate_deg, random) * 3.14159265358979323846 / 180, &sine, &cosine);
  return {cosine * scale_x, -sine * scale_y, x, sine * scale_x, cosine * scale_y, y};
}

void map_pixels(const Affine &m, const float *x, int height, int width, int channels, float *out) {
  const double middle_x = (width - 1) / 2.0, middle_y = (height - 1) / 2.0;
  for (int row = 0; row < height; ++row)
    for (int column = 0; column < width; ++column) {
      const double dx = column - middle_x, dy = row - middle_y;
      const double from_x = std::clamp(m.a * dx + m.b * dy + m.c + middle_x, 0.0, width - 1.0);
      const double from_y = std::clamp(m.d * dx + m.e * dy + m.f + middle_y, 0.0, height - 1.0);
      const int x0 = from_x, y0 = from_y, x1 = std::min(x0 + 1, width - 1), y1 = std::min(y0 + 1, height - 1);
      const float fx = from_x - x0, fy = from_y - y0;
      const float *p00 = x + (y0 * width + x0) * channels, *p01 = x + (y0 * width + x1) * channels;
      const float *p10 = x + (y1 * width + x0) * channels, *p11 = x + (y1 * width + x1) * channels;
      for (int c = 0; c < channels; ++c)
        *out++ = (p00[c] * (1 - fx) + p01[c] * fx) * (1 - fy) + (p10[c] * (1 - fx) + p11[c] * fx) * fy;
    }
}

void cut_out(const ImageAugment &o, const PictureRange &range, int height, int width, int channels,
             Random &random, float *out) {
  const double share = o.cutout * random.uniform();
  const int tall = share * height, wide = share * width;
  const int top = random.below(height - tall + 1), left = random.below(width - wide + 1);
  for (int y = top; y < top + tall; ++y)
    for (int x = left; x < left + wide; ++x)
      std::copy(range.mean.begin(), range.mean.end(), out + (y * width + x) * channels);
}

}  // namespace

void augment_picture(const ImageAugment &o, const PictureRange &range, const float *x, int height, int width,
                     int channels, Random random, float *out) {
  const int count = height * width * channels;
  const float span = range.high - range.low;
  const bool is_moved = o.flip_horizontal > 0 || o.flip_vertical > 0 || o.rotate_deg > 0 || o.shift > 0 ||
                        o.zoom > 0 || o.crop > 0;
  if (is_moved)
    map_pixels(random_map(o, height, width, random), x, height, width, channels, out);
  else
    std::copy(x, x + count, out);
  if (o.contrast > 0 || o.brightness > 0) {
    const float gain = 1 + spread(o.contrast, random), added = spread(o.brightness, random) * span;
    double sum = 0;
    for (int i = 0; i < count; ++i) sum += out[i];
    const float mean = sum / count;
    for (int i = 0; i < count; ++i) out[i] = (out[i] - mean) * gain + mean + added;
  }
  if (o.noise > 0) {
    std::vector<float> normal(count);
    fill_normal(random.bits(), normal.data(), normal.size());
    for (int i = 0; i < count; ++i) out[i] += o.noise * span * normal[i];
  }
  if (o.contrast > 0 || o.brightness > 0 || o.noise > 0)
    for (int i = 0; i < count; ++i) out[i] = std::clamp(out[i], range.low, range.high);
  if (o.cutout > 0) cut_out(o, range, height, width, channels, random, out);
}

}  // namespace mote

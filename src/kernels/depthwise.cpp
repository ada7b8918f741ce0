#include "kernels/depthwise.h"

#include <algorithm>
#include <cstring>

namespace mote::kernels {

// Each image is copied with its padding, and with each channel repeated for each of its filters, unless it
// needs neither.
static bool is_plain(const Conv2D &s) { return !s.is_padded() && s.f == s.c; }
static size_t spread_floats(const Conv2D &s) {
  return static_cast<size_t>(s.h + s.pad_h) * static_cast<size_t>(s.padded_w()) * static_cast<size_t>(s.f);
}
size_t depthwise_forward_scratch(const Conv2D &s) { return is_plain(s) ? 0 : spread_floats(s); }
size_t depthwise_backward_scratch(const Conv2D &s) { return is_plain(s) ? 0 : 2 * spread_floats(s); }

static float *row_of(const Conv2D &s, float *spread, int h) {
  return spread + (static_cast<ptrdiff_t>(h + s.pad_top) * s.padded_w() + s.pad_left) * s.f;
}

static const float *spread(const Conv2D &s, const float *x, float *scratch) {
  if (is_plain(s)) return x;
  if (s.is_padded()) std::memset(scratch, 0, spread_floats(s) * sizeof(float));
  const int multiplier = s.f / s.c;
  for (int h = 0; h < s.h; ++h, x += s.w * s.c) {
    float *to = row_of(s, scratch, h);
    if (multiplier == 1) {
      std::memcpy(to, x, static_cast<size_t>(s.w * s.c) * sizeof(float));
      continue;
    }
    for (int i = 0; i < s.w * s.c; ++i) to = std::fill_n(to, multiplier, x[i]);
  }
  return scratch;
}

static void add_gathered(const Conv2D &s, float *spread_dx, float *dx) {
  const int multiplier = s.f / s.c;
  for (int h = 0; h < s.h; ++h, dx += s.w * s.c) {
    const float *from = row_of(s, spread_dx, h);
    for (int i = 0; i < s.w * s.c; ++i)
      for (int m = 0; m < multiplier; ++m) dx[i] += *from++;
  }
}

void depthwise_forward(const Conv2D &s, int rows, const float *x, const float *weights, const float *bias,
                       float *y, float *scratch) {
  for (int n = 0; n < rows; ++n, x += ptrdiff_t{s.h} * s.w * s.c, y += ptrdiff_t{s.oh} * s.ow * s.f)
    depthwise_tile({&s, spread(s, x, scratch), weights, bias, nullptr, y, nullptr, nullptr});
}

void depthwise_backward(const Conv2D &s, int rows, const float *x, const float *weights, const float *dy,
                        float *dx, float *dweights, float *dbias, float *scratch) {
  float *spread_dx = scratch + (is_plain(s) ? 0 : spread_floats(s));
  for (int n = 0; n < rows; ++n, x += ptrdiff_t{s.h} * s.w * s.c, dy += ptrdiff_t{s.oh} * s.ow * s.f) {
    if (dbias) add_column_sums(dy, s.oh * s.ow, s.f, dbias);
    float *to = dx;
    if (dx != nullptr && !is_plain(s)) {
      std::memset(spread_dx, 0, spread_floats(s) * sizeof(float));
      to = spread_dx;
    }
    depthwise_tile({&s, spread(s, x, scratch), weights, nullptr, dy, nullptr, dweights, to});
    if (dx == nullptr) continue;
    if (!is_plain(s)) add_gathered(s, spread_dx, dx);
    dx += ptrdiff_t{s.h} * s.w * s.c;
  }
}

}  // namespace mote::kernels

// What surrounds the loops of depthwise convolution: images copied with a border, channels repeated for a
// multiplier, the choice between the ways to the input's gradient.
//
// The loops themselves are in depthwise_body.h, compiled once for each tier.
#include "kernels/depthwise.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "kernels/loops.h"

namespace mote::kernels {

// Each image is copied with its padding, and with each channel repeated for each of its filters, unless it
// needs neither.
static bool is_plain(const Conv2D &s) { return !s.is_padded() && s.f == s.c; }
static size_t spread_floats(const Conv2D &s) {
  return (s.h + s.pad_h) * static_cast<size_t>(s.padded_w()) * s.f;
}
static size_t taps_floats(const Conv2D &s) { return s.kh * s.kw * s.f; }

// The gradient of the spread input, which with steps of 1 is itself such a convolution.
static Conv2D of_gradient(Conv2D s) {
  s.c = s.f;
  return s.of_gradient();
}

size_t depthwise_forward_scratch(const Conv2D &s) { return is_plain(s) ? 0 : spread_floats(s); }
size_t depthwise_backward_scratch(const Conv2D &s) {
  if (!s.is_dense()) return is_plain(s) ? 0 : 2 * spread_floats(s);
  return (is_plain(s) ? 0 : spread_floats(s)) + spread_floats(of_gradient(s)) + taps_floats(s) +
         (s.f == s.c ? 0 : static_cast<size_t>(s.h * s.w * s.f));
}

static float *row_of(const Conv2D &s, float *spread, int h) {
  return spread + (ptrdiff_t{h + s.pad_top} * s.padded_w() + s.pad_left) * s.f;
}

static void clear(float *x, size_t n) { std::memset(x, 0, n * sizeof(float)); }

// Once before any image: the border stays as it is.
static void clear_border(const Conv2D &s, float *scratch) {
  if (s.is_padded()) clear(scratch, spread_floats(s));
}
static const float *spread(const Conv2D &s, const float *x, float *scratch) {
  if (is_plain(s)) return x;
  const int multiplier = s.f / s.c;
  for (int h = 0; h < s.h; ++h, x += s.w * s.c) {
    float *to = row_of(s, scratch, h);
    if (multiplier == 1) {
      std::memcpy(to, x, s.w * s.c * sizeof(float));
      continue;
    }
    for (int i = 0; i < s.w * s.c; ++i) to = std::fill_n(to, multiplier, x[i]);
  }
  return scratch;
}

static void add_gathered(const Conv2D &s, const float *from, int pixels, float *dx) {
  const int multiplier = s.f / s.c;
  if (multiplier == 1) return loops().copy_gradient(from, 1.0f, pixels * s.c, true, dx);
  for (int i = 0; i < pixels * s.c; ++i)
    for (int m = 0; m < multiplier; ++m) dx[i] += *from++;
}

void depthwise_forward(const Conv2D &s, int rows, const float *x, const float *weights, const float *bias,
                       float *y, float *scratch) {
  clear_border(s, scratch);
  for (int n = 0; n < rows; ++n, x += ptrdiff_t{s.h} * s.w * s.c, y += ptrdiff_t{s.oh} * s.ow * s.f)
    depthwise_tile({&s, spread(s, x, scratch), weights, bias, nullptr, y, nullptr, nullptr});
}

namespace {

// The gradient of the input of one image after the other, for steps of 1: a convolution of dy.
class Gathered {
 public:
  Gathered(const Conv2D &s, const float *weights, float *scratch)
      : s_(s),
        g_(of_gradient(s)),
        padded_dy_(scratch),
        flipped_(scratch + spread_floats(g_)),
        by_filter_(flipped_ + taps_floats(s)) {
    clear_border(g_, padded_dy_);
    const int taps = s.kh * s.kw;
    for (int t = 0; t < taps; ++t)
      std::memcpy(flipped_ + (taps - 1 - t) * s.f, weights + t * s.f, s.f * sizeof(float));
  }
  void operator()(const float *dy, float *dx, bool is_adding) const {
    const bool is_direct = s_.f == s_.c;
    depthwise_tile({&g_, spread(g_, dy, padded_dy_), flipped_, nullptr, nullptr, is_direct ? dx : by_filter_,
                    nullptr, nullptr, is_direct && is_adding});
    if (is_direct) return;
    if (!is_adding) clear(dx, s_.h * s_.w * s_.c);
    add_gathered(s_, by_filter_, s_.h * s_.w, dx);
  }

 private:
  Conv2D s_, g_;
  float *padded_dy_, *flipped_, *by_filter_;
};

// For other steps: dy is spread over a padded image of gradients.
void scatter(const Conv2D &s, const float *weights, const float *dy, float *dx, bool is_adding,
             float *spread_dx) {
  if (!is_adding) clear(dx, s.h * s.w * s.c);
  float *to = is_plain(s) ? dx : spread_dx;
  if (!is_plain(s)) clear(spread_dx, spread_floats(s));
  depthwise_tile({&s, nullptr, weights, nullptr, dy, nullptr, nullptr, to});
  for (int h = 0; !is_plain(s) && h < s.h; ++h, dx += s.w * s.c)
    add_gathered(s, row_of(s, spread_dx, h), s.w, dx);
}

}  // namespace

void depthwise_backward(const Conv2D &s, int rows, const float *x, const float *weights, const float *dy,
                        float *dx, bool is_adding, float *dweights, float *dbias, float *scratch) {
  float *rest = scratch + (is_plain(s) ? 0 : spread_floats(s));
  if (dbias) add_column_sums(dy, rows * s.oh * s.ow, s.f, dbias);
  clear_border(s, scratch);
  const auto gathered =
      dx != nullptr && s.is_dense() ? std::optional<Gathered>(Gathered(s, weights, rest)) : std::nullopt;
  for (int n = 0; n < rows; ++n, x += ptrdiff_t{s.h} * s.w * s.c, dy += ptrdiff_t{s.oh} * s.ow * s.f) {
    depthwise_tile({&s, spread(s, x, scratch), weights, nullptr, dy, nullptr, dweights, nullptr});
    if (dx == nullptr) continue;
    if (gathered)
      (*gathered)(dy, dx, is_adding);
    else
      scatter(s, weights, dy, dx, is_adding, rest);
    dx += ptrdiff_t{s.h} * s.w * s.c;
  }
}

}  // namespace mote::kernels

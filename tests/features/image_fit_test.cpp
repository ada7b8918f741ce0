// Images brought to one size: against the formula in double precision, and against what must hold whatever
// the method.
#include "mote_image_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "test_support.h"

namespace mote {
namespace {

struct FitPicture {
  int height, width, channels;
  std::vector<uint8_t> pixels;
  double at(int y, int x, int c) const { return pixels[static_cast<size_t>((y * width + x) * channels + c)]; }
};

FitPicture fit_noise(int height, int width, int channels, uint64_t seed) {
  Random random(3, {seed});
  FitPicture p{height, width, channels, {}};
  for (int i = 0; i < height * width * channels; ++i)
    p.pixels.push_back(static_cast<uint8_t>(random.below(256)));
  return p;
}

FitPicture brought_to(const FitPicture &from, int height, int width, int32_t fit) {
  const mote_image_fit_params params{height, width, from.channels, fit};
  FitPicture to{height, width, from.channels,
                std::vector<uint8_t>(static_cast<size_t>(height * width * from.channels))};
  mote_image_fit_u8(&params, from.pixels.data(), from.height, from.width, to.pixels.data());
  return to;
}

// What each pixel of a line of `size` counts for in pixel i of `count`: the overlap of the two, or where the
// line is shorter, how near its centre is.
std::vector<double> line_weights(int size, int count, int i) {
  std::vector<double> w(static_cast<size_t>(size));
  const double ratio = static_cast<double>(size) / count;
  for (int k = 0; k < size; ++k) {
    const double overlap = std::min(k + 1.0, (i + 1) * ratio) - std::max<double>(k, i * ratio);
    const double centre = std::clamp((i + 0.5) * ratio - 0.5, 0.0, size - 1.0);
    w[static_cast<size_t>(k)] = std::max(0.0, size >= count ? overlap / ratio : 1 - std::fabs(k - centre));
  }
  return w;
}

double fit_formula(const FitPicture &p, int top, int left, int rows, int columns, int height, int width,
                   int y, int x, int c) {
  const std::vector<double> down = line_weights(rows, height, y), across = line_weights(columns, width, x);
  double sum = 0;
  for (int r = 0; r < rows; ++r)
    for (int k = 0; k < columns; ++k)
      sum += down[static_cast<size_t>(r)] * across[static_cast<size_t>(k)] * p.at(top + r, left + k, c);
  return sum;
}

TEST(ImageFit, follows_its_formula) {
  uint64_t seed = 0;
  for (const auto &[from_h, from_w, to_h, to_w] :
       std::vector<std::tuple<int, int, int, int>>{{20, 30, 7, 11},
                                                   {5, 3, 13, 17},
                                                   {9, 40, 12, 10},
                                                   {1, 1, 4, 5},
                                                   {4, 1, 1, 6},
                                                   {16, 16, 8, 8},
                                                   {13, 29, 13, 29}})
    for (const int channels : {1, 3}) {
      const FitPicture p = fit_noise(from_h, from_w, channels, ++seed),
                       y = brought_to(p, to_h, to_w, MOTE_FIT_STRETCH);
      for (int i = 0; i < to_h; ++i)
        for (int j = 0; j < to_w; ++j)
          for (int c = 0; c < channels; ++c) {
            const double expected = fit_formula(p, 0, 0, from_h, from_w, to_h, to_w, i, j, c);
            ASSERT_LE(std::fabs(y.at(i, j, c) - expected), 0.5 + 1e-9)
                << from_h << "x" << from_w << " to " << to_h << "x" << to_w << " at " << i << "," << j;
          }
    }
}

TEST(ImageFit, of_the_same_size_changes_nothing) {
  const FitPicture p = fit_noise(11, 6, 3, 99);
  for (const int32_t fit : {MOTE_FIT_STRETCH, MOTE_FIT_CROP, MOTE_FIT_PAD})
    EXPECT_EQ(brought_to(p, 11, 6, fit).pixels, p.pixels);
}

TEST(ImageFit, crops_the_middle) {
  const FitPicture p = fit_noise(12, 30, 1, 5), y = brought_to(p, 6, 6, MOTE_FIT_CROP);
  for (int i = 0; i < 6; ++i)
    for (int j = 0; j < 6; ++j)
      ASSERT_LE(std::fabs(y.at(i, j, 0) - fit_formula(p, 0, 9, 12, 12, 6, 6, i, j, 0)), 0.5 + 1e-9);
  const FitPicture tall = fit_noise(40, 10, 3, 6), z = brought_to(tall, 10, 20, MOTE_FIT_CROP);
  for (int j = 0; j < 20; ++j)
    ASSERT_LE(std::fabs(z.at(0, j, 2) - fit_formula(tall, 17, 0, 5, 10, 10, 20, 0, j, 2)), 0.5 + 1e-9);
}

TEST(ImageFit, pads_with_black) {
  const FitPicture p{10, 20, 1, std::vector<uint8_t>(200, 200)}, y = brought_to(p, 8, 8, MOTE_FIT_PAD);
  for (int i = 0; i < 8; ++i)
    for (int j = 0; j < 8; ++j) EXPECT_EQ(y.at(i, j, 0), i < 2 || i >= 6 ? 0 : 200) << i << "," << j;
  const FitPicture thin{100, 1, 1, std::vector<uint8_t>(100, 9)}, z = brought_to(thin, 10, 10, MOTE_FIT_PAD);
  EXPECT_EQ(std::count(z.pixels.begin(), z.pixels.end(), 9), 10);  // a column, however thin
}

// Where the sums leave 32 bits.
TEST(ImageFit, holds_for_photographs) {
  FitPicture p{6000, 8000, 1, std::vector<uint8_t>(size_t{6000} * 8000)};
  for (size_t i = 0; i < p.pixels.size(); ++i) p.pixels[i] = static_cast<uint8_t>(255 - (i % 8000) / 4000);
  const FitPicture y = brought_to(p, 3, 2, MOTE_FIT_STRETCH);
  EXPECT_EQ(y.pixels, (std::vector<uint8_t>{255, 254, 255, 254, 255, 254}));
}

}  // namespace
}  // namespace mote

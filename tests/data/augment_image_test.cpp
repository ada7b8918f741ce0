// Pictures against the formulas in double precision: an affine map about the middle with bilinear reading, as
// scipy.ndimage.affine_transform(order=1, mode="nearest") has it, and what each value becomes.
#include <algorithm>
#include <cmath>

#include "data/augment.h"
#include "test_support.h"

namespace mote {
namespace {

using Pixels = std::vector<float>;

Pixels pixels_of(int count, uint64_t seed) {
  Pixels x(static_cast<size_t>(count));
  Random random(seed);
  for (float &v : x) v = random.uniform(0, 255);
  return x;
}

PictureRange bytes(int channels) { return {0, 255, std::vector<float>(static_cast<size_t>(channels), 99)}; }

Pixels changed(const ImageAugment &o, const Pixels &x, int height, int width, int channels, uint64_t stream) {
  Pixels y(x.size());
  augment_picture(o, bytes(channels), x.data(), height, width, channels, Random(stream), y.data());
  return y;
}

double at(const Pixels &x, int height, int width, double row, double column) {
  const double r = std::clamp(row, 0.0, height - 1.0), c = std::clamp(column, 0.0, width - 1.0);
  const int r0 = static_cast<int>(std::floor(r)), c0 = static_cast<int>(std::floor(c));
  const int r1 = std::min(r0 + 1, height - 1), c1 = std::min(c0 + 1, width - 1);
  const auto v = [&](int i, int j) { return static_cast<double>(x[static_cast<size_t>(i * width + j)]); };
  const double fr = r - r0, fc = c - c0;
  return (v(r0, c0) * (1 - fc) + v(r0, c1) * fc) * (1 - fr) + (v(r1, c0) * (1 - fc) + v(r1, c1) * fc) * fr;
}

// A plane of rows and one of columns show where each pixel came from.
struct Planes {
  static constexpr int kSide = 21;
  Pixels x = Pixels(kSide * kSide * 2);
  Planes() {
    for (int r = 0; r < kSide; ++r)
      for (int c = 0; c < kSide; ++c) {
        x[static_cast<size_t>(r * kSide + c) * 2] = static_cast<float>(r);
        x[static_cast<size_t>(r * kSide + c) * 2 + 1] = static_cast<float>(c);
      }
  }
  Pixels operator()(const ImageAugment &o, uint64_t stream) const {
    return changed(o, x, kSide, kSide, 2, stream);
  }
};

TEST(AugmentPicture, leaves_it_where_nothing_is_on) {
  const Pixels x = pixels_of(60, 1);
  EXPECT_EQ(changed({}, x, 4, 5, 3, 1), x);
}

TEST(AugmentPicture, flips_as_numpy_does) {
  const Pixels x = pixels_of(4 * 5 * 3, 2);
  int flipped = 0;
  for (uint64_t stream = 0; stream < 1000; ++stream) {
    const Pixels y = changed({.flip_horizontal = 0.4f}, x, 4, 5, 3, stream);
    if (y == x) continue;
    ++flipped;
    for (size_t r = 0; r < 4; ++r)
      for (size_t c = 0; c < 5; ++c)
        for (size_t k = 0; k < 3; ++k) ASSERT_EQ(y[(r * 5 + c) * 3 + k], x[(r * 5 + 4 - c) * 3 + k]);
  }
  EXPECT_NEAR(flipped, 400, 50);
  const Pixels y = changed({.flip_vertical = 1}, x, 4, 5, 3, 1);
  for (size_t r = 0; r < 4; ++r)
    for (size_t i = 0; i < 15; ++i) EXPECT_EQ(y[r * 15 + i], x[(3 - r) * 15 + i]);
}

TEST(AugmentPicture, turns_about_its_middle_and_reads_between_pixels) {
  const Pixels x = pixels_of(9 * 7, 3);
  double largest = 0;
  for (uint64_t stream = 0; stream < 200; ++stream) {
    const double degrees = [&] {  // from where the planes say that a pixel came
      const Planes planes;
      const Pixels p = planes({.rotate_deg = 30}, stream);
      const size_t pixel = static_cast<size_t>(10 * Planes::kSide + 13) * 2;  // three to the right
      return std::atan2(static_cast<double>(p[pixel]) - 10, static_cast<double>(p[pixel + 1]) - 10) * 180 /
             std::acos(-1.0);
    }();
    largest = std::max(largest, std::fabs(degrees));
    const double sine = std::sin(degrees * std::acos(-1.0) / 180),
                 cosine = std::cos(degrees * std::acos(-1.0) / 180);
    const Pixels y = changed({.rotate_deg = 30}, x, 9, 7, 1, stream);
    for (int r = 0; r < 9; ++r)
      for (int c = 0; c < 7; ++c) {
        const double dr = r - 4, dc = c - 3;
        ASSERT_NEAR(y[static_cast<size_t>(r * 7 + c)],
                    at(x, 9, 7, 4 + sine * dc + cosine * dr, 3 + cosine * dc - sine * dr), 0.05);
      }
  }
  EXPECT_LE(largest, 30.001);
  EXPECT_GT(largest, 28);
}

TEST(AugmentPicture, shifts_zooms_and_crops_within_their_shares) {
  const Planes planes;
  double most_shift = 0, least_zoom = 9, most_zoom = 0, least_left = 9;
  constexpr int kSide = Planes::kSide;
  const auto pixel = [](const Pixels &p, int r, int c) {
    const size_t i = static_cast<size_t>(r * kSide + c) * 2;
    return std::pair(static_cast<double>(p[i]), static_cast<double>(p[i + 1]));
  };
  for (uint64_t stream = 0; stream < 500; ++stream) {
    const Pixels moved = planes({.shift = 0.2f}, stream);
    const auto [row, column] = pixel(moved, 10, 10);
    for (int d = -3; d <= 3; ++d) {
      const auto [r, c] = pixel(moved, 10 + d, 10 - d);
      ASSERT_NEAR(r - row, d, 1e-4);
      ASSERT_NEAR(c - column, -d, 1e-4);
    }
    most_shift = std::max({most_shift, std::fabs(row - 10), std::fabs(column - 10)});
    const Pixels zoomed = planes({.zoom = 0.25f}, stream);
    const double factor = 2 / (pixel(zoomed, 12, 10).first - 10);
    ASSERT_NEAR(pixel(zoomed, 10, 8).second, 10 - 2 / factor, 1e-4);
    least_zoom = std::min(least_zoom, factor);
    most_zoom = std::max(most_zoom, factor);
    const Pixels cropped = planes({.crop = 0.5f}, stream);
    const auto [top, left] = pixel(cropped, 0, 0);
    const auto [bottom, right] = pixel(cropped, kSide - 1, kSide - 1);
    const double kept = (bottom - top) / (kSide - 1);
    ASSERT_NEAR((right - left) / (kSide - 1), kept, 1e-4);  // the shape stays
    ASSERT_GE(std::min(top, left), 0);
    ASSERT_LE(std::max(bottom, right), kSide - 1);
    least_left = std::min(least_left, kept);
  }
  EXPECT_LE(most_shift, 0.2 * kSide + 1e-3);
  EXPECT_GT(most_shift, 0.19 * kSide);
  EXPECT_GE(least_zoom, 0.75 - 1e-3);
  EXPECT_LT(least_zoom, 0.77);
  EXPECT_LE(most_zoom, 1.25 + 1e-3);
  EXPECT_GT(most_zoom, 1.23);
  EXPECT_GE(least_left, 0.45);
  EXPECT_LT(least_left, 0.55);
}

TEST(AugmentPicture, changes_brightness_and_contrast_of_all_its_values) {
  Pixels x = pixels_of(6 * 6, 4);
  for (float &v : x) v = 100 + v / 10;  // far from both ends
  double mean = 0;
  for (const float v : x) mean += static_cast<double>(v) / 36;
  double least = 9, most = 0, darkest = 0, brightest = 0;
  for (uint64_t stream = 0; stream < 500; ++stream) {
    const Pixels y = changed({.contrast = 0.4f}, x, 6, 6, 1, stream);
    const double gain = (static_cast<double>(y[0]) - mean) / (static_cast<double>(x[0]) - mean);
    for (size_t i = 0; i < x.size(); ++i)
      ASSERT_NEAR(y[i], mean + gain * (static_cast<double>(x[i]) - mean), 1e-3);
    least = std::min(least, gain);
    most = std::max(most, gain);
    const Pixels b = changed({.brightness = 0.1f}, x, 6, 6, 1, stream);
    const double added = static_cast<double>(b[0]) - static_cast<double>(x[0]);
    for (size_t i = 0; i < x.size(); ++i) ASSERT_NEAR(b[i] - x[i], added, 1e-3);
    darkest = std::min(darkest, added);
    brightest = std::max(brightest, added);
  }
  EXPECT_NEAR(least, 0.6, 0.01);
  EXPECT_NEAR(most, 1.4, 0.01);
  EXPECT_NEAR(darkest, -25.5, 0.6);
  EXPECT_NEAR(brightest, 25.5, 0.6);
  const Pixels bright = changed({.brightness = 1}, Pixels(36, 250), 6, 6, 1, 3);
  for (const float v : bright) EXPECT_TRUE(v >= 0 && v <= 255);  // what a camera can give
}

TEST(AugmentPicture, adds_noise_of_a_share_of_the_range) {
  const Pixels x(20 * 20, 128.0f);
  double squares = 0;
  for (uint64_t stream = 0; stream < 20; ++stream)
    for (const float v : changed({.noise = 0.04f}, x, 20, 20, 1, stream))
      squares += (static_cast<double>(v) - 128) * (static_cast<double>(v) - 128);
  EXPECT_NEAR(std::sqrt(squares / 8000), 0.04 * 255, 0.3);
}

TEST(AugmentPicture, cuts_out_a_square_of_the_mean) {
  const Pixels x = pixels_of(10 * 10 * 3, 5);
  size_t most = 0;
  for (uint64_t stream = 0; stream < 300; ++stream) {
    const Pixels y = changed({.cutout = 0.5f}, x, 10, 10, 3, stream);
    size_t count = 0, low_r = 9, high_r = 0, low_c = 9, high_c = 0;
    for (size_t r = 0; r < 10; ++r)
      for (size_t c = 0; c < 10; ++c) {
        const size_t i = (r * 10 + c) * 3;
        if (y[i] == x[i]) continue;
        for (size_t k = 0; k < 3; ++k) ASSERT_EQ(y[i + k], 99);
        ++count;
        low_r = std::min(low_r, r);
        high_r = std::max(high_r, r);
        low_c = std::min(low_c, c);
        high_c = std::max(high_c, c);
      }
    if (count > 0) {
      ASSERT_EQ(count, (high_r - low_r + 1) * (high_c - low_c + 1));
      ASSERT_EQ(high_r - low_r, high_c - low_c);
    }
    most = std::max(most, count);
  }
  EXPECT_EQ(most, 16u);  // below half of 10
}

TEST(PictureRange, is_of_all_pictures) {
  Dataset set;
  set.window = 2;
  set.channels = 2;
  set.classes = {0, 0};
  for (const float v : {3.0f, 10.0f, -5.0f, 20.0f, 7.0f, 30.0f, 3.0f, 40.0f}) set.values.push_back(v);
  const PictureRange range = picture_range(set);
  EXPECT_EQ(range.low, -5);
  EXPECT_EQ(range.high, 40);
  EXPECT_EQ(range.mean, (std::vector<float>{2, 25}));
}

}  // namespace
}  // namespace mote

// Pictures against double precision: where a pixel of the result lies, and what is there.
#include <functional>

#include "fitted_block.h"

namespace mote {
namespace {

using test::block_values, test::FittedBlock;

struct Picture {
  int height, width, channels;
  std::vector<float> pixels;
  double at(int y, int x, int c) const { return pixels[static_cast<size_t>((y * width + x) * channels + c)]; }
};

Picture picture(int height, int width, int channels) {
  Picture p{height, width, channels, {}};
  Random random(static_cast<uint64_t>(height * 100 + width));
  for (int i = 0; i < height * width * channels; ++i)
    p.pixels.push_back(static_cast<float>(std::floor(256 * random.uniform())));
  return p;
}

std::vector<float> resized(const Picture &p, Attrs settings) {
  settings["from_height"] = int64_t{p.height};
  settings["from_width"] = int64_t{p.width};
  return block_values("image", settings, {p.height * p.width, p.channels}, p.pixels);
}

// The value at a place between pixels: linear, or of the pixel there.
double between(const Picture &p, double y, double x, int c, bool is_linear) {
  if (!is_linear) return p.at(static_cast<int>(std::floor(y)), static_cast<int>(std::floor(x)), c);
  const auto clamped = [](double v, int size) { return std::min(std::max(v - 0.5, 0.0), size - 1.0); };
  const double cy = clamped(y, p.height), cx = clamped(x, p.width);
  const int y0 = static_cast<int>(cy), x0 = static_cast<int>(cx), y1 = std::min(y0 + 1, p.height - 1),
            x1 = std::min(x0 + 1, p.width - 1);
  const double fy = cy - y0, fx = cx - x0;
  return (1 - fy) * ((1 - fx) * p.at(y0, x0, c) + fx * p.at(y0, x1, c)) +
         fy * ((1 - fx) * p.at(y1, x0, c) + fx * p.at(y1, x1, c));
}

// The mean over a rectangle, by 60 x 60 places of each pixel of the result.
double area_mean(const Picture &p, double top, double left, double height, double width, int c) {
  double sum = 0;
  for (int y = static_cast<int>(top); y < top + height - 1e-9; ++y)
    for (int x = static_cast<int>(left); x < left + width - 1e-9; ++x) {
      const double rows = std::min(top + height, y + 1.0) - std::max(top, static_cast<double>(y)),
                   columns = std::min(left + width, x + 1.0) - std::max(left, static_cast<double>(x));
      sum += p.at(y, x, c) * rows * columns;
    }
  return sum / (height * width);
}

TEST(Image, resizing_is_that_of_the_formulas) {
  for (const auto &[from, to] : std::vector<std::pair<std::pair<int, int>, std::pair<int, int>>>{
           {{9, 12}, {6, 4}}, {{5, 7}, {10, 14}}, {{8, 8}, {3, 5}}, {{6, 4}, {6, 4}}, {{1, 10}, {2, 3}}})
    for (const int channels : {1, 3})
      for (const char *how : {"nearest", "bilinear", "area"}) {
        const Picture p = picture(from.first, from.second, channels);
        const std::vector<float> y = resized(p, {{"height", int64_t{to.first}},
                                                 {"width", int64_t{to.second}},
                                                 {"resize", std::string(how)},
                                                 {"values", std::string("keep")}});
        ASSERT_EQ(y.size(), static_cast<size_t>(to.first * to.second * channels));
        const double down = static_cast<double>(from.first) / to.first,
                     across = static_cast<double>(from.second) / to.second;
        for (int i = 0; i < to.first; ++i)
          for (int j = 0; j < to.second; ++j)
            for (int c = 0; c < channels; ++c) {
              const double expected =
                  how == std::string("area")
                      ? area_mean(p, i * down, j * across, down, across, c)
                      : between(p, (i + 0.5) * down, (j + 0.5) * across, c, how == std::string("bilinear"));
              EXPECT_NEAR(y[static_cast<size_t>((i * to.second + j) * channels + c)], expected, 2e-4)
                  << how << " " << i << " " << j;
            }
      }
}

TEST(Image, the_middle_is_cropped) {
  const Picture p = picture(8, 12, 1);
  const std::vector<float> half = resized(p, {{"crop", 0.5}, {"values", std::string("keep")}});
  ASSERT_EQ(half.size(), 24u);
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 6; ++j) EXPECT_EQ(half[static_cast<size_t>(6 * i + j)], p.at(2 + i, 3 + j, 0));
  const std::vector<float> square = resized(p, {{"height", int64_t{8}},
                                                {"width", int64_t{8}},
                                                {"fit", std::string("crop")},
                                                {"values", std::string("keep")}});
  for (int i = 0; i < 8; ++i)
    for (int j = 0; j < 8; ++j) EXPECT_EQ(square[static_cast<size_t>(8 * i + j)], p.at(i, 2 + j, 0));
}

TEST(Image, grey_and_values_are_those_of_the_formulas) {
  const Picture p = picture(5, 5, 3);
  double mean = 0, square = 0;
  std::vector<double> grey;
  for (int i = 0; i < 25; ++i) {
    grey.push_back(0.299 * p.at(0, i, 0) + 0.587 * p.at(0, i, 1) + 0.114 * p.at(0, i, 2));
    mean += grey.back() / 25;
  }
  for (const double v : grey) square += (v - mean) * (v - mean) / 25;
  const auto expect = [&](const char *values, const std::function<double(double)> &formula) {
    std::vector<double> expected;
    for (const double v : grey) expected.push_back(formula(v));
    test::expect_close(resized(p, {{"color", std::string("grayscale")}, {"values", std::string(values)}}),
                       expected, 2e-6, values);
  };
  expect("keep", [](double v) { return v; });
  expect("unit", [](double v) { return v / 255; });
  expect("signed", [](double v) { return (v - 127.5) / 127.5; });
  expect("standardize", [&](double v) { return (v - mean) / std::sqrt(square); });
  EXPECT_EQ(block_values("image", {{"values", std::string("standardize")}}, {4, 1}, {7, 7, 7, 7}),
            std::vector<float>(4));
}

TEST(Image, knows_how_pictures_lie) {
  EXPECT_EQ(FittedBlock("image", {}, {96 * 96, 3}).out, (Shape{96, 96, 3}));
  EXPECT_EQ(FittedBlock("image", {{"height", int64_t{10}}, {"from_width", int64_t{12}}}, {8 * 12, 1}).out,
            (Shape{10, 12, 1}));
  // behind another block of images the shape says it
  EXPECT_EQ(FittedBlock("image", {{"color", std::string("grayscale")}}, {4, 6, 3}).out, (Shape{4, 6, 1}));
  EXPECT_ERROR(FittedBlock("image", {}, {96, 1}), "96 pixels are no square; set from_height and from_width");
  EXPECT_ERROR(FittedBlock("image", {{"from_height", int64_t{7}}}, {96, 1}), "96 pixels are not 7 x 13");
  EXPECT_ERROR(FittedBlock("image", {{"color", std::string("grayscale")}}, {16, 2}), "pixels have 2 values");
}

}  // namespace
}  // namespace mote

// Images: the middle of a picture, in another size, in grey, with values that networks like. Cropping and
// resizing are tables of weights per row and column, so that a device has one loop for all of them.
//
// A window of pixels has no height and width of its own: [height * width, channels]. It is square, or the
// settings say what it is; a block behind another one of images takes what that gives.
#include "features/block_routine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mote_image.h"

namespace mote::features {

namespace {

constexpr int kMostSide = 4096;

struct PicturePlan {
  int height = 0, width = 0;                        // of what comes
  double top = 0, left = 0, rows = 0, columns = 0;  // the part that is kept
  int out_height = 0, out_width = 0;
};

void set_incoming(const PreprocessingStep &step, const Shape &in, PicturePlan &plan) {
  const int given_height = step.attrs.integer("from_height"), given_width = step.attrs.integer("from_width");
  const int pixels = rows_of(in);
  if (in.rank() == 3) {
    plan.height = in[0];
    plan.width = in[1];
  } else {
    plan.width = given_width > 0    ? given_width
                 : given_height > 0 ? pixels / given_height
                                    : static_cast<int>(std::llround(__builtin_sqrt(pixels)));
    plan.height = given_height > 0 ? given_height : plan.width > 0 ? pixels / plan.width : 0;
  }
  const bool is_other =
      (given_height > 0 && given_height != plan.height) || (given_width > 0 && given_width != plan.width);
  if (int64_t{plan.height} * plan.width == pixels && !is_other) return;
  if (given_height == 0 && given_width == 0)
    refuse(step, fmt::format("{} pixels are no square", pixels), "set from_height and from_width");
  refuse(step, fmt::format("{} pixels are not {} x {}", pixels, plan.height, plan.width),
         "set from_height and from_width to those of the pictures");
}

PicturePlan picture_plan(const PreprocessingStep &step, const Shape &in) {
  PicturePlan plan;
  set_incoming(step, in, plan);
  if (plan.height > kMostSide || plan.width > kMostSide)
    refuse(step, fmt::format("pictures of {} x {}", plan.height, plan.width),
           fmt::format("a side has at most {} pixels", kMostSide));
  const double crop = step.attrs.number("crop");
  plan.rows = plan.height * crop;
  plan.columns = plan.width * crop;
  const int height = step.attrs.integer("height"), width = step.attrs.integer("width");
  plan.out_height = height > 0 ? height : std::max(1, static_cast<int>(plan.rows + 0.5));
  plan.out_width = width > 0 ? width : std::max(1, static_cast<int>(plan.columns + 0.5));
  if (step.attrs.text("fit") == "crop") {
    const double wanted = static_cast<double>(plan.out_width) / plan.out_height;
    plan.columns = std::min(plan.columns, plan.rows * wanted);
    plan.rows = std::min(plan.rows, plan.columns / wanted);
  }
  // whole pixels, so that a part that is not resized is exactly its pixels
  plan.rows = std::max(1.0, std::floor(plan.rows + 0.5));
  plan.columns = std::max(1.0, std::floor(plan.columns + 0.5));
  plan.top = std::floor((plan.height - plan.rows) / 2);
  plan.left = std::floor((plan.width - plan.columns) / 2);
  return plan;
}

// Of each row (or column) that is made: the first of those it is made of, how many, and their weights.
struct LineTables {
  std::vector<float> first, count, weights;
};

void add_line(LineTables &lines, double first, const std::vector<double> &weights) {
  lines.first.push_back(static_cast<float>(first));
  lines.count.push_back(static_cast<float>(weights.size()));
  lines.weights.insert(lines.weights.end(), weights.begin(), weights.end());
}

// `from`: where the part begins, of `size` lines, that becomes `made`.
LineTables nearest_lines(double from, double size, int made) {
  LineTables lines;
  for (int i = 0; i < made; ++i) add_line(lines, from + std::floor((i + 0.5) * size / made), {1});
  return lines;
}

LineTables bilinear_lines(double from, double size, int made) {
  LineTables lines;
  for (int i = 0; i < made; ++i) {
    const double at = std::clamp((i + 0.5) * size / made - 0.5, 0.0, size - 1), first = std::floor(at);
    if (at == first)
      add_line(lines, from + first, {1});
    else
      add_line(lines, from + first, {1 - (at - first), at - first});
  }
  return lines;
}

LineTables area_lines(double from, double size, int made) {
  LineTables lines;
  const double scale = size / made;
  for (int i = 0; i < made; ++i) {
    const double begin = i * scale, end = std::min((i + 1) * scale, size);
    constexpr double kNothing = 1e-9;  // of a line: rounding
    const double first = std::floor(begin + kNothing);
    std::vector<double> weights;
    for (double line = first; line < end - kNothing; ++line)
      weights.push_back((std::min(end, line + 1) - std::max(begin, line)) / scale);
    add_line(lines, from + first, weights);
  }
  return lines;
}

LineTables picture_lines(const PreprocessingStep &step, double from, double size, int made) {
  const std::string &resize = step.attrs.text("resize");
  return resize == "nearest"    ? nearest_lines(from, size, made)
         : resize == "bilinear" ? bilinear_lines(from, size, made)
                                : area_lines(from, size, made);
}

Tables picture_tables(const PreprocessingStep &step, const Shape &in) {
  const PicturePlan plan = picture_plan(step, in);
  LineTables rows = picture_lines(step, plan.top, plan.rows, plan.out_height);
  LineTables columns = picture_lines(step, plan.left, plan.columns, plan.out_width);
  return {{"row_first", std::move(rows.first)},       {"row_count", std::move(rows.count)},
          {"row_weights", std::move(rows.weights)},   {"column_first", std::move(columns.first)},
          {"column_count", std::move(columns.count)}, {"column_weights", std::move(columns.weights)}};
}

mote_image_params picture_numbers(const PreprocessingStep &step, const Shape &in) {
  const PicturePlan plan = picture_plan(step, in);
  const std::string &values = step.attrs.text("values");
  mote_image_params p{};
  p.width = plan.width;
  p.channels = channels_of(in);
  p.out_height = plan.out_height;
  p.out_width = plan.out_width;
  p.is_grey = step.attrs.text("color") == "grayscale" && p.channels == 3;
  p.offset = values == "signed" ? 127.5f : 0;
  p.divisor = values == "unit" ? 255 : values == "signed" ? 127.5f : 1;
  p.is_standardized = values == "standardize";
  if (p.is_standardized)  // what varies less than one value by one step is no picture
    p.divisor = static_cast<float>(
        1 / __builtin_sqrt(1.0 * p.out_height * p.out_width * (p.is_grey ? 1 : p.channels)));
  return p;
}

Shape picture_shape(const PreprocessingStep &step, const Shape &in) {
  const int channels = channels_of(in);
  if (step.attrs.text("color") == "grayscale" && channels != 1 && channels != 3)
    refuse(step, fmt::format("pixels have {} values, but red, green and blue are 3", channels),
           "use pictures in colour or in grey");
  const mote_image_params p = picture_numbers(step, in);
  return {p.out_height, p.out_width, p.is_grey ? 1 : channels};
}

std::vector<AttrSpec> picture_attrs() {
  return {
      {"height", int64_t{0}, "of what it gives; 0: of the part that is kept", {}, 0, kMostSide},
      {"width", int64_t{0}, "of what it gives; 0: of the part that is kept", {}, 0, kMostSide},
      {"resize",
       std::string("bilinear"),
       "pixels in between: the nearest one, linear in both directions (half-pixel centres, as TensorFlow and "
       "OpenCV have it), or the mean over the area of a pixel",
       {"bilinear", "nearest", "area"}},
      {"crop", 1.0, "part of height and width in the middle that is kept", {}, 1e-3, 1},
      {"fit",
       std::string("stretch"),
       "another proportion of sides: stretched, or cut to it in the middle first",
       {"stretch", "crop"}},
      {"color",
       std::string("keep"),
       "keep: channels as they are; grayscale: 0.299 red + 0.587 green + 0.114 blue, not rounded",
       {"keep", "grayscale"},
       -1e300,
       1e300,
       {{"grey", "grayscale"}, {"gray", "grayscale"}}},
      {"values",
       std::string("unit"),
       "of pixels of 0 to 255: 0 to 1; -1 to 1; less the picture's mean, by its deviation; as they are",
       {"unit", "signed", "standardize", "keep"}},
      {"from_height", int64_t{0}, "of the pictures that come; 0: they are square", {}, 0, kMostSide},
      {"from_width", int64_t{0}, "of the pictures that come; 0: they are square", {}, 0, kMostSide}};
}

}  // namespace

const FeatureDef &image_feature() {
  using P = mote_image_params;
  static const FeatureDef kDef = routine_feature<P>(
      {.name = "image",
       .formula = "y[i, j, c] = sum over rows and columns of their weights and x, less offset, by divisor",
       .doc = "pictures cropped, in another size, in grey, with other values",
       .attrs = picture_attrs(),
       .tables = {{"row_first", "int16_t", true},
                  {"row_count", "int16_t", true},
                  {"row_weights"},
                  {"column_first", "int16_t", true},
                  {"column_count", "int16_t", true},
                  {"column_weights"}},
       .shape = picture_shape,
       .frames = NotSupported{"is of pictures"},
       .tables_of = picture_tables,
       .operations =
           [](const PreprocessingStep &step, const Shape &in) {
             const Tables tables = picture_tables(step, in);
             const double colours = picture_numbers(step, in).is_grey ? 3 : channels_of(in);
             return colours * 4.0 * static_cast<double>(tables.at("row_weights").size()) *
                    static_cast<double>(tables.at("column_weights").size());
           },
       .takes_pictures = true},
      {"image",
       mote_image,
       {{"width", &P::width},
        {"channels", &P::channels},
        {"out_height", &P::out_height},
        {"out_width", &P::out_width},
        {"is_grey", &P::is_grey},
        {"offset", &P::offset},
        {"divisor", &P::divisor},
        {"is_standardized", &P::is_standardized},
        {"row_first", &P::row_first},
        {"row_count", &P::row_count},
        {"row_weights", &P::row_weights},
        {"column_first", &P::column_first},
        {"column_count", &P::column_count},
        {"column_weights", &P::column_weights}},
       picture_numbers});
  return kDef;
}

}  // namespace mote::features

// Examples [N, ...] as recordings: shapes, what the axes are, parts and groups.
//
// Formats and where classes come from are each reader's own.
#include "data/readers/examples.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "data/array_axes.h"

namespace mote {

// As in a table, a number that the float of a sample cannot hold is no infinite value of a sensor.
void refuse_too_large(const NpyArray &x, const std::string &path) {
  for (const double value : x.values)
    if (const float sample = value; std::isfinite(value) && !std::isfinite(sample))
      Intake::fail(path, fmt::format("holds {:g}, which is too large for a float", value));
}

namespace {

bool are_pixels(const NpyArray &x) {
  double highest = 0;
  for (const double v : x.values) {
    if (!(v >= 0 && v <= 255 && v == std::floor(v))) return false;
    highest = std::max(highest, v);
  }
  return highest > 1;
}

// One that is [channels, rows], or may be.
bool has_channels_first(Intake &intake, const NpyArray &x, const std::string &path) {
  if (x.shape.size() != 3) return false;
  const FoundAxes axes = axes_of(x, intake.options());
  const size_t first = x.shape[1], last = x.shape[2];
  if (axes.is_guess && !intake.options().model)
    intake.ask(path, fmt::format(
                         "is an example {0} rows of {1} channels, as taken, or {0} channels of {1} rows? Set "
                         "data.axes = \"rows_channels\" or \"channels_rows\"",
                         first, last));
  return axes.has_channels_first;
}

// [channels, rows] as [rows, channels].
SensorValues turned(std::vector<double>::const_iterator from, size_t rows, size_t channels) {
  SensorValues values;
  values.reserve(rows * channels);
  for (size_t t = 0; t < rows; ++t)
    for (size_t c = 0; c < channels; ++c) values.push_back(from[c * rows + t]);
  return values;
}

}  // namespace

void add_examples(Intake &intake, const Examples &e, const std::string &path) {
  const NpyArray &x = e.x;
  const size_t rank = x.shape.size();
  if (!x.texts.empty()) Intake::fail(path, "X holds text", "expected numbers");
  if (rank < 2 || rank > 4)
    Intake::fail(path, fmt::format("X has {} dimensions", rank),
                 "expected [examples, rows, channels] or [examples, features]");
  refuse_too_large(x, path);
  if (const auto &model = intake.options().model; model && rank == 2 && model->channels > 1)
    Intake::fail(
        path, fmt::format("has rows of {} values, the model takes {} channels", x.shape[1], model->channels),
        fmt::format("expected [rows, {0}], or examples as [examples, rows, {0}]", model->channels));
  const bool has_labels = !e.y.empty() || !intake.options().model;
  if (has_labels && e.y.size() != x.rows())
    Intake::fail(path, fmt::format("y has {} labels for {} examples", e.y.size(), x.rows()),
                 "each example needs its label, in a file beside it or an array y");
  if (!e.groups.empty() && e.groups.size() != x.rows())
    Intake::fail(path, fmt::format("groups has {} entries for {} examples", e.groups.size(), x.rows()));
  const bool is_image = rank == 4;
  const bool is_turned = x.values.empty() ? false : has_channels_first(intake, x, path);
  size_t rows = is_image ? x.shape[1] * x.shape[2] : x.shape[1], channels = rank >= 3 ? x.shape[rank - 1] : 1;
  if (is_turned) std::swap(rows, channels);
  if (rows == 0 || channels == 0 || x.rows() == 0) Intake::fail(path, "X is empty");
  if (rows > 1u << 24 || channels > 1u << 16) Intake::fail(path, "X has examples too large to train on");
  std::vector<std::string> names;
  for (size_t c = 0; c < channels; ++c) names.push_back(fmt::format("c{}", c));
  Recordings &set = intake.set();
  if (set.image_height > 0 && (!is_image || !std::cmp_equal(set.image_height, x.shape[1])))
    Intake::fail(path, "is an array, the files before it are images");
  intake.check_channels(names, false, path);
  if (is_image) {
    set.image_height = x.shape[1];
    set.image_width = x.shape[2];
  }
  set.is_features = rank == 2;
  constexpr size_t kLeastSide = 8;
  const bool is_square = rank == 3 && x.shape[1] == x.shape[2] && x.shape[1] >= kLeastSide;
  if (is_square && !intake.options().model && are_pixels(x))
    intake.ask(path,
               fmt::format("are its examples pictures of {0} x {0} pixels, or {0} rows of {0} sensors (as "
                           "taken)? Pictures are saved as [N, {0}, {0}, 1]",
                           x.shape[1]));
  intake.say(
      rank == 2 ? fmt::format("X is [examples, features]: {} features, each normalized by itself unless "
                              "train.normalize says else",
                              rows)
      : rank == 3 && is_turned
          ? fmt::format("X is [examples, channels, rows]: {} channels of {} rows{}", channels, rows,
                        intake.options().axes != ArrayAxes::kAuto
                            ? ""
                            : ", since its values run on along the last axis and jump along the one before "
                              "(data.axes = \"rows_channels\" if not)")
      : rank == 3
          ? fmt::format("X is [examples, rows, channels]: {} rows of {} channels", rows, channels)
          : fmt::format("X is [examples, height, width, channels]: {} x {} pixels", x.shape[2], x.shape[1]));
  for (size_t i = 0; i < x.rows(); ++i) {
    Recording r{has_labels ? e.y[i] : "", path, e.groups.empty() ? e.part : e.groups[i], 0, 0, {}};
    r.first_line = i + 1;
    r.rows = rows;
    const auto from = x.values.begin() + i * rows * channels;
    if (is_turned)
      r.values = turned(from, rows, channels);
    else
      r.values.assign(from, from + rows * channels);
    if (e.part == "train" || e.part == "test") r.part = e.part;
    set.items.push_back(std::move(r));
  }
}

}  // namespace mote

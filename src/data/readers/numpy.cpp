// NumPy arrays: X of examples with y beside it, or the channels of one long recording by name.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/text.h"
#include "data/column_names.h"
#include "data/npy.h"
#include "data/readers/examples.h"
#include "data/readers/readers.h"

namespace mote {

namespace {

using Arrays = std::map<std::string, NpyArray>;

// A label of y in words. Of an empty one nothing could be made.
std::vector<std::string> texts_of(const NpyArray &y, const std::string &path) {
  for (size_t i = 0; i < y.texts.size(); ++i)
    if (trim(y.texts[i]).empty()) Intake::fail(path, fmt::format("y[{}] is an empty text", i));
  return y.texts;
}

std::vector<std::string> integers_of(const std::vector<double> &values, const std::string &path) {
  std::vector<std::string> labels;
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] != std::floor(values[i]))
      Intake::fail(path, fmt::format("y[{}] = {} is not an integer", i, values[i]),
                   "a class is an integer or a text");
    labels.push_back(fmt::format("{:.0f}", values[i]));
  }
  return labels;
}

// y as one class per example: [n] or [n, 1] of integers or texts, or one-hot [n, classes].
std::vector<std::string> classes_of(Intake &intake, const NpyArray &y, const std::string &path) {
  if (!y.texts.empty()) return texts_of(y, path);
  const size_t width = y.row_size();
  if (y.shape.size() < 2 || width == 1) return integers_of(y.values, path);
  std::vector<std::string> classes;
  if (y.shape.size() == 2)
    for (size_t i = 0; i < y.rows(); ++i) {
      size_t ones = 0, at = 0;
      for (size_t k = 0; k < width; ++k) {
        const double v = y.values[i * width + k];
        if (v == 1) {
          ++ones;
          at = k;
        }
        if (v != 0 && v != 1) ones = 2;
      }
      if (ones != 1) break;
      classes.push_back(std::to_string(at));
    }
  if (classes.size() != y.rows() || y.shape.size() != 2)
    Intake::fail(path, fmt::format("y has {} numbers for each example and is not one-hot", width),
                 "give one integer per example, or rows with a single 1");
  intake.say("y is one-hot: the place of the 1 is the class");
  return classes;
}

std::vector<std::string> groups_of(const NpyArray &groups) {
  if (!groups.texts.empty()) return groups.texts;
  std::vector<std::string> names;
  for (double v : groups.values) names.push_back(fmt::format("{:g}", v));
  return names;
}

// For a model of a stretch of time: an array of its channels, or without them of its only one, is a
// recording.
bool is_recording(const Intake &intake, const NpyArray &x) {
  const std::optional<ForModel> &model = intake.options().model;
  if (!model || x.shape.empty() || x.shape.size() > 2 || !x.texts.empty()) return false;
  const size_t channels = model->channels, window = model->window;
  if (x.shape.size() == 1) return channels == 1;
  return x.shape[1] == channels && !(channels == 1 && x.shape[1] == window);
}

void add_rows(Intake &intake, const NpyArray &x, const std::string &label, const FoundFile &file) {
  const std::string path = file.path.string();
  const size_t channels = x.shape.size() == 2 ? x.shape[1] : 1;
  if (x.values.empty()) Intake::fail(path, "is empty");
  if (x.rows() > 1u << 30) Intake::fail(path, "is too long a recording");
  std::vector<std::string> names;
  for (size_t c = 0; c < channels; ++c) names.push_back(fmt::format("c{}", c));
  intake.check_channels(names, false, path);
  refuse_too_large(x, path);
  intake.say("an array of [rows, channels] is one recording");
  Recording r{label, path, file.folder, 0, 0, {}};
  r.rows = x.rows();
  r.values.assign(x.values.begin(), x.values.end());
  intake.add_recording(std::move(r));
}

// Arrays of one length are the channels of one recording, of the class that the file's name gives.
bool add_channels(Intake &intake, const Arrays &arrays, const FoundFile &file) {
  const std::string path = file.path.string();
  std::vector<std::string> names = intake.options().channels, all;
  for (const auto &[name, array] : arrays) all.push_back(name);
  if (names.empty()) names = all;
  size_t rows = 0;
  for (const std::string &name : names) {
    const auto it = arrays.find(name);
    if (it == arrays.end())
      Intake::fail(path, fmt::format("has no array '{}'", name),
                   fmt::format("its arrays are {}", fmt::join(all, ", ")));
    if (!it->second.texts.empty() || it->second.shape.empty() || it->second.row_size() != 1 ||
        it->second.rows() < 2)
      return false;
    if (rows != 0 && it->second.rows() != rows) return false;
    rows = it->second.rows();
  }
  if (rows == 0 || rows > 1u << 30) return false;
  const std::string label =
      intake.options().label_from == LabelFrom::kFolder ? file.folder : class_of_stem(file.stem);
  if (label.empty()) return false;
  intake.check_channels(names, true, path);
  intake.say("each .npz file is one recording of the class in its name, its arrays are the channels");
  const int wanted = intake.options().rows_per_recording;
  const size_t step = wanted > 0 ? static_cast<size_t>(wanted) : rows;
  for (size_t from = 0; from + step <= rows; from += step) {
    Recording r{label, path, file.folder, 0, 0, {}};
    if (wanted > 0) r.first_line = static_cast<long>(from) + 1;  // what tells them apart
    r.rows = static_cast<int>(step);
    r.values.reserve(step * names.size());
    for (size_t i = from; i < from + step; ++i)
      for (const std::string &name : names) r.values.push_back(arrays.at(name).values[i]);
    intake.add_recording(std::move(r));
  }
  if (rows % step != 0)
    intake.add(Severity::kWarning, path,
               fmt::format("an incomplete recording of {} rows at its end was skipped; {} were expected",
                           rows % step, step));
  return true;
}

// True if nearly every feature has the mean 0 and the deviation 1 over the examples, so far off at most.
bool is_normalized(const NpyArray &x, double off_mean, double off_deviation) {
  const size_t width = x.row_size(), n = x.rows();
  if (width == 0 || n < 10) return false;
  std::vector<double> sum(width), squares(width);
  for (size_t i = 0; i < x.values.size(); ++i) sum[i % width] += x.values[i];
  for (size_t i = 0; i < x.values.size(); ++i) {
    const double d = x.values[i] - sum[i % width] / n;
    squares[i % width] += d * d;
  }
  size_t near = 0;
  for (size_t k = 0; k < width; ++k) {
    const double mean = sum[k] / n, deviation = std::sqrt(squares[k] / n);
    near += std::fabs(mean) < off_mean && std::fabs(deviation - 1) < off_deviation;
  }
  return near * 10 >= width * 9;
}

// mean.npy and std.npy, as scripts save them beside X.npy. They are used where train.normalize says so.
void take_given(Intake &intake, const NpyArray &x, const std::string &path) {
  const fs::path folder = fs::path(path).parent_path();
  const fs::path mean_path = folder / "mean.npy", deviation_path = folder / "std.npy";
  if (!intake.has_companion(mean_path) || !intake.has_companion(deviation_path)) {
    // no sensor has this by chance in all of its features
    if (x.row_size() > 1 && is_normalized(x, 0.05, 0.05))
      intake.add(
          Severity::kWarning, path,
          "was normalized before it was saved: its features have mean 0 and deviation 1. A device has "
          "the numbers before that, so the model would get others there; save X as the sensor gives it");
    return;
  }
  const NpyArray mean = parse_npy(intake.read(mean_path), mean_path.string()),
                 deviation = parse_npy(intake.read(deviation_path), deviation_path.string());
  if (mean.values.size() != deviation.values.size())
    Intake::fail(deviation_path.string(),
                 fmt::format("has {} values, mean.npy has {}", deviation.values.size(), mean.values.size()));
  double farthest = 0;
  for (size_t i = 0; i < mean.values.size(); ++i) {
    if (!std::isfinite(mean.values[i]))
      Intake::fail(mean_path.string(), fmt::format("mean[{}] is not a number", i));
    if (!(deviation.values[i] > 0) || !std::isfinite(deviation.values[i]))
      Intake::fail(deviation_path.string(),
                   fmt::format("std[{}] = {} is no deviation", i, deviation.values[i]),
                   "a feature that never changes gets 1");
    farthest = std::max(farthest, std::fabs(mean.values[i]) + std::fabs(std::log(deviation.values[i])));
  }
  Recordings &set = intake.set();
  set.given_mean.assign(mean.values.begin(), mean.values.end());
  set.given_deviation.assign(deviation.values.begin(), deviation.values.end());
  intake.say(
      "mean.npy and std.npy are there: train.normalize = \"given\" takes them, else mean and deviation are "
      "those of "
      "the training part");
  if (farthest > 1 && is_normalized(x, 0.3, 0.5))
    intake.add(Severity::kWarning, path,
               "seems to be normalized by mean.npy and std.npy already: a device has the numbers before "
               "that, so the "
               "model would get others there; save X before it is normalized");
}

void read_zipped(Intake &intake, const FoundFile &file) {
  const std::string path = file.path.string();
  const Arrays arrays = parse_npz(intake.read(path), path, NpyTexts::kAllowed);
  std::vector<std::string> used;
  const auto find = [&](std::initializer_list<const char *> names) -> const NpyArray * {
    for (const char *n : names)
      for (const auto &[name, array] : arrays)
        if (lower(name) == n) {
          used.push_back(name);
          return &array;
        }
    return nullptr;
  };
  const NpyArray *groups = find({"groups", "subjects"});
  const NpyArray *x = find({"x", "x_train", "train_x", "train_images", "data"});
  const NpyArray *y = find({"y", "y_train", "train_y", "train_labels", "labels"});
  const NpyArray *x_test = find({"x_test", "test_x", "test_images"});
  const NpyArray *y_test = find({"y_test", "test_y", "test_labels"});
  if (x == nullptr && add_channels(intake, arrays, file)) return;
  if (x == nullptr)
    Intake::fail(path, "has no array named X", "expected X [examples, rows, channels] and y [examples]");
  const bool is_for_model = intake.options().model.has_value();
  if (is_for_model && !intake.options().model->uses_labels) y = y_test = groups = nullptr;
  if (y == nullptr && is_recording(intake, *x)) return add_rows(intake, *x, class_of_stem(file.stem), file);
  const bool has_parts = x_test != nullptr && (y_test != nullptr || is_for_model);
  const auto labels = [&](const NpyArray *a) {
    return a ? classes_of(intake, *a, path) : std::vector<std::string>();
  };
  add_examples(intake,
               {*x, labels(y), groups ? groups_of(*groups) : std::vector<std::string>(),
                has_parts ? "train" : file.folder},
               path);
  if (has_parts) {
    add_examples(intake, {*x_test, labels(y_test), {}, "test"}, path);
    intake.say(
        "x_test and y_test are read too, as the group \"test\": split.test_groups = [\"test\"] tests on "
        "them");
  }
  std::vector<std::string> unused;
  for (const auto &[name, array] : arrays)
    if (std::find(used.begin(), used.end(), name) == used.end()) unused.push_back(name);
  if (!unused.empty())
    intake.add(Severity::kNote, path, fmt::format("the arrays {} are not used", few_of(unused)));
}

}  // namespace

void read_numpy(Intake &intake, const FoundFile &file) {
  if (extension_of(file.path) == ".npz") return read_zipped(intake, file);
  const std::string path = file.path.string();
  const NpyArray x = parse_npy(intake.read(path), path);
  NpyArray y, groups;
  const std::optional<ForModel> &model = intake.options().model;
  // X_train.npy has y_train.npy beside it
  std::string name = file.path.filename().string();
  name[0] = 'y';
  const fs::path folder = file.path.parent_path(), group_path = folder / "groups.npy";
  const fs::path label_path =
      lower(file.path.stem().string()).starts_with("x_") && intake.has_companion(folder / name)
          ? folder / name
          : folder / "y.npy";
  const bool has_labels = intake.has_companion(label_path) && (!model || model->uses_labels);
  if (has_labels) y = parse_npy(intake.read(label_path), label_path.string(), NpyTexts::kAllowed);
  if (!model && intake.has_companion(group_path))
    groups = parse_npy(intake.read(group_path), group_path.string(), NpyTexts::kAllowed);
  if (!has_labels && is_recording(intake, x)) return add_rows(intake, x, class_of_stem(file.stem), file);
  if (has_labels || !model) intake.say(fmt::format("classes come from {}", label_path.filename().string()));
  if (!has_labels && !model)
    Intake::fail(path, "has no labels beside it",
                 fmt::format("expected {} in the same folder, with a class for each of its {} examples",
                             label_path.filename().string(), x.rows()));
  if (!model) take_given(intake, x, path);
  const std::vector<std::string> classes =
      has_labels || !model ? classes_of(intake, y, label_path.string()) : std::vector<std::string>();
  add_examples(intake, {x, classes, groups_of(groups), part_of(file)}, path);
}

}  // namespace mote

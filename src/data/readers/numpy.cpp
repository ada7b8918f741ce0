// NumPy arrays: X of examples with y beside it, or the channels of one long recording by name.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"
#include "data/column_names.h"
#include "data/npy.h"
#include "data/readers/readers.h"

namespace mote {

namespace {

using Arrays = std::map<std::string, NpyArray>;

// y as one class per example: [n], [n, 1], or one-hot [n, classes].
std::vector<double> classes_of(Intake &intake, const NpyArray &y, const std::string &path) {
  const size_t width = y.row_size();
  if (y.shape.size() < 2 || width == 1) return y.values;
  std::vector<double> classes;
  if (y.shape.size() == 2)
    for (size_t i = 0; i < y.rows(); ++i) {
      size_t ones = 0, at = 0;
      for (size_t k = 0; k < width; ++k) {
        const double v = y.values[i * width + k];
        if (v == 1) ++ones, at = k;
        if (v != 0 && v != 1) ones = 2;
      }
      if (ones != 1) break;
      classes.push_back(static_cast<double>(at));
    }
  if (classes.size() != y.rows() || y.shape.size() != 2)
    Intake::fail(path, fmt::format("y has {} numbers for each example and is not one-hot", width),
                 "give one integer per example, or rows with a single 1");
  intake.say("y is one-hot: the place of the 1 is the class");
  return classes;
}

struct Examples {
  const NpyArray &x;
  std::vector<double> y;
  std::vector<double> groups;
  std::string part;  // "train" or "test", else the folder
};

void add_examples(Intake &intake, const Examples &e, const std::string &path) {
  const NpyArray &x = e.x;
  const size_t rank = x.shape.size();
  if (rank < 2 || rank > 4)
    Intake::fail(path, fmt::format("X has {} dimensions", rank),
                 "expected [examples, rows, channels] or [examples, features]");
  if (e.y.size() != x.rows())
    Intake::fail(path, fmt::format("y has {} labels for {} examples", e.y.size(), x.rows()),
                 "put y.npy with one label per example beside it");
  if (!e.groups.empty() && e.groups.size() != x.rows())
    Intake::fail(path, fmt::format("groups has {} entries for {} examples", e.groups.size(), x.rows()));
  const bool is_image = rank == 4;
  const size_t rows = is_image ? x.shape[1] * x.shape[2] : x.shape[1],
               channels = rank >= 3 ? x.shape[rank - 1] : 1;
  if (rows == 0 || channels == 0 || x.rows() == 0) Intake::fail(path, "X is empty");
  if (rows > 1u << 24 || channels > 1u << 16) Intake::fail(path, "X has examples too large to train on");
  std::vector<std::string> names;
  for (size_t c = 0; c < channels; ++c) names.push_back(fmt::format("c{}", c));
  Recordings &set = intake.set();
  if (set.image_height > 0 && (!is_image || set.image_height != static_cast<int>(x.shape[1])))
    Intake::fail(path, "is an array, the files before it are images");
  intake.check_channels(names, false, path);
  if (is_image)
    set.image_height = static_cast<int>(x.shape[1]), set.image_width = static_cast<int>(x.shape[2]);
  set.is_features = rank == 2;
  intake.say(
      rank == 2 ? fmt::format("X is [examples, features]: {} features, each normalized by itself unless "
                              "train.normalize says else",
                              rows)
      : rank == 3
          ? fmt::format("X is [examples, rows, channels]: {} rows of {} channels", rows, channels)
          : fmt::format("X is [examples, height, width, channels]: {} x {} pixels", x.shape[2], x.shape[1]));
  for (size_t i = 0; i < x.rows(); ++i) {
    const double label = e.y[i];
    if (label != std::floor(label)) Intake::fail(path, fmt::format("y[{}] = {} is not an integer", i, label));
    Recording r{fmt::format("{:.0f}", label),
                path,
                e.groups.empty() ? e.part : fmt::format("{:g}", e.groups[i]),
                static_cast<long>(i) + 1,
                static_cast<int>(rows),
                {}};
    const auto from = x.values.begin() + static_cast<long>(i * rows * channels);
    r.values.assign(from, from + static_cast<long>(rows * channels));
    set.items.push_back(std::move(r));
  }
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
    if (it->second.shape.empty() || it->second.row_size() != 1 || it->second.rows() < 2) return false;
    if (rows != 0 && it->second.rows() != rows) return false;
    rows = it->second.rows();
  }
  if (rows == 0 || rows > 1u << 30) return false;
  const std::string label =
      intake.options().label_from == LabelFrom::kFolder ? file.folder : class_of_stem(file.stem);
  if (label.empty()) return false;
  intake.check_channels(names, true, path);
  intake.say("each .npz file is one recording of the class in its name, its arrays are the channels");
  Recording r{label, path, file.folder, 0, static_cast<int>(rows), {}};
  r.values.reserve(rows * names.size());
  for (size_t i = 0; i < rows; ++i)
    for (const std::string &name : names) r.values.push_back(static_cast<float>(arrays.at(name).values[i]));
  intake.add_recording(std::move(r));
  return true;
}

void read_zipped(Intake &intake, const FoundFile &file) {
  const std::string path = file.path.string();
  const Arrays arrays = parse_npz(intake.read(path), path);
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
  const bool has_parts = x_test != nullptr && y_test != nullptr;
  const auto labels = [&](const NpyArray *a) {
    return a ? classes_of(intake, *a, path) : std::vector<double>();
  };
  add_examples(
      intake,
      {*x, labels(y), groups ? groups->values : std::vector<double>(), has_parts ? "train" : file.folder},
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
  // X_train.npy has y_train.npy beside it
  std::string name = file.path.filename().string();
  name[0] = 'y';
  const fs::path folder = file.path.parent_path(), group_path = folder / "groups.npy";
  const fs::path label_path = lower(file.stem).starts_with("x_") && intake.has_companion(folder / name)
                                  ? folder / name
                                  : folder / "y.npy";
  if (intake.has_companion(label_path)) y = parse_npy(intake.read(label_path), label_path.string());
  if (intake.has_companion(group_path)) groups = parse_npy(intake.read(group_path), group_path.string());
  intake.say(fmt::format("classes come from {}", label_path.filename().string()));
  add_examples(intake, {x, classes_of(intake, y, label_path.string()), groups.values, part_of(file)}, path);
}

}  // namespace mote

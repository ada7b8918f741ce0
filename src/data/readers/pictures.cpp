// One picture a file, and the pictures of MNIST's idx files.
#include <fmt/format.h>

#include <algorithm>

#include "data/bitmap.h"
#include "data/name_pattern.h"
#include "data/readers/readers.h"

namespace mote {

void read_picture(Intake &intake, const FoundFile &file) {
  const LoadOptions &o = intake.options();
  const auto is_known = [&](const std::string &name) {
    return o.model &&
           std::find(o.model->labels.begin(), o.model->labels.end(), name) != o.model->labels.end();
  };
  const bool by_stem =
      o.label_from == LabelFrom::kStem ||
      (o.label_from == LabelFrom::kAuto &&
       (file.folder.empty() || (is_known(class_of_stem(file.stem)) && !is_known(file.folder))));
  const std::string path = file.path.string();
  std::string label = o.label_from == LabelFrom::kTopFolder ? file.top_folder
                      : o.label_from == LabelFrom::kName    ? file.stem
                      : by_stem                             ? class_of_stem(file.stem)
                                                            : file.folder;
  if (!intake.label_book().is_empty()) {
    const FileLabels *given = intake.labels_of(file.path);
    if (!given) return;
    if (!given->label)
      Intake::fail(given->path, fmt::format("marks stretches of {}, which is an image", path));
    label = *given->label;
  } else if (!have_labels(o.file_names)) {
    intake.say(by_stem ? "classes come from the file names (data.label_from = \"stem\")"
                       : "classes come from the folders (data.label_from = \"folder\")");
  }
  const Image image = parse_image(intake.read(path), path, o.image_channels);
  intake.add_image(label, path, file.folder, 0, image);
  if (image.was_turned) intake.say("photographs are turned as their EXIF says");
  if (!image.note.empty()) intake.add_alike("EXIF", path, image.note, Severity::kNote);
}

void read_idx_images(Intake &intake, const FoundFile &file) {
  const std::string path = file.path.string();
  std::string name = file.path.filename().string();
  for (const auto &[from, to] : {std::pair("images", "labels"), std::pair("idx3", "idx1")})
    if (const size_t at = name.find(from); at != std::string::npos)
      name.replace(at, std::string(from).size(), to);
  const fs::path label_path = file.path.parent_path() / name;
  const IdxArray images = parse_idx(intake.read(path), path);
  if (images.shape.size() != 3)
    Intake::fail(path, fmt::format("has {} dimensions, expected 3 of images", images.shape.size()));
  const bool has_labels = intake.has_companion(label_path), is_optional = intake.options().model.has_value();
  if (!has_labels && !is_optional)
    Intake::fail(path, "has no labels beside it", fmt::format("expected {}", label_path.string()));
  IdxArray labels;
  if (has_labels) labels = parse_idx(intake.read(label_path), label_path.string());
  if (has_labels && (labels.shape.size() != 1 || labels.shape[0] != images.shape[0]))
    Intake::fail(label_path.string(),
                 fmt::format("has {} labels for {} images", labels.values.size(), images.shape[0]));
  if (has_labels) intake.say("classes come from the idx1-ubyte file beside the images");
  const size_t pixels = images.shape[1] * images.shape[2];
  for (size_t i = 0; i < images.shape[0]; ++i) {
    Image image = image_of_size(images.shape[1], images.shape[2], 1);
    const auto from = images.values.begin() + i * pixels;
    image.pixels.assign(from, from + pixels);
    intake.add_image(has_labels ? std::to_string(labels.values[i]) : "", path, "", i + 1, image);
  }
}

}  // namespace mote

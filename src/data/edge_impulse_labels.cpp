// Edge Impulse's label files: info.labels, of an export or for an upload, and structured_labels.labels, which
// only has stretches. Indexes count rows from 0, the last one is included.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/form.h"
#include "data/label_files.h"

namespace mote {

using nlohmann::json;

namespace {

Form stretches_form() {
  constexpr uint64_t kMostRows = uint64_t{1} << 40;
  return form::list(form::object({{"label", form::text()},
                                  {"startIndex", form::count(kMostRows)},
                                  {"endIndex", form::count(kMostRows)}}));
}

Form info_form() {
  const Form label = form::object({{"type", form::text()},
                                   form::optional("label", form::text()),
                                   form::optional("labels", stretches_form())});
  return form::object({{"files", form::list(form::object({{"path", form::text()},
                                                          form::optional("category", form::text()),
                                                          form::optional("label", label)}))}});
}

// A path of the label file is one from its folder.
std::string beside(const std::string &label_path, const std::string &name) {
  return (fs::path(label_path).parent_path() / name).lexically_normal().string();
}

void add_stretches(const json &list, const std::string &path, const std::string &name, FileLabels &labels) {
  labels.unit = MarkUnit::kRows;
  for (const json &s : list) {
    const Mark m{s.at("startIndex"), s.at("endIndex"), s.at("label"), "", 0};
    if (m.to < m.from)
      throw Error(ErrorCode::kDataFormat, path,
                  fmt::format("has a label of {} from row {} to {}", name, m.from, m.to),
                  "its end stands before its beginning");
    labels.marks.push_back(m);
  }
}

void take_label(const json &label, const std::string &path, const std::string &name, FileLabels &labels) {
  const std::string type = label.at("type");
  if (type == "label" && label.contains("label"))
    labels.label = label.at("label");
  else if (type == "multi-label" && label.contains("labels"))
    add_stretches(label.at("labels"), path, name, labels);
  else if (type == "unlabeled")
    labels.label = "";
  else
    throw Error(ErrorCode::kDataFormat, path, fmt::format("has a label of type '{}' for {}", type, name),
                "expected 'label' with a label, 'multi-label' with labels, or 'unlabeled'");
}

void add_file(const json &file, const std::string &path, LabelBook &book, size_t &boxes) {
  const std::string name = file.at("path");
  FileLabels &entry = book.entry(beside(path, name), path), labels;
  labels.path = path;
  const std::string category = file.value("category", "");
  labels.part = category == "training" ? "train" : category == "testing" ? "test" : "";
  boxes += file.contains("boundingBoxes") && !file.at("boundingBoxes").empty();
  if (file.contains("label")) take_label(file.at("label"), path, name, labels);
  const bool is_other = says_something(entry) && says_something(labels) && !say_the_same(entry, labels);
  if (is_other || (!entry.part.empty() && !labels.part.empty() && entry.part != labels.part))
    throw Error(ErrorCode::kDataFormat, path, fmt::format("tells of {} twice, and not the same", name),
                "leave one of the two entries out");
  if (says_something(labels) || !says_something(entry)) entry = labels;
}

}  // namespace

void parse_edge_impulse_labels(const std::string &bytes, const std::string &path, LabelBook &book,
                               std::vector<Finding> &findings) {
  const char *what = "is no label file of Edge Impulse:",
             *hint = "export it again, or leave it out with data.exclude";
  const json all = parse_json(bytes, path, what, hint);
  if (all.is_object() && all.contains("structuredLabels")) {
    check_form(form::object({{"structuredLabels", form::map_of(stretches_form())}}), all, path, what, hint);
    for (const auto &[name, list] : all.at("structuredLabels").items())
      add_stretches(list, path, name, book.entry(beside(path, name), path));
    return;
  }
  check_form(info_form(), all, path, what, hint);
  size_t boxes = 0;
  for (const json &file : all.at("files")) add_file(file, path, book, boxes);
  if (boxes > 0)
    findings.push_back({Severity::kWarning, path,
                        fmt::format("has bounding boxes for {} files: mote classifies whole images", boxes)});
}

}  // namespace mote

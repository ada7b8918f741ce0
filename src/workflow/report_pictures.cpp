// Windows as a reader sees them: traces of signals, sounds and features over time, pixels of pictures. Values
// are those that the run keeps; features are computed by the model's own blocks.
//
// Drawing: report/charts.cpp, report/preview_picture.cpp, report/window_pictures.cpp.
#include "workflow/report_pictures.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/terminal_lines.h"
#include "features/preprocessing.h"
#include "report/charts.h"
#include "report/preview_picture.h"
#include "report/window_pictures.h"
#include "runs/golden.h"
#include "runs/kept_windows.h"

namespace mote {

namespace {

constexpr size_t kMostClassesShown = 12, kWindowsOfClass = 3, kMostWrong = 12;
constexpr double kWidePanel = 240, kNarrowPanel = 280;

// A window to show, and what is said about it.
struct Shown {
  size_t window;
  std::string title, below;
};
struct ShownRow {
  std::string name;
  std::vector<Shown> windows;
};

std::vector<float> values_of(const Dataset &set, size_t window) {
  return {set.example(window), set.example(window) + set.example_floats()};
}

std::string label_of(const Dataset &set, int label) {
  const auto i = static_cast<size_t>(label);
  return label >= 0 && i < set.labels.size() ? set.labels[i] : "?";
}

// Of each class the first windows.
std::vector<ShownRow> rows_of(const Dataset &set, size_t most) {
  std::vector<ShownRow> rows;
  for (size_t c = 0; c < std::min(set.labels.size(), kMostClassesShown); ++c) {
    ShownRow row{set.labels[c], {}};
    for (size_t w = 0; w < set.size() && row.windows.size() < most; ++w)
      if (set.classes[w] == static_cast<int>(c)) row.windows.push_back({w, "", set.sources[w].text()});
    if (!row.windows.empty()) rows.push_back(std::move(row));
  }
  return rows;
}

DocPicture drawn_traces(const Dataset &set, const std::vector<ShownRow> &rows, const std::string &alt) {
  const auto drawing_of = [&](size_t most, double width) {
    std::vector<TraceRow> list;
    for (const ShownRow &row : rows) {
      TraceRow made{row.name, {}};
      for (size_t i = 0; i < std::min(most, row.windows.size()); ++i) {
        const Shown &s = row.windows[i];
        made.views.push_back({s.title, s.below, values_of(set, s.window), static_cast<size_t>(set.channels),
                              set.rate_hz, 0, 0});
      }
      list.push_back(std::move(made));
    }
    return draw_traces(list, set.channel_names, width);
  };
  DocPicture p;
  const Drawing wide = drawing_of(kWindowsOfClass, kWidePanel);
  p.drawings = {wide.inlined(alt)};
  p.narrow_drawings = {drawing_of(1, kNarrowPanel).inlined(alt)};
  p.file = wide.files().svg;
  return p;
}

DocPicture drawn_images(const Dataset &set, const Preprocessing &p, const std::vector<ShownRow> &rows,
                        const std::string &title) {
  Preview preview;
  preview.channels = set.channels;
  preview.image_height = p.image.height;
  preview.image_width = p.image.width;
  preview.title = title;
  for (const ShownRow &row : rows) {
    PreviewClass of{row.name, {}};
    for (const Shown &s : row.windows) of.pairs.push_back({values_of(set, s.window), {}});
    preview.classes.push_back(std::move(of));
  }
  DocPicture picture;
  picture.png = draw_preview(preview).png;
  picture.is_photo = true;
  return picture;
}

void describe(DocPicture &p, const std::string &alt, const std::string &caption) {
  p.alt = alt;
  p.caption = caption;
}

// Lists of features have no course.
bool can_be_shown(const Dataset &set, const Preprocessing &p) {
  return set.size() > 0 && set.window > 0 &&
         (p.image.is_set() ? set.window == p.image.height * p.image.width : set.window > 1);
}

}  // namespace

std::vector<DocPicture> example_pictures(const Run &run) {
  const Dataset set = golden_windows(run);
  if (!run.has(run_file::kModel)) return {};
  const Preprocessing &p = run.model().preprocessing;
  if (!can_be_shown(set, p)) return {};
  constexpr size_t kImagesOfClass = 6;
  const std::vector<ShownRow> rows = rows_of(set, p.image.is_set() ? kImagesOfClass : kWindowsOfClass);
  if (rows.empty()) return {};
  const std::string more =
      set.labels.size() > rows.size()
          ? fmt::format(" Of {} classes the first {} with windows.", set.labels.size(), rows.size())
          : "";
  const std::string alt = "Example windows of each class";
  DocPicture picture =
      p.image.is_set() ? drawn_images(set, p, rows, "Windows of each class") : drawn_traces(set, rows, alt);
  describe(picture, alt,
           p.image.is_set()
               ? "Pictures of the test part as the network gets them, brought to its size." + more
               : "Windows of the test part, in the units of the sensor, over time; the file and the row "
                 "where each begins stand below it." +
                     more);
  return {picture};
}

std::vector<DocPicture> feature_pictures(const Run &run) {
  if (!run.has(run_file::kModel)) return {};
  const Preprocessing &p = run.model().preprocessing;
  if (!p.has_blocks()) return {};
  const Dataset set = golden_windows(run);
  if (!can_be_shown(set, p) || set.window != p.window || set.channels != p.channels) return {};
  const Shape shape = output_shape(p);
  if (shape.rank() < 2 || shape[0] < 2 || shape[1] < 2 ||
      shape.elements() != static_cast<size_t>(shape[0]) * static_cast<size_t>(shape[1]))
    return {};
  const FrontEnd front(p);
  std::vector<HeatView> views;
  for (const ShownRow &row : rows_of(set, 1)) {
    HeatView v{row.name, std::vector<float>(shape.elements())};
    front.apply(set.example(row.windows[0].window), v.values.data());
    views.push_back(std::move(v));
  }
  if (views.empty()) return {};
  DocPicture picture;
  picture.png = draw_heat_maps(views, shape[0], shape[1], 3).png;
  describe(picture, "What the features make of a window of each class",
           fmt::format("The first window of each class above as the network gets it, normalized: {} frames "
                       "to the right, {} values upwards.",
                       shape[0], shape[1]));
  picture.is_photo = true;
  return {picture};
}

std::vector<DocPicture> wrong_pictures(const Run &run) {
  const Dataset set =
      read_windows(run, run_file::kWrong, run_file::kWrongValues, "`mote evaluate` writes it anew");
  if (set.size() == 0 || !run.has(run_file::kModel)) return {};
  const Preprocessing &p = run.model().preprocessing;
  if (!can_be_shown(set, p)) return {};
  return run.reading(run_file::kWrong, [&](const nlohmann::json &record) -> std::vector<DocPicture> {
    const std::string model = record.value("model", "");
    if (model.empty() ||
        (model != run.digest(run_file::kModel) && model != run.digest(run_file::kIntegerModel)) ||
        record.value("data", "") != run.data_digest())
      return {};
    std::vector<ShownRow> rows;
    for (size_t w = 0; w < std::min(set.size(), kMostWrong); ++w) {
      const std::string words = fmt::format("{} told as {} ({:.0f} %)", label_of(set, set.classes[w]),
                                            label_of(set, record.at("predicted").at(w).get<int>()),
                                            100 * record.at("probability").at(w).get<double>());
      if (p.image.is_set())
        rows.push_back({fmt::format("{}", label_of(set, set.classes[w])), {{w, words, ""}}});
      else if (w % kWindowsOfClass == 0)
        rows.push_back({"", {{w, words, set.sources[w].text()}}});
      else
        rows.back().windows.push_back({w, words, set.sources[w].text()});
    }
    if (p.image.is_set()) {
      // one row of pictures for each true class
      std::vector<ShownRow> joined;
      for (ShownRow &row : rows) {
        const auto same =
            std::find_if(joined.begin(), joined.end(), [&](const ShownRow &r) { return r.name == row.name; });
        if (same == joined.end())
          joined.push_back(std::move(row));
        else
          same->windows.push_back(row.windows[0]);
      }
      rows = std::move(joined);
    }
    const std::string precision = record.value("precision", "int8");
    const std::string alt = fmt::format("Windows that the {} model answered wrongly", precision);
    DocPicture picture = p.image.is_set()
                             ? drawn_images(set, p, rows, "Wrongly answered, by their true class")
                             : drawn_traces(set, rows, alt);
    if (!p.image.is_set()) {
      // on a phone each below the other
      std::vector<ShownRow> single;
      for (const ShownRow &row : rows)
        for (const Shown &s : row.windows) single.push_back({"", {s}});
      picture.narrow_drawings = drawn_traces(set, single, alt).narrow_drawings;
    }
    describe(picture, alt,
             fmt::format("The surest {} of them, answered by the {} model{}.", set.size(), precision,
                         p.image.is_set() ? "; the table above says as what, in the same order"
                                          : ": the true class, the answer and its probability"));
    return {picture};
  });
}

}  // namespace mote

// Windows as a reader sees them: traces of signals, sounds and features over time, pixels of pictures. Values
// are those that the run keeps; features are computed by the model's own blocks.
//
// Drawing: report/charts.cpp, report/preview_picture.cpp, report/window_pictures.cpp.
#include "workflow/report_pictures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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

// Of each channel what it is divided by to be seen beside the others: 1 where all are of about one size.
std::vector<float> scales_of(const Dataset &set, const std::vector<ShownRow> &rows) {
  constexpr float kAlike = 8;
  const auto channels = static_cast<size_t>(set.channels);
  std::vector<float> most(channels);
  for (const ShownRow &row : rows)
    for (const Shown &s : row.windows)
      for (size_t i = 0; i < set.example_floats(); ++i)
        most[i % channels] = std::max(most[i % channels], std::fabs(set.example(s.window)[i]));
  const auto [least, largest] = std::minmax_element(most.begin(), most.end());
  if (*largest <= kAlike * *least) return std::vector<float>(channels, 1);
  for (float &m : most) m = m > 0 ? m : 1;
  return most;
}

struct DrawnTraces {
  DocPicture picture;
  bool is_scaled = false;
};
DrawnTraces drawn_traces(const Dataset &set, const std::vector<ShownRow> &rows, const std::string &alt) {
  const std::vector<float> scales = scales_of(set, rows);
  const bool is_scaled = std::any_of(scales.begin(), scales.end(), [](float s) { return s != 1; });
  std::vector<std::string> names = set.channel_names;
  names.resize(static_cast<size_t>(set.channels), "?");
  for (size_t c = 0; c < names.size() && is_scaled; ++c) names[c] += fmt::format(" (1 is {:.3g})", scales[c]);
  const auto drawing_of = [&](size_t most, double width) {
    std::vector<TraceRow> list;
    for (const ShownRow &row : rows) {
      TraceRow made{row.name, {}};
      for (size_t i = 0; i < std::min(most, row.windows.size()); ++i) {
        const Shown &s = row.windows[i];
        std::vector<float> values = values_of(set, s.window);
        for (size_t k = 0; k < values.size(); ++k) values[k] /= scales[k % scales.size()];
        made.views.push_back({s.title, s.below, std::move(values), scales.size(), set.rate_hz,
                              is_scaled ? -1.0 : 0.0, is_scaled ? 1.0 : 0.0});
      }
      list.push_back(std::move(made));
    }
    return draw_traces(list, names, width);
  };
  DrawnTraces drawn{{}, is_scaled};
  const Drawing wide = drawing_of(kWindowsOfClass, kWidePanel);
  drawn.picture.drawings = {wide.inlined(alt)};
  drawn.picture.narrow_drawings = {drawing_of(1, kNarrowPanel).inlined(alt)};
  drawn.picture.file = wide.svg_file();
  return drawn;
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

constexpr const char *kScaled =
    " Each channel is drawn as a share of its largest value in these windows, which the key names.";

// Signals in rows of three, above each what it is and what it was told as.
DocPicture wrong_signals(const Dataset &set, const std::vector<std::string> &words, const std::string &alt,
                         std::string &caption) {
  std::vector<ShownRow> rows, single;  // for a phone each below the other
  for (size_t w = 0; w < words.size(); ++w) {
    if (w % kWindowsOfClass == 0) rows.push_back({"", {}});
    rows.back().windows.push_back({w, words[w], set.sources[w].text()});
    single.push_back({"", {rows.back().windows.back()}});
  }
  DrawnTraces drawn = drawn_traces(set, rows, alt);
  drawn.picture.narrow_drawings = drawn_traces(set, single, alt).picture.narrow_drawings;
  caption = ": above each its true class, the answer and its probability.";
  if (drawn.is_scaled) caption += kScaled;
  return drawn.picture;
}

DocPicture wrong_images(const Dataset &set, const Preprocessing &p, size_t count, std::string &caption) {
  std::vector<ShownRow> rows;
  for (size_t w = 0; w < count; ++w) {
    const std::string name = label_of(set, set.classes[w]);
    const auto same =
        std::find_if(rows.begin(), rows.end(), [&](const ShownRow &r) { return r.name == name; });
    if (same == rows.end())
      rows.push_back({name, {{w, "", ""}}});
    else
      same->windows.push_back({w, "", ""});
  }
  caption = ", in rows by their true class; the table above says as what each was told.";
  return drawn_images(set, p, rows, "Wrongly answered, by their true class");
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
  const std::string alt = "Example windows of each class";
  std::string caption = "Pictures of the test part as the network gets them, brought to its size.";
  DocPicture picture;
  if (p.image.is_set()) {
    picture = drawn_images(set, p, rows, "Windows of each class");
  } else {
    const DrawnTraces drawn = drawn_traces(set, rows, alt);
    picture = drawn.picture;
    caption = "Windows of the test part over time; the file and the line where each begins stand below it.";
    caption += drawn.is_scaled ? kScaled : " Values are in the units of the sensor.";
  }
  if (set.labels.size() > rows.size())
    caption += fmt::format(" Of {} classes {} are shown.", set.labels.size(), rows.size());
  describe(picture, alt, caption);
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
    std::vector<std::string> words;
    for (size_t w = 0; w < std::min(set.size(), kMostWrong); ++w)
      words.push_back(fmt::format("{}, told as {} ({:.0f} %)", label_of(set, set.classes[w]),
                                  label_of(set, record.at("predicted").at(w).get<int>()),
                                  100 * record.at("probability").at(w).get<double>()));
    const std::string precision = record.value("precision", "int8");
    const std::string alt = fmt::format("Windows that the {} model answered wrongly", precision);
    std::string caption;
    DocPicture picture = p.image.is_set() ? wrong_images(set, p, words.size(), caption)
                                          : wrong_signals(set, words, alt, caption);
    describe(picture, alt,
             fmt::format("The surest{} of them, answered by the {} model{}",
                         words.size() == 1 ? "" : fmt::format(" {}", words.size()), precision, caption));
    return {picture};
  });
}

}  // namespace mote

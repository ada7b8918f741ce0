// What a set looks like before a training: pictures of each class, a map of all windows, and which of them
// are the farthest from their class, which are often those with a wrong label or a broken recording.
//
// Drawing: report/window_pictures.cpp; directions and distances: train/window_map.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <numeric>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/terminal_lines.h"
#include "data/augment.h"
#include "data/sound.h"
#include "features/image_fit.h"
#include "features/preprocessing.h"
#include "mote/workflow.h"
#include "report/window_pictures.h"
#include "train/keep_features.h"
#include "train/window_map.h"
#include "workflow/window_files.h"

namespace mote {

using nlohmann::json;

namespace {

constexpr size_t kWavesShown = 3, kOutliersShown = 10;
constexpr size_t kMostRawValues = 2048, kStretches = 64;
constexpr int kPictureSide = 16;
constexpr double kFarAway = 3;  // units of the class's spread

// What the map is of: features, or windows themselves, or the loudness of their stretches where these are
// long.
class Described {
 public:
  Described(const Dataset &set, const TrainOptions &options, ThreadPool &pool) : set_(set) {
    const Preprocessing blocks = training_blocks({}, set, options);
    if (!blocks.steps.empty()) {
      features_ =
          keep_features(blocks, std::vector<const Dataset *>{&set}, {.done = options.on_features}, pool)
              .of[0];
      const Shape shape = output_shape(blocks);
      frames_ = shape.rank() > 1 ? shape[0] : 1;
      values_ = features_->floats();
    } else if (set.example_floats() > kMostRawValues) {
      set.image.is_set() ? describe_pictures() : describe_stretches();
    } else {
      values_ = set.example_floats();
    }
  }

  bool are_features() const { return features_ != nullptr; }
  bool are_small() const { return !small_.empty(); }
  const char *name() const {
    return are_features()        ? "features"
           : !are_small()        ? "windows"
           : set_.image.is_set() ? "pictures"
                                 : "loudness";
  }
  int frames() const { return frames_; }
  size_t values() const { return values_; }
  const float *of(size_t window) const {
    if (features_) return features_->of(window);
    return are_small() ? small_.data() + window * values_ : set_.example(window);
  }

 private:
  // All of each picture in a few pixels.
  void describe_pictures() {
    const ImageInput small{kPictureSide, kPictureSide, ImageFit::kStretch};
    values_ = static_cast<size_t>(kPictureSide * kPictureSide * set_.channels);
    std::vector<uint8_t> from(set_.example_floats()), to(values_);
    for (size_t w = 0; w < set_.size(); ++w) {
      std::transform(set_.example(w), set_.example(w) + from.size(), from.begin(),
                     [](float v) { return static_cast<uint8_t>(std::clamp(v, 0.0f, 255.0f)); });
      fit_image(small, set_.channels, from.data(), set_.image.height, set_.image.width, to.data());
      small_.insert(small_.end(), to.begin(), to.end());
    }
  }

  // Root mean square of each channel in each of 64 stretches.
  void describe_stretches() {
    const auto rows = static_cast<size_t>(set_.window), channels = static_cast<size_t>(set_.channels);
    const size_t stretches = std::min(kStretches, rows);
    values_ = stretches * channels;
    small_.resize(set_.size() * values_);
    for (size_t w = 0; w < set_.size(); ++w)
      for (size_t s = 0; s < stretches; ++s)
        for (size_t c = 0; c < channels; ++c) {
          const size_t from = rows * s / stretches, to = rows * (s + 1) / stretches;
          double squares = 0;
          for (size_t r = from; r < to; ++r) {
            const double v = double{set_.example(w)[r * channels + c]};
            squares += v * v;
          }
          small_[w * values_ + s * channels + c] =
              static_cast<float>(std::sqrt(squares / static_cast<double>(std::max<size_t>(1, to - from))));
        }
  }

  const Dataset &set_;
  std::shared_ptr<const WindowFeatures> features_;
  std::vector<float> small_;
  int frames_ = 1;
  size_t values_ = 0;
};

Band band_of(const std::vector<size_t> &windows, size_t values, const WindowValues &row) {
  std::vector<double> sum(values), squares(values);
  for (const size_t w : windows)
    for (size_t k = 0; k < values; ++k) sum[k] += double{row(w)[k]};
  const auto n = static_cast<double>(std::max<size_t>(1, windows.size()));
  Band band;
  for (double &s : sum) s /= n;
  for (const size_t w : windows)
    for (size_t k = 0; k < values; ++k) {
      const double d = double{row(w)[k]} - sum[k];
      squares[k] += d * d;
    }
  for (size_t k = 0; k < values; ++k) {
    band.mean.push_back(static_cast<float>(sum[k]));
    band.deviation.push_back(static_cast<float>(std::sqrt(squares[k] / n)));
  }
  return band;
}

class ClassViews {
 public:
  ClassViews(const Recordings &recordings, const Dataset &set, const Described &described,
             const WindowMap &map)
      : recordings_(recordings), set_(set), described_(described), map_(map) {
    for (size_t w = 0; w < set.size(); ++w) windows_[static_cast<size_t>(set.classes[w])].push_back(w);
    if (described.are_features()) set_scale();
  }

  ClassView of(size_t label) const {
    ClassView v;
    v.label = set_.labels[label];
    v.rate_hz = set_.image.is_set() ? 0 : set_.rate_hz;
    const auto found = windows_.find(label);
    if (found == windows_.end()) return v;
    const std::vector<size_t> &windows = found->second;
    v.windows = windows.size();
    add_raw(v, windows);
    if (described_.are_features()) add_features(v, windows);
    return v;
  }

 private:
  bool is_sound() const {
    return std::all_of(set_.channel_names.begin(), set_.channel_names.end(), is_sound_channel);
  }

  void add_raw(ClassView &v, const std::vector<size_t> &windows) const {
    const auto channels = static_cast<size_t>(set_.channels);
    if (is_sound()) {
      const size_t count = std::min(kWavesShown, windows.size());
      for (size_t n = 0; n < count; ++n) {
        const float *x = set_.example(windows[n * windows.size() / count]);
        v.waves.emplace_back();
        for (int r = 0; r < set_.window; ++r) v.waves.back().push_back(x[static_cast<size_t>(r) * channels]);
      }
      return;
    }
    v.channels = set_.channel_names;
    const Band all = band_of(windows, set_.example_floats(), [&](size_t w) { return set_.example(w); });
    v.of_channels.resize(channels);
    const ChannelStatistics own =
        channel_statistics(set_.values.data(), set_.size() * static_cast<size_t>(set_.window), set_.channels);
    const auto scale = [&](size_t c) {
      return own.deviation[c] > 0 && !set_.image.is_set() ? 1 / own.deviation[c] : 1.0f;
    };
    for (size_t i = 0; i < all.mean.size(); ++i) {
      const size_t c = i % channels;
      Band &b = v.of_channels[c];
      b.mean.push_back(set_.image.is_set() ? all.mean[i] : (all.mean[i] - own.mean[c]) * scale(c));
      b.deviation.push_back(all.deviation[i] * scale(c));
    }
    if (!set_.image.is_set()) return;
    v.image_height = recordings_.image_height;
    v.image_width = recordings_.image_width;
  }

  // Lists are shown standardized, as their values may be of any units; spectra as they are.
  float shown_value(size_t window, size_t k) const {
    const float v = described_.of(window)[k];
    return described_.frames() > 1 ? v : (v - map_.mean[k]) * map_.gain[k];
  }

  Band shown_band(const std::vector<size_t> &windows) const {
    Band b = band_of(windows, described_.values(), [&](size_t w) { return described_.of(w); });
    if (described_.frames() > 1) return b;
    for (size_t k = 0; k < b.mean.size(); ++k) {
      b.mean[k] = (b.mean[k] - map_.mean[k]) * map_.gain[k];
      b.deviation[k] *= map_.gain[k];
    }
    return b;
  }

  void add_features(ClassView &v, const std::vector<size_t> &windows) const {
    v.frames = described_.frames();
    v.values = static_cast<int>(described_.values()) / v.frames;
    v.features = shown_band(windows);
    v.low = low_;
    v.high = high_;
    size_t nearest = windows[0];
    double least = HUGE_VAL;
    for (const size_t w : windows) {
      double sum = 0;
      for (size_t k = 0; k < described_.values(); ++k) {
        const double d = (double{described_.of(w)[k]} - double{mean_of_shown(v, k)}) * double{map_.gain[k]};
        sum += d * d;
      }
      if (sum < least) {
        least = sum;
        nearest = w;
      }
    }
    for (size_t k = 0; k < described_.values(); ++k) v.typical.push_back(shown_value(nearest, k));
  }
  float mean_of_shown(const ClassView &v, size_t k) const {
    if (described_.frames() > 1) return v.features.mean[k];
    return map_.gain[k] > 0 ? v.features.mean[k] / map_.gain[k] + map_.mean[k] : map_.mean[k];
  }

  // One scale for all classes, without the outermost hundredths of heat maps.
  void set_scale() {
    std::vector<double> values;
    for (const auto &[label, windows] : windows_) {
      const Band b = shown_band(windows);
      for (size_t k = 0; k < b.mean.size(); ++k) {
        const double spread = described_.frames() > 1 ? 0 : double{b.deviation[k]};
        values.push_back(double{b.mean[k]} - spread);
        values.push_back(double{b.mean[k]} + spread);
      }
    }
    std::sort(values.begin(), values.end());
    const size_t cut = described_.frames() > 1 ? values.size() / 100 : 0;
    low_ = values[cut];
    high_ = values[values.size() - 1 - cut];
  }

  const Recordings &recordings_;
  const Dataset &set_;
  const Described &described_;
  const WindowMap &map_;
  std::map<size_t, std::vector<size_t>> windows_;
  double low_ = 0, high_ = 1;
};

struct Outlier {
  size_t window;
  WindowDistance distance;
};

// The ten that are the farthest, and all others beyond the usual.
std::vector<Outlier> farthest(const std::vector<WindowDistance> &distances) {
  std::vector<Outlier> list;
  for (size_t w = 0; w < distances.size(); ++w)
    if (distances[w].distance > 0) list.push_back({w, distances[w]});
  std::stable_sort(list.begin(), list.end(), [](const Outlier &a, const Outlier &b) {
    return a.distance.distance > b.distance.distance;
  });
  const auto usual = std::find_if(list.begin(), list.end(),
                                  [](const Outlier &o) { return o.distance.distance <= kFarAway; });
  const auto count = std::max<std::ptrdiff_t>(usual - list.begin(), kOutliersShown);
  list.resize(std::min(list.size(), static_cast<size_t>(count)));
  return list;
}

std::string outliers_text(const std::vector<Outlier> &outliers, const Dataset &set) {
  if (outliers.empty()) return "The classes have too few windows to tell which are far from their class.\n";
  const size_t shown = std::min(kOutliersShown, outliers.size());
  std::string text = fmt::format(
      "The farthest of {} windows from their class, in its spreads ({:g} is a lot):\n", set.size(), kFarAway);
  constexpr size_t kColumns = 79, kLabel = 12;
  for (size_t n = 0; n < shown; ++n) {
    const Outlier &o = outliers[n];
    const auto label = [&](int k) { return shortened(set.labels[static_cast<size_t>(k)], kLabel); };
    const int own = set.classes[o.window];
    const std::string end =
        o.distance.nearest == own ? "" : fmt::format(", nearer to {}", label(o.distance.nearest));
    const std::string begin = fmt::format("{:>4}. {:>6.1f}  {} ", n + 1, o.distance.distance, label(own));
    const size_t used = columns_of(begin) + columns_of(end);
    const std::string source =
        set.sources.empty() ? fmt::format("window {}", o.window) : set.sources[o.window].text();
    // the end of a path says most
    const size_t room = kColumns > used + 8 ? kColumns - used : 8;
    const std::string place =
        source.size() <= room ? source : ".." + source.substr(source.size() - (room - 2));
    text += begin + place + end + "\n";
  }
  return text;
}

json map_json(const Dataset &set, const WindowMap &map, const std::vector<Outlier> &outliers) {
  json points = json::array(), far = json::array();
  const auto source = [&](size_t w) {
    return set.sources.empty() ? std::to_string(w) : set.sources[w].text();
  };
  const auto place = [&](size_t w, size_t d) {
    return d < map.directions ? map.places[w * map.directions + d] : 0.0;
  };
  for (size_t w = 0; w < set.size(); ++w)
    points.push_back({{"window", source(w)},
                      {"class", set.labels[static_cast<size_t>(set.classes[w])]},
                      {"x", place(w, 0)},
                      {"y", place(w, 1)}});
  for (const Outlier &o : outliers)
    far.push_back({{"window", source(o.window)},
                   {"class", set.labels[static_cast<size_t>(set.classes[o.window])]},
                   {"distance", o.distance.distance},
                   {"nearest", set.labels[static_cast<size_t>(o.distance.nearest)]}});
  return {{"map", points}, {"variance_shares", map.shares}, {"outliers", far}};
}

Picture map_picture(const Dataset &set, const WindowMap &map, const std::vector<Outlier> &outliers) {
  std::vector<MapPoint> points(set.size());
  for (size_t w = 0; w < set.size(); ++w) {
    points[w].label = set.classes[w];
    points[w].x = map.places[w * map.directions];
    points[w].y = map.directions > 1 ? map.places[w * map.directions + 1] : 0;
  }
  for (size_t n = 0; n < std::min(kOutliersShown, outliers.size()); ++n)
    points[outliers[n].window].number = static_cast<int>(n) + 1;
  return draw_map(points, set.labels, {map.shares[0], map.directions > 1 ? map.shares[1] : 0});
}

void write_picture(ShownWindows &shown, const std::string &folder, const std::string &name,
                   const Picture &picture) {
  for (const char *ending : {".png", ".svg"}) {
    const std::string path = (fs::path(folder) / (name + ending)).string();
    write_file(path, picture_bytes(picture, path));
    shown.files.push_back(path);
  }
}

}  // namespace

ShownWindows show_features(const Recordings &recordings, const TrainOptions &options,
                           const std::string &folder) {
  check_finite(recordings);
  const Dataset set = recordings.all();
  if (set.size() == 0)
    throw Error(ErrorCode::kDataFormat, "--features", "there is no window to draw",
                "use a smaller data.window, or data.padding");
  ThreadPool pool(options.threads > 0 ? options.threads : hardware_threads());
  const Described described(set, options, pool);
  const WindowValues row = [&](size_t w) { return described.of(w); };
  const WindowMap map = window_map(set.size(), described.values(), row, pool);
  const std::vector<Outlier> outliers = farthest(distances_in_class(map, set.classes, set.labels.size()));
  make_picture_folder(folder);
  ShownWindows shown;
  const ClassViews views(recordings, set, described, map);
  std::set<std::string> taken = {"map"};
  for (size_t c = 0; c < set.labels.size(); ++c)
    write_picture(shown, folder, file_name_of(set.labels[c], taken), draw_class(views.of(c)));
  write_picture(shown, folder, "map", map_picture(set, map, outliers));
  shown.record = map_json(set, map, outliers);
  shown.record["files"] = shown.files;
  shown.record["of"] = described.name();
  shown.text = outliers_text(outliers, set);
  if (described.are_small())
    shown.text += set.image.is_set()
                      ? fmt::format("The map is of the pictures in {0} x {0} pixels.\n", kPictureSide)
                      : fmt::format(
                            "Without features.blocks the map is of the loudness of {} stretches of "
                            "each window.\n",
                            kStretches);
  shown.text += fmt::format("Wrote a picture of each class and map.png (and .svg) into {}", folder);
  return shown;
}

}  // namespace mote

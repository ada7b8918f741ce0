// Windows as a training gets them: cut, and augmented by the same random numbers. A picture of some of each
// class, and of sounds WAV files to listen to.
//
// What all windows of a class have in common: show_features.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "data/augment.h"
#include "data/sound.h"
#include "data/wav.h"
#include "mote/workflow.h"
#include "report/preview_picture.h"
#include "workflow/window_files.h"

namespace mote {

using nlohmann::json;

namespace {

constexpr size_t kPreviewsOfClass = 3;

// Windows of a class, evenly out of all of it.
std::vector<size_t> some_of_class(const Dataset &windows, int label, size_t most) {
  std::vector<size_t> all;
  for (size_t i = 0; i < windows.size(); ++i)
    if (windows.classes[i] == label) all.push_back(i);
  std::vector<size_t> some;
  const size_t count = std::min(most, all.size());
  for (size_t n = 0; n < count; ++n) some.push_back(all[n * all.size() / count]);
  return some;
}

class Previews {
 public:
  Previews(const Dataset &windows, const std::string &folder) : windows_(windows), folder_(folder) {
    shown_.record["files"] = json::array();
  }

  void write(const std::string &name, size_t window, const float *values, bool is_augmented) {
    const size_t count = windows_.example_floats();
    const WavFile wav =
        format_wav(values, static_cast<size_t>(windows_.window), windows_.channels, windows_.rate_hz);
    const std::string path = (fs::path(folder_) / name).string();
    write_file(path, wav.bytes);
    double squares = 0, peak = 0;
    for (size_t i = 0; i < count; ++i) {
      squares += double{values[i]} * double{values[i]};
      peak = std::max(peak, std::fabs(double{values[i]}));
    }
    const double rms = std::sqrt(squares / static_cast<double>(count));
    const std::string source = windows_.sources.empty() ? "" : windows_.sources[window].text();
    shown_.files.push_back(path);
    shown_.record["files"].push_back(
        {{"file", path},
         {"window", source},
         {"class", windows_.labels[static_cast<size_t>(windows_.classes[window])]},
         {"augmented", is_augmented},
         {"rms", rms},
         {"peak", peak},
         {"clipped", wav.clipped}});
    shown_.text +=
        fmt::format("{}: {}{}, RMS {:.0f}, peak {:.0f}{}\n", path, source, is_augmented ? " augmented" : "",
                    rms, peak, wav.clipped > 0 ? fmt::format(", {} values beyond 16 bits", wav.clipped) : "");
  }
  ShownWindows take(const Picture &picture) {
    const std::string path = (fs::path(folder_) / "preview.png").string();
    write_file(path, picture.png);
    shown_.files.push_back(path);
    shown_.record["picture"] = path;
    shown_.text += path + ": of each class, as they are cut and as a training gets them\n";
    return std::move(shown_);
  }

 private:
  const Dataset &windows_;
  const std::string &folder_;
  ShownWindows shown_;
};

bool are_audible(const Dataset &windows) {
  return !windows.image.is_set() && !windows.channel_names.empty() && windows.rate_hz > 0 &&
         std::all_of(windows.channel_names.begin(), windows.channel_names.end(), is_sound_channel);
}

}  // namespace

ShownWindows preview_windows(const Dataset &windows, const TrainOptions &options, const std::string &folder) {
  const bool has_sounds = are_audible(windows), is_augmented = options.augment.changes_windows();
  check_augment(options.augment, windows);
  make_picture_folder(folder);
  std::optional<Augmenter> augmenter;
  if (is_augmented) augmenter.emplace(options.augment, windows);
  Previews previews(windows, folder);
  Preview picture{windows.channels, windows.image.height, windows.image.width, {}, is_augmented};
  std::set<std::string> taken;
  for (size_t c = 0; c < windows.labels.size(); ++c) {
    const std::string name = file_name_of(windows.labels[c], taken);
    PreviewClass &shown = picture.classes.emplace_back(PreviewClass{windows.labels[c], {}});
    int number = 0;
    for (const size_t i : some_of_class(windows, static_cast<int>(c), kPreviewsOfClass)) {
      ++number;
      PreviewPair &pair = shown.pairs.emplace_back();
      pair.original.assign(windows.example(i), windows.example(i) + windows.example_floats());
      if (has_sounds) previews.write(fmt::format("{}_{}.wav", name, number), i, windows.example(i), false);
      if (!augmenter) continue;
      pair.augmented.resize(windows.example_floats());
      (*augmenter)(windows.example(i), Random(options.seed, {kAugmentStream, 1, i}), pair.augmented.data());
      if (has_sounds)
        previews.write(fmt::format("{}_{}_augmented.wav", name, number), i, pair.augmented.data(), true);
    }
  }
  return previews.take(draw_preview(picture));
}

}  // namespace mote

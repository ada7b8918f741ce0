// Windows of sounds to listen to, as a training hears them: cut, and augmented by the same random numbers.
//
// Pictures of windows: show_features.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "data/augment.h"
#include "data/sound.h"
#include "data/wav.h"
#include "mote/workflow.h"
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
  Previews(const Dataset &windows, const std::string &folder) : windows_(windows), folder_(folder) {}

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
  ShownWindows take() { return std::move(shown_); }

 private:
  const Dataset &windows_;
  const std::string &folder_;
  ShownWindows shown_;
};

void check_sounds(const Dataset &windows) {
  const bool are_sounds =
      std::all_of(windows.channel_names.begin(), windows.channel_names.end(), is_sound_channel);
  if (!are_sounds || windows.channel_names.empty() || windows.rate_hz <= 0)
    throw Error(ErrorCode::kUnsupported, "--preview",
                "writes windows of sounds, and these recordings are none, or their rate is not known",
                "`mote data --features` draws any windows");
}

}  // namespace

ShownWindows preview_windows(const Dataset &windows, const TrainOptions &options, const std::string &folder) {
  check_sounds(windows);
  make_picture_folder(folder);
  const ChannelStatistics statistics = channel_statistics(
      windows.values.data(), windows.size() * static_cast<size_t>(windows.window), windows.channels);
  Previews previews(windows, folder);
  std::set<std::string> taken;
  for (size_t c = 0; c < windows.labels.size(); ++c) {
    const std::string name = file_name_of(windows.labels[c], taken);
    int number = 0;
    for (const size_t i : some_of_class(windows, static_cast<int>(c), kPreviewsOfClass)) {
      ++number;
      previews.write(fmt::format("{}_{}.wav", name, number), i, windows.example(i), false);
      if (!options.augment.is_on()) continue;
      std::vector<float> augmented(windows.example_floats());
      augment(options.augment, statistics, windows.example(i), windows.window, windows.channels,
              Random(options.seed, {kAugmentStream, 1, i}), augmented.data());
      previews.write(fmt::format("{}_{}_augmented.wav", name, number), i, augmented.data(), true);
    }
  }
  return previews.take();
}

}  // namespace mote

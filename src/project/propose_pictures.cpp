// The size of pictures in a proposed mote.toml: that of the files where all have it and it is small, else one
// that a board has memory for.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "project/propose.h"

namespace mote {

namespace {

bool is_told_of(const Recordings &set, const char *part) {
  return std::any_of(set.findings.begin(), set.findings.end(), [&](const Finding &f) {
    return f.severity == Severity::kError && f.message.find(part) != std::string::npos;
  });
}

// Of pictures of several sizes, of which one is known: what suits it, but no icon's.
int usual_side(const Recordings &set) {
  constexpr int kLeast = 32, kMost = 96, kStep = 16;
  return std::clamp(std::min(set.image_height, set.image_width) / kStep * kStep, kLeast, kMost);
}

}  // namespace

std::string fit_pictures(LoadOptions &options, const Recordings &set) {
  constexpr double kLargestArea = 128 * 128, kUsualArea = 96 * 96;
  if (set.image_height == 0) return "";
  if (options.image_channels == 0 && is_told_of(set, " channels, ")) {
    options.image_channels = 3;
    return "image_channels 3: some pictures are grey, some have colours";
  }
  ImageInput &image = options.image;
  if (image.is_set()) return "";
  if (is_told_of(set, " pixels, ")) {
    image.height = image.width = usual_side(set);
    return fmt::format(
        "image_size {0} x {0}: the pictures have several sizes; the middle of each is taken (data.image_fit)",
        image.width);
  }
  const double area = 1.0 * set.image_height * set.image_width;
  if (area <= kLargestArea) return "";
  const auto side = [&](int full) {
    return std::max(8, static_cast<int>(std::lround(full * std::sqrt(kUsualArea / area) / 4)) * 4);
  };
  image.height = side(set.image_height);
  image.width = side(set.image_width);
  return fmt::format("image_size {} x {}: pictures of {} x {} need more memory than most boards have",
                     image.width, image.height, set.image_width, set.image_height);
}

}  // namespace mote

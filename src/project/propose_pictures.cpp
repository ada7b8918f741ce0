// The size of pictures in a proposed mote.toml: that of the files where all have it and it is small, else one
// that a board has memory for.
#include <fmt/format.h>

#include <algorithm>

#include "project/propose.h"

namespace mote {

std::vector<std::string> fit_pictures(const Recordings &set, LoadOptions &load) {
  constexpr int kLargest = 128, kUsual = 96;
  if (set.image_height == 0) return {};
  const auto is_told = [&](const char *part) {
    return std::any_of(set.findings.begin(), set.findings.end(), [&](const Finding &f) {
      return f.severity == Severity::kError && f.message.find(part) != std::string::npos;
    });
  };
  const bool is_mixed = is_told(" pixels, "),
             is_large = std::max(set.image_height, set.image_width) > kLargest;
  std::vector<std::string> decisions;
  if (load.image_channels == 0 && is_told(" channels, ")) {
    load.image_channels = 3;
    decisions.push_back("image_channels 3: some pictures are grey, some have colours");
  }
  if (load.image.is_set() || (!is_mixed && !is_large)) return decisions;
  const int side = std::min({kUsual, set.image_height, set.image_width});
  load.image.height = load.image.width = side;
  decisions.push_back(
      fmt::format("image_size {0} x {0}: {1}; the middle of each is taken (data.image_fit)", side,
                  is_mixed ? "the pictures have several sizes"
                           : fmt::format("pictures of {} x {} need more memory than boards have",
                                         set.image_width, set.image_height)));
  return decisions;
}

}  // namespace mote

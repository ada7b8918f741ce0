// Pictures of windows that have no course.
#include "report/window_pictures.h"

#include <cmath>

#include "data/image.h"
#include "test_support.h"

namespace mote {
namespace {

// Pixels of the colour of the first or second channel, in the panel and not in the key below it.
std::pair<size_t, size_t> colored_pixels(const ClassView &view) {
  const Image image = parse_image(draw_class(view).png, "class.png", 3);
  constexpr int kColors[2][3] = {{31, 107, 184}, {224, 112, 26}};
  size_t counts[2] = {0, 0};
  for (int y = 0; y < image.height * 4 / 5; ++y)
    for (int x = 0; x < image.width; ++x)
      for (size_t k = 0; k < 2; ++k) {
        const uint8_t *pixel = image.pixels.data() + static_cast<size_t>((y * image.width + x) * 3);
        counts[k] += std::abs(pixel[0] - kColors[k][0]) < 12 && std::abs(pixel[1] - kColors[k][1]) < 12 &&
                     std::abs(pixel[2] - kColors[k][2]) < 12;
      }
  return {counts[0], counts[1]};
}

TEST(WindowPictures, of_one_row_show_each_channel) {
  ClassView view;
  view.label = "on";
  view.windows = 12;
  view.channels = {"light", "sound"};
  view.of_channels = {{{0.5F}, {0.25F}}, {{-1}, {0.5F}}};
  const auto [first, second] = colored_pixels(view);
  EXPECT_GT(first, 30u);
  EXPECT_GT(second, 30u);
}

}  // namespace
}  // namespace mote

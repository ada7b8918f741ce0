// A palm and five fingers as rounded strokes, turned, in the light of a lamp; JPEG by libjpeg-turbo. Sines
// are of base/math.h.
#include "data/hand_picture.h"

#include <cstdio>  // jpeglib.h needs it before

#include <jpeglib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <csetjmp>
#include <cstdlib>

#include "base/error.h"
#include "base/math.h"

namespace mote {

namespace {

struct Stroke {
  double x0, y0, x1, y1, radius;
};

// Which fingers are out, thumb first, as these signs are made with one hand; the three of 6 to 9 that touch
// the thumb are bent.
constexpr bool kFingers[10][5] = {{0, 0, 0, 0, 0}, {0, 1, 0, 0, 0}, {0, 1, 1, 0, 0}, {1, 1, 1, 0, 0},
                                  {0, 1, 1, 1, 1}, {1, 1, 1, 1, 1}, {1, 1, 1, 1, 0}, {1, 1, 1, 0, 1},
                                  {1, 1, 0, 1, 1}, {1, 0, 1, 1, 1}};

double distance_to(const Stroke &s, double x, double y) {
  const double dx = s.x1 - s.x0, dy = s.y1 - s.y0, length = dx * dx + dy * dy;
  const double along = length > 0 ? std::clamp(((x - s.x0) * dx + (y - s.y0) * dy) / length, 0.0, 1.0) : 0.0;
  const double ex = x - s.x0 - along * dx, ey = y - s.y0 - along * dy;
  return std::sqrt(ex * ex + ey * ey) - s.radius;
}

// In units of the palm's width, the middle of the palm at 0, y upwards.
std::vector<Stroke> hand_of(int sign, double spread, double length, double thick) {
  std::vector<Stroke> hand = {{-0.05, -0.1, 0.05, 0.15, 0.48}, {0, -0.4, 0, -1.6, 0.32}};  // palm, arm
  constexpr double kRoots[5] = {-0.42, -0.34, -0.11, 0.12, 0.34}, kReach[5] = {0.62, 0.85, 0.95, 0.87, 0.66},
                   kAngles[5] = {-1.0, -0.22, -0.05, 0.12, 0.32};
  for (size_t f = 0; f < 5; ++f) {
    const double reach = length * (kFingers[sign][f] ? kReach[f] : 0.18), angle = spread * kAngles[f],
                 root = f == 0 ? 0.0 : 0.5;
    double sine, cosine;
    exact_sincos(angle, &sine, &cosine);
    hand.push_back({kRoots[f], root - 0.05, kRoots[f] + reach * sine, root + reach * cosine, 0.115 * thick});
  }
  return hand;
}

using Colour = std::array<double, 3>;

}  // namespace

Image hand_picture(int sign, int size, uint64_t seed, int person, Random random) {
  constexpr uint64_t kHandStream = 0x48414E44;  // "HAND"
  Random of_person(seed, {kHandStream, static_cast<uint64_t>(person)});
  const double tone = of_person.uniform(), length = 0.9 + 0.25 * of_person.uniform(),
               thick = 0.85 + 0.35 * of_person.uniform(), wall = 185 + 50 * of_person.uniform();
  const Colour skin = {225 - 110 * tone, 180 - 105 * tone, 150 - 95 * tone},
               background = {wall, wall + 6 * of_person.normal(), wall + 8 * of_person.normal()};
  const double scale = size * (0.27 + 0.05 * random.uniform()), turn = 0.13 * random.normal(),
               x0 = size * (0.5 + 0.03 * random.normal()), y0 = size * (0.62 + 0.03 * random.normal()),
               light = 0.9 + 0.2 * random.uniform(), slope = 0.25 * (random.uniform() - 0.5);
  const std::vector<Stroke> hand = hand_of(sign, 0.8 + 0.4 * random.uniform(), length, thick);
  double sine, cosine;
  exact_sincos(turn, &sine, &cosine);
  Image image{size, size, 3, {}};
  for (int row = 0; row < size; ++row)
    for (int column = 0; column < size; ++column) {
      const double right = (column - x0) / scale, up = (y0 - row) / scale;
      const double x = cosine * right + sine * up, y = cosine * up - sine * right;
      double nearest = 1e9;
      for (const Stroke &s : hand) nearest = std::min(nearest, distance_to(s, x, y));
      const double cover = std::clamp(0.5 - nearest * scale, 0.0, 1.0);  // of the pixel
      const double depth = std::clamp(-nearest / 0.12, 0.0, 1.0);        // edges turn away from the light
      const double lit = light * (1 + slope * (2.0 * column / size - 1));
      for (size_t c = 0; c < 3; ++c) {
        const double on_hand = skin[c] * (0.72 + 0.28 * depth),
                     value = lit * (cover * on_hand + (1 - cover) * background[c]) + 3 * random.normal();
        image.pixels.push_back(static_cast<uint8_t>(std::clamp(value, 0.0, 255.0)));
      }
    }
  return image;
}

namespace {

struct WriteErrors {
  jpeg_error_mgr base;
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
};

[[noreturn]] void on_write_error(j_common_ptr jpeg) {
  auto *errors = reinterpret_cast<WriteErrors *>(jpeg->err);
  jpeg->err->format_message(jpeg, errors->message);
  std::longjmp(errors->jump, 1);  // the library must not return from here
}

// Between setjmp and longjmp nothing with a destructor is made.
bool encode_jpeg(jpeg_compress_struct &jpeg, WriteErrors &errors, const Image &image, unsigned char **bytes,
                 unsigned long *size) {
  if (setjmp(errors.jump)) return false;
  constexpr int kQuality = 90;
  jpeg_create_compress(&jpeg);
  jpeg_mem_dest(&jpeg, bytes, size);
  jpeg.image_width = static_cast<JDIMENSION>(image.width);
  jpeg.image_height = static_cast<JDIMENSION>(image.height);
  jpeg.input_components = image.channels;
  jpeg.in_color_space = image.channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, kQuality, TRUE);
  jpeg_start_compress(&jpeg, TRUE);
  const size_t row_bytes = static_cast<size_t>(image.width) * static_cast<size_t>(image.channels);
  while (jpeg.next_scanline < jpeg.image_height) {
    auto *row = const_cast<JSAMPROW>(image.pixels.data() + jpeg.next_scanline * row_bytes);
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  return true;
}

}  // namespace

std::string format_jpeg(const Image &image) {
  WriteErrors errors{};
  jpeg_compress_struct jpeg{};
  jpeg.err = jpeg_std_error(&errors.base);
  errors.base.error_exit = on_write_error;
  unsigned char *bytes = nullptr;
  unsigned long size = 0;
  const bool is_done = encode_jpeg(jpeg, errors, image, &bytes, &size);
  const std::string out(is_done ? reinterpret_cast<const char *>(bytes) : "", is_done ? size : 0);
  jpeg_destroy_compress(&jpeg);
  std::free(bytes);
  if (!is_done) throw Error(ErrorCode::kInvalidArgument, "JPEG", errors.message);
  return out;
}

}  // namespace mote

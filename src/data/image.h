// Image files as pixels: PNG and JPEG by their libraries, BMP, PGM and PPM (bitmap.h), and the idx files of
// MNIST.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mote/preprocessing.h"

namespace mote {

struct Image {
  int height = 0, width = 0, channels = 0;  // 1: grey, 3: red, green, blue
  std::vector<uint8_t> pixels;              // [height, width, channels]
  bool was_turned = false;                  // as its EXIF says
  std::string note = {};                    // what is wrong with the file but did not keep it from being read
};

// Any of them, told apart by their first bytes. Pixels are the stored numbers: no gamma; what is transparent
// is black, 16 bits become 8; photographs are as they are looked at: turned and mirrored as their EXIF says.
// `channels` 1 or 3 converts, grey being 0.299 R + 0.587 G + 0.114 B; 0 takes what the file has. Errors:
// kDataFormat naming the file.
Image parse_image(std::string_view bytes, const std::string &where, int channels = 0);

// To the size and by the way of `to`, by the routine that devices have (features/image_fit.h).
Image fitted(const Image &image, const ImageInput &to);

// An idx file of unsigned bytes, plain or gzipped: dimensions and values. Source of the format:
// yann.lecun.com/exdb/mnist. Errors: kDataFormat.
struct IdxArray {
  std::vector<size_t> shape;
  std::vector<uint8_t> values;
};
IdxArray parse_idx(std::string_view bytes, const std::string &where);

}  // namespace mote

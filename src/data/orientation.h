// The orientation that a photograph's EXIF block tells of, and pictures turned by it.
#pragma once

#include <optional>
#include <string_view>

#include "data/image.h"

namespace mote {

inline constexpr int kUpright = 1;

struct Orientation {
  int value = kUpright;     // 1 to 8, as EXIF numbers them
  bool is_damaged = false;  // the block cannot be read, or tells of none of these
};

// Of an EXIF block, from its "Exif" on.
Orientation orientation_of(std::string_view exif);

// As it is looked at: stored pixels mirrored and turned.
Image turned(Image image, int orientation);

}  // namespace mote

// Pictures of a simulated hand that shows a number with its fingers.
//
// For trying the tools; results on it say nothing about hands.
#pragma once

#include "base/random.h"
#include "data/image.h"

namespace mote {

// [size, size, 3]. sign: 0 .. 9. What differs between persons: skin, background, hand and light.
Image hand_picture(int sign, int size, uint64_t seed, int person, Random random);

// The bytes of a JPEG file. Errors: kInvalidArgument naming what the library says.
std::string format_jpeg(const Image &image);

}  // namespace mote

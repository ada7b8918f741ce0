// Pictures in formats without compression: PGM and PPM (P2, P3, P5, P6), BMP of 8, 24 and 32 bits.
// Sources: netpbm.sourceforge.net/doc/pnm.html; Microsoft's BITMAPINFOHEADER.
#pragma once

#include "data/image.h"

namespace mote {

// Stored numbers, of other ranges scaled to 0 .. 255. Errors: kDataFormat naming the file.
Image parse_pnm(std::string_view bytes, const std::string &where);
Image parse_bmp(std::string_view bytes, const std::string &where);

// 1 or 3 channels from either: grey is 0.299 R + 0.587 G + 0.114 B as PIL rounds it; 0 leaves it as it is.
Image with_channels(Image image, int channels);

// Its pixels are yet to come.
Image image_of_size(size_t height, size_t width, int channels);

// Errors: kDataFormat for pictures of no pixels or more than 2^26.
void check_picture_size(size_t height, size_t width, const std::string &where);

}  // namespace mote

// Pictures within texts: as a data address, and how wide they are.
#pragma once

#include <string>

namespace mote {

// "data:image/svg+xml,..."
std::string picture_data(const std::string &svg);
std::string png_data(const std::string &png);  // "data:image/png;base64,..."
int png_width(const std::string &png);         // pixels; 0: it is none
std::string base64(const std::string &bytes);
// Of an SVG, in points; 0: it does not say so.
double picture_width(const std::string &svg);

}  // namespace mote

// Damage in OGG files, which their decoder leaves out without a word.
#pragma once

#include <string>
#include <string_view>

namespace mote {

// "12 of 40 pages are damaged or missing"; "": none is, or it is no such file.
std::string damage_of_ogg(std::string_view bytes);

}  // namespace mote

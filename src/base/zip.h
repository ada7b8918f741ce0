// Zip archives through libzip, as whole maps of name to bytes. Used for .npz and .mote files.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace mote {

using ZipEntries = std::map<std::string, std::string>;

// Errors: kNotFound, kDataFormat (not a zip, damaged, checksum), and entries beyond max_bytes in all.
ZipEntries read_zip(const std::string &path, size_t max_bytes = size_t{1} << 31);
ZipEntries parse_zip(std::string_view bytes, const std::string &where, size_t max_bytes = size_t{1} << 31);

// The same entries give the same bytes: order by name, fixed dates.
std::string format_zip(const ZipEntries &entries);

}  // namespace mote

// Folders that mote exports into: they hold a list of what mote wrote, by which the next export knows its own
// files from those of the user.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace mote {

// Replaces a folder as a whole: files of an earlier export go, files of others stay. One that is neither
// empty nor an export of ours is left alone unless `force`. `mark`: "arduino". Returns files of an earlier
// export that were changed since, which stay too though this export has none of that name. Errors: kIo.
std::vector<std::string> write_marked_folder(const std::string &folder, const std::string &mark,
                                             const std::map<std::string, std::string> &files, bool force);

// What the last export into the folder wrote, relative to it. Empty where there is no list.
std::vector<std::string> exported_files(const std::string &folder);

}  // namespace mote

// What reading a set has said, for tests of its words.
#pragma once

#include <string>

#include "mote/recordings.h"

namespace mote::test {

inline std::string said(const Recordings &set) {
  std::string all;
  for (const std::string &s : set.reading) all += s + "\n";
  for (const Finding &f : set.findings) all += f.message + "\n";
  return all;
}

inline bool says(const Recordings &set, const std::string &part) {
  return said(set).find(part) != std::string::npos;
}

}  // namespace mote::test

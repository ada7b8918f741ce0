// Where a window comes from, as it is written for people.
#include <fmt/format.h>

#include "mote/dataset.h"

namespace mote {

std::string ExampleSource::text() const {
  std::string text = line > 0 ? fmt::format("{}:{}", file, line) : file;
  return row > 0 ? fmt::format("{}+{}", text, row) : text;
}

}  // namespace mote

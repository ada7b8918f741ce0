// What the archives of time series classification (.ts, .arff, .tsv) share: a line is an example.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/readers/readers.h"

namespace mote {

// One example: dimensions that may differ in length, each of which fills up with "?" (NaN).
struct Series {
  std::vector<std::vector<float>> dimensions;
  std::string label;
  long line = 0;
};

// "1.5,?,2" as numbers. Errors: kDataFormat with line.
std::vector<float> read_series(std::string_view text, const std::string &path, long line);

// Adds it as a recording [longest dimension, dimensions]. Errors: kDataFormat when dimensions differ in
// length.
void add_series(Intake &intake, const Series &series, const FoundFile &file);

}  // namespace mote

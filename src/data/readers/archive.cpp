// A line of numbers as one recording, for the archives of time series classification; dimensions that a
// format separates stand side by side as channels.
//
// Headers and labels are each format's own (ts.cpp, arff.cpp).
#include "data/readers/archive.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"
#include "base/text.h"
#include "data/csv.h"

namespace mote {

std::vector<float> read_series(std::string_view text, const std::string &path, long line) {
  std::vector<float> values;
  for (std::string_view cell : cells_of(text, ',')) {
    if (cell == "?" || cell.empty()) {
      values.push_back(NAN);
      continue;
    }
    const auto value = parse_number(cell);
    if (!value) Intake::fail(at_line(path, line), fmt::format("'{}' is not a number", printable(cell)));
    const float number = *value;
    if (std::isfinite(*value) ? !std::isfinite(number)
                              : cell.find_first_of("0123456789") != std::string_view::npos)
      Intake::fail(at_line(path, line), fmt::format("'{}' is beyond the largest number", printable(cell)));
    values.push_back(number);
  }
  while (!values.empty() && std::isnan(values.back())) values.pop_back();  // shorter series are filled up
  return values;
}

void add_series(Intake &intake, const Series &series, const FoundFile &file) {
  const std::string path = file.path.string(), where = at_line(path, series.line);
  const size_t width = series.dimensions.size(), rows = width == 0 ? 0 : series.dimensions[0].size();
  if (rows == 0) Intake::fail(where, "has no values");
  for (const auto &d : series.dimensions)
    if (d.size() != rows)
      Intake::fail(where, fmt::format("its dimensions have {} and {} values", rows, d.size()));
  if (intake.set().image_height > 0) Intake::fail(path, "is a table, the files before it are images");
  std::vector<std::string> names;
  for (size_t c = 0; c < width; ++c) names.push_back(fmt::format("c{}", c));
  intake.check_channels(names, false, path);
  const std::string part = part_of(file);
  if (part != file.folder)
    intake.say(
        "files named _TRAIN and _TEST are the groups \"train\" and \"test\": split.test_groups = [\"test\"] "
        "tests as the archive does");
  Recording r{series.label, path, part, series.line, 0, {}};
  r.rows = rows;
  for (size_t t = 0; t < rows; ++t)
    for (const auto &d : series.dimensions) r.values.push_back(d[t]);
  intake.add_recording(std::move(r));
}

}  // namespace mote

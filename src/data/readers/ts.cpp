// .ts of the UEA and UCR archives: "dimension:dimension:class" a line, each dimension "1,2,3".
// Source of the format: sktime's documentation of loading .ts files.
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "data/column_names.h"
#include "data/readers/archive.h"
#include "data/text_lines.h"

namespace mote {

void read_ts(Intake &intake, const FoundFile &file) {
  const std::string path = file.path.string(), bytes = intake.read(path);
  const TextLines text = text_lines(bytes);
  if (!text.refusal.empty()) Intake::fail(path, text.refusal);
  bool is_data = false, has_label = false, has_any = false;
  for (const TextLine &line : text.lines) {
    if (line.text.front() == '@') {
      const std::string words = lower(std::string(line.text));
      if (words.starts_with("@classlabel true")) has_label = true;
      if (words.starts_with("@timestamps true"))
        Intake::fail(at_line(path, line.number), "has time stamps in its values, which are not read",
                     "write it with @timeStamps false");
      if (words.starts_with("@data")) is_data = true;
      continue;
    }
    if (!is_data) Intake::fail(at_line(path, line.number), "has values before @data: this is no .ts file");
    if (!has_label && !intake.options().model) Intake::fail(path, "has no classes (@classLabel true NAMES)");
    Series series;
    series.line = line.number;
    std::string_view rest = line.text;
    for (size_t colon; (colon = rest.find(':')) != std::string_view::npos; rest.remove_prefix(colon + 1))
      series.dimensions.push_back(read_series(rest.substr(0, colon), path, line.number));
    if (has_label)
      series.label = trim(rest);
    else
      series.dimensions.push_back(read_series(rest, path, line.number));
    if (series.dimensions.empty()) Intake::fail(at_line(path, line.number), "has no ':' before the class");
    add_series(intake, series, file);
    has_any = true;
  }
  if (!has_any) Intake::fail(path, "holds no series");
  intake.say("classes are those that each line of a .ts file ends with");
}

}  // namespace mote

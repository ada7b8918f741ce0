// Text in rows and columns: keeps the table until all files are read, since a column is judged over all of
// them.
#include <fmt/format.h>

#include "base/text.h"
#include "data/csv.h"
#include "data/readers/readers.h"
#include "data/readers/text_examples.h"

namespace mote {

void read_delimited(Intake &intake, const FoundFile &file) {
  if (const fs::path labels = labels_beside(intake, file); !labels.empty())
    return read_text_examples(intake, file, labels);
  read_delimited(intake, file, intake.read(file.path));
}

void read_delimited(Intake &intake, const FoundFile &file, const std::string &bytes) {
  const std::string path = file.path.string();
  const LoadOptions &o = intake.options();
  TableOptions options;
  for (const std::string &name : {o.group_column, o.label_column, o.id_column})
    if (!name.empty()) options.texts.push_back(name);
  options.dropped = o.drop_columns;
  if (o.join.empty()) options.only = o.channels;  // columns that are joined have other names afterwards
  if (!options.only.empty() && !o.time_column.empty()) options.only.push_back(o.time_column);
  if (o.model && o.join.empty()) options.used = o.model->channels_used;
  std::vector<Finding> problems;
  TableStretch whole;
  Table table = parse_table(bytes, path, options, problems, intake.part() ? intake.part()->stretch : whole);
  const bool is_first = !intake.part() || intake.part()->is_first;
  intake.report(problems, table.rows.empty() && is_first);
  if (table.rows.empty()) return;
  for (const std::string &said : table.said) intake.say("tables are written with " + said);
  if (intake.set().image_height > 0) Intake::fail(path, "is a table, the files before it are images");
  TableFile kept = compact(std::move(table));
  kept.path = path;
  kept.folder = file.folder;
  kept.label = intake.label_of(file);
  kept.part = part_of(file);
  intake.add_table(std::move(kept));
}

}  // namespace mote

// .ts, .arff and tables whose kinds of columns are judged, through the loader as a file.
#include <cstdlib>

#include "base/error.h"
#include "base/files.h"
#include "data/csv.h"
#include "mote/recordings.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  using namespace mote;
  if (size == 0) return 0;
  static const char *kExtensions[] = {".csv", ".ts", ".arff", ".tsv"};
  const std::string bytes(reinterpret_cast<const char *>(data) + 1, size - 1);
  std::vector<Finding> problems;
  const Table table = parse_table(bytes, "f.csv", {}, problems);
  for (const auto &row : table.rows)
    if (row.values.size() != table.columns.size()) __builtin_trap();
  if (table.rows.empty() && problems.empty()) __builtin_trap();  // nothing read must be said
  static const TemporaryFolder folder("mote-fuzz");
  const fs::path file = folder.path() / (std::string("a") + kExtensions[data[0] % 4]);
  write_file(file, bytes);
  try {
    const Recordings set = load_recordings(file.string(), {}, true);
    for (const Recording &r : set.items)
      if (r.values.size() != static_cast<size_t>(r.rows) * set.channels.size()) __builtin_trap();
  } catch (const Error &) {
  }
  return 0;
}

// Fuzzes the reader of tables: any bytes give rows as wide as the header, or findings that say why not.
//
// Other files of recordings: npy_fuzz.cpp, archive_fuzz.cpp, bitmap_fuzz.cpp. Seeds: make_seeds.cpp.
#include "data/csv.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::vector<mote::Finding> problems;
  const std::string bytes(reinterpret_cast<const char *>(data), size);
  const mote::Table table = mote::parse_csv(bytes, "f.csv", {"who"}, problems);
  for (const auto &row : table.rows)
    if (row.values.size() != table.columns.size()) __builtin_trap();
  if (table.rows.empty() && problems.empty()) __builtin_trap();  // nothing read must be said
  return 0;
}

// Fuzzes conditions on runs: any text is a condition that can be asked, or an Error with a column.
//
// Names and kinds are those of facts.h; a run has every other name. Seeds: make_seeds.cpp.
#include "base/error.h"
#include "portfolio/query.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const nlohmann::json number = 0.5, text = "best, small";
  try {
    const mote::RunQuery query = mote::RunQuery::parse({reinterpret_cast<const char *>(data), size});
    for (const bool is_text : {false, true})
      query.holds([&](size_t name) { return name % 2 == 1 ? nullptr : is_text ? &text : &number; });
  } catch (const mote::Error &e) {
    if (e.where().find("column") == std::string::npos) __builtin_trap();
  }
  return 0;
}

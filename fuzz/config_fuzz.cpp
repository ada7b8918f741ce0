#include "base/error.h"
#include "project/project.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  try {
    const mote::Project p =
        mote::parse_project({reinterpret_cast<const char *>(data), size}, "mote.toml", ".");
    mote::Recordings set;
    set.labels = {"a", "b"}, set.channels = {"x", "y"};
    set.options.window = 16;
    p.build_model(set);
  } catch (const mote::Error &) {
  }
  return 0;
}

// The file as it is, and the same bytes as the manifest of an intact archive.
#include "base/error.h"
#include "base/zip.h"
#include "mote/files.h"
#include "mote/host_program.h"

static void read(std::string_view bytes) {
  try {
    mote::parse_mote(bytes, "x.mote");
  } catch (const mote::Error &) {
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const std::string bytes(reinterpret_cast<const char *>(data), size);
  if (bytes.substr(0, 1) == "{") {
    mote::ZipEntries entries{{"model.json", bytes}};
    for (int i = 0; i < 12; ++i)
      entries["data/" + std::to_string(i) + ".bin"] = std::string(static_cast<size_t>(4 * i), '\1');
    read(mote::format_zip(entries));
  } else {
    read(bytes);
  }
  return 0;
}

// Fuzzes bundles: any archive is refused in words, or checked; nothing is written beside the temporary
// folder.
//
// The input is the manifest of a bundle whose other files stay, or behind a zero byte a whole archive.
#include "base/error.h"
#include "base/files.h"
#include "base/zip.h"
#include "mote/portfolio.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const mote::TemporaryFolder kFolder("mote-fuzz");
  const std::string input(reinterpret_cast<const char *>(data), size),
      path = (kFolder.path() / "b.zip").string();
  std::string bytes = input.empty() ? "" : input.substr(1);
  if (!input.empty() && input[0] != 0)
    bytes = mote::format_zip({{"r/manifest.json", input}, {"r/run.json", "{}"}, {"r/x", "x"}});
  mote::write_file(path, bytes);
  try {
    mote::verify_bundle(path).text();
  } catch (const mote::Error &e) {
    if (std::string(e.what()).find("json.exception") != std::string::npos) __builtin_trap();
  }
  return 0;
}

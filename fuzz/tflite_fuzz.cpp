// What is accepted must also run.
#include "base/error.h"
#include "mote/files.h"
#include "mote/host_program.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  try {
    mote::HostProgram host(mote::parse_tflite({reinterpret_cast<const char *>(data), size}, "x.tflite"));
    if (host.plan().bytes > 1 << 22) return 0;
    std::vector<uint8_t> in(host.input_bytes()), out(host.output_bytes());
    for (size_t i = 0; i < in.size(); ++i) in[i] = static_cast<uint8_t>(i * 167 + 13);
    host.invoke(in.data(), out.data());
  } catch (const mote::Error &) {
  }
  return 0;
}

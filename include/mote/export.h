// Standalone C: a folder with the model, the runtime routines it uses, golden vectors and a self-test, or the
// same as a package of a build system.
//
// One static buffer of exactly the planned size, no heap, no stdio (selftest.c aside), no libm. C99.
//
// Numerics: byte for byte those of HostProgram; the golden vectors say so on the device.
// A folder that an earlier export wrote is replaced as a whole (kill -9 leaves the old or the new one); what
// is not of an export stays in it. Errors: kIo (folder, disk; nothing is left half-written), kUnsupported
// naming the layer, or saying what would make the model fit where it exceeds ram_bytes even so.
// Ownership/Threads: arguments are only read.
//
// Example:
//   const mote::ExportedC made = mote::export_c(q, "out/gesture_c", {.golden_from = &data.test});
//   std::cout << made.buffer_bytes << " bytes of RAM, " << made.weight_bytes << " of weights\n";
//   mote::export_package(q, "arduino", "out/gesture_arduino");
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mote/dataset.h"
#include "mote/decision.h"
#include "mote/names.h"
#include "mote/program.h"

namespace mote {

// How push() computes features of a stream: frame by frame where the blocks and the stride allow it; so or
// not at all (kUnsupported with the reason); or all of a window where one is due. The answers are the same.
enum class PushFeatures { kAuto, kFrames, kWindows };
inline const NameTable<PushFeatures> &push_features_names() {
  static const NameTable<PushFeatures> kNames({{"auto", PushFeatures::kAuto},
                                               {"frames", PushFeatures::kFrames},
                                               {"windows", PushFeatures::kWindows}});
  return kNames;
}

struct ExportCOptions {
  const Dataset *golden_from =
      nullptr;  // windows whose outputs become golden vectors; without: pseudo-random inputs
  int golden_count = 16;
  bool force = false;  // write into a folder that holds other files
  // push(): what the model's decision rule says, but for these. A class is told only when its probability
  // reaches the threshold, averaged over `smoothing` windows of a stream.
  std::optional<double> threshold = {};
  std::string threshold_from = "";  // how it was chosen, for the comment
  int stride = 0;     // rows from window to window of a stream; 0: the model's, or half a window
  int smoothing = 0;  // windows; 0: the model's, or 3
  PushFeatures push_features = PushFeatures::kAuto;
  // push() computes of layers over time only what no window before had; refused (kUnsupported, with the layer
  // and the change that would allow it) where that is not the same. The answers are the same.
  bool is_streaming = false;
  size_t ram_bytes = 0;  // streams the first layers row by row where the buffer would be larger; 0: never
};

// The rule of push() with these options.
DecisionRule decision_rule(const IntegerProgram &program, const ExportCOptions &options);

// Whether its C takes rows of a stream: classifiers of windows, which need no state of their own.
bool has_push(const IntegerProgram &program);

struct CPort {
  std::string name, type;  // "input", "int8_t"
  size_t count;
};
struct ExportedC {
  std::string name;  // prefix of every symbol: mote_<name>_
  std::string hash;  // checksum of weights and layers, as in model.h
  size_t buffer_bytes = 0, weight_bytes = 0;
  size_t stack_bytes = 0;          // at most, compiled with -Os to -O3; with Helium at most 1,408
  size_t stream_bytes = 0;         // what push() keeps beside the buffer; 0: there is no push()
  std::string push_features;       // how it computes those of blocks, for a sentence that begins with it
  std::string push_layers;         // how it computes layers over time, likewise; "": all of a window
  std::vector<std::string> files;  // written, relative to the folder
  // Of an earlier export into the folder, not of this one, and kept because somebody changed them since.
  std::vector<std::string> changed_files;
  std::string call;                    // "predict" or "invoke": what the golden vectors are of
  std::vector<CPort> inputs, outputs;  // of that call
  int golden_count = 0;
  size_t layers = 0;
  // Row by row: how many layers, and the bytes that are moved to make room in an invocation.
  size_t streamed_layers = 0, moved_bytes = 0;
};

ExportedC export_c(const IntegerProgram &program, const std::string &folder,
                   const ExportCOptions &options = {});

// The names of the packages that export_package() makes, as "arduino" and "cmake".
const std::vector<std::string> &package_formats();

// The exported C in the form that a build system takes: an Arduino library, an ESP-IDF component, a Zephyr
// module or a CMake project; for Arduino also mote_<name>.zip in it, for the IDE's "Add .ZIP Library". The
// list of files is relative to the folder.
ExportedC export_package(const IntegerProgram &program, const std::string &format, const std::string &folder,
                         const ExportCOptions &options = {});

}  // namespace mote

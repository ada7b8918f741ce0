// Firmware images for the emulator: the exported C with a start, a console and a main of ours.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mote/device.h"
#include "mote/export.h"

namespace mote {

// Golden vectors with figures; samples of a file through the model; rows of a file through push().
enum class FirmwareKind { kMeasure, kRun, kPush };

// The files that go beside an exported model.
std::map<std::string, std::string> firmware(const ExportedC &model, const Core &core, FirmwareKind kind);
bool is_firmware_source(const std::string &file);

// The command that links sources or objects into `image`, with a map beside it.
std::vector<std::string> build_command(const Core &core, const std::vector<std::string> &sources,
                                       const std::string &script, const std::string &image,
                                       const std::vector<std::string> &flags);
// The command that runs it.
std::vector<std::string> emulate_command(const Core &core, const std::string &image);

}  // namespace mote

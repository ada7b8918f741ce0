// Firmware images for the emulator: the exported C with a start, a console and a main of ours.
#pragma once

#include <string>
#include <vector>

#include "device/cores.h"
#include "export/c/export_c.h"

namespace mote {

enum class FirmwareKind { kMeasure, kRun };

// Writes the firmware files beside an exported model. Errors: kIo.
void write_firmware(const ExportedC &model, const Core &core, const std::string &folder, FirmwareKind kind);

// The command that compiles and links the folder into `image`; with a map beside it.
std::vector<std::string> build_command(const Core &core, const std::string &folder, const std::string &image,
                                       const std::vector<std::string> &flags);
// The command that runs it.
std::vector<std::string> emulate_command(const Core &core, const std::string &image);

// --format qemu: the exported model, firmware and a Makefile whose `make run INPUT=file` runs it.
ExportedC export_qemu(const IntegerProgram &program, const Core &core, const std::string &folder,
                      const ExportCOptions &options);

}  // namespace mote

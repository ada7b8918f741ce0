// The exported C with firmware around it in a folder of its own, compiled for a core, linked and run on the
// emulator.
//
// Errors: kNotFound when compiler or emulator are missing; kDataFormat for C that does not compile, link or
// run, with what was said.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "device/firmware.h"
#include "mote/device.h"

namespace mote {

class FirmwareBuild {
 public:
  // `core` and `options` must outlive it. Errors: also those of an export.
  FirmwareBuild(const IntegerProgram &program, const Core &core, FirmwareKind kind,
                const MeasureOptions &options);

  const ExportedC &made() const { return made_; }
  const fs::path &folder() const { return folder_.path(); }

  // Object by object, so that the map names their sources.
  void make() const;
  // Once more with the marks of layers: a source that has none stays as make() compiled it.
  void make_with_marks(const std::vector<std::string> &flags) const;
  std::string map() const;  // of the linker
  // What it says. It runs in the folder, which is where it finds and leaves files.
  std::string run(long most_seconds = 600) const;

 private:
  fs::path image() const { return folder() / "firmware.elf"; }
  void execute(const std::vector<std::string> &command) const;
  std::vector<fs::path> sources() const;
  void compile(const fs::path &source, const std::vector<std::string> &more) const;
  void link() const;

  const Core &core_;
  const MeasureOptions &options_;
  const std::string where_;
  TemporaryFolder folder_;
  ExportedC made_;
};

}  // namespace mote

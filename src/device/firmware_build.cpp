// Runs the cross compiler, the linker and the emulator on a folder of firmware.
//
// Which files those are is firmware.cpp; what the measurements say, emulator.cpp; what push() answers,
// push_on_core.cpp.
#include "device/firmware_build.h"

#include <algorithm>

#include "base/error.h"
#include "base/process.h"
#include "codegen/c/package.h"

namespace mote {

FirmwareBuild::FirmwareBuild(const IntegerProgram &program, const Core &core, FirmwareKind kind,
                             const MeasureOptions &options)
    : core_(core), options_(options), where_(program.name), folder_("mote-device") {
  if (const std::string missing = missing_tools(core); !missing.empty())
    throw Error(ErrorCode::kNotFound, "emulation", missing);
  ExportedFiles exported = export_in_memory(program, options.c);
  made_ = std::move(exported.made);
  exported.files.merge(firmware(made_, core, kind));
  for (const auto &[file, text] : exported.files) write_file(folder() / file, text);
}

void FirmwareBuild::execute(const std::vector<std::string> &command) const {
  const ProcessResult r = run_process(command);
  if (r.status != 0)
    throw Error(ErrorCode::kDataFormat, where_,
                "cannot be built for the " + core_.title + ": " + r.output.substr(0, 1500));
}

void FirmwareBuild::make(const std::vector<std::string> &extra) const {
  std::vector<std::string> objects;
  for (const auto &entry : fs::directory_iterator(folder())) {
    const fs::path &source = entry.path();
    if (!is_firmware_source(source.filename().string())) continue;
    objects.push_back(fs::path(source).replace_extension(".o").string());
    std::vector<std::string> command = {
        core_.compiler, "-std=gnu99", "-ffunction-sections", "-fdata-sections", "-Wall",
        "-Wextra",      "-c",         source.string()};
    command.insert(command.end(), {"-o", objects.back()});
    for (const auto *more : {&core_.flags, &options_.flags, &extra})
      command.insert(command.end(), more->begin(), more->end());
    execute(command);
  }
  std::sort(objects.begin(), objects.end());
  execute(build_command(core_, objects, (folder() / "memory.ld").string(), image().string(), options_.flags));
}

std::string FirmwareBuild::map() const { return read_file(image().string() + ".map"); }

std::string FirmwareBuild::run(long most_seconds) const {
  std::vector<std::string> command = {"timeout", std::to_string(most_seconds)};
  for (const std::string &word : emulate_command(core_, image().string())) command.push_back(word);
  const ProcessResult ran = run_process(command, folder().string());
  if (ran.status != 0 && ran.output.find("wrong ") == std::string::npos) {
    constexpr int kTimedOut = 124;  // of timeout
    throw Error(ErrorCode::kDataFormat, where_,
                "does not run on the emulated " + core_.title + ": " +
                    (ran.status == kTimedOut ? "it did not end in " + std::to_string(most_seconds) + " s"
                                             : ran.output.substr(0, 500)));
  }
  return ran.output;
}

}  // namespace mote

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

std::vector<fs::path> FirmwareBuild::sources() const {
  std::vector<fs::path> found;
  for (const auto &entry : fs::directory_iterator(folder()))
    if (is_firmware_source(entry.path().filename().string())) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

static std::string object_of(const fs::path &source) {
  return fs::path(source).replace_extension(".o").string();
}

void FirmwareBuild::compile(const fs::path &source, const std::vector<std::string> &more) const {
  std::vector<std::string> command = {
      core_.compiler,  "-std=gnu99", "-ffunction-sections", "-fdata-sections", "-Wall", "-Wextra", "-c",
      source.string(), "-o",         object_of(source)};
  for (const auto *flags : {&core_.flags, &options_.flags, &more})
    command.insert(command.end(), flags->begin(), flags->end());
  execute(command);
}

void FirmwareBuild::link() const {
  std::vector<std::string> objects;
  for (const fs::path &source : sources()) objects.push_back(object_of(source));
  execute(build_command(core_, objects, (folder() / "memory.ld").string(), image().string(), options_.flags));
}

void FirmwareBuild::make() const {
  for (const fs::path &source : sources()) compile(source, {});
  link();
}

void FirmwareBuild::make_with_marks(const std::vector<std::string> &flags) const {
  const auto has_marks = [](const std::string &text) {
    return text.find("MOTE_LAYER") != std::string::npos || text.find("MEASURE_LAYERS") != std::string::npos;
  };
  for (const fs::path &source : sources())
    if (has_marks(read_file(source.string()))) compile(source, flags);
  link();
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

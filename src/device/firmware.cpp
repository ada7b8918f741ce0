// Firmware: the exported C, a start and a console of ours (firmware/), and what depends on the model or the
// core, from the templates beside them.
//
// Which cores there are is cores.cpp; building and running one, emulator.cpp.
#include "device/firmware.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/template.h"
#include "base/text.h"
#include "codegen/c/marked_folder.h"
#include "codegen/c/package.h"
#include "device/device_files.h"
#include "formats/model_format.h"

namespace mote {

static std::string linker_script(const Core &c) {
  const auto hex = [](size_t value) { return fmt::format("{:#x}", value); };
  return fill_template("memory.ld.in", device_file("memory.ld.in"),
                       {{"title", c.title},
                        {"machine", c.machine},
                        {"flash_origin", hex(c.flash_origin)},
                        {"flash_bytes", hex(c.flash_bytes)},
                        {"ram_origin", hex(c.ram_origin)},
                        {"ram_bytes", hex(c.ram_bytes)}});
}

static std::string function_of(const ExportedC &m) { return fmt::format("mote_{}_{}", m.name, m.call); }

static std::string array_of(const CPort &p) { return fmt::format("{} {}[{}];\n", p.type, p.name, p.count); }

// Golden vectors into static outputs, compared.
static std::string measure_model(const ExportedC &m) {
  std::vector<std::string> arguments, comparisons;
  std::string outputs;
  for (const CPort &p : m.inputs) arguments.push_back(fmt::format("golden_{}[n]", p.name));
  for (const CPort &p : m.outputs) {
    arguments.push_back(p.name);
    outputs += "static " + array_of(p);
    comparisons.push_back(fmt::format("differs({}, golden_{}[n], sizeof({}))", p.name, p.name, p.name));
  }
  return fill_template("measure_model.h.in", device_file("measure_model.h.in"),
                       {{"outputs", outputs},
                        {"function", function_of(m)},
                        {"arguments", fmt::format("{}", fmt::join(arguments, ", "))},
                        {"differs", fmt::format("{}", fmt::join(comparisons, " || "))}});
}

// One struct of all inputs, one of all outputs, as they lie in the files.
static std::string run_model(const ExportedC &m) {
  std::string inputs, outputs;
  std::vector<std::string> arguments;
  for (const CPort &p : m.inputs) {
    inputs += m.call == "predict" ? fmt::format("  {0} {1}[MOTE_{2}_WINDOW * MOTE_{2}_CHANNELS];\n", p.type,
                                                p.name, upper_case(m.name))
                                  : "  " + array_of(p);
    arguments.push_back("input." + p.name);
  }
  for (const CPort &p : m.outputs) {
    outputs += "  " + array_of(p);
    arguments.push_back("output." + p.name);
  }
  return fill_template("run_model.h.in", device_file("run_model.h.in"),
                       {{"inputs", inputs},
                        {"outputs", outputs},
                        {"function", function_of(m)},
                        {"arguments", fmt::format("{}", fmt::join(arguments, ", "))}});
}

static std::string push_model(const ExportedC &m) {
  const std::string model = "mote_" + m.name;
  return fill_template("push_model.h.in", device_file("push_model.h.in"),
                       {{"model", model}, {"MODEL", upper_case(model)}});
}

// Where main() is.
static std::string main_file(FirmwareKind kind) {
  switch (kind) {
    case FirmwareKind::kMeasure:
      return "measure.c";
    case FirmwareKind::kPush:
      return "push.c";
    default:
      return "main.c";
  }
}

std::map<std::string, std::string> firmware(const ExportedC &m, const Core &core, FirmwareKind kind) {
  std::map<std::string, std::string> files;
  for (const std::string &file : {std::string("board.h"), std::string("board.c"), std::string("board_core.h"),
                                  core.start, main_file(kind)})
    files[file] = device_file(file);
  files["memory.ld"] = linker_script(core);
  switch (kind) {
    case FirmwareKind::kMeasure:
      files["measure_model.h"] = measure_model(m);
      break;
    case FirmwareKind::kPush:
      files["push_model.h"] = push_model(m);
      break;
    case FirmwareKind::kRun:
      files["run_model.h"] = run_model(m);
  }
  return files;
}

std::vector<std::string> build_command(const Core &core, const std::vector<std::string> &sources,
                                       const std::string &script, const std::string &image,
                                       const std::vector<std::string> &flags) {
  std::vector<std::string> command = {core.compiler, "-std=gnu99"};
  command.insert(command.end(), core.flags.begin(), core.flags.end());
  command.insert(command.end(), flags.begin(), flags.end());
  command.insert(command.end(),
                 {"-ffunction-sections", "-fdata-sections", "-Wall", "-Wextra", "-nostartfiles",
                  "-Wl,--gc-sections", "-Wl,-Map=" + image + ".map", "-T", script, "-o", image});
  if (!core.is_riscv()) command.insert(command.end(), {"--specs=nano.specs", "--specs=nosys.specs"});
  command.insert(command.end(), sources.begin(), sources.end());
  return command;
}

bool is_firmware_source(const std::string &file) {
  return file.ends_with(".c") && file != "selftest.c" && file != "model_selftest.c";
}

std::vector<std::string> emulate_command(const Core &core, const std::string &image) {
  std::vector<std::string> command = {core.emulator, "-M", core.machine};
  for (const char *word : {"-display", "none", "-monitor", "none", "-serial", "none", "-icount"})
    command.push_back(word);
  command.insert(command.end(), {core.icount, "-semihosting-config", "enable=on,target=native"});
  if (core.is_riscv()) command.insert(command.end(), {"-bios", "none"});
  command.insert(command.end(), {"-kernel", image});
  return command;
}

ExportedC export_qemu(const IntegerProgram &program, const Core &core, const std::string &folder,
                      const ExportCOptions &options) {
  ExportedFiles exported = export_in_memory(program, options);
  std::map<std::string, std::string> &files = exported.files;
  ExportedC &made = exported.made;
  for (auto &[file, text] : firmware(made, core, FirmwareKind::kRun)) files[file] = text;
  if (has_push(program)) files.merge(firmware(made, core, FirmwareKind::kPush));
  // of all sources but the one with another main()
  const auto build = [&](FirmwareKind other, const char *image) {
    std::vector<std::string> sources;
    for (const auto &[file, text] : files)
      if (is_firmware_source(file) && file != main_file(other)) sources.push_back(file);
    return fmt::format("{}", fmt::join(build_command(core, sources, "memory.ld", image, {"-O2"}), " "));
  };
  const auto emulate = [&](const char *image) {
    return fmt::format("{}", fmt::join(emulate_command(core, image), " "));
  };
  files["Makefile"] = fill_template(
      "Makefile.in", device_file("Makefile.in"),
      {{"title", core.title},
       {"sample", made.call == "predict" ? "float32 sensor values, row by row" : "the model's inputs"},
       {"packages", core.packages()},
       {"build", build(FirmwareKind::kPush, "firmware.elf")},
       {"emulate", emulate("firmware.elf")},
       {"has_push", has_push(program)},
       {"build_push", build(FirmwareKind::kRun, "push.elf")},
       {"emulate_push", emulate("push.elf")}});
  made.files.clear();
  for (const auto &[file, text] : files) made.files.push_back(file);
  made.changed_files = write_marked_folder(folder, "qemu", files, options.force);
  return made;
}

std::vector<std::string> export_formats() {
  std::vector<std::string> formats = {"c"};
  for (const std::string &file : writable_formats()) formats.push_back(file);
  formats.insert(formats.end(), package_formats().begin(), package_formats().end());
  formats.push_back("qemu");
  return formats;
}

}  // namespace mote

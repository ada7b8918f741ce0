#include "device/firmware.h"

#include <fmt/format.h>

#include <algorithm>

#include "codegen/c/package.h"
#include "device/device_files.h"

namespace mote {

static std::string linker_script(const Core &c) {
  return fmt::format(
      "/* {} on QEMU's {}. */\nENTRY(reset_handler)\nMEMORY {{\n  flash (rx) : ORIGIN = {:#x}, LENGTH = "
      "{:#x}\n"
      "  ram (rwx) : ORIGIN = {:#x}, LENGTH = {:#x}\n}}\nSECTIONS {{\n  .vectors : {{ KEEP(*(.vectors)) }} > "
      "flash\n"
      "  .text : {{ *(.text*) *(.rodata*) *(.srodata*) . = ALIGN(4); }} > flash\n"
      "  .ARM.exidx : {{ *(.ARM.exidx*) }} > flash\n  data_load = LOADADDR(.data);\n"
      "  .data : {{ data_start = .; *(.data*) *(.sdata*) . = ALIGN(4); data_end = .; }} > ram AT > flash\n"
      "  .bss (NOLOAD) : {{ bss_start = .; *(.sbss*) *(.bss*) *(COMMON) . = ALIGN(4); bss_end = .; }} > ram\n"
      "  stack_top = ORIGIN(ram) + LENGTH(ram) - 16;\n  /DISCARD/ : {{ *(.ARM.extab*) *(.eh_frame*) }}\n}}\n",
      c.title, c.machine, c.flash_origin, c.flash_bytes, c.ram_origin, c.ram_bytes);
}

static std::string upper(std::string text) {
  for (char &c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// Golden vectors into static outputs, compared.
static std::string measure_model(const ExportedC &m) {
  std::string arguments, outputs, differs;
  for (const CPort &p : m.inputs) arguments += fmt::format("golden_{}[n], ", p.name);
  for (const CPort &p : m.outputs) {
    arguments += p.name + ", ";
    outputs += fmt::format("static {} {}[{}];\n", p.type, p.name, p.count);
    differs += fmt::format("{}differs({}, golden_{}[n], sizeof({}))", differs.empty() ? "" : " || ", p.name,
                           p.name, p.name);
  }
  return fmt::format(
      "#include \"golden.h\"\n\n{}\nstatic int differs(const void *a, const void *b, unsigned count) {{\n  "
      "const uint8_t "
      "*x = (const uint8_t *)a, *y = (const uint8_t *)b;\n  for (; count > 0; --count)\n    if (*x++ != "
      "*y++) return 1;\n "
      " return 0;\n}}\n\n#define MEASURE_CALL(n) mote_{}_{}({})\n#define MEASURE_DIFFERS(n) ({})\n",
      outputs, m.name, m.call, arguments.substr(0, arguments.size() - 2), differs);
}

// One struct of all inputs, one of all outputs, as they lie in the files.
static std::string run_model(const ExportedC &m) {
  std::string in, out, arguments;
  for (const CPort &p : m.inputs) {
    const std::string count =
        m.call == "predict" ? fmt::format("MOTE_{}_INPUT_SIZE", upper(m.name)) : std::to_string(p.count);
    in += fmt::format("  {} {}[{}];\n", p.type, p.name, count);
    arguments += "input." + p.name + ", ";
  }
  for (const CPort &p : m.outputs) {
    out += fmt::format("  {} {}[{}];\n", p.type, p.name, p.count);
    arguments += "output." + p.name + ", ";
  }
  return fmt::format(
      "#include \"model.h\"\n\ntypedef struct {{\n{}}} RUN_INPUT;\ntypedef struct {{\n{}}} "
      "RUN_OUTPUT;\n\n#define RUN_CALL "
      "mote_{}_{}({})\n",
      in, out, m.name, m.call, arguments.substr(0, arguments.size() - 2));
}

static std::vector<std::string> firmware_files(const Core &core, FirmwareKind kind) {
  return {"board.h", "board.c", "board_core.h", core.start,
          kind == FirmwareKind::kMeasure ? "measure.c" : "main.c"};
}

std::map<std::string, std::string> firmware(const ExportedC &m, const Core &core, FirmwareKind kind) {
  std::map<std::string, std::string> files;
  for (const std::string &file : firmware_files(core, kind)) files[file] = device_file(file);
  files["memory.ld"] = linker_script(core);
  if (kind == FirmwareKind::kMeasure)
    files["measure_model.h"] = measure_model(m);
  else
    files["run_model.h"] = run_model(m);
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
  std::vector<std::string> command = {core.emulator,
                                      "-M",
                                      core.machine,
                                      "-display",
                                      "none",
                                      "-monitor",
                                      "none",
                                      "-serial",
                                      "none",
                                      "-icount",
                                      core.icount,
                                      "-semihosting-config",
                                      "enable=on,target=native"};
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
  std::vector<std::string> sources;
  for (const auto &[file, text] : files)
    if (is_firmware_source(file)) sources.push_back(file);
  const std::string sample =
      made.call == "predict" ? "float32 sensor values, row by row" : "the model's inputs";
  files["Makefile"] = fmt::format(
      "# make run INPUT=samples.bin [OUTPUT=outputs.bin]: runs the model on the emulated {}.\n# INPUT holds "
      "samples one after "
      "the other: {}.\n# Needs: {}\nOUTPUT ?= outputs.bin\n\nfirmware.elf: $(wildcard *.c *.h) "
      "memory.ld\n\t{}\n\nrun: "
      "firmware.elf\n\t@test -n \"$(INPUT)\" || {{ echo 'give the samples: make run INPUT=samples.bin'; exit "
      "1; }}\n\t@test "
      "\"$(INPUT)\" -ef input.bin || cp \"$(INPUT)\" input.bin\n\t@timeout 600 {}\n\t@test \"$(OUTPUT)\" -ef "
      "output.bin || cp "
      "output.bin \"$(OUTPUT)\"\n\n.PHONY: run\n",
      core.title, sample, core.packages(),
      fmt::join(build_command(core, sources, "memory.ld", "firmware.elf", {"-O2"}), " "),
      fmt::join(emulate_command(core, "firmware.elf"), " "));
  made.files.clear();
  for (const auto &[file, text] : files) made.files.push_back(file);
  write_marked_folder(folder, "qemu", files, options.force);
  return made;
}

std::vector<std::string> export_formats() {
  std::vector<std::string> formats = {"c", "tflite"};
  formats.insert(formats.end(), package_formats().begin(), package_formats().end());
  formats.push_back("qemu");
  return formats;
}

}  // namespace mote

#include "device/emulator.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
#include "device/firmware.h"

namespace mote {

static std::string first_line(const std::string &text) { return text.substr(0, text.find('\n')); }

std::string missing_tools(const Core &core) {
  std::string missing;
  for (const std::string &tool : {core.compiler, core.emulator})
    if (run_process({tool, "--version"}).status != 0) missing += (missing.empty() ? "" : " and ") + tool;
  if (missing.empty()) return "";
  return fmt::format("{} {} not installed (Debian: apt install {})", missing,
                     missing.find(" and ") == std::string::npos ? "is" : "are", core.packages());
}

namespace {

struct TempFolder {
  fs::path path;
  TempFolder() {
    std::string name = (fs::temp_directory_path() / "mote-device-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw Error(ErrorCode::kIo, fs::temp_directory_path().string(), "no folder can be made in it");
    path = name;
  }
  ~TempFolder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

bool is_table_of_weights(const std::string &symbol) {
  for (const char *suffix : {"_weights", "_bias", "_multiplier", "_shift", "_kernel"})
    if (symbol.ends_with(suffix)) return true;
  // constant tensors of imported models, the front end's tables
  return (symbol.starts_with("tensor") && symbol.find_first_not_of("0123456789", 6) == std::string::npos) ||
         symbol == "offset" || symbol == "gain";
}

std::string run_image(const Core &core, const fs::path &image, const std::string &where) {
  std::vector<std::string> command = {"timeout", "600"};
  for (const std::string &word : emulate_command(core, image.string())) command.push_back(word);
  const ProcessResult ran = run_process(command);
  if (ran.status != 0 && ran.output.find("wrong ") == std::string::npos)
    throw Error(ErrorCode::kDataFormat, where,
                "does not run on the emulated " + core.title + ": " + ran.output.substr(0, 500));
  return ran.output;
}

}  // namespace

Footprint parse_map(const std::string &map) {
  static const std::set<std::string> kHarness = {"board.o", "start_arm.o", "start_riscv.o", "measure.o",
                                                 "main.o"};
  Footprint f;
  std::istringstream lines(map.substr(std::min(map.size(), map.find("Linker script and memory map"))));
  std::string line, name;  // of an input section, whose address may stand on the next line
  bool is_discarded = false;
  while (std::getline(lines, line)) {
    if (!line.empty() && line[0] != ' ') is_discarded = line.starts_with("/DISCARD/");
    const bool is_continued = !name.empty() && line.starts_with("                0x");
    if (!is_continued && !line.starts_with(" .") && !line.starts_with(" COMMON")) name.clear();
    if (is_discarded || (!is_continued && !line.starts_with(" .") && !line.starts_with(" COMMON"))) continue;
    std::istringstream words(line);
    std::string address, size, file;
    if (!is_continued) words >> name;
    if (!(words >> address >> size)) continue;
    std::getline(words >> std::ws, file);
    const std::string section = name;
    name.clear();
    if (!address.starts_with("0x") || !size.starts_with("0x") || file.empty()) continue;
    const size_t bytes = std::stoull(size, nullptr, 16);
    if (kHarness.count(fs::path(file).filename().string()) > 0) continue;
    const auto is_in = [&](std::initializer_list<const char *> kinds) {
      return std::any_of(kinds.begin(), kinds.end(),
                         [&](const char *kind) { return section.starts_with(kind); });
    };
    const size_t dot = section.find('.', 1);
    const std::string symbol = dot == std::string::npos ? "" : section.substr(dot + 1);
    if (is_in({".bss", ".data", ".sbss", ".sdata", "COMMON"})) {
      f.ram_bytes += bytes;
      if (symbol == "storage") f.buffer_bytes = bytes;
    }
    if (is_in({".text", ".rodata", ".srodata"}))
      (is_table_of_weights(symbol) ? f.weight_bytes : f.code_bytes) += bytes;
    if (is_in({".data", ".sdata"})) f.code_bytes += bytes;  // initial values
  }
  return f;
}

Measurement measure(const IntegerProgram &program, const Core &core, const MeasureOptions &o) {
  if (const std::string missing = missing_tools(core); !missing.empty())
    throw Error(ErrorCode::kNotFound, "emulation", missing);
  TempFolder temp;
  const fs::path folder = temp.path / "model";
  const ExportedC made = export_c(program, folder.string(), o.c);
  for (const auto &[file, text] : firmware(made, core, FirmwareKind::kMeasure))
    write_file(folder / file, text);
  Measurement m;
  m.core = core.name, m.flags = o.flags;
  m.compiler = first_line(run_process({core.compiler, "--version"}).output);
  m.emulator = first_line(run_process({core.emulator, "--version"}).output);
  // object by object, so that the map names their sources
  const auto run = [&](const std::vector<std::string> &command) {
    const ProcessResult r = run_process(command);
    if (r.status != 0)
      throw Error(ErrorCode::kDataFormat, program.name,
                  "cannot be built for the " + core.title + ": " + r.output.substr(0, 1500));
  };
  const auto compile = [&](const std::vector<std::string> &extra) {
    std::vector<std::string> objects;
    for (const auto &entry : fs::directory_iterator(folder)) {
      if (!is_firmware_source(entry.path().filename().string())) continue;
      objects.push_back(fs::path(entry.path()).replace_extension(".o").string());
      std::vector<std::string> one = {core.compiler,
                                      "-std=gnu99",
                                      "-ffunction-sections",
                                      "-fdata-sections",
                                      "-Wall",
                                      "-Wextra",
                                      "-c",
                                      entry.path().string(),
                                      "-o",
                                      objects.back()};
      for (const auto *more : {&core.flags, &o.flags, &extra})
        one.insert(one.end(), more->begin(), more->end());
      run(one);
    }
    std::sort(objects.begin(), objects.end());
    run(build_command(core, objects, (folder / "memory.ld").string(), (temp.path / "image").string(),
                      o.flags));
  };
  const auto read = [&](const std::string &text) {
    std::istringstream lines(text);
    std::string word;
    while (lines >> word) {
      uint64_t value = 0;
      if (word == "instructions")
        lines >> m.instructions;
      else if (word == "stack" && lines >> value)
        m.stack_bytes = value;
      else if (word == "wrong")
        lines >> m.wrong;
      else if (word == "vectors")
        lines >> m.vectors;
      else if (word == "layer") {
        size_t index = 0;
        lines >> index >> value;
        if (m.layer_instructions.size() <= index) m.layer_instructions.resize(index + 1);
        m.layer_instructions[index] = value;
      }
    }
  };
  compile({});
  m.footprint = parse_map(read_file(temp.path / "image.map"));
  read(run_image(core, temp.path / "image", program.name));
  if (o.has_layers) {
    const uint64_t all = m.instructions;
    const size_t stack = m.stack_bytes;
    compile({"-DMOTE_LAYER(i)=board_layer(i);", fmt::format("-DMEASURE_LAYERS={}", made.layers), "-include",
             (folder / "board.h").string()});
    read(run_image(core, temp.path / "image", program.name));
    m.instructions = all, m.stack_bytes = stack;
  }
  return m;
}

}  // namespace mote

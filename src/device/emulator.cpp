// Runs the exported C on an emulated board (firmware_build.cpp) and reads what it says and what the linker
// placed.
//
// Instructions are QEMU's count of them, not cycles; latency.cpp says what they are worth in time. The
// firmware: firmware/measure.c.
#include "device/emulator.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "base/files.h"
#include "base/process.h"
#include "device/firmware_build.h"
#include "features/preprocessing.h"

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

// "step0_taper"; "step0" are its parameters.
bool is_table_of_block(const std::string &symbol) {
  return symbol.starts_with("step") && symbol.find('_') != std::string::npos;
}

bool is_table_of_weights(const std::string &symbol) {
  for (const char *suffix : {"_weights", "_bias", "_multiplier", "_shift", "_kernel"})
    if (symbol.ends_with(suffix)) return true;
  // constant tensors of imported models, the front end's tables
  return (symbol.starts_with("tensor") && symbol.find_first_not_of("0123456789", 6) == std::string::npos) ||
         symbol == "offset" || symbol == "gain" || is_table_of_block(symbol);
}

bool is_one_of(const std::string &section, std::initializer_list<const char *> kinds) {
  return std::any_of(kinds.begin(), kinds.end(), [&](const char *kind) { return section.starts_with(kind); });
}

// Of ".rodata.conv1d_weights" what follows the kind.
std::string symbol_of(const std::string &section) {
  const size_t dot = section.find('.', 1);
  return dot == std::string::npos ? "" : section.substr(dot + 1);
}

bool is_constant(const std::string &section) { return is_one_of(section, {".text", ".rodata", ".srodata"}); }
bool is_initial(const std::string &section) { return is_one_of(section, {".data", ".sdata"}); }

}  // namespace

bool PlacedSection::is_weights() const {
  return is_constant(section) && is_table_of_weights(symbol_of(section));
}
bool PlacedSection::is_code() const { return (is_constant(section) && !is_weights()) || is_initial(section); }
bool PlacedSection::is_ram() const {
  return is_initial(section) || is_one_of(section, {".bss", ".sbss", "COMMON"});
}

std::vector<PlacedSection> placed_sections(const std::string &map) {
  static const std::set<std::string> kHarness = {"board.o",   "start_arm.o", "start_riscv.o",
                                                 "measure.o", "main.o",      "push.o"};
  std::vector<PlacedSection> placed;
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
    const std::string object = fs::path(file).filename().string();
    if (kHarness.count(object) == 0) placed.push_back({object, section, std::stoull(size, nullptr, 16)});
  }
  return placed;
}

Footprint parse_map(const std::string &map) {
  Footprint f;
  for (const PlacedSection &s : placed_sections(map)) {
    if (s.is_ram()) f.ram_bytes += s.bytes;
    if (s.is_ram() && symbol_of(s.section) == "storage") f.buffer_bytes = s.bytes;
    if (s.is_weights()) f.weight_bytes += s.bytes;
    if (!s.is_code()) continue;
    f.code_bytes += s.bytes;
    if (s.object.ends_with(")"))
      f.library_bytes += s.bytes;
    else
      f.file_code[fs::path(s.object).replace_extension(".c").string()] += s.bytes;
  }
  return f;
}

void add_report(Measurement &m, const std::string &console, bool has_layers) {
  std::istringstream lines(console);
  std::string word;
  while (lines >> word) {
    uint64_t value = 0;
    if (word == "layer") {
      size_t index = 0;
      lines >> index >> value;
      if (m.layer_instructions.size() <= index) m.layer_instructions.resize(index + 1);
      m.layer_instructions[index] = value;
    } else if (word == "wrong" && lines >> value) {
      m.wrong = std::max<int64_t>(m.wrong, value);
    } else if (has_layers) {
      continue;  // with the marks of layers: the first run's figures stand
    } else if (word == "instructions") {
      lines >> m.instructions;
    } else if (word == "stack") {
      lines >> m.stack_bytes;
    } else if (word == "vectors") {
      lines >> m.vectors;
    }
  }
}

Measurement measure(const IntegerProgram &program, const Core &core, const MeasureOptions &o) {
  const FirmwareBuild build(program, core, FirmwareKind::kMeasure, o);
  Measurement m;
  m.core = core.name;
  m.flags = o.flags;
  m.compiler = first_line(run_process({core.compiler, "--version"}).output);
  m.emulator = first_line(run_process({core.emulator, "--version"}).output);
  build.make();
  m.footprint = parse_map(build.map());
  add_report(m, build.run(), false);
  if (o.has_layers) {
    const size_t layers = build.made().layers, blocks = FeaturePlan(program.front_end).steps.size();
    build.make_with_marks({"-DMOTE_LAYER(i)=board_layer(i);", "-DMOTE_BLOCK(i)=board_layer(i);",
                           fmt::format("-DMEASURE_LAYERS={}", layers + blocks), "-include",
                           (build.folder() / "board.h").string()});
    add_report(m, build.run(), true);
    const auto first =
        m.layer_instructions.begin() + static_cast<long>(std::min(layers, m.layer_instructions.size()));
    m.block_instructions.assign(first, m.layer_instructions.end());
    m.layer_instructions.erase(first, m.layer_instructions.end());
  }
  return m;
}

}  // namespace mote

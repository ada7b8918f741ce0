// Measures a program on an emulated processor: instructions, stack, and bytes of flash and RAM as the linker
// placed them. Everything is compiled, linked and run in a temporary folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "device/cores.h"
#include "mote/export.h"

namespace mote {

struct Footprint {
  size_t code_bytes = 0;    // text and constants without weights, biases, multipliers and shifts
  size_t weight_bytes = 0;  // these
  size_t ram_bytes = 0;     // data and bss
  size_t buffer_bytes = 0;  // of the activations, as the map has it
  size_t flash_bytes() const { return code_bytes + weight_bytes; }
};

struct Measurement {
  std::string core, compiler, emulator;  // with versions
  std::vector<std::string> flags;
  uint64_t instructions = 0;
  std::vector<uint64_t> layer_instructions;  // empty unless asked for
  size_t stack_bytes = 0;
  int vectors = 0, wrong = 0;  // golden vectors, and how many differ
  Footprint footprint;
};

struct MeasureOptions {
  ExportCOptions c;
  std::vector<std::string> flags = {"-O2"};
  bool has_layers = false;
};

// "" when compiler and emulator are there; else what is missing and how to get it.
std::string missing_tools(const Core &core);

// Errors: kNotFound (tools), kDataFormat (does not compile or run, with what was said).
Measurement measure(const IntegerProgram &program, const Core &core, const MeasureOptions &options);

// What a linker map (GNU ld) says of the files of a model's folder; libraries count as code.
Footprint parse_map(const std::string &map);

}  // namespace mote

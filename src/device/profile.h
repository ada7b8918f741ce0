// What a program needs on a target: flash, RAM, time, energy; measured on the emulated core where that can
// be, else estimated. Each figure says which.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "device/boards.h"
#include "device/emulator.h"
#include "device/latency.h"
#include "mote/host_program.h"

namespace mote {

struct LayerProfile {
  std::string name, op, output;
  uint64_t macs = 0;
  size_t weight_bytes = 0, alive_bytes = 0;  // activations at that layer
  double instructions = 0;
  bool is_guessed = false;  // no layer of this kind was measured
};

struct Profile {
  std::string model;
  std::optional<Board> board;
  std::string core;           // "" : none of the cores that mote knows
  bool is_measured = false;   // instructions, stack and flash on the emulator
  std::string why_estimated;  // where it is not
  std::string compiler, emulator;
  std::vector<std::string> flags;
  std::vector<LayerProfile> layers;
  MemoryPlan plan;
  std::vector<std::string> plan_names;  // of plan.items
  size_t streamed_layers = 0, moved_bytes = 0;
  size_t code_bytes = 0, weight_bytes = 0, buffer_bytes = 0, ram_bytes = 0, stack_bytes = 0;
  // What the call does beside the layers: "predict" normalizes sensor values, "invoke" copies.
  std::string call;
  size_t call_values = 0;
  double call_instructions = 0;
  double instructions = 0, instructions_error = 0;  // of all; relative, of an estimate; below 0: unknown
  std::optional<CycleEstimate> cycles;
  double period_ms = 0;  // from window to window of a stream; 0: the rate is not known
  std::string why_no_latency;
  std::vector<std::string> problems;  // what does not fit, with ways out

  size_t flash_bytes() const { return code_bytes + weight_bytes; }
  bool has_instructions() const { return instructions_error >= 0; }
  bool has_guesses() const;  // some of the instructions are no more than a guess
  double ms(double cycle_count) const { return board ? cycle_count / (board->mhz * 1e3) : 0; }
};

struct ProfileOptions {
  std::optional<Board> board = {};
  std::string core = "";     // instead of a board's
  bool is_emulated = false;  // measure; otherwise estimate
  size_t ram_bytes = 0;      // streams the first layers where more would be needed; 0: never
  std::vector<std::string> flags = {"-O2"};
  ExportCOptions c = {};
};

// Errors: kInvalidArgument (core), kUnsupported (no C for a layer, does not fit ram_bytes).
Profile profile(const IntegerProgram &program, const ProfileOptions &options);

std::string profile_text(const Profile &p);

}  // namespace mote

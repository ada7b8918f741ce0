// The target: boards, and what a program needs on one: flash, RAM, time, energy; measured on the emulated
// core where that can be, else estimated. Each figure says which.
//
// Units: in the names; cycles and instructions are of one call.
// Errors: kNotFound (board, tools), kInvalidArgument (core), kUnsupported (no C for a layer, does not fit
// ram_bytes), kDataFormat (a boards file, with the line; C that does not compile or run, with what was said).
// Ownership/Threads: values. measure() compiles, links and runs in a temporary folder of its own.
// Source: boards.toml and timings.toml name theirs; memory maps and flags of cores: QEMU 7.2's documentation
// of mps2, mps3 and virt.
//
// Example:
//   const auto boards = mote::known_boards();
//   const mote::Profile p = mote::profile(q, {.board = mote::board_by_name(boards, "nano33ble")});
//   std::cout << mote::profile_text(p) << p.flash_bytes() << " bytes of flash\n";
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "mote/export.h"
#include "mote/host_program.h"

namespace mote {

// What the benchmark of a package printed on a board, in seconds: medians of its repeats.
struct BoardTiming {
  std::string file;
  double call_s = 0;
  std::vector<double> layers_s;
  double spread = 0;   // of the calls' times, relative: the furthest from the median
  int repeats = 0;     // whole measurements
  int broken = 0;      // that are cut off or garbled, and left out
  uint64_t calls = 0;  // of one repeat
};

// Cycles that a model took on a board, kept in a file of boards for the next one.
struct BoardMeasurement {
  std::string board, core, model, hash;
  double mhz = 0;
  bool is_counted = false;  // the instructions are measured; else estimated
  // Of the layers, then of what a call does beside them.
  std::vector<double> instructions, cycles;
};

struct Board {
  std::string name, title, core;
  double mhz = 0;
  size_t ram_bytes = 0, flash_bytes = 0;
  std::optional<double> power_mw;  // active
  std::string source, power_source;
  std::vector<BoardMeasurement> measurements;  // of this very board; the last of a model holds
};

std::vector<Board> known_boards();
// These, then those of the user's file, which win; each with the measurements of that file. "":
// known_boards(). `is_kept_in`: a measurement is about to be kept in the file, which may be empty then, or
// not be there.
std::vector<Board> boards_with(const std::string &path, bool is_kept_in = false);
// Those of a TOML file of [[board]] tables (docs/device.md).
std::vector<Board> read_boards(const std::string &path);
std::vector<Board> parse_boards(const std::string &toml, const std::string &where);
// The [[measurement]] tables of such a file.
std::vector<BoardMeasurement> parse_measurements(const std::string &toml, const std::string &where);
// Names of their models, each once, in the order of the newest measurement of each.
std::vector<std::string> measured_models(const std::vector<BoardMeasurement> &list);
// Adds one to a file of boards, which need not be there; what is in it stays as it is. Errors: kIo,
// kDataFormat.
void keep_measurement(const BoardMeasurement &m, const std::string &path);
// Looks in `boards`, which must outlive the result. Errors: kNotFound naming the nearest.
const Board &board_by_name(const std::vector<Board> &boards, const std::string &name);

// The core to emulate and compile for it, "" where there is none: what is near enough to run its code.
std::string emulated_core(const Board &board);

// A processor that generated C can be compiled and run for, and the machine of the emulator that stands for
// it.
struct Core {
  std::string name, title;         // "cortex-m4", "Arm Cortex-M4F"
  std::string compiler;            // "arm-none-eabi-gcc"; empty: none that mote knows
  std::vector<std::string> flags;  // of compiling and linking
  std::string emulator, machine;   // "qemu-system-arm", "mps2-an386"
  std::string icount;              // of -icount
  unsigned long flash_origin = 0, flash_bytes = 0, ram_origin = 0, ram_bytes = 0;
  std::string start = "start_arm.c";  // firmware file with the reset code

  bool is_riscv() const { return start == "start_riscv.c"; }
  // What to install on Debian to compile for it and emulate it.
  std::string packages() const;
  std::string tool(const std::string &name) const;  // "size" -> "arm-none-eabi-size"
};

const std::vector<Core> &cores();
const Core *find_core(const std::string &name);  // nullptr: unknown, or nothing to emulate it with
// Of a board's core; true where it is not known.
bool has_fpu(const std::string &core);
const Core &core_by_name(const std::string &name);  // Errors: kInvalidArgument with the names that there are

struct Footprint {
  size_t code_bytes = 0;     // text and constants without weights, biases, multipliers and shifts
  size_t weight_bytes = 0;   // these
  size_t ram_bytes = 0;      // data and bss
  size_t buffer_bytes = 0;   // of the activations, as the map has it
  size_t library_bytes = 0;  // of the code: what the compiler brings
  std::map<std::string, size_t> file_code;  // of the code: of each source, "audio_frames.c"
  size_t flash_bytes() const { return code_bytes + weight_bytes; }
};

struct Measurement {
  std::string core, compiler, emulator;  // with versions
  std::vector<std::string> flags;
  uint64_t instructions = 0;
  std::vector<uint64_t> layer_instructions;  // empty unless asked for
  std::vector<uint64_t> block_instructions;  // likewise, of blocks of features
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

// Measures a program on an emulated processor: instructions, stack, and bytes of flash and RAM as the linker
// placed them.
Measurement measure(const IntegerProgram &program, const Core &core, const MeasureOptions &options);

// What push() of the exported C did on an emulated core that was given rows one by one.
struct PushedRows {
  std::vector<int> answers;            // of each row: a class, or StreamDecision::kUnknown, kNothing
  std::vector<uint32_t> instructions;  // of each call
  size_t ram_bytes = 0;                // data and bss: a window of rows beside the activations

  std::vector<Told> told() const;
  double mean_instructions() const;
  uint32_t most_instructions() const;
};

// `rows`: [rows, channels] in sensor units. Before those of `beginnings`, in order, a new stream begins; the
// first row begins one anyway.
// Errors: kUnsupported for a model without push(); else those of measure().
PushedRows push_on_core(const IntegerProgram &program, const Core &core, const std::vector<float> &rows,
                        const std::vector<int32_t> &beginnings, const MeasureOptions &options = {});

// Instructions of push(), the call for each row of a stream.
struct PushCost {
  DecisionPolicy policy = DecisionPolicy::kStream;
  int hop = 0;                     // of a stream: rows from window to window
  double rest_instructions = 0;    // of a row while nothing happens, on average; of a stream over a whole hop
  double row_instructions = 0;     // of a row with which no window is whole
  double window_instructions = 0;  // of the row with which one is: the model runs
  size_t ram_bytes = 0;            // data and bss where push() is used
  bool is_measured = true;         // else estimated
};

// Time on silicon from instructions; low and high are the ends of an interval that covers at least 80 % of
// the boards that were left out of the fit, or that of a model of the core (docs/device.md).
struct CycleEstimate {
  double cycles = 0, low = 0, high = 0;
  double cycles_per_instruction = 0;
  std::string basis = {};  // what the figures of this core rest on
  double error = 0;        // relative, of a board that was measured; 0: the fit of its core
};

// What the benchmark printed on a board, of a log with other lines around it. `hash`: of the exported model;
// `layers`: how many it has. Errors: kDataFormat with what is wrong, the line, and what to do.
BoardTiming parse_benchmark(const std::string &log, const std::string &where, const std::string &model,
                            const std::string &hash, size_t layers);

// Of a profile.
struct LayerProfile {
  std::string name, op, output;
  uint64_t macs = 0;
  size_t weight_bytes = 0, alive_bytes = 0;  // activations at that layer
  double instructions = 0;
  bool is_guessed = false;   // no layer of this kind was measured
  std::string routine = {};  // of the runtime that computes it, or the first of them; "": none
};

// Of a block of features, in predict(): all of a window.
struct BlockProfile {
  std::string name, output, routine;
  int chain = 0;
  size_t code_bytes =
      0;  // of its routine, where no block before has the same; without the compiler's library
  size_t table_bytes = 0;  // of numbers in flash
  size_t ram_bytes = 0;    // of the buffer: what it gives and what it works with
  double operations = 0;   // of floats, by the shapes
  double instructions = 0, instructions_error = 0;
  bool is_guessed = false;  // its routine was never measured on this core
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
  std::vector<BlockProfile> blocks;
  // What push() keeps beside the buffer, and how it computes features; 0 and "": there is none.
  size_t stream_bytes = 0;
  std::string push_features;
  // Where layers over time go column by column: how, and multiply-adds of a hop; "" and 0: they do not.
  std::string push_layers;
  uint64_t hop_macs = 0;
  double rate_hz = 0;  // rows per second; 0: not known
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
  // Of a board that the model was timed on: the times, what they are worth for other models, and their fit.
  std::optional<BoardTiming> timing;
  std::optional<BoardMeasurement> measurement;
  std::optional<CycleEstimate> fit;  // of this call, by the board's measurements with this one among them
  std::optional<PushCost> push;      // where there is a push() and its instructions are known
  double period_ms = 0;              // from window to window of a stream, at least; 0: the rate is not known
  std::string why_no_latency;
  std::vector<std::string> problems;  // what does not fit, with ways out

  size_t flash_bytes() const { return code_bytes + weight_bytes; }
  // Static RAM where push() is used, if there is one; the stack comes on top.
  size_t all_ram_bytes() const { return ram_bytes + stream_bytes; }
  bool has_instructions() const { return instructions_error >= 0; }
  bool has_guesses() const;  // some of the instructions are no more than a guess
  double ms(double cycle_count) const { return board ? cycle_count / (board->mhz * 1e3) : 0; }
};

// How the weights of a layer are stored, and what that takes on a core.
struct LayerForm {
  size_t index = 0;         // of the layer
  std::string layer, form;  // "plain", or a packed one (docs/forms.md)
  size_t plain_bytes = 0, bytes = 0;
  double plain_instructions = 0, instructions = 0;  // estimated; those of `form`
  std::string why;                                  // why it is plain although its values have a pattern
};

struct FormOptions {
  std::string core = "cortex-m4";
  // The layers together may take so many times the instructions that they take with plain weights; a form
  // that takes no more than plain weights is taken at any figure.
  double slowdown = 1.3;
};

struct ChosenForms {
  IntegerProgram program;
  std::vector<LayerForm> layers;  // whose values have a pattern; none: all weights are plain
  size_t saved_bytes = 0;         // of flash, weights and code
  FormOptions options = {};       // by which they were chosen
  bool is_packed() const { return saved_bytes > 0; }
};

// Stores weights of convolutions and dense layers in smaller forms by their values, where these are smaller
// with the code that they bring: those first that save most bytes for each further instruction, while the
// model is no slower than allowed. What the program computes stays the same, and forms that it has already
// are chosen anew. On a core without measured routines, or an unknown one, weights are plain. Source:
// estimates of instructions and code (instructions.toml). Errors: kInvalidArgument for a slowdown below 0.
ChosenForms choose_forms(const IntegerProgram &program, const FormOptions &options = {});
// What the weights of all layers in one form take; biases and multipliers, which no form changes, are not
// counted.
struct FormTotal {
  std::string form;
  size_t layers = 0;
  size_t plain_bytes = 0;  // of int8 weights, a byte each
  size_t bytes = 0;        // as stored: values, indices and tables
  // Of plain_bytes, in percent; below 0 where the form takes more.
  double cut_percent() const {
    return plain_bytes == 0 ? 0 : 100 * (1 - static_cast<double>(bytes) / static_cast<double>(plain_bytes));
  }
};
// By name of the form; without layers that stayed plain.
std::vector<FormTotal> form_totals(const ChosenForms &chosen);
// With a byte for each weight, whatever form they had.
IntegerProgram with_plain_weights(IntegerProgram program);
// A line for each layer and one for each form; "" where there are none.
std::string forms_text(const ChosenForms &chosen);

struct ProfileOptions {
  std::optional<Board> board = {};
  std::string core = "";     // instead of a board's
  bool is_emulated = false;  // measure; otherwise estimate
  size_t ram_bytes = 0;      // streams the first layers where more would be needed; 0: never
  std::vector<std::string> flags = {"-O2"};
  std::string measured_log = "";  // a file: what the benchmark of the exported model printed on `board`
  ExportCOptions c = {};
};

Profile profile(const IntegerProgram &program, const ProfileOptions &options);

std::string profile_text(const Profile &p);
// The times of p.timing beside what was estimated, a line each; "" where there are none.
std::string timing_text(const Profile &p);

// --format qemu: the exported model, firmware and a Makefile whose `make run INPUT=file` runs it.
ExportedC export_qemu(const IntegerProgram &program, const Core &core, const std::string &folder,
                      const ExportCOptions &options);

// What `mote export --format` takes.
std::vector<std::string> export_formats();

}  // namespace mote

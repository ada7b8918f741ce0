// The processors that generated C can be compiled and run for, and the machines of the emulator that stand
// for them. Source of memory maps and flags: QEMU 7.2's documentation of mps2, mps3 and virt; measured.
#pragma once

#include <string>
#include <vector>

namespace mote {

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
// Errors: kInvalidArgument with the names that there are.
const Core &core_by_name(const std::string &name);

}  // namespace mote

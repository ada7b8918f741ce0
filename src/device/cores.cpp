// The table of cores: compiler, flags, emulated machine and its memory map. A core is an entry here, and a
// start file in firmware/ where the architecture is new.
//
// Time on them is latency.cpp's, and estimates without an emulator instruction_estimate.cpp's.
#include "mote/device.h"

#include <fmt/format.h>

#include <set>

#include "base/error.h"
#include "base/text.h"

namespace mote {

std::string Core::packages() const {
  return is_riscv() ? "gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf qemu-system-misc"
                    : "gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm";
}

std::string Core::tool(const std::string &program) const {
  return compiler.substr(0, compiler.size() - 3) + program;
}

const std::vector<Core> &cores() {
  const auto arm = [](std::string name, std::string title, std::vector<std::string> flags,
                      std::string machine) {
    const bool is_mps3 = machine == "mps3-an547";
    flags.insert(flags.begin(), {"-mcpu=" + name, "-mthumb"});
    Core c{std::move(name),   std::move(title),   "arm-none-eabi-gcc",          std::move(flags),
           "qemu-system-arm", std::move(machine), "shift=6,align=off,sleep=off"};
    c.flash_origin = 0;
    c.flash_bytes = is_mps3 ? 512u << 10 : 4u << 20;
    c.ram_origin = 0x20000000;
    c.ram_bytes = is_mps3 ? 512u << 10 : 4u << 20;
    return c;
  };
  static const std::vector<Core> kCores = [&] {
    std::vector<Core> list = {
        // Armv6-M runs on the Cortex-M3: QEMU has no Cortex-M0+ board with enough memory
        arm("cortex-m0plus", "Arm Cortex-M0+", {}, "mps2-an385"),
        arm("cortex-m3", "Arm Cortex-M3", {}, "mps2-an385"),
        arm("cortex-m4", "Arm Cortex-M4F", {"-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"}, "mps2-an386"),
        // Armv8-M mainline runs on the Cortex-M55
        arm("cortex-m33", "Arm Cortex-M33", {"-mfloat-abi=hard", "-mfpu=fpv5-sp-d16"}, "mps3-an547"),
        arm("cortex-m7", "Arm Cortex-M7", {"-mfloat-abi=hard", "-mfpu=fpv5-sp-d16"}, "mps2-an500"),
        arm("cortex-m55", "Arm Cortex-M55 with Helium", {"-mfloat-abi=hard"}, "mps3-an547")};
    Core riscv{"rv32imac",
               "RISC-V RV32IMAC",
               "riscv64-unknown-elf-gcc",
               {"-march=rv32imac", "-mabi=ilp32", "--specs=picolibc.specs"},
               "qemu-system-riscv32",
               "virt",
               "shift=0"};
    riscv.flash_origin = 0x80000000;
    riscv.flash_bytes = 8u << 20;
    riscv.ram_origin = 0x80800000;
    riscv.ram_bytes = 8u << 20;
    riscv.start = "start_riscv.c";
    list.push_back(riscv);
    return list;
  }();
  return kCores;
}

const Core *find_core(const std::string &name) {
  for (const Core &c : cores())
    if (c.name == name) return &c;
  return nullptr;
}

bool has_fpu(const std::string &core) {
  static const std::set<std::string> kWithout = {"cortex-m0",  "cortex-m0plus", "cortex-m1", "cortex-m3",
                                                 "cortex-m23", "rv32imc",       "rv32imac"};
  return !kWithout.contains(core);
}

const Core &core_by_name(const std::string &name) {
  if (const Core *found = find_core(name)) return *found;
  std::vector<std::string> names;
  for (const Core &c : cores()) names.push_back(c.name);
  const std::string near = nearest(name, names);
  throw Error(
      ErrorCode::kInvalidArgument, "core", "'" + name + "' cannot be emulated",
      near.empty() ? fmt::format("there are {}", fmt::join(names, ", ")) : "did you mean '" + near + "'?");
}

}  // namespace mote

// Functions of one int8 value: a table of 256 bytes computed once with the integer arithmetic of the
// reference.
#pragma once

#include <array>

#include "graph/op_def.h"

namespace mote::ops {

// The output for input -128 .. 127. Throws what is wrong with the layer.
using Table = std::array<int8_t, 256>;
using TableOf = std::function<Table(const IntegerProgram &, const ProgramLayer &)>;

// The call for int16 values, which have no table of all of them.
struct WideCall {
  HostCall run;
  CCall c;
};
using WideOf = std::function<WideCall(const IntegerProgram &, const ProgramLayer &)>;

OpDef lookup_op(const std::string &name, const std::string &doc, std::vector<AttrSpec> attrs,
                TableOf table_of, Tflite tflite, WideOf wide_of = nullptr,
                OutputRange range = OutputRange::kCalibrated,
                std::optional<FusedActivation> activation = std::nullopt);

}  // namespace mote::ops

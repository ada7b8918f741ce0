// How often the parts of a routine run in one call: its loops, counted from its parameters. Instructions are
// a sum of these with factors of the core (instruction_estimate.h).
//
// Source: the loops of runtime/*.c, whose order the counts follow.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "program/program.h"

namespace mote {

// How a core multiplies: one product after the other, two pairs in one instruction (mote_dsp.h), or in
// vectors (mote_mve.h).
enum class Products { kSingle, kDual, kVectors };
Products products_of_core(const std::string &core);

using Work = std::vector<std::pair<std::string, double>>;  // part of the routine, how often it runs

// `macs` and `outputs` of the layer are what is left where the routine's loops are not known here.
Work work_of(const CCall &call, Products products, double macs, double outputs);

// What a call does beside the layers: it calls them, and brings values in and results out.
Work work_around(const IntegerProgram &program);

// What the code of the model's own file depends on: calls, numbers of their parameters, bytes of tables that
// are no weights.
Work code_around(const IntegerProgram &program);

}  // namespace mote

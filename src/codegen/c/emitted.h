// What model_source.cpp and streamed_source.cpp both write of a layer's call.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "program/program.h"

namespace mote {

// The tables of a call; its parameters in the order of `fields`. Adds to weight_bytes.
std::string tables_of(const CCall &call, const std::vector<CField> &fields, const std::string &prefix,
                      size_t &weight_bytes);
// "/* 3: conv (1, 28, 28) -> (1, 14, 14), 1,234 multiply-adds */"
std::string layer_comment(const IntegerProgram &p, const ProgramLayer &l, size_t index);
// A place in the buffer as a pointer to values of `dtype`.
std::string pointer_to(DType dtype, const std::string &place, bool is_input);
// The number behind "in" or "out".
std::optional<size_t> numbered(const std::string &argument, const char *word);
// An argument that is neither parameters nor a tensor: a table of the call, NULL, or a literal.
std::string literal_of(const CCall &call, const std::string &argument, const std::string &prefix);

}  // namespace mote

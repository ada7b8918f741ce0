// Between the plain option records that ops write and the flatbuffer tables. One pair of overloads per table.
#pragma once

#include <string>
#include <utility>

#include "program/tflite_record.h"
#include "tflite_generated.h"

namespace mote {

std::pair<tfl::BuiltinOptions, flatbuffers::Offset<void>> write_options(
    flatbuffers::FlatBufferBuilder &builder, const TfOptions &options);
// Errors: kUnsupported for an activation that the format does not define; where: the caller adds it.
TfOptions read_options(const tfl::Operator &op);

std::string builtin_name(int code);  // "CONV_2D"
int builtin_count();                 // of codes that have a name, from 0

}  // namespace mote

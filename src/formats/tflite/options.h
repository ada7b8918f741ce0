// Between the plain option records that ops write and the flatbuffer tables. One pair of overloads per table.
#pragma once

#include <utility>

#include "program/tflite_record.h"
#include "tflite_generated.h"

namespace mote {

std::pair<tfl::BuiltinOptions, flatbuffers::Offset<void>> write_options(
    flatbuffers::FlatBufferBuilder &builder, const TfOptions &options);
TfOptions read_options(const tfl::Operator &op);

const char *builtin_name(int code);  // "CONV_2D"; "operator 123" past the list

}  // namespace mote

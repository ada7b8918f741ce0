// .tflite: our own writer and reader on flatbuffers. They loop over OpDefs and know no op by name.
#pragma once

#include <string>
#include <string_view>

#include "formats/model_format.h"
#include "program/program.h"

namespace mote {

// The program from int8 tensor to int8 tensor. The front end cannot live in the file: it goes into the
// metadata entry "mote.front_end" as JSON, and into the README beside it. Errors: kUnsupported when an op has
// no .tflite form.
// Without keep_names only inputs and outputs keep theirs.
std::string format_tflite(const IntegerProgram &program, const WriteOptions &options = {});

// `path` is the file (…/name.tflite). Writes <name>_README.md beside it with what the application must do.
void export_tflite(const IntegerProgram &program, const std::string &path, const WriteOptions &options = {});
std::string tflite_readme(const IntegerProgram &program, const std::string &file_name);

// Any int8 .tflite. Errors: kDataFormat for damaged files, kUnsupported naming operator and index.
IntegerProgram parse_tflite(std::string_view bytes, const std::string &where);

}  // namespace mote

// .mote files: a zip with model.json and one .npy or .bin per tensor. Float models and integer programs both.
// Format: docs/formats.md.
#pragma once

#include <string>
#include <variant>

#include "mote/model.h"
#include "program/program.h"

namespace mote {

std::string format_mote(const Model &model);
std::string format_mote(const IntegerProgram &program);
void save(const Model &model, const std::string &path);
void save(const IntegerProgram &program, const std::string &path);

using AnyModel = std::variant<Model, IntegerProgram>;

// Errors: kDataFormat (damaged, truncated), kVersion (written by a newer mote), and whatever the ops find
// wrong.
AnyModel parse_mote(std::string_view bytes, const std::string &where);

// A .mote or .tflite file by its content.
AnyModel load(const std::string &path);

}  // namespace mote

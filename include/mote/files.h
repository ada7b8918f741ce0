// Model files: .mote, mote's own (a zip with model.json and one .npy or .bin per tensor; docs/formats.md),
// and .tflite, written and read by mote itself.
//
// Errors: kNotFound, kIo; kDataFormat (damaged, truncated), kVersion (written by a newer mote), kUnsupported
// naming operator and index, and whatever the ops find wrong. Files are replaced as a whole or left as they
// were. Ownership/Threads: results own all they need; nothing of a file stays open.
//
// Example:
//   mote::save(run.model, "gesture.mote");
//   const mote::AnyModel any = mote::load("gesture.mote");  // or a .tflite: by its content
//   if (const auto *model = std::get_if<mote::Model>(&any)) std::cout << model->graph.name << "\n";
//   mote::export_tflite(q, "gesture.tflite");
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mote/model.h"
#include "mote/program.h"

namespace mote {

void save(const Model &model, const std::string &path);
void save(const IntegerProgram &program, const std::string &path);

using AnyModel = std::variant<Model, IntegerProgram>;

// A .mote or .tflite file by its content.
AnyModel load(const std::string &path);

// The same from and to memory; `where` opens every message.
std::string format_mote(const Model &model);
std::string format_mote(const IntegerProgram &program);
AnyModel parse_mote(std::string_view bytes, const std::string &where);

struct WriteOptions {
  bool keep_names = false;  // of all tensors, where a format can leave some out
};

// The program from int8 tensor to int8 tensor. The front end cannot live in the file: it goes into the
// metadata entry "mote.front_end" as JSON, and into <name>_README.md beside it, which says what the
// application must do. `path` is the file (…/name.tflite). Errors: kUnsupported when an op has no .tflite
// form.
void export_tflite(const IntegerProgram &program, const std::string &path, const WriteOptions &options = {});
std::string format_tflite(const IntegerProgram &program, const WriteOptions &options = {});
std::string tflite_readme(const IntegerProgram &program, const std::string &file_name);

// Every builtin operator of the format that has a name: whether parse_tflite() takes it, else why not and
// what helps. Codes are those of BuiltinOperator in TensorFlow Lite's schema.
struct TfliteOperator {
  int code = 0;
  std::string name;  // "CONV_2D"
  bool is_read = false;
  std::string reason = {}, hint = {};
};
std::vector<TfliteOperator> tflite_operators();

// Any int8 .tflite, whoever made it.
IntegerProgram parse_tflite(std::string_view bytes, const std::string &where);

// Names of the formats that an integer program can be written in, as `mote export --format` takes them.
std::vector<std::string> writable_formats();

struct WrittenModel {
  std::string file;
  std::string beside;  // what was written beside it, in words; "": nothing
};

// Writes the program in the format of that name and reads it back where mote can. `path` is the file where it
// ends with the extension of the format, else a folder, which is made; the file is named after the program.
// Errors: kInvalidArgument for an unknown format, kIo, kUnsupported naming the layer.
WrittenModel export_model(const IntegerProgram &program, const std::string &format, const std::string &path,
                          const WriteOptions &options = {});

}  // namespace mote

// The table of formats, and what is done by looking a format up in it: reading a file of unknown kind,
// writing one.
//
// Formats themselves are in the folders beside; this file and format_list.def do not change when one is added
// but for the list's line.
#include <fmt/format.h>

#include <filesystem>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "formats/model_format.h"

namespace mote {

const std::vector<const ModelFormat *> &model_formats() {
  static const std::vector<const ModelFormat *> kFormats = {
#define MOTE_FORMAT(name) &formats::name##_format(),
#include "formats/format_list.def"
#undef MOTE_FORMAT
  };
  return kFormats;
}

std::vector<std::string> writable_formats() {
  std::vector<std::string> names;
  for (const ModelFormat *format : model_formats())
    if (format->write.is_given()) names.push_back(format->name);
  return names;
}

const ModelFormat *writable_format(std::string_view name) {
  for (const ModelFormat *format : model_formats())
    if (format->name == name && format->write.is_given()) return format;
  return nullptr;
}

AnyModel load(const std::string &path) {
  const std::string bytes = read_file(path);
  std::vector<std::string> known;
  for (const ModelFormat *format : model_formats()) {
    known.push_back("a " + format->extension);
    if (!format->is_kind(bytes)) continue;
    if (!format->read.is_given()) throw Error(ErrorCode::kUnsupported, path, format->read.why());
    return format->read.get()(bytes, path);
  }
  throw Error(ErrorCode::kDataFormat, path, fmt::format("is neither {} file", fmt::join(known, " nor ")),
              bytes.empty() ? "the file is empty" : "");
}

void write_model(const ModelFormat &format, const IntegerProgram &program, const std::string &path,
                 const WriteOptions &options) {
  const fs::path target(path), folder = target.parent_path();
  const ModelFormat::Files files = format.write.get()(program, target.filename().string(), options);
  std::error_code code;
  if (!folder.empty()) fs::create_directories(folder, code);
  if (code) throw Error(ErrorCode::kIo, folder.string(), "cannot create the folder: " + code.message());
  if (format.read.is_given())
    format.read.get()(files.at(target.filename().string()), path);  // before it replaces one
  for (const auto &[name, bytes] : files) write_file(folder / name, bytes);
}

WrittenModel export_model(const IntegerProgram &program, const std::string &format, const std::string &path,
                          const WriteOptions &options) {
  const ModelFormat *known = writable_format(format);
  if (!known)
    throw Error(ErrorCode::kInvalidArgument, "format",
                fmt::format("'{}' is not a format of model files; known: {}", format,
                            fmt::join(writable_formats(), ", ")));
  std::filesystem::path file = path;
  if (file.extension() != known->extension) file /= c_identifier(program.name) + known->extension;
  write_model(*known, program, file.string(), options);
  return {file.string(), known->beside};
}

}  // namespace mote

// ModelFormat: everything mote knows about one file format of models, in one value. The one list of formats
// is format_list.def; commands that take or give a model file loop over it and name no format.
//
// A facet is either given or refused with a reason, as those of an OpDef.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "graph/op_def.h"
#include "mote/error.h"
#include "mote/files.h"

namespace mote {

// Why a file cannot run here: true of these operators of its first graph; none: of the file.
struct FileReason {
  ErrorCode code;
  std::string where, message, hint;
  std::vector<int> operators;
};

// What stands in a file of a model, whether or not mote can run it.
struct FileTensor {
  std::string name, type;
  std::vector<int> shape;
  std::vector<float> scale;  // the first, or none
  int64_t zero_point = 0;
};
struct FileOperator {
  std::string name;
  std::vector<FileTensor> outputs;
  size_t constant_bytes = 0;
  std::vector<int> reads = {}, writes = {};  // numbers of its tensors in the file
};
struct FileGraph {
  std::string name;
  std::vector<FileTensor> inputs, outputs;
  std::vector<FileOperator> operators;
  std::vector<int> input_tensors = {}, output_tensors = {};  // of `inputs` and `outputs`
};
struct FileDescription {
  std::string name, kind;  // "int8", "float32", "hybrid", "uint8"
  size_t bytes = 0;
  std::vector<FileGraph> graphs;
  std::vector<FileReason> reasons;
};

struct ModelFormat {
  // Files by name: the model, called `file_name`, and what goes beside it.
  using Files = std::map<std::string, std::string>;

  std::string name;       // what `mote export --format` calls it
  std::string extension;  // ".tflite"
  std::string
      beside;  // what a reader is told about the other files: "a README with its input and output"; "": none
  bool (*is_kind)(std::string_view bytes);  // by content, whatever the file is called
  // `where` opens every message. Errors: kDataFormat (damaged), kVersion, kUnsupported naming the layer.
  Facet<std::function<AnyModel(std::string_view bytes, const std::string &where)>> read;
  // Errors: kUnsupported naming the layer.
  Facet<std::function<Files(const IntegerProgram &, const std::string &file_name, const WriteOptions &)>>
      write;
  // Of a file that `read` refuses. Errors: kDataFormat (damaged).
  Facet<std::function<FileDescription(std::string_view bytes, const std::string &where)>> describe;
};

const std::vector<const ModelFormat *> &model_formats();
// One that can be written, by name; nullptr: none. Their names: writable_formats() of mote/files.h.
const ModelFormat *writable_format(std::string_view name);

// Writes the model and what goes beside it into the folder of `path`, which is made. Errors: kIo, and as
// `write`.
void write_model(const ModelFormat &format, const IntegerProgram &program, const std::string &path,
                 const WriteOptions &options = {});

namespace formats {

#define MOTE_FORMAT(name) const ModelFormat &name##_format();
#include "formats/format_list.def"
#undef MOTE_FORMAT

}  // namespace formats

}  // namespace mote

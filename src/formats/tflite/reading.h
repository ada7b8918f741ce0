// Between the parts of the reader: a verified file, why it cannot run, and what refusals say.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "formats/model_format.h"
#include "tflite_generated.h"

namespace mote {

// The root of a file that flatbuffers' verifier has passed, with a graph in it. Errors: kDataFormat.
const tfl::Model &verified_tflite(std::string_view bytes, const std::string &where);

// Bytes or numbers that are copied out of a file. Tables may share vectors, so a small file can ask for any
// amount: beyond 1 GiB it is refused.
class CopyBudget {
 public:
  explicit CopyBudget(std::string where) : where_(std::move(where)) {}
  void charge(size_t bytes) {
    constexpr size_t kMost = size_t{1} << 30;
    used_ += bytes;
    if (used_ > kMost)
      throw Error(ErrorCode::kUnsupported, where_, "its tensors take more than 1 GiB",
                  "mote is for models that fit a microcontroller");
  }

 private:
  std::string where_;
  size_t used_ = 0;
};

std::string tensor_name(const tfl::Tensor &tensor);        // valid UTF-8, and not long
std::string tensor_type_name(tfl::TensorType type);        // "float16"
int builtin_code(const tfl::OperatorCode &code);           // of either field
std::string operator_name(const tfl::OperatorCode &code);  // "CONV_2D", "CUSTOM 'Edge'"

extern const char *const kConvertInt8;  // what to do about what is not int8

bool is_custom(const tfl::OperatorCode &code);

// What stands in the way of an operator that no op of mote is. `is_early`: little of the model stands before
// it.
Error operator_refusal(const tfl::OperatorCode &code, bool is_early);
// The same of a builtin operator's code.
Error builtin_refusal(int builtin, bool is_early);
// Of one that computes with float32 where mote computes with int8; `is_hybrid`: its weights are int8.
Error float_refusal(bool is_hybrid);
// Of one that computes with uint8.
Error uint8_refusal();

// A program as far as it could be read, and all that stands in the way of running it.
struct TfliteReading {
  IntegerProgram program;
  std::vector<FileReason> reasons;
};
// Errors: kDataFormat for a file that is damaged.
TfliteReading read_tflite(std::string_view bytes, const std::string &where);

// What stands in the file, whether or not mote can run it.
FileDescription describe_tflite(std::string_view bytes, const std::string &where);

}  // namespace mote

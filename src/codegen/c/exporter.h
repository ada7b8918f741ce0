// The writer of standalone C, in parts: model.c (model_source.cpp, streamed_source.cpp, column_source.cpp),
// what stands in front of its layers and behind them, and stream.c (front_end_source.cpp), model.h
// (interface.cpp), golden vectors and self-test (selftest_source.cpp). Each fills templates of templates/;
// what repeats (tables, calls) is made here.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/template.h"
#include "codegen/c/package.h"
#include "codegen/c/push_layout.h"
#include "codegen/c/row_plan.h"
#include "mote/export.h"
#include "mote/host_program.h"

namespace mote {

// An input or output of the model as the interface names it: "input", or "input0", "input1" where there are
// several.
struct Port {
  int tensor;
  std::string name, upper;
};

// Where training met one size only, a camera's other sizes are cut to the middle.
inline ImageFit image_fit(const ImageInput &image) {
  return image.fit == ImageFit::kNone ? ImageFit::kCrop : image.fit;
}

class Exporter {
 public:
  // Errors: kUnsupported for what has no C, and for a model that needs more than options.ram_bytes.
  Exporter(const IntegerProgram &program, const ExportCOptions &options);
  // Once.
  ExportedFiles make();

 private:
  struct Emitted {
    std::string tables, calls;
    std::set<int> constants;
  };

  bool has_front_end() const { return p_.front_end.is_set(); }
  // A window can be collected row by row and classified again and again.
  bool has_stream() const { return has_push(p_); }
  bool has_states() const { return !p_.states.empty(); }
  const ProgramTensor &input() const { return p_.tensor(p_.inputs[0]); }
  const ProgramTensor &output() const { return p_.tensor(p_.outputs[0]); }
  const ProgramTensor &tensor_of(const Port &port) const { return p_.tensor(port.tensor); }
  size_t offset(int tensor) const { return plan_.offset[tensor]; }
  std::string filled(const char *file, const TemplateValues &values) const;

  std::vector<Port> ports(const std::vector<int> &tensors, const std::string &name,
                          const std::string &state) const;
  std::vector<Port> tested(const std::vector<Port> &list) const;
  void check_port(const Port &port) const;
  std::string signature() const;
  std::string call_arguments() const;
  void add_headers();

  std::string model_c();
  std::string place(int tensor, bool is_input, Emitted &out);
  std::string argument_of(const ProgramLayer &l, const CCall &call, const std::string &argument,
                          const std::string &prefix, Emitted &out);
  void add_source(const CCall &call);
  void emit_call(const ProgramLayer &l, const CCall &call, const std::string &prefix, Emitted &out);
  void emit(const ProgramLayer &l, size_t index, Emitted &out);
  std::string output_byte(const Port &port) const;

  void emit_streamed(Emitted &out);
  std::string columns_c(Emitted &out);
  std::string column_layer(const StreamedLayer &s, std::string &tables) const;
  std::string column_at(size_t index, const std::string &column, bool is_input) const;
  std::string layer_behind(size_t index, Emitted &out);
  std::string streamed_layer(const StreamedLayer &s, Emitted &out);
  std::string rows_at(size_t tensor, const std::string &row, bool is_input) const;
  std::string first_needed(const StreamedLayer &s);

  std::string model_h() const;
  std::string front_end_c();
  std::string window_frames() const;
  // What push() runs of the features: frames, and what comes of the kept ones.
  struct FrameCode {
    std::string params, calls, rest, result = "0";
    bool has_join = false;
  };
  FrameCode frame_code() const;
  std::string chain_frame(size_t index, FrameCode &out) const;
  void add_rest(size_t index, FrameCode &out) const;
  std::string stream_c() const;
  std::string golden_h();
  std::string size_name(const Port &port) const;
  std::string window_size() const;
  std::string golden_array(const Port &port, const std::string &type, const std::string &vectors) const;
  void append_values(const std::vector<Port> &list, const std::vector<uint8_t> &bytes,
                     std::vector<std::string> &texts) const;
  std::vector<float> golden_window(size_t n, size_t count) const;
  std::vector<uint8_t> golden_bytes(size_t n) const;
  int golden_count() const;
  // "  static int8_t input[MOTE_TOY_INPUT_SIZE];", a line for each.
  std::string port_arrays(const std::vector<Port> &list, bool is_raw) const;
  std::string model_selftest_c() const;
  std::string benchmark_c() const;
  size_t most_stack() const;
  std::string readme() const;

  const IntegerProgram &p_;
  const ExportCOptions &o_;
  HostProgram host_;
  MemoryPlan plan_;
  RowPlan rows_;
  std::optional<PushLayout> push_;  // where there is a push()
  StreamPlan frames_;               // of a window, where it is computed by frame; else no chains
  std::string name_, upper_, hash_;
  TemplateValues shared_;  // what every template may name
  std::vector<Port> inputs_, outputs_;
  std::set<std::string> sources_,
      headers_;  // of the runtime; those that model.c includes beside mote_runtime.h
  size_t weight_bytes_ = 0;
};

}  // namespace mote

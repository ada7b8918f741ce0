// Lowering: from a folded float graph and the ranges of its values to an IntegerProgram.
#pragma once

#include <map>

#include "mote/model.h"
#include "program/program.h"
#include "quant/calibrate.h"

namespace mote {

struct LoweringOptions {
  std::vector<bool> is_wide = {};  // per node: on int16 activations; empty: none
  bool has_dense_per_tensor = false;
};

// Keeps references to the model and the calibration; the model's weights may change between two calls.
class Lowerer {
 public:
  Lowerer(const Model &model, const Calibration &calibration, LoweringOptions options);

  IntegerProgram lower() const;

  // How a value is stored in the program. Of activations that the node before them does, and of what acts in
  // training only, it is that of the node's input.
  struct Stored {
    DType dtype;
    QuantParams quant;
  };
  const Stored &stored(int value) const { return stored_[value]; }
  // The value that a node's layers give: that of the activation that it does, or its own; -1: the node has no
  // layers of its own.
  int result_of(int node) const;
  int activation_of(int node) const { return activation_[node]; }  // the node that it does, or -1
  // The layers of one node as a program of their own, from its inputs to result_of(node). Errors: as lower().
  IntegerProgram lower_alone(int node) const;

 private:
  struct Work {
    IntegerProgram program;
    std::vector<int> tensor_of;    // of each value; -1: none yet
    std::map<int, int> converted;  // a tensor and the same values in the other type
  };
  QuantParams narrow_params(int value) const;
  QuantParams params_as(int value, DType dtype) const;
  void store_values();
  int add_value(Work &work, int value, const std::string &name) const;
  int as_type(Work &work, int value, DType dtype) const;
  DType dtype_of(int node) const;
  void lower_node(Work &work, int node) const;

  const Model &model_;
  const Graph &g_;
  const Calibration &calibration_;
  LoweringOptions options_;
  std::vector<int> activation_;  // per node: the one that it does for a following node, or -1
  std::vector<bool> is_fused_;   // activations that the node before them does
  std::vector<Stored> stored_;
};

// scale = (high - low) / 255, zero point so that 0 is exact; as TFLite's converter.
QuantParams choose_quant_params(const ValueRange &range);
// Symmetric: scale = largest magnitude / 32767.
QuantParams choose_int16_params(const ValueRange &range);

}  // namespace mote

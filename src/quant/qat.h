// The forward pass of quantize_aware() (mote/quantize.h): the integer program itself. Gradients go straight
// through the rounding: those of the float graph, at the values that the integer layers gave, with 0 where a
// value was clamped to its range.
//
// Every layer that can be trained and deployed is covered, because the forward pass is made of what the op
// deploys.
#pragma once

#include "mote/train.h"
#include "quant/quantize.h"
#include "train/forward_pass.h"

namespace mote {

// The forward pass of quantize_aware().
class IntegerForward : public ForwardPass {
 public:
  // Ranges move with the weights: every few steps some of the examples are observed, and
  // range = 0.8 range + 0.2 of what the calibration method makes of these.
  IntegerForward(DeployedModel deployed, const Dataset &examples, const CalibrationOptions &calibration,
                 const TrainOptions &training);

  void plan(const Graph &graph, int shards, int rows) override;
  void prepare(const std::vector<const float *> &params, ThreadPool &pool) override;
  void forward(int shard, int node, const ForwardArgs &args) override;
  void clip_gradient(int shard, int node, int rows, float *dy) override;
  void validate(const Graph &graph, const Dataset &data, EpochRecord &record) override;

  const Model &model() const { return deployed_.model; }
  // With the weights of `graph` and the ranges as they are now.
  IntegerProgram program(const Graph &graph) const;

 private:
  struct Port {
    const void *constant = nullptr;
    int value = -1;     // of the graph, by its owner; -1: `offset` in the memory of a shard
    size_t offset = 0;  // bytes
    size_t row = 0;     // bytes from example to example; 0: all use the same memory
  };
  struct Step {
    HostCall call;
    std::vector<Port> in, out;
  };
  struct Layers {  // of one node
    IntegerProgram program;
    std::vector<Step> steps;
    int result = -1;  // the value that they give
    size_t scratch = 0;
  };
  struct Shard {
    std::vector<std::vector<uint64_t>> values;  // int8 or int16, of owners
    std::vector<uint64_t> scratch;
    std::vector<char> is_clamped;  // per node: some of its values
    bool has_input = false;
  };
  int owner(int value) const { return owner_[value]; }
  void bind(int node);
  void observe();
  void read_values(Shard &shard, int value, int rows, float *y, bool *is_clamped);
  uint8_t *at(Shard &shard, const Port &port, int row) const;
  int low_end(int value) const;

  DeployedModel deployed_;
  CalibrationOptions options_;
  Loss loss_;
  std::vector<Dataset> slices_;
  size_t interval_, steps_ = 0;  // observed every interval_ steps
  std::unique_ptr<Observer> observer_;
  std::unique_ptr<Lowerer> lowerer_;
  std::vector<int> owner_;        // of each value: the value whose memory it has
  std::vector<bool> is_clipped_;  // per node: its values have ends, and gradients beyond them are 0
  std::vector<Layers> layers_;
  std::vector<Shard> shards_;
  int first_node_ = 0;
  bool ranges_moved_ = true;
};

}  // namespace mote

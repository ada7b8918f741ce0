// Which weights of a kernel become 0, by their magnitude: a share of all (Zhu and Gupta 2017), N of each M
// (Mishra et al. 2021), or blocks of four. N:M and blocks lie along the input channels, one output channel
// and tap each, as the int8 weights [out, KH, KW, in] do.
#pragma once

#include <string>
#include <vector>

#include "mote/compress.h"
#include "train/extension.h"

namespace mote {

constexpr int kBlock = 4;  // weights in a block

// Why these weights have no such zeros; "": they can.
std::string why_not_pruned(const Parameter &p, const Pruning &pruning);
// Sets weights to 0; `share` of them in place of pruning.share. Weights that are 0 count among these.
void prune_weights(const Parameter &p, const Pruning &pruning, double share, float *weights);

// A share that grows over the steps of a training: share (1 - (1 - t)^3) until three quarters of the steps
// are done. Source: Zhu and Gupta 2017, equation 1.
class GrowingPruning : public TrainExtension {
 public:
  // `params`: indices of those that are pruned.
  GrowingPruning(const Pruning &pruning, std::vector<int> params, uint64_t steps)
      : pruning_(pruning), params_(std::move(params)), steps_(steps) {}
  void begin(const Graph &graph, const std::vector<float *> &params) override;
  void before_update(const std::vector<float *> &gradients, const std::vector<float *> &params) override;
  void after_update(uint64_t step, const std::vector<float *> &params) override;

 private:
  Pruning pruning_;
  std::vector<int> params_;
  uint64_t steps_;
  std::vector<Parameter> specs_;            // of params_
  std::vector<std::vector<bool>> is_zero_;  // of each of params_
  bool is_done_ = false;                    // the share is reached
};

}  // namespace mote

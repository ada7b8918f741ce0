// HeldWeights: a training keeps what a compression made of the weights (WeightForm of mote/model.h). Every
// training that goes on from such weights has it, without being asked.
//
// Zeros: a pruned weight gets no gradient and is 0 after each update. Clusters: the gradient of a value is
// the sum over the weights that have it; one of these weights stands for the value in the optimizer, whose
// state is then that of the value, and all others follow it. Four bits: the optimizer moves weights that are
// not rounded, the network computes with rounded ones (straight-through gradients, Bengio et al. 2013).
#pragma once

#include <vector>

#include "train/extension.h"

namespace mote {

class HeldWeights : public TrainExtension {
 public:
  // `has_rounding`: weights of four bits are rounded here. A forward pass in integers does it by itself.
  explicit HeldWeights(bool has_rounding) : has_rounding_(has_rounding) {}
  static bool is_needed(const Graph &graph);

  void begin(const Graph &graph, const std::vector<float *> &params) override;
  void before_update(const std::vector<float *> &gradients, const std::vector<float *> &params) override;
  void after_update(uint64_t step, const std::vector<float *> &params) override;
  std::vector<float> memory() const override;
  void restore(const std::vector<float> &memory) override { restored_ = memory; }

 private:
  struct Held {
    size_t param, size, channels;
    size_t scaled;  // neighbouring channels that have one scale
    WeightForm form;
    std::vector<int> cluster;  // of each weight
    std::vector<float> exact;  // of four bits, before rounding
    // Of each cluster: its value, and the first weight that has it, which stands for it in the optimizer.
    std::vector<float> value = {};
    std::vector<size_t> first = {};

    float gain(size_t weight) const { return form.gain.empty() ? 1.0f : form.gain[weight % channels]; }
    float shared(size_t weight, const float *weights) const;
  };
  static constexpr int kFree = -2, kZero = -1;  // of no cluster; and it is 0
  void find_clusters(Held &h, const Parameter &p, const float *weights) const;
  void restore_from(std::vector<float> memory);

  bool has_rounding_;
  std::vector<Held> held_;
  std::vector<float> restored_;
};

// Rounds each weight to one of -7 .. 7 steps of the largest of its output channel, or of `scaled`
// neighbouring ones that have one scale.
void round_to_4_bits(const float *from, size_t size, size_t channels, float *to, size_t scaled = 1);

}  // namespace mote

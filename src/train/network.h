// Network: a graph planned once for a batch size. Every buffer has its place and every kernel its pointers; a
// step allocates nothing and looks nothing up by name.
//
// A batch is cut into shards by a rule that looks at the graph and the batch only, never at the threads, and
// the shards' gradients are added in order. So the same seed gives the same bits for any number of threads.
#pragma once

#include <memory>
#include <vector>

#include "base/threads.h"
#include "graph/graph.h"

namespace mote {

struct StepResult {
  double loss_sum = 0;  // over the rows, weighted by class
  size_t correct = 0;
};

class Network {
 public:
  // Copies the parameters. The last value is read as logits: a final softmax is left to the loss, unless
  // `keep_softmax` asks for the whole graph (for inference).
  Network(const Graph &graph, int batch, uint64_t seed, ThreadPool &pool, bool keep_softmax = false);

  int batch() const { return batch_; }
  int classes() const { return classes_; }
  float *input() { return batch_input_.data(); }  // [batch, input]; fill, then call
  std::vector<float> &weights() { return weights_; }
  std::vector<float> &gradients() { return shards_[0].dweights; }  // of the last step, mean over the batch
  const float *logits(int row) const;                              // of the last call

  // Forward, loss and gradients for the first `rows` rows of input(). class_weights may be empty.
  StepResult step(int rows, const int *classes, const std::vector<float> &class_weights, uint64_t step_index);
  StepResult evaluate(int rows, const int *classes);  // no gradients; dropout off

  void store(Graph &graph) const;  // the weights back into a graph of the same structure

 private:
  struct NodePlan {
    std::function<void(const ForwardArgs &)> forward;
    std::function<void(const BackwardArgs &)> backward;
    std::vector<int> inputs;
    std::vector<size_t> params;  // offsets into weights_
    size_t state_offset = 0;
    bool is_alias = false;
  };
  struct Shard {
    std::vector<float> values, gradients, state, scratch, dweights;
    StepResult result;
    // pointers per node, filled at construction
    std::vector<std::vector<const float *>> x, params;
    std::vector<std::vector<float *>> dx, dparams;
  };

  void plan(const Graph &graph, bool keep_softmax);
  void bind(Shard &shard, int first_row);
  float *value(Shard &shard, int first_row, int v);
  float *gradient(Shard &shard, int v);
  void forward(Shard &shard, int first_row, int rows, bool is_training, uint64_t step_index);
  void loss(Shard &shard, int first_row, int rows, int batch_rows, const int *classes,
            const std::vector<float> *class_weights);
  void backward(Shard &shard, int first_row, int rows);
  int shard_rows(int shard, int rows) const;

  int batch_, classes_, shard_size_ = 0;
  uint64_t seed_;
  ThreadPool &pool_;
  std::vector<NodePlan> nodes_;
  std::vector<size_t> value_floats_, value_offset_;  // per row; offset is per shard
  std::vector<int> owner_;                           // of each value, behind views
  size_t values_total_ = 0, state_total_ = 0, scratch_total_ = 0;
  int last_value_ = 0;
  std::vector<float> weights_, batch_input_;
  std::vector<Shard> shards_;
};

}  // namespace mote

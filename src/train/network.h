// Network: a graph planned once for a batch size. Every buffer has its place and every kernel its pointers; a
// step allocates nothing and looks nothing up by name.
//
// A batch is cut into shards by a rule that looks at the graph and the batch only, never at the threads, and
// the shards' gradients are added in order. So the same seed gives the same bits for any number of threads.
// Ops that need statistics of the whole batch cut the step into parts; all shards finish one before the next.
// Within a part a shard goes through the nodes with a few rows at a time, so that they stay in the cache.
// What no other part needs has memory for these few rows only; backward computes it again if that is cheap.
#pragma once

#include <memory>
#include <vector>

#include "base/threads.h"
#include "graph/op_def.h"
#include "mote/model.h"
#include "train/extension.h"
#include "train/forward_pass.h"
#include "train/layer_ranges.h"
#include "train/loss.h"

namespace mote {

struct StepResult {
  double loss_sum = 0;  // over the rows, weighted by class; with l1 and l2 for each row
  size_t correct = 0;
  double absolute_error_sum = 0;  // of regressions: mean over the outputs, summed over the rows

  void operator+=(const StepResult &other) {
    loss_sum += other.loss_sum;
    correct += other.correct;
    absolute_error_sum += other.absolute_error_sum;
  }
};

// Of a batch: the class of each row, or values [rows, outputs]; or both: the values that the loss is of,
// where examples were mixed, and the class that counts as right.
struct Targets {
  const int *classes = nullptr;
  const float *values = nullptr;
};

struct NetworkOptions {
  Loss loss = {};
  // The whole graph, for inference. Otherwise a last softmax, or sigmoid before binary cross-entropy, is left
  // to the loss, which works on logits.
  bool is_whole = false;
  // Takes the place of the graph's forward in step(). The graph then has no op with BatchStatistics.
  ForwardPass *forward = nullptr;
  std::vector<TrainExtension *> extensions = {};  // whose losses are added
};

class Network {
 public:
  // Copies the parameters.
  Network(const Graph &graph, int batch, uint64_t seed, ThreadPool &pool, const NetworkOptions &options = {});

  int batch() const { return batch_; }
  int outputs() const { return outputs_; }
  float *input() { return batch_input_.data(); }               // [batch, input]; fill, then call
  std::vector<float> &input_values() { return batch_input_; }  // the same, to be swapped with another
  // All parameters: first those that gradients train, then those that statistics move.
  std::vector<float> &weights() { return weights_; }
  std::vector<float *> params();  // params()[i] is graph.params[i], in weights()
  // Of graph.params[param] in weights().
  size_t offset_of(size_t param) const { return param_offset_[param]; }
  // Of the last step and the trained weights, mean over the batch.
  std::vector<float> &gradients() { return shards_[0].dweights; }
  std::vector<float *> param_gradients();  // [i] is of graph.params[i]; nullptr: none trains it
  const float *output(int row) const;      // of the last call

  // Forward, loss and gradients for the first `rows` rows of input(). class_weights may be empty.
  StepResult step(int rows, const Targets &targets, const std::vector<float> &class_weights,
                  uint64_t step_index);
  StepResult evaluate(int rows, const Targets &targets);  // no gradients; dropout off
  void predict(int rows);                                 // outputs only

  // Of the last step: where the first value that is not finite came from, as "the output of layer 'dense'";
  // "": all are finite. Runs forward again. Reads the graph that the network was made from.
  std::string first_not_finite(const Graph &graph, int rows, uint64_t step_index);

  // Seconds that each node has taken so far, summed over the shards. Measured from start_profile() on.
  struct NodeTime {
    double forward = 0, backward = 0;
  };
  void start_profile() { is_profiled_ = true; }
  std::vector<NodeTime> profile() const;

  // Of steps since start_ranges(): what the outputs of these layers reached. A ForwardPass leaves none.
  const std::vector<std::string> &ranged_layers() const { return ranges_.layers(); }
  void start_ranges(const std::vector<ValueRange> &from = {}) { ranges_.start(shards_.size(), from); }
  std::vector<ValueRange> ranges() const { return ranges_.result(); }

  void store(Graph &graph) const;  // the weights back into a graph of the same structure

 private:
  struct NodePlan {
    std::function<void(const ForwardArgs &)> forward;
    std::function<void(const BackwardArgs &)> backward;
    std::vector<int> inputs;
    std::vector<size_t> params;  // offsets into weights_
    size_t state_offset = 0;
    bool is_alias = false;
    // of the whole batch, for ops with BatchStatistics
    std::function<void(const ForwardArgs &, double *)> add = {};
    std::function<void(const BackwardArgs &, double *)> add_gradients = {};
    std::function<void(const double *, float *const *)> parameter_gradients = {};
    std::function<void(const double *, int, float *const *)> update = {};
    std::vector<double> sums = {}, gradient_sums = {};
    std::vector<float *> moved = {};  // its parameters, for update
    std::function<void(const float *const *, float *)> prepare = {};
    std::function<void(const double *, const double *, int, const float *const *, float *)> prepare_sums = {};
    size_t state_floats = 0, prepared_offset = 0;
    bool overwrites = false, is_recomputed = false;
    bool is_unread = false;                       // nothing that leads to the loss reads its output
    std::unique_ptr<bool[]> is_adding = nullptr;  // of each input: not the first to give its gradient
  };
  struct Rows {
    int first, count;  // of a shard
  };
  struct Shard {
    std::vector<float> values, gradients, local, state, scratch, dweights;
    std::vector<double> sums;
    int first_row = 0, rows = 0;  // of the batch at hand
    StepResult result;
    std::vector<NodeTime> times;
    // pointers per node, filled at construction
    std::vector<std::vector<const float *>> params;
    std::vector<std::vector<float *>> dparams;
    // inputs of the node at hand
    std::vector<const float *> x;
    std::vector<float *> dx;
  };

  struct Pass {
    bool is_training;
    uint64_t step_index;
  };

  void plan(const Graph &graph);
  void plan_memory(const Graph &graph);
  int rows_at_once(const Graph &graph, int part) const;
  int part_of(int node) const;
  void bind(Shard &shard);
  struct Place {  // of a value or gradient: in the shard's memory of all its rows, or of the rows at once
    size_t offset = 0;
    bool is_local = false;
  };
  float *place(Shard &shard, std::vector<float> &whole, const Place &at, size_t owner, int row);
  float *value(Shard &shard, int v, int row);
  float *gradient(Shard &shard, int v, int row);
  // A part is the nodes from one barrier to the next; barriers_ starts with 0 and ends with the last node
  // + 1.
  template <class F>
  void run_shards(int rows, F f);
  template <class F>
  void in_chunks(const Shard &shard, int part, F f) const;
  ForwardArgs forward_args(Shard &shard, int node, const Pass &pass, Rows rows);
  BackwardArgs backward_args(Shard &shard, int node, Rows rows);
  void forward(Shard &shard, int part, const Pass &pass, Rows rows);
  void infer(Shard &shard);  // all parts, on moving statistics
  void backward(Shard &shard, int part, const Pass &pass, Rows rows);
  int index_of(const Shard &shard) const { return &shard - shards_.data(); }
  void forward_node(Shard &shard, int node, const ForwardArgs &args);
  void backward_node(Shard &shard, int node, Rows rows);
  void prepare_step();
  void add_up_gradients(int rows);
  template <class Work>
  void timed(double &seconds, Work work) const;
  void add_up(int rows, std::vector<double> &sums);
  StepResult result_of(int rows) const;
  void loss(Shard &shard, int batch_rows, const Targets &targets, const std::vector<float> *class_weights,
            Rows rows);
  void regularize(StepResult &result, int rows, bool is_training);
  const float *last_value(const Shard &shard) const;

  int batch_, outputs_, shard_size_ = 0;
  uint64_t seed_;
  ThreadPool &pool_;
  NetworkOptions options_;
  struct Regularized {
    size_t from, to;  // in weights_
    double l1, l2;
  };
  std::vector<Regularized> regularized_;
  std::vector<NodePlan> nodes_;
  std::vector<size_t> value_floats_;                 // per row
  std::vector<Place> value_place_, gradient_place_;  // of owners
  std::vector<int> owner_;                           // of each value, behind views
  std::vector<size_t> param_offset_;
  std::vector<int> barriers_, prepared_nodes_;
  std::vector<int> chunk_;  // rows at once, of each part
  std::vector<float> prepared_;
  size_t trained_ = 0;  // weights that gradients train
  bool is_profiled_ = false;
  LayerRanges ranges_;
  size_t values_total_ = 0, gradients_total_ = 0, local_total_ = 0, state_total_ = 0, scratch_total_ = 0,
         inputs_most_ = 0;
  int last_value_ = 0;
  std::vector<float> weights_, batch_input_;
  std::vector<Shard> shards_;
};

}  // namespace mote

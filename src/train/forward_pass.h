// ForwardPass: a forward pass of another arithmetic than the graph's, as quantization-aware training has. The
// graph's own backward works on the values that it leaves: straight-through gradients.
#pragma once

#include "base/threads.h"
#include "graph/op_def.h"
#include "mote/dataset.h"
#include "mote/model.h"
#include "mote/train.h"

namespace mote {

class ForwardPass {
 public:
  ForwardPass() = default;
  ForwardPass(const ForwardPass &) = delete;
  ForwardPass &operator=(const ForwardPass &) = delete;
  virtual ~ForwardPass() = default;

  // Once, before the first step: `shards` may be at work at the same time, each with up to `rows` examples.
  virtual void plan(const Graph &graph, int shards, int rows) = 0;
  // Before every step: params[i] is graph.params[i].
  virtual void prepare(const std::vector<const float *> &params, ThreadPool &pool) = 0;
  // Of one node and some rows of a shard, in the order of the nodes: leaves its values at args.y. Inputs are
  // at args.x, as this function left them. Ops with a state have run their own forward before.
  virtual void forward(int shard, int node, const ForwardArgs &args) = 0;
  // Of the same rows: the gradient of the node's values is 0 where they were clamped.
  virtual void clip_gradient(int shard, int node, int rows, float *dy) = 0;
  // Writes the scores of the validation data into the record: of the model that would be deployed now.
  virtual void validate(const Graph &graph, const Dataset &data, EpochRecord &record) = 0;
};

}  // namespace mote

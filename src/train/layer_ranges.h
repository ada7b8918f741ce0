// LayerRanges: what the outputs of a graph's layers reach while it is trained. Shards note theirs apart, so
// that threads share nothing; the result does not depend on their number.
#pragma once

#include <string>
#include <vector>

#include "mote/model.h"

namespace mote {

class LayerRanges {
 public:
  // owner[v]: the value whose memory value v has. Only the first `values` of them are computed.
  void plan(const Graph &graph, const std::vector<int> &owner, int values);
  // In the order of the graph. Without layers that only change the shape, and those that a layer behind them
  // has taken in: its ReLU is applied where their values would be.
  const std::vector<std::string> &layers() const { return layers_; }

  // Forgets what was noted. `from`: as result() gave it, to go on from there; or empty.
  void start(size_t shards, const std::vector<ValueRange> &from = {});
  // `count` values of a node, in the rows of one shard. NaN changes nothing.
  void note(size_t shard, int node, const float *values, size_t count);
  // One for each layer; low is above high where nothing was noted.
  std::vector<ValueRange> result() const;

 private:
  std::vector<std::string> layers_;
  std::vector<int> layer_of_;  // of a node: the layer whose output it is, or -1
  std::vector<std::vector<ValueRange>> shards_;
};

}  // namespace mote

// Calibration: the range of every value of a float model, from examples.
// 0 is always inside.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/op_def.h"
#include "mote/dataset.h"
#include "mote/model.h"
#include "mote/quantize.h"

namespace mote {

// The smallest and largest value seen and the examples that hold them.
struct Extremes {
  ValueRange range;
  size_t low_example = 0, high_example = 0;
};

struct Calibration {
  std::vector<ValueRange> values;              // of every value of the graph
  std::vector<std::vector<ValueRange>> inner;  // per node, where its op has scales inside
  std::vector<Extremes> extremes;              // of every value
};

// Runs a float graph and keeps all its values.
class Observer {
 public:
  Observer(const Model &model, size_t batch);  // keeps a reference to the model, whose weights may change
  // Up to `batch` examples of the data, in sensor units.
  void run(const Dataset &data, size_t first, size_t rows);
  const Graph &graph() const { return model_.graph; }
  const Preprocessing &preprocessing() const { return model_.preprocessing; }
  size_t batch() const { return batch_; }
  const float *value(int v) const { return values_[v].data(); }
  size_t value_floats(int v) const;  // of one example
  // Ranges inside of a node's op, widened by what the last run showed.
  void add_inner_ranges(size_t node, std::vector<ValueRange> &ranges) const;

 private:
  const Model &model_;
  size_t batch_;
  std::vector<std::vector<float>> values_, states_, scratches_;
  std::vector<std::function<void(const ForwardArgs &)>> kernels_;
  std::vector<std::function<void(const float *, int, std::vector<ValueRange> &)>> inner_ranges_;
  size_t rows_ = 0;
};
inline constexpr size_t kObserved = 32;  // examples at a time, also of the moving average

// Errors: kInvalidArgument for a layer that the model does not have, an empty range or a percentile outside
// 50 .. 100; kDataFormat when there are no examples; kShape when they do not fit the model.
Calibration calibrate(const Model &model, const Dataset &data, const CalibrationOptions &options = {});
// The same by an observer that is there already.
Calibration calibrate(Observer &observer, const Dataset &data, const CalibrationOptions &options);

// `count` examples, as many of each class as can be, spread over the data; classes alternate. All of them if
// there are no more.
Dataset representative_set(const Dataset &data, size_t count);
// All examples but those whose normalized values reach more than four times as far as those of 90 % of the
// examples: their indices, and a dataset of them.
std::vector<size_t> usual_examples(const Dataset &data, const Preprocessing &preprocessing);
Dataset without_outliers(const Dataset &data, const Preprocessing &preprocessing);
// How values of one kind are spread, zeros left out: they are exact in any range. Where a few values lie far
// outside, the others share too few bins; finer() then looks at these more closely.
class Histogram {
 public:
  static constexpr int kBins = 2048;
  explicit Histogram(const ValueRange &range);
  void add(const float *values, size_t count);
  // Nearly all values lie in a small part of the range.
  bool is_coarse() const;
  // Of that part: to be filled anew with the same values. What lies outside is kept as it is here.
  Histogram finer() const;
  // The range that the method chooses.
  ValueRange choose(RangeMethod method, double percentile) const;
  uint64_t total() const;

 private:
  struct Cell {
    double x, half;  // the middle, and half of the width
    uint64_t count;
  };
  double error(const std::vector<Cell> &cells, double low,
               double high) const;               // squared, of int8 in this range
  double divergence(int first, int last) const;  // of the bins [first, last] in 255 levels
  ValueRange least_error() const;
  ValueRange least_divergence() const;
  ValueRange central(double share) const;  // leaves out as much at either end
  std::vector<Cell> cells() const;         // in ascending order
  double high() const { return low_ + kBins * width_; }

  ValueRange whole_;
  double low_, width_;
  std::vector<uint64_t> counts_;
  std::vector<Cell> outside_;
};

}  // namespace mote

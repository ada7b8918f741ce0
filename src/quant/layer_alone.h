// The layers of an int8 program that stand for one layer of the float graph, run alone on the float graph's
// own values: what that layer loses by itself.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "mote/host_program.h"
#include "quant/calibrate.h"
#include "quant/lower.h"

namespace mote {

// A tensor of the program that stands for a value of the graph.
struct Match {
  int node;    // that its layers come from; -1: the input
  int value;   // of the graph
  int tensor;  // of the program
};

// Of the input and of every layer that is more than a view. Errors: kDataFormat where the program has none.
std::vector<Match> match(const Lowerer &lowerer, const Graph &g, const IntegerProgram &p);

// What the tensor holds, as real values.
void read_back(const ProgramTensor &t, const uint8_t *from, std::vector<float> &y);

// The layers that make one matched tensor from others.
class LayerAlone {
 public:
  LayerAlone(const IntegerProgram &p, int tensor, const std::map<int, int> &value_of);
  // `row`: of the observed examples.
  void run(const Observer &observer, size_t row, std::vector<float> &y);

 private:
  void add_input(IntegerProgram &part, int tensor, int value);

  std::unique_ptr<HostProgram> host_;
  std::vector<int> values_;
  std::vector<uint8_t> input_, output_;
};

}  // namespace mote

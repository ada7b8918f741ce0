// Which tensors of a program stand for which values of the graph, by their names, and a program of its own
// for the layers between two of them. Its inputs are the float values, as near as the tensors come.
//
// What is made of the results is explain.cpp.
#include "quant/layer_alone.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"
#include "graph/op_def.h"
#include "kernels/loops.h"

namespace mote {

// Real values as the tensor holds them.
static void quantize_into(const ProgramTensor &t, const float *x, uint8_t *to) {
  const size_t n = t.shape.elements();
  const float gain = 1.0 / t.quant.scale[0];
  if (t.dtype == DType::kInt8)
    return kernels::loops().quantize(x, n, gain, t.quant.zero_point[0], reinterpret_cast<int8_t *>(to));
  auto *q = reinterpret_cast<int16_t *>(to);
  for (size_t i = 0; i < n; ++i)
    q[i] = static_cast<int16_t>(std::clamp(std::round(x[i] * gain), -32768.0f, 32767.0f));
}

void read_back(const ProgramTensor &t, const uint8_t *from, std::vector<float> &y) {
  y.resize(t.shape.elements());
  const float scale = t.quant.scale[0];
  const int zero = t.quant.zero_point[0];
  for (size_t i = 0; i < y.size(); ++i)
    y[i] = scale * ((t.dtype == DType::kInt8 ? int{reinterpret_cast<const int8_t *>(from)[i]}
                                             : int{reinterpret_cast<const int16_t *>(from)[i]}) -
                    zero);
}

std::vector<Match> match(const Lowerer &lowerer, const Graph &g, const IntegerProgram &p) {
  std::map<std::string, int> by_name;
  std::set<int> written(p.inputs.begin(), p.inputs.end());
  for (const ProgramLayer &l : p.layers) written.insert(l.outputs[0]);
  for (int t : written) by_name[p.tensor(t).name] = t;
  std::vector<Match> matches = {{-1, 0, p.inputs[0]}};
  for (int i = 0; i < g.count(); ++i) {
    const int value = lowerer.result_of(i);
    if (value < 0 || g.nodes[i].op->has(Property::kView)) continue;
    const auto found = by_name.find(g.nodes[i].name);
    if (found == by_name.end() || p.tensor(found->second).quant.scale.empty() ||
        p.tensor(found->second).shape.elements() != g.value_shape(value).elements())
      throw Error(ErrorCode::kDataFormat, "explain",
                  fmt::format("the int8 model has no layer '{}' of the float model's shape", g.nodes[i].name),
                  "run `mote quantize` anew");
    matches.push_back({i, value, found->second});
  }
  return matches;
}

LayerAlone::LayerAlone(const IntegerProgram &p, int tensor, const std::map<int, int> &value_of) {
  IntegerProgram part = p;
  std::set<size_t> needed;
  std::vector<int> open = {tensor};
  part.inputs.clear();
  part.states.clear();
  while (!open.empty()) {
    const int t = open.back();
    open.pop_back();
    if (t != tensor && value_of.contains(t)) {
      add_input(part, t, value_of.at(t));
      continue;
    }
    for (size_t l = 0; l < p.layers.size(); ++l) {
      const std::vector<int> &out = p.layers[l].outputs;
      if (std::find(out.begin(), out.end(), t) == out.end() || !needed.insert(l).second) continue;
      for (int x : p.layers[l].inputs)
        if (x >= 0 && !p.tensor(x).is_constant) open.push_back(x);
    }
  }
  if (needed.empty()) add_input(part, tensor, value_of.at(tensor));  // the model's input
  part.layers.clear();
  for (size_t l : needed) part.layers.push_back(p.layers[l]);
  part.outputs = {tensor};
  drop_unused_tensors(part);
  host_ = std::make_unique<HostProgram>(std::move(part));
  input_.resize(host_->input_bytes());
  output_.resize(host_->output_bytes());
}

void LayerAlone::run(const Observer &observer, size_t row, std::vector<float> &y) {
  const IntegerProgram &p = host_->program();
  uint8_t *to = input_.data();
  for (size_t k = 0; k < values_.size(); ++k) {
    const ProgramTensor &t = p.tensor(p.inputs[k]);
    quantize_into(t, observer.value(values_[k]) + row * t.shape.elements(), to);
    to += t.bytes();
  }
  host_->invoke(input_.data(), output_.data());
  read_back(p.tensor(p.outputs[0]), output_.data(), y);
}

void LayerAlone::add_input(IntegerProgram &part, int tensor, int value) {
  if (std::find(part.inputs.begin(), part.inputs.end(), tensor) != part.inputs.end()) return;
  part.inputs.push_back(tensor);
  values_.push_back(value);
}

}  // namespace mote

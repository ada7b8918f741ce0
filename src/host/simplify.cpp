// Constant layers become constants, idle layers go. Converters write both: the shape of a tensor, cut and
// packed into that of a reshape; a QUANTIZE from uint8 to int8 that turns a bit.
//
// No op is named here: what may be evaluated ahead, ops say (OpDef).
#include "host/simplify.h"

#include <algorithm>

#include "graph/op_def.h"
#include "ops/integer_support.h"

namespace mote {

// Without its data: no value of it is read.
static const uint8_t kNoValues[8] = {};

bool fold_constant_layer(IntegerProgram &p, const ProgramLayer &l, size_t most_bytes) {
  const OpDef &op = op_by_name(l.op);
  const bool asks_shapes = op.has(Property::kReadsShapes);
  if (!op.run.is_given() || l.inputs.empty() || l.outputs.empty()) return false;
  // of ops that move values, which cost what they write
  if (!asks_shapes && !(op.tflite.is_given() && op.tflite->takes_uint8)) return false;
  for (int t : l.inputs)
    if (t < 0 || (!asks_shapes && !p.tensor(t).is_constant)) return false;
  size_t bytes = 0;
  for (int t : l.outputs) {
    const ProgramTensor &y = p.tensor(t);
    bytes += plain_storage().bytes(y);
    if (y.is_constant || bytes > most_bytes) return false;
  }
  const HostCall call = op.run.get()(p, l);
  std::vector<std::vector<uint8_t>> inputs, outputs;
  std::vector<const void *> in;
  std::vector<void *> out;
  for (int t : l.inputs) {
    if (p.tensor(t).is_constant && !asks_shapes) inputs.push_back(p.tensor(t).plain_bytes());
    in.push_back(asks_shapes ? kNoValues : inputs.back().data());
  }
  for (int t : l.outputs) outputs.emplace_back(plain_storage().bytes(p.tensor(t)));
  for (std::vector<uint8_t> &y : outputs) out.push_back(y.data());
  call(in.data(), out.data());
  for (size_t i = 0; i < outputs.size(); ++i) p.tensors[l.outputs[i]].store(outputs[i]);
  return true;
}

void drop_idle_layers(IntegerProgram &p) {
  std::vector<int> stands_for(p.tensors.size()), writers(p.tensors.size());
  std::vector<bool> is_port(p.tensors.size());
  for (size_t t = 0; t < p.tensors.size(); ++t) stands_for[t] = t;
  for (const std::vector<int> *ports : {&p.inputs, &p.outputs})
    for (int t : *ports) is_port[t] = true;
  for (const ProgramLayer &l : p.layers)
    for (int t : l.outputs) ++writers[t];
  std::vector<ProgramLayer> kept;
  for (ProgramLayer &l : p.layers) {
    for (int &t : l.inputs)
      if (t >= 0) t = stands_for[t];
    const OpDef &op = op_by_name(l.op);
    const auto goes = [&] {
      if (!op.leaves_values || l.inputs.size() != 1 || l.outputs.size() != 1 || l.inputs[0] < 0) return false;
      const int x = l.inputs[0], y = l.outputs[0];
      // one of the two names must be free to go, and mean one value throughout
      return x != y && !is_port[y] && p.tensor(x).shape == p.tensor(y).shape && writers[y] == 1 &&
             writers[x] <= 1 && op.leaves_values(p, l);
    };
    if (goes())
      stands_for[l.outputs[0]] = l.inputs[0];
    else
      kept.push_back(std::move(l));
  }
  // To an output of the program: what makes the value writes it there at once.
  std::vector<int> renamed(p.tensors.size());
  for (size_t t = 0; t < p.tensors.size(); ++t) renamed[t] = t;
  std::erase_if(kept, [&](const ProgramLayer &l) {
    const OpDef &op = op_by_name(l.op);
    if (!op.leaves_values || l.inputs.size() != 1 || l.outputs.size() != 1 || l.inputs[0] < 0) return false;
    const int x = l.inputs[0], y = l.outputs[0];
    if (x == y || is_port[x] || p.tensor(x).is_constant || p.tensor(x).shape != p.tensor(y).shape ||
        writers[x] != 1 || writers[y] != 1 || renamed[x] != x || !op.leaves_values(p, l))
      return false;
    renamed[x] = y;
    return true;
  });
  for (ProgramLayer &l : kept)
    for (std::vector<int> *list : {&l.inputs, &l.outputs})
      for (int &t : *list)
        if (t >= 0) t = renamed[t];
  p.layers = std::move(kept);
}

}  // namespace mote

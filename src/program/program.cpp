// What every user of an IntegerProgram needs: its constants' values, the threshold of a single output, and
// leaving out tensors that nothing refers to.
#include "program/program.h"

#include <algorithm>
#include <cmath>

namespace mote {

std::vector<uint8_t> ProgramTensor::plain_bytes() const {
  std::vector<uint8_t> bytes(shape.elements() * dtype_bytes(dtype));
  storage->unpack(*this, bytes.data());
  return bytes;
}

QuantParams ProgramTensor::port_quant() const {
  QuantParams seen = quant;
  for (int &zero_point : seen.zero_point) zero_point += is_uint8_port ? kUint8Offset : 0;
  return seen;
}

int IntegerProgram::add_tensor(ProgramTensor tensor) {
  tensors.push_back(std::move(tensor));
  return tensors.size() - 1;
}

int decision_threshold(const ProgramTensor &output) {
  const double q = output.quant.zero_point[0] + 0.5 / output.quant.scale[0];
  return static_cast<int>(std::clamp(std::floor(q + 1e-9), -128.0, 127.0));
}

void drop_unused_tensors(IntegerProgram &p) {
  std::vector<int> index(p.tensors.size(), -1);
  std::vector<ProgramTensor> kept;
  const auto keep = [&](std::vector<int> &list) {
    for (int &t : list) {
      if (t < 0) continue;  // an optional input that is absent
      int &i = index[t];
      if (i < 0) {
        i = kept.size();
        kept.push_back(std::move(p.tensors[t]));
      }
      t = i;
    }
  };
  keep(p.inputs);
  for (ProgramLayer &l : p.layers) {
    keep(l.inputs);
    keep(l.outputs);
  }
  keep(p.outputs);
  for (CarriedState &s : p.states) s = {index[s.input], index[s.output]};
  p.tensors = std::move(kept);
}

}  // namespace mote

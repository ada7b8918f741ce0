// Random inputs for integer programs, and running many samples.
#pragma once

#include <vector>

#include "base/random.h"
#include "mote/host_program.h"

namespace mote::test {

// All inputs of `samples` invocations, one after the other: any integers, normally distributed floats.
inline std::vector<uint8_t> random_inputs(const HostProgram &host, size_t samples, uint64_t seed) {
  Random random(seed);
  std::vector<uint8_t> bytes;
  for (size_t n = 0; n < samples; ++n)
    for (int t : host.program().inputs) {
      const ProgramTensor &tensor = host.program().tensor(t);
      if (tensor.dtype != DType::kFloat32) {
        for (size_t i = 0; i < tensor.bytes(); ++i) bytes.push_back(static_cast<uint8_t>(random.below(256)));
        continue;
      }
      for (size_t i = 0; i < tensor.shape.elements(); ++i) {
        const auto v = static_cast<float>(random.normal());
        const auto *raw = reinterpret_cast<const uint8_t *>(&v);
        bytes.insert(bytes.end(), raw, raw + sizeof v);
      }
    }
  return bytes;
}

inline std::vector<uint8_t> run_all(HostProgram &host, const std::vector<uint8_t> &inputs) {
  const size_t samples = inputs.size() / host.input_bytes();
  std::vector<uint8_t> out(samples * host.output_bytes());
  for (size_t i = 0; i < samples; ++i)
    host.invoke(inputs.data() + i * host.input_bytes(), out.data() + i * host.output_bytes());
  return out;
}

}  // namespace mote::test

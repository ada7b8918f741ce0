#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(int batches, int steps, int inputs, int cells, double clip) {
  ProgramBuilder b("lstm");
  std::vector<int> in = {b.input({batches, steps, inputs}, 0.02f, -5)};
  const auto weights = [&](int columns, uint64_t seed) {
    const int w = b.weights({cells, columns}, 0, seed);
    ProgramTensor &t = b.p.tensors[static_cast<size_t>(w)];
    t.quant = {{0.006f}, {0}, 0};  // one scale per matrix
    return w;
  };
  for (uint64_t g = 0; g < 4; ++g) in.push_back(weights(inputs, 10 + g));
  for (uint64_t g = 0; g < 4; ++g) in.push_back(weights(cells, 20 + g));
  for (uint64_t g = 0; g < 4; ++g) in.push_back(b.bias(cells, 30 + g));
  const int y = b.output({batches, steps, cells}, 1.0f / 128, 3);
  const int cell = b.p.add_tensor({"cell", {cells}, DType::kInt16, {{1.0f / 2048}, {0}, 0}, {}, false});
  return b.layer("lstm", {{"cell_scale", 1.0 / 2048}, {"cell_clip", clip}}, in, {y, cell});
}

// The arithmetic itself is checked against TensorFlow Lite Micro (tests/golden).
OpCases lstm_cases() { return programs_only({program(1, 7, 5, 6, 0), program(2, 4, 3, 9, 2.0)}); }

}  // namespace mote::test

// Networks of two classes for the tests of this folder.
#pragma once

#include <string>
#include <vector>

#include "base/random.h"
#include "test_support.h"

namespace mote::test {

// Trained for an epoch on eight examples of noise, and quantized.
inline IntegerProgram int8_program(const std::string &name, const Shape &input,
                                   const std::vector<Layer> &layers) {
  const Model model = sequential(name, input, layers);
  Dataset data;
  data.window = input[0];
  data.channels = static_cast<int>(input.elements()) / input[0];
  data.labels = {"a", "b"};
  Random random(5);
  for (size_t i = 0; i < 8; ++i) {
    for (size_t k = 0; k < input.elements(); ++k) data.values.push_back(static_cast<float>(random.normal()));
    data.classes.push_back(static_cast<int>(i % 2));
    data.sources.push_back({});
  }
  Splits splits;
  splits.train = splits.val = data;
  return quantize(train(model, splits, {.epochs = 1, .batch = 4, .seed = 1}).model, {.calibrate_on = data});
}

}  // namespace mote::test

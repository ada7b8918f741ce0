#include "train/evaluate.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/threads.h"
#include "dsp/normalize.h"
#include "train/network.h"

namespace mote {

static void check_data(int window, int channels, const std::vector<std::string> &labels,
                       const Dataset &data) {
  if (data.window != window || data.channels != channels)
    throw Error(ErrorCode::kShape, "evaluate",
                fmt::format("the data has windows of ({}, {}), the model expects ({}, {})", data.window,
                            data.channels, window, channels));
  if (data.labels != labels)
    throw Error(ErrorCode::kDataFormat, "evaluate",
                fmt::format("the data has the classes {}, the model {}", fmt::join(data.labels, ", "),
                            fmt::join(labels, ", ")));
  if (data.size() == 0) throw Error(ErrorCode::kDataFormat, "evaluate", "there are no windows to evaluate");
}

std::vector<float> float_outputs(const Model &model, const Dataset &data, bool keep_softmax) {
  constexpr int kBatch = 64;
  ThreadPool pool(1);
  Network network(model.graph, kBatch, 0, pool, keep_softmax);
  const size_t floats = data.example_floats(), classes = static_cast<size_t>(network.classes());
  std::vector<float> outputs;
  const std::vector<int> dummy(kBatch, 0);
  for (size_t from = 0; from < data.size(); from += kBatch) {
    const size_t rows = std::min<size_t>(kBatch, data.size() - from);
    for (size_t r = 0; r < rows; ++r)
      normalize(model.preprocessing.mean, model.preprocessing.gain, data.example(from + r), floats,
                network.input() + r * floats);
    network.evaluate(static_cast<int>(rows), dummy.data());
    for (size_t r = 0; r < rows; ++r)
      outputs.insert(outputs.end(), network.logits(static_cast<int>(r)),
                     network.logits(static_cast<int>(r)) + classes);
  }
  return outputs;
}

std::vector<int8_t> integer_outputs(const IntegerProgram &program, const Dataset &data) {
  HostProgram host(program);
  std::vector<int8_t> outputs(data.size() * host.output_bytes());
  for (size_t i = 0; i < data.size(); ++i)
    host.predict(data.example(i), outputs.data() + i * host.output_bytes());
  return outputs;
}

template <class T>
static std::vector<int> largest(const std::vector<T> &outputs, size_t classes) {
  std::vector<int> result;
  for (size_t i = 0; i + classes <= outputs.size(); i += classes)
    result.push_back(static_cast<int>(std::max_element(outputs.begin() + static_cast<long>(i),
                                                       outputs.begin() + static_cast<long>(i + classes)) -
                                      (outputs.begin() + static_cast<long>(i))));
  return result;
}

Evaluation evaluate(const Model &model, const Dataset &data) {
  check_data(model.preprocessing.window, model.preprocessing.channels, model.labels, data);
  return score("float", model.labels, data.classes, largest(float_outputs(model, data), model.labels.size()));
}

Evaluation evaluate(const IntegerProgram &program, const Dataset &data) {
  if (!program.front_end.is_set() || program.labels.empty())
    throw Error(ErrorCode::kUnsupported, program.name,
                "has no front end or no class names, as an imported .tflite", "evaluate a .mote model");
  check_data(program.front_end.window, program.front_end.channels, program.labels, data);
  return score("int8", program.labels, data.classes,
               largest(integer_outputs(program, data), program.labels.size()));
}

}  // namespace mote

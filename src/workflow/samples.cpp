// A model on raw samples, one after the other without a header: float32 sensor values through the
// preprocessing, or the int8 inputs as they are.
//
// Outputs are what the device would give, byte for byte; there are no classes or scores here
// (workflow/evaluate.cpp).
#include "mote/workflow.h"

#include <fmt/format.h>

#include <cstring>

#include "base/error.h"
#include "features/preprocessing.h"
#include "mote/evaluate.h"
#include "mote/host_program.h"

namespace mote {

namespace {

std::string run_program(const IntegerProgram &program, const std::string &input, const std::string &where,
                        bool is_int8_input, size_t &samples) {
  HostProgram host(program);
  const bool is_raw = program.front_end.is_set() && !is_int8_input;
  const size_t sample =
      is_raw ? static_cast<size_t>(program.front_end.window * program.front_end.channels) * sizeof(float)
             : host.input_bytes();
  if (input.empty() || input.size() % sample != 0)
    throw Error(ErrorCode::kDataFormat, where,
                fmt::format("has {} bytes, which is not a multiple of the {} bytes of one sample ({})",
                            input.size(), sample, is_raw ? "float32 sensor values" : "the model's inputs"));
  samples = input.size() / sample;
  const size_t bytes = is_raw ? host.predict_bytes() : host.output_bytes();
  std::string output(samples * bytes, '\0');
  std::vector<float> raw(sample / sizeof(float) + 1);
  for (size_t i = 0; i < samples; ++i) {
    char *to = output.data() + i * bytes;
    std::memcpy(raw.data(), input.data() + i * sample, sample);
    if (is_raw)
      host.predict(raw.data(), to);
    else
      host.invoke(raw.data(), to);
  }
  return output;
}

std::string run_float(const Model &model, const std::string &input, const std::string &where,
                      size_t &samples) {
  const Preprocessing &p = model.preprocessing;
  const size_t floats = window_shape(p).elements(), sample = floats * sizeof(float);
  if (input.empty() || input.size() % sample != 0)
    throw Error(
        ErrorCode::kDataFormat, where,
        fmt::format(
            "has {} bytes, which is not a multiple of the {} bytes of one window of float32 sensor values",
            input.size(), sample));
  Dataset data;
  data.window = p.window;
  data.channels = p.channels;
  data.labels = model.labels;
  data.values.resize(input.size() / sizeof(float));
  std::memcpy(data.values.data(), input.data(), input.size());
  samples = input.size() / sample;
  data.classes.assign(samples, 0);
  const std::vector<float> outputs = float_outputs(model, data, true);
  return {reinterpret_cast<const char *>(outputs.data()), outputs.size() * sizeof(float)};
}

}  // namespace

RanSamples run_samples(const AnyModel &model, const std::string &input, const std::string &where,
                       bool is_int8_input) {
  RanSamples ran;
  if (const auto *program = std::get_if<IntegerProgram>(&model))
    ran.output = run_program(*program, input, where, is_int8_input, ran.samples);
  else
    ran.output = run_float(std::get<Model>(model), input, where, ran.samples);
  return ran;
}

}  // namespace mote

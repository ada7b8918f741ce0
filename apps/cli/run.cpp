#include <fmt/format.h>

#include <cstring>

#include "base/files.h"
#include "cli.h"
#include "ops/host_program.h"
#include "target.h"

namespace mote::cli {

namespace {

struct Options : Common {
  std::string model, input, output;
  bool is_int8_input = false;
};

std::string run_program(const IntegerProgram &program, const std::string &input, const Options &o,
                        size_t &samples) {
  HostProgram host(program);
  const bool is_raw = program.front_end.is_set() && !o.is_int8_input;
  const size_t sample =
      is_raw ? static_cast<size_t>(program.front_end.window * program.front_end.channels) * sizeof(float)
             : host.input_bytes();
  if (input.empty() || input.size() % sample != 0)
    throw Error(ErrorCode::kDataFormat, o.input,
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

std::string run_float(const Model &model, const std::string &input, const Options &o, size_t &samples) {
  const Preprocessing &p = model.preprocessing;
  const size_t floats = model.graph.input.elements(), sample = floats * sizeof(float);
  if (input.empty() || input.size() % sample != 0)
    throw Error(
        ErrorCode::kDataFormat, o.input,
        fmt::format(
            "has {} bytes, which is not a multiple of the {} bytes of one window of float32 sensor values",
            input.size(), sample));
  Dataset data;
  data.window = p.window, data.channels = p.channels, data.labels = model.labels;
  data.values.resize(input.size() / sizeof(float));
  std::memcpy(data.values.data(), input.data(), input.size());
  samples = input.size() / sample;
  data.classes.assign(samples, 0);
  const std::vector<float> outputs = float_outputs(model, data, true);
  return {reinterpret_cast<const char *>(outputs.data()), outputs.size() * sizeof(float)};
}

}  // namespace

void add_run(CLI::App &app) {
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("run", "run a model on raw samples: .mote, or any int8 .tflite");
  c->add_option("MODEL", o->model, "a .mote or .tflite file, or a run (its int8 model)")->required();
  c->add_option(
       "--input", o->input,
       "samples one after the other, no header: a .mote takes float32 sensor values, a .tflite its inputs")
      ->required();
  c->add_option("--output", o->output, "outputs one after the other")->required();
  c->add_flag("--int8-input", o->is_int8_input, "a .mote: the input is int8, past the front end");
  describe(c, *o, "mote run model.tflite --input in.bin --output out.bin");
  c->callback([o] {
    const Target target = find_target(o->model);
    const AnyModel model = target.run ? AnyModel(target.program()) : *target.file;
    const std::string input = read_file(o->input);
    size_t samples = 0;
    const std::string output = std::holds_alternative<Model>(model)
                                   ? run_float(std::get<Model>(model), input, *o, samples)
                                   : run_program(std::get<IntegerProgram>(model), input, *o, samples);
    write_file(o->output, output);
    result(*o, {{"samples", samples}, {"output", o->output}, {"bytes", output.size()}},
           fmt::format("Ran {} samples; wrote {} bytes to {}.", samples, output.size(), o->output));
  });
}

}  // namespace mote::cli

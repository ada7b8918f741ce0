// mote run: a model on a file of raw samples, for comparing with a device or another interpreter. Reads
// all of it, writes all or nothing; the samples: workflow/samples.cpp.
#include <fmt/format.h>

#include "base/files.h"
#include "cli.h"
#include "mote/workflow.h"

namespace mote::cli {

namespace {

struct Options : Common {
  std::string model, input, output;
  bool is_int8_input = false;
};

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
    const RunOrModel target = find_run_or_model(o->model);
    const AnyModel model = target.run ? AnyModel(target.program()) : *target.file;
    const RanSamples ran = run_samples(model, read_file(o->input), o->input, o->is_int8_input);
    write_file(o->output, ran.output);
    result(*o, {{"samples", ran.samples}, {"output", o->output}, {"bytes", ran.output.size()}},
           fmt::format("Ran {} samples; wrote {} bytes to {}.", ran.samples, ran.output.size(), o->output));
  });
}

}  // namespace mote::cli

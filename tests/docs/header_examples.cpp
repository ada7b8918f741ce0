// Runs the example of every public header, in a folder of its own: header_examples FOLDER
//
// Headers assume what their readers have: `data` (generated gestures), a trained `model`, the `run` it came
// from, its int8 program `q`, the same recordings under data/, and a project "wave" with a run. Another
// example than theirs breaks the build or fails here.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <utility>
#include <vector>

#include "mote/mote.h"

namespace {

namespace fs = std::filesystem;

struct Context {
  mote::Splits data;
  mote::Model model;
  mote::TrainedRun run;
  mote::IntegerProgram q;
};

#include "header_examples.inc"

void write_recordings(const fs::path &folder) {
  for (const mote::SynthFile &file : mote::synth_gestures({.persons = 3, .recordings = 6})) {
    fs::create_directories((folder / file.path).parent_path());
    std::ofstream(folder / file.path) << file.content;
  }
}

Context prepared() {
  write_recordings("data");
  write_recordings("wave/data");
  std::string toml = mote::project_toml("gesture", "wave");
  const size_t at = toml.find("epochs = ");
  if (at == std::string::npos) throw std::runtime_error("the template has no epochs");
  toml.replace(at, toml.find('\n', at) - at, "epochs = 2");
  std::ofstream("wave/mote.toml") << toml;
  mote::train_run(mote::read_project("wave"));
  Context c;
  c.data = mote::load_recordings("data", {.window = 100, .stride = 50}).split();
  c.run = mote::train(mote::sequential("gesture", {100, 6},
                                       {mote::Conv1D{8, 5, mote::relu}, mote::MaxPool1D{4}, mote::Flatten{},
                                        mote::Dense{c.data.classes()}, mote::Softmax{}}),
                      c.data, {.epochs = 3});
  c.model = c.run.model;
  c.q = mote::quantize(c.model, {.calibrate_on = c.data.train});
  return c;
}

}  // namespace

int main(int, char **argv) {
  fs::remove_all(argv[1]);
  fs::create_directories(argv[1]);
  fs::current_path(argv[1]);
  Context context = prepared();
  for (const auto &[header, example] : kExamples) {
    std::cout << "== " << header << "\n";
    try {
      example(context);
    } catch (const std::exception &e) {
      std::cerr << header << ": " << e.what() << "\n";
      return 1;
    }
  }
  return 0;
}

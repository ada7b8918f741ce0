// From recordings to C and .tflite in one small program: example_gesture FOLDER
//
// The recordings are generated first, so that it runs anywhere; with your own CSV files the second half is
// all.
#include <mote/mote.h>

#include <filesystem>
#include <fstream>
#include <iostream>

static void generate(const std::filesystem::path &folder) {
  for (const mote::SynthFile &file : mote::synth_gestures({.seed = 7, .persons = 3, .recordings = 8})) {
    std::filesystem::create_directories((folder / file.path).parent_path());
    std::ofstream(folder / file.path) << file.content;
  }
}

int main(int argc, char **argv) {
  const std::string folder = argc > 1 ? argv[1] : "gesture_example";
  try {
    generate(folder + "/data");

    auto data = mote::load_recordings(folder + "/data", {.window = 100, .stride = 50})
                    .split({.train = .7, .val = .15, .test = .15, .by = mote::recording, .seed = 7});
    auto model = mote::sequential(
        "gesture", {100, 6},
        {mote::Conv1D{8, 5, mote::relu}, mote::MaxPool1D{2}, mote::Flatten{}, mote::Dense{data.classes()}});
    auto run =
        mote::train(model, data, {.epochs = 20, .batch = 16, .optimizer = mote::Adam{1e-3f}, .seed = 7});
    auto q = mote::quantize(run.model, {.calibrate_on = data.train});
    auto score = mote::evaluate(q, data.test);
    mote::export_c(q, folder + "/out/gesture_c");
    mote::export_tflite(q, folder + "/out/gesture.tflite");

    std::cout << score.report() << score.confusion_text();
    return score.accuracy > 0.8 ? 0 : 1;
  } catch (const mote::Error &e) {
    std::cerr << e.what() << "\n";
    return 1;
  }
}

// From CSV files to verified C: csv_to_c FOLDER
//
// Shows: reading recordings, one file per class; what is wrong with them; splitting, training and quantizing;
// and the exported C, compiled with the system's compiler and compared with its golden vectors. The files are
// made here (a slow and a fast vibration of two channels); yours need a header line and one row per sample.
#include <mote/mote.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>

static void write_csv(const std::string &path, double hz, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise(0, 0.1);
  std::ofstream file(path);
  file << "x,y\n";
  for (int recording = 0; recording < 20; ++recording) {
    for (int t = 0; t < 50; ++t) {
      const double angle = 6.2832 * hz * t / 50 + recording;
      file << std::sin(angle) + noise(random) << "," << std::cos(angle) + noise(random) << "\n";
    }
    file << "\n";  // a blank line ends a recording
  }
}

int main(int argc, char **argv) {
  const std::string folder = argc > 1 ? argv[1] : "csv_to_c_example";
  try {
    std::filesystem::create_directories(folder + "/data");
    write_csv(folder + "/data/slow.csv", 2, 1);
    write_csv(folder + "/data/fast.csv", 5, 2);

    const auto recordings = mote::load_recordings(folder + "/data", {.window = 50, .rate_hz = 50});
    for (const mote::Finding &finding : mote::lint(recordings))
      std::cout << finding.where << ": " << finding.message << "\n";
    const auto data = recordings.split({.seed = 7});

    const auto model = mote::sequential("vibration", {50, 2},
                                        {mote::Conv1D{8, 5, mote::relu}, mote::GlobalAveragePool1D{},
                                         mote::Dense{data.classes()}, mote::Softmax{}});
    const auto run = mote::train(model, data, {.epochs = 60, .optimizer = mote::Adam{1e-2f}});
    const auto program = mote::quantize(run.model, {.calibrate_on = data.train});
    const auto score = mote::evaluate(program, data.test);
    std::cout << score.report();

    const auto made = mote::export_c(program, folder + "/c", {.golden_from = &data.test, .force = true});
    std::cout << made.files.size() << " files, " << made.buffer_bytes << " bytes of RAM for activations, "
              << made.weight_bytes << " of weights\n"
              << mote::verify_c(folder + "/c") << "\n";
    return score.accuracy > 0.8 ? 0 : 1;
  } catch (const mote::Error &e) {
    std::cerr << e.what() << "\n";
    return 1;
  }
}

// Two ways into a training: training_loop FOLDER
//
// Shows: a callback of train() that prints each epoch and stops when it is good enough, beside mote's own
// log; then a loop of one's own, which picks the examples that the model gets wrong twice as often. Data is
// generated.
#include <mote/mote.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>

static mote::Splits generated(const std::string &folder) {
  for (const mote::SynthFile &file : mote::synth_gestures({.seed = 7, .persons = 3, .recordings = 8})) {
    std::filesystem::create_directories((folder / std::filesystem::path(file.path)).parent_path());
    std::ofstream(folder / std::filesystem::path(file.path)) << file.content;
  }
  return mote::load_recordings(folder, {.window = 100, .stride = 50}).split({.seed = 7});
}

int main(int argc, char **argv) {
  const std::string folder = argc > 1 ? argv[1] : "training_loop_example";
  try {
    const auto data = generated(folder + "/data");
    const auto model = mote::sequential("gesture", {100, 6},
                                        {mote::Conv1D{8, 5, mote::relu}, mote::MaxPool1D{4}, mote::Flatten{},
                                         mote::Dense{data.classes()}, mote::Softmax{}});

    // With train(): callbacks see every epoch.
    mote::TrainOptions options{.epochs = 50, .batch = 8};
    options.callbacks.push_back(mote::csv_log(folder + "/history.csv"));
    options.callbacks.push_back([](const mote::EpochEnd &end) {
      std::cout << "epoch " << end.record.epoch << ": loss " << end.record.loss << "\n";
      return end.record.val_accuracy < 0.95;  // false: stop
    });
    const auto run = mote::train(model, data, options);
    std::cout << "stopped after " << run.history.size() << " epochs\n";

    // With a loop of one's own: the order of examples and the learning rate are ours.
    mote::TrainingLoop loop(model, data.train, {.batch = 8, .optimizer = mote::Sgd{0.02f, 0.9f}, .seed = 7});
    std::mt19937 random(7);
    std::vector<double> weights(data.train.size(), 1);
    for (int round = 0; round < 20; ++round) {
      std::discrete_distribution<size_t> pick(weights.begin(), weights.end());
      for (size_t step = 0; step < data.train.size() / 8; ++step) {
        std::vector<size_t> batch;
        while (batch.size() < 8) batch.push_back(pick(random));
        loop.step(batch);
      }
      loop.set_learning_rate(0.02f / static_cast<float>(1 + round));
      const auto now = mote::evaluate(loop.model(), data.train);
      for (size_t i = 0; i < weights.size(); ++i) weights[i] = now.predicted[i] == now.truth[i] ? 1 : 2;
    }
    std::cout << "validation loss of the loop: " << loop.score(data.val).loss << "\n";
    const auto score = mote::evaluate(loop.model(), data.test);
    std::cout << score.report();
    return score.accuracy > 0.8 && std::filesystem::exists(folder + "/history.csv") ? 0 : 1;
  } catch (const mote::Error &e) {
    std::cerr << e.what() << "\n";
    return 1;
  }
}

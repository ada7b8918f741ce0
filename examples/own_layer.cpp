// A layer that mote does not have: own_layer FOLDER
//
// Shows: a squeeze-and-excitation block (Hu et al. 2018: channels are weighed by what they hold on average),
// composed of ops that exist. So it trains, quantizes and exports to C like mote's own layers. Data is
// generated.
#include <mote/mote.h>

#include <filesystem>
#include <fstream>
#include <iostream>

// y = x * sigmoid(W2 relu(W1 mean(x))). Shapes: (time, channels) -> (time, channels).
static const mote::LayerDef &squeeze_excite() {
  static const mote::LayerDef kLayer{
      "squeeze_excite",
      "SqueezeExcite",
      {},
      {{"units", int64_t{4}, "channels of the bottleneck", {}, 1, 4096}},
      [](mote::Graph &g, const std::string &name, const mote::Attrs &attrs, int x) {
        const int64_t channels = g.value_shape(x)[-1];
        const int mean = mote::layer_by_type("global_average_pool1d").build(g, name + "/squeeze", {}, x);
        const int few =
            mote::add_activation(g, name + "/relu", "relu",
                                 g.add("dense", name + "/down", {{"units", attrs.at("units")}}, {mean}));
        const int weights = mote::add_activation(g, name + "/sigmoid", "sigmoid",
                                                 g.add("dense", name + "/up", {{"units", channels}}, {few}));
        const int wide =
            g.add("reshape", name + "/spread", {{"shape", std::vector<int64_t>{1, channels}}}, {weights});
        return g.add("mul", name + "/scale", {}, {x, wide});
      }};
  return kLayer;
}

int main(int argc, char **argv) {
  const std::filesystem::path folder = argc > 1 ? argv[1] : "own_layer_example";
  try {
    for (const mote::SynthFile &file : mote::synth_gestures({.seed = 7, .persons = 3, .recordings = 8})) {
      std::filesystem::create_directories((folder / "data" / file.path).parent_path());
      std::ofstream(folder / "data" / file.path) << file.content;
    }
    const auto data =
        mote::load_recordings((folder / "data").string(), {.window = 100, .stride = 50}).split();

    const auto model = mote::sequential(
        "excited", {100, 6},
        {mote::Conv1D{8, 5, mote::relu}, mote::own_layer(squeeze_excite(), {{"units", int64_t{2}}}),
         mote::MaxPool1D{4}, mote::Flatten{}, mote::Dense{data.classes()}, mote::Softmax{}});
    std::cout << mote::summarize(model).text();
    const auto run = mote::train(model, data, {.epochs = 20});
    const auto program = mote::quantize(run.model, {.calibrate_on = data.train});
    const auto score = mote::evaluate(program, data.test);
    std::cout << score.report();
    mote::export_c(program, (folder / "c").string(), {.golden_from = &data.test, .force = true});
    std::cout << mote::verify_c((folder / "c").string()) << "\n";
    return score.accuracy > 0.8 ? 0 : 1;
  } catch (const mote::Error &e) {
    std::cerr << e.what() << "\n";
    return 1;
  }
}

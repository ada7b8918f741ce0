// Where does int8 lose accuracy, and what helps? explain FOLDER
//
// Shows: quantizing a net, the explanation of what int8 changes layer by layer, and the first remedy put to
// use; then quantization-aware training. The data, made here, has one sensor in a thousand times finer units
// than the other.
#include <mote/mote.h>

#include <cmath>
#include <iostream>
#include <random>

static mote::Dataset generated(int examples, unsigned seed) {
  mote::Dataset data;
  data.window = 32;
  data.channels = 2;
  data.labels = {"rising", "falling"};
  data.channel_names = {"volts", "millivolts"};
  std::mt19937 random(seed);
  std::normal_distribution<float> noise(0, 0.3f);
  for (int i = 0; i < examples; ++i) {
    const float slope = i % 2 == 0 ? 0.03f : -0.03f;
    for (int t = 0; t < data.window; ++t) {
      const float x = slope * static_cast<float>(t) + noise(random);
      data.values.push_back(x);
      data.values.push_back(1000 * (x + noise(random)));
    }
    data.classes.push_back(i % 2);
    data.sources.push_back({"generated", 0, i});
  }
  return data;
}

int main() {
  try {
    mote::Splits data;
    data.train = generated(200, 1);
    data.val = generated(60, 2);
    data.test = generated(60, 3);
    const auto model = mote::sequential("slope", {32, 2},
                                        {mote::Conv1D{6, 5, mote::relu}, mote::MaxPool1D{4}, mote::Flatten{},
                                         mote::Dense{2}, mote::Softmax{}});
    const mote::TrainOptions training{.epochs = 30};
    const auto run = mote::train(model, data, training);
    const auto program = mote::quantize(run.model, {.calibrate_on = data.train});

    const auto why = mote::explain(run.model, program, data);
    std::cout << mote::explanation_text(why);
    for (const mote::ExplainedLayer &layer : why.layers)
      if (layer.accumulated_db < 10) std::cout << "more than a tenth noise: " << layer.name << "\n";

    const auto tuned =
        mote::quantize_aware(run.model, data, {.calibrate_on = data.train}, {.epochs = 3}, training);
    std::cout << "float " << mote::evaluate(run.model, data.test).accuracy << ", int8 "
              << mote::evaluate(program, data.test).accuracy << ", tuned "
              << mote::evaluate(tuned.program, data.test).accuracy << "\n";
    return why.layers.empty() || mote::evaluate(tuned.program, data.test).accuracy < 0.8 ? 1 : 0;
  } catch (const mote::Error &e) {
    std::cerr << e.what() << "\n";
    return 1;
  }
}

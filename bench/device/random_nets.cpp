// random_nets CORE FIRST END: networks drawn from the seeds FIRST to END - 1, quantized and run on an
// emulated core. Prints a line of JSON for each: what its layers did by measure(), and how often the loops of
// their routines ran.
//
// "ops" before FIRST END: programs of every op instead (tests/random), for routines that networks seldom have
// in different sizes. "code" behind CORE: what was placed, instead of what ran.
#include "mote/mote.h"

#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/random.h"
#include "device/emulator.h"
#include "device/firmware_build.h"
#include "device/work.h"
#include "graph/cost.h"
#include "graph/op_def.h"
#include "random/random_programs.h"

using namespace mote;
using nlohmann::json;

namespace {

class NetOf {
 public:
  explicit NetOf(uint64_t seed)
      : random_(seed, {0x4E455453}),
        name_("net" + std::to_string(seed)),
        is_rare_(seed >= 500 && seed < 600) {}

  Model make() {
    const int kind = below(10);
    if (is_rare_ && kind < 5)
      recurrent();
    else if (is_rare_)
      merged();
    else if (kind < 5)
      series();
    else if (kind < 8)
      images();
    else if (kind < 9)
      recurrent();
    else
      vectors();
    head();
    return sequential(name_, shape_, layers_);
  }

  Dataset data() {
    Dataset d;
    d.window = 1;
    for (int axis = 0; axis + 1 < shape_.rank(); ++axis) d.window *= shape_[axis];
    d.channels = shape_[-1];
    if (shape_.rank() == 3) d.image = {shape_[0], shape_[1], {}};
    d.is_features = shape_.rank() == 1;
    constexpr int kExamples = 24;
    for (int c = 0; c < classes_; ++c) d.labels.push_back("class" + std::to_string(c));
    std::vector<float> values(d.example_floats());
    for (int i = 0; i < kExamples; ++i) {
      const float spread = random_.uniform(0.3f, 2.0f);
      for (float &v : values) v = spread * static_cast<float>(random_.normal());
      d.values.insert(d.values.end(), values.begin(), values.end());
      d.classes.push_back(i % classes_);
    }
    return d;
  }

  const QuantizeSettings &settings() const { return settings_; }

 private:
  int below(int n) { return static_cast<int>(random_.below(static_cast<uint64_t>(n))); }
  int between(int low, int high) { return low + below(high - low + 1); }
  bool one_in(int n) { return below(n) == 0; }
  template <class T>
  T pick(std::initializer_list<T> list) {
    return *(list.begin() + below(static_cast<int>(list.size())));
  }
  Activation activation() { return pick({none, relu, relu, relu, relu6}); }
  int filters() { return one_in(4) ? between(1, 40) : pick({4, 8, 8, 12, 16, 16, 24, 32}); }

  void behind() {  // a convolution or a dense layer
    if (one_in(4)) layers_.push_back(BatchNorm{});
    switch (below(12)) {
      case 0:
        layers_.push_back(LeakyReLU{});
        break;
      case 1:
        layers_.push_back(HardSwish{});
        break;
      case 2:
        layers_.push_back(Tanh{});
        break;
      case 3:
        layers_.push_back(Sigmoid{});
        break;
      case 4:
        layers_.push_back(ReLU{});
        break;
      default:
        break;
    }
  }

  void series() {
    int time = between(24, 128);
    shape_ = {time, pick({1, 2, 3, 3, 6, 6, 9})};
    const int blocks = between(1, 3);
    for (int b = 0; b < blocks && time > 6; ++b) {
      const int kernel = between(1, std::min(9, time / 2)), stride = one_in(4) ? 2 : 1;
      const Padding padding = pick({valid, valid, same, causal});
      const int dilation = stride == 1 && one_in(6) ? 2 : 1;
      const int n = filters();
      switch (below(4)) {
        case 0:
          layers_.push_back(SeparableConv1D{n, kernel, activation(), stride, 1, one_in(5) ? 2 : 1,
                                            padding == causal ? same : padding});
          break;
        case 1:
          layers_.push_back(DepthwiseConv1D{kernel, activation(), stride, 1, one_in(3) ? 2 : 1,
                                            padding == causal ? same : padding});
          break;
        default:
          layers_.push_back(Conv1D{n, kernel, activation(), stride, dilation, padding});
          break;
      }
      if (padding == valid) time -= (kernel - 1) * dilation;
      time = (time + stride - 1) / stride;
      behind();
      if (one_in(3)) residual([&] { layers_.push_back(Conv1D{width_of(), 3, activation(), 1, 1, same}); });
      if (time >= 6 && below(3) > 0) {
        const int pool = between(2, 3);
        if (one_in(3))
          layers_.push_back(AveragePool1D{pool});
        else
          layers_.push_back(MaxPool1D{pool});
        time /= pool;
      }
    }
    if (one_in(3))
      layers_.push_back(GlobalAveragePool1D{});
    else if (one_in(6))
      layers_.push_back(GlobalMaxPool1D{});
    else
      layers_.push_back(Flatten{});
  }

  void images() {
    int side = between(10, 32);
    shape_ = {side, side, pick({1, 1, 3})};
    const int blocks = between(1, 3);
    for (int b = 0; b < blocks && side > 5; ++b) {
      const int kernel = pick({1, 2, 3, 3, 3, 5}), stride = one_in(3) ? 2 : 1;
      const Padding padding = pick({valid, same, same});
      switch (below(4)) {
        case 0:
          layers_.push_back(SeparableConv2D{filters(), kernel, activation(), stride, 1, 1, padding});
          break;
        case 1:
          layers_.push_back(DepthwiseConv2D{kernel, activation(), stride, 1, one_in(3) ? 2 : 1, padding});
          break;
        default:
          layers_.push_back(Conv2D{filters(), kernel, activation(), stride, 1, padding});
          break;
      }
      if (padding == valid) side -= kernel - 1;
      side = (side + stride - 1) / stride;
      behind();
      if (one_in(3)) residual([&] { layers_.push_back(Conv2D{width_of(), 3, activation(), 1, 1, same}); });
      if (side >= 6 && one_in(2)) {
        if (one_in(3))
          layers_.push_back(AveragePool2D{2});
        else
          layers_.push_back(MaxPool2D{2});
        side /= 2;
      }
    }
    if (one_in(2))
      layers_.push_back(GlobalAveragePool2D{});
    else
      layers_.push_back(Flatten{});
  }

  // A layer around which its input goes by. Its width is the input's.
  template <class Inside>
  void residual(Inside inside) {
    const std::string from = "from" + std::to_string(layers_.size()), to = from + "to";
    layers_.push_back(Layer(ReLU{}).named(from));
    inside();
    layers_.back() = layers_.back().named(to);
    layers_.push_back(Layer(Add{}).from({from, to}));
  }
  // Channels of the last layer.
  int width_of() const { return sequential("so_far", shape_, layers_).graph.output()[-1]; }

  void recurrent() {
    shape_ = {between(10, 60), pick({1, 3, 6, 9, 16})};
    const int units = one_in(3) ? between(1, 40) : pick({8, 12, 16, 24, 32});
    if (one_in(3)) layers_.push_back(Conv1D{filters(), 3, relu});
    const bool is_two = one_in(3);
    switch (below(3)) {
      case 0:
        layers_.push_back(GRU{units, is_two});
        break;
      case 1:
        layers_.push_back(LSTM{units, is_two});
        break;
      default:
        layers_.push_back(SimpleRNN{units, is_two});
        break;
    }
    if (is_two) layers_.push_back(GRU{between(4, 20)});
  }

  // Two ways that meet again; here and there in int16.
  void merged() {
    shape_ = {between(16, 64), pick({2, 3, 4, 6})};
    const int n = filters();
    layers_.push_back(Layer(Conv1D{n, between(1, 5), activation(), 1, 1, same}).named("left"));
    layers_.push_back(
        Layer(Conv1D{n, between(1, 5), activation(), 1, 1, same}).named("right").from({"input"}));
    switch (below(3)) {
      case 0:
        layers_.push_back(Layer(Multiply{}).from({"left", "right"}));
        break;
      case 1:
        layers_.push_back(Layer(Concatenate{pick({0, 1})}).from({"left", "right"}));
        break;
      default:
        layers_.push_back(Layer(Add{}).from({"left", "right"}));
        break;
    }
    if (one_in(2)) layers_.push_back(ZeroPadding1D{between(0, 2), between(1, 3)});
    layers_.push_back(Layer(Conv1D{filters(), 3, activation()}).named("behind"));
    if (one_in(2)) layers_.push_back(Layer(pick<Layer>({Sigmoid{}, Tanh{}, LeakyReLU{}})).named("curve"));
    layers_.push_back(Layer(MaxPool1D{2}).named("pool"));
    if (one_in(2)) settings_.int16_layers = {"behind"};
    if (one_in(3)) settings_.int16_layers.push_back("pool");
    layers_.push_back(Flatten{});
  }

  void vectors() { shape_ = {between(8, 300)}; }

  void head() {
    const int hidden = shape_.rank() == 1 ? between(1, 4) : below(3);
    for (int i = 0; i < hidden; ++i) {
      layers_.push_back(Dense{one_in(2) ? between(3, 100) : pick({8, 16, 32, 64}), activation()});
      if (one_in(4)) behind();
    }
    classes_ = between(2, 12);
    layers_.push_back(Dense{classes_, softmax});
  }

  Random random_;
  std::string name_;
  bool is_rare_;
  QuantizeSettings settings_;
  Shape shape_;
  std::vector<Layer> layers_;
  int classes_ = 0;
};

json parts(const Work &work) {
  json j = json::object();
  for (const auto &[name, count] : work)
    if (count > 0) j[name] = count;
  return j;
}

IntegerProgram drawn(uint64_t seed) {
  NetOf net(seed);
  const Model model = net.make();
  const Dataset data = net.data();
  Splits splits;
  splits.train = data;
  const auto run = train(model, splits, {.epochs = 1, .seed = seed});
  IntegerProgram program = quantize(run.model, {.calibrate_on = data, .settings = net.settings()});
  if (seed % 2 == 0) program.front_end = {};
  return program;
}

json measured(const Core &core, const IntegerProgram &program, const std::string &name) {
  MeasureOptions options;
  options.has_layers = true;
  const Measurement m = measure(program, core, options);
  const Products products = products_of_core(core.name);
  json layers = json::array();
  double in_layers = 0;
  for (size_t i = 0; i < program.layers.size(); ++i) {
    const ProgramLayer &l = program.layers[i];
    json calls = json::array();
    for (const CCall &call : op_by_name(l.op).c.get()(program, l)) {
      if (call.is_copy) continue;
      const auto outputs = static_cast<double>(program.tensor(l.outputs[0]).shape.elements());
      const auto macs = static_cast<double>(cost_of(program, l).macs);
      calls.push_back({{"routine", call.routine}, {"parts", parts(work_of(call, products, macs, outputs))}});
    }
    const uint64_t count = i < m.layer_instructions.size() ? m.layer_instructions[i] : 0;
    in_layers += static_cast<double>(count);
    layers.push_back({{"calls", calls}, {"instructions", count}});
  }
  return {{"net", name},
          {"layers", layers},
          {"around",
           {{"routine", program.front_end.is_set() ? "predict" : "invoke"},
            {"parts", parts(work_around(program))},
            {"instructions", static_cast<double>(m.instructions) - in_layers}}},
          {"instructions", m.instructions},
          {"code_bytes", m.footprint.code_bytes},
          {"stack_bytes", m.stack_bytes},
          {"wrong", m.wrong}};
}

// What was placed, and what the size of the model's own file depends on.
json placed(const Core &core, const IntegerProgram &program, const std::string &name) {
  const MeasureOptions options;
  const FirmwareBuild build(program, core, FirmwareKind::kMeasure, options);
  build.make();
  json sections = json::array(), routines = json::array();
  for (const PlacedSection &s : placed_sections(build.map()))
    if (s.is_code() && s.bytes > 0) sections.push_back({s.object, s.section, s.bytes});
  json features = json::object();
  for (const auto &[part, times] : code_around(program)) features[part] = times;
  for (const ProgramLayer &l : program.layers)
    for (const CCall &call : op_by_name(l.op).c.get()(program, l))
      if (!call.is_copy) routines.push_back({call.routine, call.source});
  const Footprint f = parse_map(build.map());
  return {{"net", name},
          {"around", program.front_end.is_set() ? "predict" : "invoke"},
          {"routines", routines},
          {"features", features},
          {"sections", sections},
          {"code_bytes", f.code_bytes},
          {"weight_bytes", f.weight_bytes}};
}

}  // namespace

int main(int argc, char **argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const bool is_code = words.size() > 1 && words[1] == "code";
  const auto say = [&](const std::string &name, const auto &make) {
    try {
      const auto ask = is_code ? placed : measured;
      std::cout << ask(core_by_name(words.at(0)), make(), name).dump() << std::endl;
    } catch (const Error &e) {
      std::cerr << name << ": " << e.what() << "\n";
    }
  };
  for (size_t i = is_code ? 2 : 1; i < words.size(); ++i) {
    if (words[i].find('.') != std::string::npos) {
      say(words[i], [&] { return std::get<IntegerProgram>(load(words[i])); });
      continue;
    }
    const bool is_of_ops = words[i] == "ops";
    if (is_of_ops) ++i;
    const uint64_t end = std::stoull(words.at(i + 1));
    for (uint64_t seed = std::stoull(words.at(i)); seed < end; ++seed)
      say((is_of_ops ? "ops" : "net") + std::to_string(seed),
          [&] { return is_of_ops ? test::random_program(seed) : drawn(seed); });
    ++i;
  }
}

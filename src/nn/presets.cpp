// Published networks for microcontrollers as lists of layers, each beside the source it is taken from.
//
// They are data, not code: whatever a preset can do, a mote.toml can. A new one is a builder here and a
// row in the table at the end.
#include "mote/presets.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/error.h"
#include "base/text.h"

namespace mote {

namespace {

using Layers = std::vector<Layer>;

Attr pair(int v, int h) { return std::vector<int64_t>{v, h}; }
Attr pair(int both) { return pair(both, both); }

// What a builder gets: options with the published values filled in.
struct Request {
  int classes;
  double width;
  Shape input;
};

// Layers one after the other, most of them convolutions with batch normalization.
class Chain {
 public:
  Chain(bool use_bias, double l2, std::string activation = "relu", Attrs batch_norm = {})
      : use_bias_(use_bias),
        l2_(l2),
        activation_(std::move(activation)),
        batch_norm_(std::move(batch_norm)) {}

  Chain &add(const std::string &type, Attrs attrs = {}) {
    layers_.push_back({type, std::move(attrs)});
    return *this;
  }
  Chain &named(const std::string &name) {
    layers_.back().name = name;
    return *this;
  }
  Chain &from(std::vector<std::string> inputs) {
    layers_.back().inputs = std::move(inputs);
    return *this;
  }
  Chain &convolution(int filters, const Attr &kernel, const Attr &stride,
                     const std::string &padding = "same") {
    return add("conv2d", {{"filters", int64_t{filters}},
                          {"kernel", kernel},
                          {"stride", stride},
                          {"padding", padding},
                          {"initializer", std::string("he_normal")},
                          {"use_bias", int64_t{use_bias_}},
                          {"l2", l2_}});
  }
  Chain &depthwise(const Attr &kernel, const Attr &stride, const std::string &padding = "same") {
    return add("depthwise_conv2d", {{"kernel", kernel},
                                    {"stride", stride},
                                    {"padding", padding},
                                    {"initializer", std::string("he_normal")},
                                    {"use_bias", int64_t{use_bias_}}});
  }
  Chain &normalized() { return add("batch_norm", batch_norm_); }
  Chain &activated() { return normalized().add(activation_); }
  Chain &dense(int units, const std::string &activation = "none") {
    return add("dense", {{"units", int64_t{units}}, {"activation", activation}});
  }
  Layers layers() const { return layers_; }

 private:
  bool use_bias_;
  double l2_;
  std::string activation_;
  Attrs batch_norm_;
  Layers layers_;
};

Layers gesture_dense(const Request &r) {
  return Chain(true, 0)
      .add("flatten")
      .dense(32, "relu")
      .dense(16, "relu")
      .dense(r.classes, "softmax")
      .layers();
}

Layers gesture_conv(const Request &r) {
  const auto conv = [](int filters, int kernel) {
    return Attrs{
        {"filters", int64_t{filters}}, {"kernel", int64_t{kernel}}, {"activation", std::string("relu")}};
  };
  return Chain(true, 0)
      .add("conv1d", conv(8, 5))
      .add("max_pool1d", {{"pool", int64_t{2}}})
      .add("conv1d", conv(16, 3))
      .add("flatten")
      .dense(16, "relu")
      .dense(r.classes, "softmax")
      .layers();
}

Layers gesture_gru(const Request &r) {
  return Chain(true, 0).add("gru", {{"units", int64_t{32}}}).dense(r.classes, "softmax").layers();
}

Layers mnist_cnn(const Request &r) {
  const auto conv = [](int filters) {
    return Attrs{{"filters", int64_t{filters}}, {"kernel", pair(3)}, {"activation", std::string("relu")}};
  };
  return Chain(true, 0)
      .add("conv2d", conv(8))
      .add("max_pool2d")
      .add("conv2d", conv(16))
      .add("max_pool2d")
      .add("flatten")
      .dense(r.classes, "softmax")
      .layers();
}

Layers ds_cnn(const Request &r) {
  Chain chain(true, 1e-4);
  chain.convolution(64, pair(10, 4), pair(2)).activated().add("dropout", {{"rate", 0.2}});
  for (int block = 0; block < 4; ++block)
    chain.depthwise(pair(3), pair(1)).activated().convolution(64, pair(1), pair(1)).activated();
  return chain.add("dropout", {{"rate", 0.4}})
      .add("global_average_pool2d")
      .dense(r.classes, "softmax")
      .layers();
}

int scaled(double width, int channels) {
  return std::max(1, static_cast<int>(std::lround(width * channels)));
}

// The blocks of MobileNetV1: stride and channels at width 1.
constexpr std::pair<int, int> kMobileNetV1[] = {{1, 64},  {2, 128},  {1, 128}, {2, 256}, {1, 256},
                                                {2, 512}, {1, 512},  {1, 512}, {1, 512}, {1, 512},
                                                {1, 512}, {2, 1024}, {1, 1024}};

Chain mobilenet_v1_body(Chain chain, double width) {
  chain.convolution(scaled(width, 32), pair(3), pair(2)).activated();
  for (const auto &[stride, channels] : kMobileNetV1)
    chain.depthwise(pair(3), pair(stride))
        .activated()
        .convolution(scaled(width, channels), pair(1), pair(1))
        .activated();
  return chain;
}

// As the visual wake word benchmark has it: biases and ReLU.
Layers mobilenet_vww(const Request &r) {
  return mobilenet_v1_body(Chain(true, 1e-4), r.width)
      .add("global_average_pool2d")
      .dense(r.classes, "softmax")
      .layers();
}

const Attrs kImageNetBatchNorm = {{"momentum", 0.999}, {"epsilon", 1e-3}};

Layers mobilenet_v1(const Request &r) {
  return mobilenet_v1_body(Chain(false, 0, "relu6", {}), r.width)
      .add("global_average_pool2d")
      .add("dropout", {{"rate", 1e-3}})
      .dense(r.classes, "softmax")
      .layers();
}

// The nearest multiple of 8 that is not more than 10 % below. Source: Sandler et al. 2018's reference code.
int divisible_by_8(double channels) {
  const int rounded = std::max(8, static_cast<int>(channels + 4) / 8 * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

Layers mobilenet_v2(const Request &r) {
  Chain chain(false, 0, "relu6", kImageNetBatchNorm);
  int channels = divisible_by_8(32 * r.width), block = 0;
  std::string last = "stem";
  chain.convolution(channels, pair(3), pair(2)).activated().named(last);
  struct Stage {
    int expansion, channels, repeats, stride;
  };
  for (const Stage &s : {Stage{1, 16, 1, 1}, Stage{6, 24, 2, 2}, Stage{6, 32, 3, 2}, Stage{6, 64, 4, 2},
                         Stage{6, 96, 3, 1}, Stage{6, 160, 3, 2}, Stage{6, 320, 1, 1}})
    for (int n = 0; n < s.repeats; ++n, ++block) {
      const int out = divisible_by_8(s.channels * r.width), stride = n == 0 ? s.stride : 1;
      if (s.expansion > 1) chain.convolution(channels * s.expansion, pair(1), pair(1)).activated();
      chain.depthwise(pair(3), pair(stride)).activated().convolution(out, pair(1), pair(1)).normalized();
      const std::string name = fmt::format("block_{}", block);
      chain.named(name);
      if (stride == 1 && out == channels) {
        chain.add("add").named(name + "_add").from({last, name});
        last = name + "_add";
      } else {
        last = name;
      }
      channels = out;
    }
  return chain.convolution(std::max(1280, divisible_by_8(1280 * r.width)), pair(1), pair(1))
      .activated()
      .add("global_average_pool2d")
      .dense(r.classes, "softmax")
      .layers();
}

Layers resnet8(const Request &r) {
  Chain chain(true, 1e-4);
  chain.convolution(16, pair(3), pair(1)).activated().named("stem");
  std::string last = "stem";
  int stack = 1;
  for (int filters : {16, 32, 64}) {
    const std::string name = fmt::format("stack_{}", stack), main = name + "_main";
    const int stride = stack == 1 ? 1 : 2;
    chain.convolution(filters, pair(3), pair(stride)).activated();
    chain.convolution(filters, pair(3), pair(1)).normalized().named(main);
    std::string shortcut = last;
    if (stride == 2) {
      shortcut = name + "_shortcut";
      chain.convolution(filters, pair(1), pair(2)).named(shortcut).from({last});
    }
    chain.add("add", {{"activation", std::string("relu")}}).named(name).from({shortcut, main});
    last = name;
    ++stack;
  }
  return chain.add("global_average_pool2d").dense(r.classes, "softmax").layers();
}

Layers autoencoder(const Request &r) {
  Chain chain(true, 0);
  if (r.input.rank() > 1) chain.add("flatten");
  for (int units : {128, 128, 128, 128, 8, 128, 128, 128, 128}) chain.dense(units).activated();
  return chain.dense(r.input.elements()).layers();
}

// Small ones for detectors on a microcontroller: four values in the middle.
Layers autoencoder_dense(const Request &r) {
  Chain chain(true, 0);
  if (r.input.rank() > 1) chain.add("flatten");
  for (int units : {16, 4, 16}) chain.dense(units, "relu");
  return chain.dense(r.input.elements()).layers();
}

Layers autoencoder_conv(const Request &r) {
  const auto convolution = [](int filters) {
    return Attrs{{"filters", int64_t{filters}},
                 {"kernel", int64_t{5}},
                 {"stride", int64_t{2}},
                 {"activation", std::string("relu")}};
  };
  return Chain(true, 0)
      .add("conv1d", convolution(8))
      .add("conv1d", convolution(4))
      .add("flatten")
      .dense(8, "relu")
      .dense(r.input.elements())
      .layers();
}

Layers wake_word(const Request &r) {
  Chain chain(true, 0);
  const std::pair<int, int> kBlocks[] = {{3, 128}, {5, 128}, {10, 128}, {15, 32}};  // kernel, channels
  for (const auto &[kernel, channels] : kBlocks)
    chain.depthwise(pair(kernel, 1), pair(1), "valid")
        .activated()
        .convolution(channels, pair(1), pair(1))
        .activated();
  return chain.add("flatten").add("dropout", {{"rate", 0.2}}).dense(r.classes, "softmax").layers();
}

Layers without_padding_in_time(Layers layers) {
  for (Layer &layer : layers) {
    const auto padding = layer.attrs.find("padding");
    if (padding != layer.attrs.end() && padding->second == Attr(padding_names().name_of(Padding::kSame)))
      padding->second = padding_names().name_of(Padding::kSameWidth);
  }
  return layers;
}

struct Entry {
  const char *name, *doc;
  Shape input;
  int classes;   // 0: not a classifier
  double width;  // 0: has none
  Layers (*build)(const Request &);
};

const std::vector<Entry> &entries() {
  static const std::vector<Entry> kEntries = {
      {"gesture_dense", "dense 32-16 on windows of an accelerometer", {100, 3}, 3, 0, gesture_dense},
      {"gesture_conv",
       "two 1-D convolutions and a dense layer on such windows",
       {100, 3},
       3,
       0,
       gesture_conv},
      {"gesture_gru", "GRU of 32 units on such windows", {100, 3}, 3, 0, gesture_gru},
      {"mnist_cnn", "two convolutions, pooling and a dense layer on digits", {28, 28, 1}, 10, 0, mnist_cnn},
      {"ds_cnn",
       "MLPerf Tiny keyword spotting: depthwise separable, 64 channels",
       {49, 10, 1},
       12,
       0,
       ds_cnn},
      {"mobilenet_vww",
       "MLPerf Tiny visual wake words: MobileNetV1 at width 0.25",
       {96, 96, 3},
       2,
       0.25,
       mobilenet_vww},
      {"resnet8",
       "MLPerf Tiny image classification: ResNet with 16, 32, 64 filters",
       {32, 32, 3},
       10,
       0,
       resnet8},
      {"autoencoder",
       "MLPerf Tiny anomaly detection: dense, 8 values in the middle",
       {640},
       0,
       0,
       autoencoder},
      {"autoencoder_dense", "dense 16-4-16, for detectors of anomalies", {100, 1}, 0, 0, autoencoder_dense},
      {"autoencoder_conv",
       "two 1-D convolutions to 8 values and a dense layer, for detectors of anomalies",
       {100, 3},
       0,
       0,
       autoencoder_conv},
      {"wake_word", "MLPerf Tiny streaming wake word: separable over time", {30, 1, 40}, 3, 0, wake_word},
      {"mobilenet_v1", "MobileNetV1 (Howard et al. 2017)", {224, 224, 3}, 1000, 1, mobilenet_v1},
      {"mobilenet_v2", "MobileNetV2 (Sandler et al. 2018)", {224, 224, 3}, 1000, 1, mobilenet_v2},
  };
  return kEntries;
}

}  // namespace

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const Entry &e : entries()) names.emplace_back(e.name);
  return names;
}

std::string preset_table() {
  std::string text;
  for (const Entry &e : entries()) text += fmt::format("{:<14} {:<15} {}\n", e.name, e.input.text(), e.doc);
  return text;
}

Preset preset(const std::string &name, const PresetOptions &options) {
  const auto refuse = [&](const std::string &message, const std::string &hint) {
    return Error(ErrorCode::kInvalidArgument, "preset", message, hint);
  };
  const auto found =
      std::find_if(entries().begin(), entries().end(), [&](const Entry &e) { return e.name == name; });
  if (found == entries().end()) {
    const std::string near = nearest(name, preset_names());
    throw refuse(fmt::format("there is no preset '{}'", name),
                 near.empty() ? fmt::format("there are {}", fmt::join(preset_names(), ", "))
                              : fmt::format("did you mean '{}'?", near));
  }
  const Entry &e = *found;
  if (options.width != 0 && e.width == 0)
    throw refuse(fmt::format("'{}' has no width", name),
                 "mobilenet_v1, mobilenet_v2 and mobilenet_vww have one");
  if (options.width < 0 || options.width > 8 || std::isnan(options.width))
    throw refuse(fmt::format("a width of {} is not above 0 and at most 8", options.width), "");
  if (options.classes != 0 && e.classes == 0)
    throw refuse(fmt::format("'{}' has no classes: its output is its input", name), "");
  if (options.classes < 0) throw refuse(fmt::format("{} classes", options.classes), "");
  const Shape input = options.input.rank() > 0 ? options.input : e.input;
  const Request r{options.classes > 0 ? options.classes : e.classes,
                  options.width > 0 ? options.width : e.width, input};
  return {name, e.doc, input, options.is_streaming ? without_padding_in_time(e.build(r)) : e.build(r),
          e.width > 0};
}

}  // namespace mote

// Presets: parameters and multiply-adds are those that were published, and widths scale the channels.
//
// That some of them train as another framework's do is tests/train/networks_test.cpp.
#include "graph/fold.h"
#include "test_support.h"

namespace mote {
namespace {

struct Counts {
  size_t parameters, trainable, folded;
  uint64_t macs;
};
Counts counts_of(const std::string &name, const PresetOptions &options = {}) {
  const Preset p = preset(name, options);
  const Model m = sequential(p.name, p.input, p.layers);
  const Summary s = summarize(m), f = summarize(folded(m));
  EXPECT_EQ(f.parameters, f.trainable) << name;
  return {s.parameters, s.trainable, f.parameters, f.macs};
}

void expect(const std::string &name, const Counts &expected, const PresetOptions &options = {}) {
  const Counts c = counts_of(name, options);
  EXPECT_EQ(c.parameters, expected.parameters) << name;
  EXPECT_EQ(c.trainable, expected.trainable) << name;
  EXPECT_EQ(c.folded, expected.folded) << name;
  if (expected.macs) EXPECT_EQ(c.macs, expected.macs) << name;
}

// Folded parameters and MACs: the .tflite files of mlcommons/tiny; with batch normalization: four per channel
// more, two of them trained.
TEST(Presets, have_the_published_counts) {
  expect("gesture_dense", {10211, 10211, 10211, 10160});
  expect("gesture_conv", {12371, 12371, 12371, 0});
  expect("gesture_gru", {3651, 3651, 3651, 0});
  expect("mnist_cnn", {5258, 5258, 5258, 0});
  expect("ds_cnn", {24908, 23756, 22604, 2656768});
  expect("mobilenet_vww", {221794, 216322, 210850, 7489664});
  expect("resnet8", {78666, 78186, 77706, 12501632});
  expect("autoencoder", {269992, 267928, 265864, 264192});
  expect("autoencoder_dense", {3464, 3464, 3464, 3328});
  expect("autoencoder_conv", {3704, 3704, 3704, 12384});
  expect("wake_word", {46883 + 4 * 840, 46883 + 2 * 840, 46883, 826368});
}

// Keras' applications: MobileNet 4,253,864 and 4,231,976 trainable, MobileNetV2 3,538,984 and 3,504,872.
TEST(Presets, mobilenets_have_the_counts_of_keras_at_width_1) {
  const Counts v1 = counts_of("mobilenet_v1"), v2 = counts_of("mobilenet_v2");
  EXPECT_EQ(v1.parameters, 4253864u);
  EXPECT_EQ(v1.trainable, 4231976u);
  EXPECT_EQ(v2.parameters, 3538984u);
  EXPECT_EQ(v2.trainable, 3504872u);
}

TEST(Presets, width_scales_channels) {
  const auto channels = [](const std::string &name, double width) {
    const Preset p = preset(name, {.input = {96, 96, 3}, .width = width});
    return sequential(p.name, p.input, p.layers).graph.nodes[0].shape[2];
  };
  EXPECT_EQ(channels("mobilenet_v1", 0.25), 8);
  EXPECT_EQ(channels("mobilenet_v1", 0.5), 16);
  EXPECT_EQ(channels("mobilenet_v2", 0.35), 16);  // 11.2, to a multiple of 8 within 10 %
  EXPECT_EQ(channels("mobilenet_v2", 0.5), 16);
  EXPECT_LT(counts_of("mobilenet_v2", {.classes = 2, .input = {96, 96, 3}, .width = 0.35}).parameters,
            420000u);
}

TEST(Presets, refuse_what_they_do_not_take) {
  EXPECT_ERROR(preset("resnet"), "did you mean 'resnet8'?");
  EXPECT_ERROR(preset("resnet8", {.width = 0.5}), "has no width");
  EXPECT_ERROR(preset("autoencoder", {.classes = 3}), "has no classes");
  EXPECT_ERROR(preset("mobilenet_v1", {.width = -1}), "not above 0");
}

}  // namespace
}  // namespace mote

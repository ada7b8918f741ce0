// Pictures of any size through the exported C: the answers of the desk, which fits them by the same routine.
#include "base/random.h"
#include "codegen/c_package.h"
#include "data/image.h"
#include "mote/host_program.h"

namespace mote::test {
namespace {

constexpr int kHeight = 6, kWidth = 9, kColours = 3;

Splits picture_splits(ImageFit fit) {
  Splits data = toy_splits(3, kHeight * kWidth, kColours, 20);
  for (Dataset *set : {&data.train, &data.val, &data.test}) {
    set->image = {kHeight, kWidth, fit};
    for (float &v : set->values) v = std::clamp(std::round(128 + 60 * v), 0.0f, 255.0f);
  }
  return data;
}

Image random_picture(int height, int width, uint64_t seed) {
  Random random(6, {seed});
  Image image{height, width, kColours, {}};
  for (int i = 0; i < height * width * kColours; ++i)
    image.pixels.push_back(static_cast<uint8_t>(random.below(256)));
  return image;
}

class ImageExport : public ::testing::TestWithParam<std::tuple<ImageFit, bool>> {};

TEST_P(ImageExport, answers_pictures_of_any_size_as_the_desk_does) {
  const auto [fit, has_blocks] = GetParam();
  const Splits data = picture_splits(fit);
  TrainOptions options{.epochs = 4, .batch = 8, .threads = 1};
  std::vector<Layer> layers = {Conv2D{.filters = 4, .kernel = 3, .activation = relu}, Flatten{},
                               Dense{3, softmax}};
  Shape input{kHeight, kWidth, kColours};
  if (has_blocks) {
    options.features = {{"statistics", {}, {}}};
    input = Shape{30};
    layers.erase(layers.begin(), layers.begin() + 2);
  }
  const TrainedRun run = train(sequential("net", input, layers), data, options);
  EXPECT_EQ(run.model.preprocessing.image, data.train.image);
  const TempFolder folder;
  save(quantize(run.model, {data.train}), (folder / "m.mote").string());
  const auto program = std::get<IntegerProgram>(load((folder / "m.mote").string()));
  EXPECT_EQ(program.front_end.image, data.train.image);

  HostProgram host(program);
  CPackage package(program, {.golden_count = 1}, {"IMAGE", "LABELS"});
  ImageInput to = data.train.image;
  if (fit == ImageFit::kNone) to.fit = ImageFit::kCrop;
  std::string commands;
  std::vector<std::vector<int>> expected;
  for (const auto &[height, width] : std::vector<std::pair<int, int>>{
           {kHeight, kWidth}, {48, 64}, {7, 100}, {120, 5}, {3, 2}, {1, 1}, {12, 18}}) {
    const Image image = random_picture(height, width, expected.size());
    commands += fmt::format("g {} {} {}\n", height, width, fmt::join(image.pixels, " "));
    const Image small = fitted(image, to);
    const std::vector<float> window(small.pixels.begin(), small.pixels.end());
    std::vector<int8_t> scores(3);
    host.predict(window.data(), scores.data());
    expected.push_back({argmax_s8(scores.data(), 3)});
    expected.back().insert(expected.back().end(), scores.begin(), scores.end());
  }
  const std::vector<std::string> lines = package.run(commands);
  ASSERT_EQ(lines.size(), expected.size());
  for (size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(numbers(lines[i]), expected[i]) << i;
}

INSTANTIATE_TEST_SUITE_P(Fits, ImageExport,
                         ::testing::Values(std::tuple(ImageFit::kCrop, false),
                                           std::tuple(ImageFit::kPad, true),
                                           std::tuple(ImageFit::kStretch, false),
                                           std::tuple(ImageFit::kNone, true)));

}  // namespace
}  // namespace mote::test

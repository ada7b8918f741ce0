// Several chains of blocks side by side: what each gives alone, in its place.
#include <fmt/format.h>

#include "base/random.h"
#include "features/feature_def.h"
#include "features/preprocessing.h"
#include "test_support.h"

namespace mote {
namespace {

using ChainSteps = std::vector<PreprocessingStep>;

PreprocessingStep chain_block(const std::string &name, int chain, Attrs attrs = {}) {
  return {name, std::move(attrs), {}, chain};
}

struct ChainResult {
  Shape shape;
  std::vector<float> values;
};

// By the blocks' own facets, one after the other, with memory of their own.
ChainResult chain_alone(const Preprocessing &p, int chain, const std::vector<float> &window) {
  ChainResult r{window_shape(p), window};
  for (const PreprocessingStep &step : p.steps) {
    if (step.chain != chain || feature_by_name(step.block).stands_flat) continue;
    const FeatureDef &def = feature_by_name(step.block);
    const Shape out = def.shape(step, r.shape);
    std::vector<float> y(out.elements()), work(def.work_floats(step, r.shape));
    def.apply.get()(step, r.shape, r.values.data(), work.data(), y.data());
    r = {out, std::move(y)};
  }
  return r;
}

Preprocessing fitted_chains(int rows, int channels, double rate_hz, const ChainSteps &blocks,
                            const std::vector<float> &windows) {
  Preprocessing p{rows, channels, rate_hz, {}, resolved(blocks, rate_hz)};
  p.steps.push_back(normalization("none"));
  fit(p, windows.data(), 1);
  return p;
}

std::vector<float> noise_window(size_t count) {
  Random random(7, {1});
  std::vector<float> values(count);
  for (float &v : values) v = 1000 * static_cast<float>(random.normal());
  return values;
}

// What the front end gives of a window, in both forms: with real numbers, and on the way to int8.
std::vector<float> chains_together(const Preprocessing &p, const std::vector<float> &window) {
  const FrontEnd front_end(p);
  std::vector<float> y(front_end.plan().shape.elements()), work(front_end.plan().floats, 1e30f);
  front_end.apply(window.data(), y.data());
  const float *again = front_end.plan().run(window.data(), work.data());
  EXPECT_EQ(std::vector<float>(again, again + y.size()), y);
  return y;
}

TEST(Chains, of_equal_frames_are_joined_frame_by_frame) {
  const ChainSteps blocks = {
      chain_block("mfe", 0, {{"frame_ms", 32.0}, {"step_ms", 16.0}, {"filters", int64_t{8}}}),
      chain_block("spectrogram", 1, {{"frame_ms", 32.0}, {"step_ms", 16.0}}),
      chain_block("mfe", 2, {{"frame_ms", 32.0}, {"step_ms", 16.0}, {"filters", int64_t{3}}})};
  const std::vector<float> window = noise_window(4000);
  const Preprocessing p = fitted_chains(4000, 1, 8000, blocks, window);
  std::vector<ChainResult> parts;
  int width = 0;
  for (int chain = 0; chain < 3; ++chain) {
    parts.push_back(chain_alone(p, chain, window));
    width += parts.back().shape[1];
  }
  ASSERT_GT(parts[0].shape[0], 1);
  EXPECT_EQ(feature_shape(blocks, {4000, 1}, 8000), (Shape{parts[0].shape[0], width}));
  std::vector<float> expected;
  for (int frame = 0; frame < parts[0].shape[0]; ++frame)
    for (const ChainResult &part : parts)
      expected.insert(expected.end(), part.values.begin() + frame * part.shape[1],
                      part.values.begin() + (frame + 1) * part.shape[1]);
  EXPECT_EQ(chains_together(p, window), expected);
}

TEST(Chains, of_other_frames_follow_one_another) {
  const ChainSteps blocks = {chain_block("statistics", 0), chain_block("mfe", 1),
                             chain_block("mfe", 2, {{"filters", int64_t{20}}}), chain_block("statistics", 2),
                             chain_block("statistics", 3, {{"values", std::string("rms")}})};
  const std::vector<float> window = noise_window(16000);
  const Preprocessing p = fitted_chains(16000, 1, 16000, blocks, window);
  std::vector<float> expected;
  for (int chain = 0; chain < 4; ++chain) {
    const ChainResult part = chain_alone(p, chain, window);
    expected.insert(expected.end(), part.values.begin(), part.values.end());
  }
  EXPECT_EQ(feature_shape(blocks, {16000, 1}, 16000), (Shape{static_cast<int>(expected.size())}));
  EXPECT_EQ(chains_together(p, window), expected);
}

TEST(Chains, say_where_a_block_is_wrong) {
  const auto shape_of = [](const ChainSteps &blocks) { return feature_shape(blocks, {100, 1}, 0); };
  EXPECT_ERROR(shape_of({chain_block("statistics", 0), chain_block("statistics", 1), chain_block("mfe", 1)}),
               "features.blocks[1][1] (mfe)");
  EXPECT_ERROR(shape_of({chain_block("mfe", 0)}), "features.blocks[0] (mfe)");
  EXPECT_ERROR(feature_shape({chain_block("statistics", 0), chain_block("mfe", 1)}, {100, 2}, 16000),
               "features.blocks[1][0] (mfe)");
}

TEST(Chains, whose_frames_do_not_agree_are_said_to_be_a_list) {
  const auto with = [](const std::string &second, Attrs attrs) {
    Preprocessing p{
        4000, 1, 8000, {}, {chain_block("spectrogram", 0), chain_block(second, 1, std::move(attrs))}};
    p.steps = resolved(p.steps, p.rate_hz);
    return p;
  };
  EXPECT_EQ(how_joined(with("mfe", {})), "");
  EXPECT_EQ(how_joined(with("statistics", {})), "");  // no frames that could be meant
  const Preprocessing p = with("mfe", {{"step_ms", 19.0}});
  const std::string text = how_joined(p);
  for (const PlannedStep &s : FeaturePlan(p).steps)
    EXPECT_NE(text.find(s.out.text()), std::string::npos) << text;
  EXPECT_NE(text.find(fmt::format("one list of {} values", output_shape(p).elements())), std::string::npos)
      << text;
}

}  // namespace
}  // namespace mote

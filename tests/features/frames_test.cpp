// What a block says of its frames: each is what the block makes of the frame's rows alone, with the tables of
// the whole window; and blocks whose values hang on the rest of the window say so.
#include <fmt/format.h>

#include <cstring>

#include "fitted_block.h"

namespace mote {
namespace {

using test::FittedBlock;

Facet<FrameGrid> grid_of(const FittedBlock &b) {
  return b.block->frames.is_given() ? b.block->frames.get()(b.step, b.in)
                                    : Facet<FrameGrid>(NotSupported{b.block->frames.why()});
}

// The rows of a frame as a window, with the step of the whole window.
std::vector<float> frame_of(const FittedBlock &b, const FrameGrid &grid, const std::vector<float> &x, int t) {
  const Shape in = {grid.length, b.in[1]};
  EXPECT_TRUE(step_fits(b.step, in));
  const Shape out = b.block->shape(b.step, in);
  EXPECT_EQ(out[0], 1);
  const auto from = x.begin() + static_cast<long>(t) * grid.hop * b.in[1];
  const std::vector<float> rows(from, from + static_cast<long>(in.elements()));
  std::vector<float> y(out.elements()), work(b.block->work_floats(b.step, in));
  b.block->apply.get()(b.step, in, rows.data(), work.data(), y.data());
  return y;
}

void check_block_frames(const std::string &name, const Attrs &settings, const Shape &window,
                        double loudness) {
  SCOPED_TRACE(name);
  const FittedBlock b(name, settings, window);
  const Facet<FrameGrid> grid = grid_of(b);
  ASSERT_TRUE(grid.is_given()) << grid.why();
  const std::vector<float> x = test::noise_window(window.elements(), 4, loudness), y = b(x);
  const size_t width = y.size() / static_cast<size_t>(b.out[0]);
  ASSERT_LE((b.out[0] - 1) * grid->hop + grid->length, window[0]);
  ASSERT_GT(b.out[0] * grid->hop + grid->length, window[0]);
  for (int t = 0; t < b.out[0]; ++t) {
    const std::vector<float> frame = frame_of(b, grid.get(), x, t);
    ASSERT_EQ(frame.size(), width);
    ASSERT_EQ(std::memcmp(frame.data(), y.data() + static_cast<size_t>(t) * width, 4 * width), 0) << t;
  }
}

Attr as_text(const char *word) { return std::string(word); }

TEST(Frames, are_what_a_block_makes_of_their_rows_alone) {
  const Attrs rate = {{"rate_hz", 16000.0}};
  check_block_frames("mfe", {}, {1600, 1}, 3000);
  check_block_frames("mfcc", {{"frame_ms", 25.0}, {"step_ms", 10.0}}, {1700, 1}, 3000);
  check_block_frames("spectrogram", {{"log", as_text("db")}, {"window", as_text("none")}}, {2000, 1}, 3000);
  check_block_frames("tf_signal", {{"output", as_text("log_mel")}}, {2000, 1}, 3000);
  check_block_frames("cmsis_mfcc", {{"fft_length", int64_t{512}}, {"frame_step", int64_t{160}}}, {1500, 1},
                     3000);
  check_block_frames("librosa",
                     {{"n_fft", int64_t{512}},
                      {"win_length", int64_t{300}},
                      {"hop_length", int64_t{128}},
                      {"center", as_text("false")},
                      {"top_db", 0.0},
                      {"n_mels", int64_t{20}}},
                     {1400, 1}, 3000);
  check_block_frames("edge_impulse_spectrogram", rate, {1600, 1}, 0.2);
  Attrs plain = rate;
  plain["win_size"] = int64_t{0};
  plain["pre_cof"] = 0.0;
  plain["num_filters"] = int64_t{16};
  check_block_frames("edge_impulse_mfcc", plain, {1600, 1}, 3000);
  check_block_frames("raw", {{"scale", 0.1}, {"axes", std::vector<int64_t>{2, 0}}}, {30, 3}, 1);
  check_block_frames("magnitude", {{"keep", as_text("true")}}, {30, 3}, 1);
  check_block_frames("sign_free", {{"axes", std::vector<int64_t>{1}}}, {30, 3}, 1);
}

TEST(Frames, are_refused_where_a_value_hangs_on_the_rest_of_the_window) {
  const auto why = [](const std::string &name, const Attrs &settings, const Shape &window) {
    return grid_of(FittedBlock(name, settings, window)).why();
  };
  const Attrs rate = {{"rate_hz", 16000.0}};
  EXPECT_EQ(why("mfe", {{"pre_emphasis", 0.97}}, {1600, 1}),
            "takes 0 for the sample before a window, in its pre-emphasis");
  EXPECT_EQ(why("mlperf_kws", {}, {16000, 1}), "divides by the window's largest sample");
  EXPECT_EQ(why("librosa", {}, {22050, 1}), "has a floor that the window's loudest value sets");
  EXPECT_EQ(why("librosa", {{"top_db", 0.0}}, {22050, 1}), "has frames that go beyond the window");
  EXPECT_EQ(why("tf_signal", {{"pad_end", as_text("true")}}, {1600, 1}),
            "has frames that go beyond the window");
  EXPECT_EQ(why("mlperf_ad", {{"first_frame", int64_t{1}}, {"last_frame", int64_t{0}}}, {8000, 1}),
            "puts several frames into one row");
  EXPECT_EQ(why("micro_frontend", {}, {1600, 1}), "begins its estimate of the noise anew with each window");
  EXPECT_EQ(why("filter", {{"rate_hz", 100.0}, {"cutoff_hz", 10.0}}, {64, 3}),
            "begins anew with each window");
  EXPECT_EQ(why("decimate", {}, {64, 3}), "goes on with other rows at the window's ends");
  EXPECT_EQ(why("edge_impulse_mfe", rate, {1600, 1}),
            "takes the window's last sample for the one before its first, in its pre-emphasis");
  EXPECT_EQ(why("edge_impulse_mfcc", rate, {1600, 1}), "normalizes by the frames around");
  for (const char *version : {"2", "3"}) {
    Attrs old = rate;
    old["version"] = int64_t{*version - '0'};
    EXPECT_FALSE(grid_of(FittedBlock("edge_impulse_spectrogram", old, {800, 1})).is_given()) << version;
  }
}

// Reasons are read behind the block's name.
TEST(Frames, are_given_or_refused_with_a_sentence) {
  for (const FeatureDef *def : all_features()) {
    if (def->frames.is_given()) continue;
    EXPECT_GT(def->frames.why().size(), 8u) << def->name;
    EXPECT_NE(def->frames.why().back(), '.') << def->name;
  }
}

}  // namespace
}  // namespace mote

// Disturbances of windows against their definitions in double precision, and the sweep over them.
#include "base/staged_folder.h"
#include "mote/synth.h"
#include "mote/workflow.h"
#include "test_support.h"
#include "workflow/disturb.h"

namespace mote {
namespace {

constexpr int kWindow = 40, kChannels = 6;

std::vector<float> some_window() {
  Random random(3);
  std::vector<float> x(kWindow * kChannels);
  for (float &v : x) v = static_cast<float>(random.normal() * 2 + 1);
  return x;
}

std::vector<float> disturbed(const std::string &name, double level, const std::vector<float> &x,
                             uint64_t seed = 1) {
  const DisturbedSignal signal{kWindow, kChannels, {1, 2, 3, 4, 5, 6}};
  std::vector<float> out(x.size());
  for (const DisturbanceKind &k : disturbance_kinds())
    if (k.name == name) {
      Random random(seed);
      k.disturb(signal, level, random, x.data(), out.data());
      return out;
    }
  ADD_FAILURE() << name;
  return out;
}

double at(const std::vector<float> &v, int t, int c) {
  return double{v[static_cast<size_t>(t * kChannels + c)]};
}

TEST(Disturb, noise_has_the_deviation_that_it_says) {
  const std::vector<float> x = some_window();
  std::vector<double> squares(kChannels);
  constexpr int kDraws = 200;
  for (int n = 0; n < kDraws; ++n) {
    const std::vector<float> y = disturbed("noise", 20, x, static_cast<uint64_t>(n));
    for (int t = 0; t < kWindow; ++t)
      for (int c = 0; c < kChannels; ++c)
        squares[static_cast<size_t>(c)] += std::pow(at(y, t, c) - at(x, t, c), 2);
  }
  for (int c = 0; c < kChannels; ++c)
    EXPECT_NEAR(std::sqrt(squares[static_cast<size_t>(c)] / (kDraws * kWindow)), 0.2 * (c + 1),
                0.02 * 0.2 * (c + 1) * 3);
}

TEST(Disturb, gain_is_a_factor) {
  const std::vector<float> x = some_window(), y = disturbed("gain", -30, x);
  for (size_t i = 0; i < x.size(); ++i) EXPECT_FLOAT_EQ(y[i], static_cast<float>(0.7 * double{x[i]}));
}

TEST(Disturb, a_turn_keeps_lengths_and_angles_and_goes_as_far_as_it_says) {
  const std::vector<float> x = some_window(), y = disturbed("rotation", 30, x);
  const auto dot = [](const std::vector<float> &a, int t, int u, const std::vector<float> &b, int c) {
    return at(a, t, c) * at(b, u, c) + at(a, t, c + 1) * at(b, u, c + 1) + at(a, t, c + 2) * at(b, u, c + 2);
  };
  double largest = 0;
  for (int t = 0; t + 1 < kWindow; ++t)
    for (const int c : {0, 3}) {
      EXPECT_NEAR(dot(y, t, t, y, c), dot(x, t, t, x, c), 1e-4);
      EXPECT_NEAR(dot(y, t, t + 1, y, c), dot(x, t, t + 1, x, c), 1e-4);
      const double cosine = dot(x, t, t, y, c) / dot(x, t, t, x, c);
      EXPECT_GE(cosine, std::cos(30 * 3.14159265358979 / 180) - 1e-5);  // less about its own direction
      largest = std::max(largest, std::acos(std::min(1.0, cosine)) * 180 / 3.14159265358979);
    }
  EXPECT_NEAR(largest, 30, 2);
}

TEST(Disturb, a_clock_that_is_off_stretches_about_the_middle) {
  const std::vector<float> x = some_window();
  for (const double percent : {-20.0, 5.0, 20.0}) {
    const std::vector<float> y = disturbed("rate", percent, x);
    for (int t = 0; t < kWindow; ++t) {
      double place = 19.5 + (t - 19.5) / (1 + percent / 100);
      place = std::max(0.0, std::min(39.0, place));
      const int low = static_cast<int>(std::floor(place)), high = std::min(low + 1, 39);
      for (int c = 0; c < kChannels; ++c)
        EXPECT_NEAR(at(y, t, c), at(x, low, c) + (place - low) * (at(x, high, c) - at(x, low, c)), 1e-5);
    }
  }
}

TEST(Disturb, a_lost_row_is_the_one_before) {
  const std::vector<float> x = some_window();
  size_t lost = 0;
  constexpr int kDraws = 100;
  for (int n = 0; n < kDraws; ++n) {
    const std::vector<float> y = disturbed("dropped", 20, x, static_cast<uint64_t>(n));
    for (int t = 0; t < kWindow; ++t) {
      const bool is_kept = at(y, t, 0) == at(x, t, 0);
      lost += is_kept ? 0 : 1;
      for (int c = 0; c < kChannels; ++c) EXPECT_EQ(at(y, t, c), is_kept ? at(x, t, c) : at(y, t - 1, c));
    }
  }
  EXPECT_NEAR(static_cast<double>(lost) / (kDraws * (kWindow - 1)), 0.2, 0.02);
}

TEST(Robustness, is_recorded_and_its_seed_names_it) {
  const test::TempFolder folder;
  StagedFolder staged(folder / "data");
  for (const SynthFile &f : synth_gestures({.seed = 1, .persons = 2, .recordings = 6}))
    staged.write(f.path, f.content);
  staged.commit();
  write_file(folder / "mote.toml", project_toml("gesture", "wave"));
  Project project = read_project(folder.text());
  project.train.epochs = 2;
  const RunFolder made = train_run(project).folder;
  EXPECT_ERROR(robustness_of(mote::Run(made), 7), "quantize");
  quantize_run(mote::Run(made));
  const mote::Run run(made);
  const Robustness r = robustness_of(run, 7);
  ASSERT_EQ(r.sweeps.size(), disturbance_kinds().size());
  EXPECT_TRUE(r.not_applicable.empty());
  const Dataset test = load_own_data(run).splits.test;
  EXPECT_EQ(r.undisturbed.accuracy, evaluate(run.integer_model(), test).accuracy);
  for (const Disturbance &d : r.sweeps) {
    EXPECT_FALSE(d.text.empty());
    for (const DisturbedLevel &l : d.levels) EXPECT_EQ(l.score.truth, r.undisturbed.truth);
    if (d.kind != "gain") continue;
    for (const DisturbedLevel &l : d.levels) {  // which no random number decides
      Dataset louder = test;
      louder.features = nullptr;
      for (float &v : louder.values) v = static_cast<float>(double{v} * (1 + l.level / 100));
      EXPECT_EQ(l.score.predicted, evaluate(run.integer_model(), louder).predicted) << l.level;
    }
  }
  EXPECT_EQ(robustness_of(run, 7).record, r.record);
  robustness_of(run, 8);
  EXPECT_EQ(mote::Run(made).json(run_file::kRobustness).at("seed"), 8);
}

}  // namespace
}  // namespace mote

// The capture sketch, compiled with a stub of the core: what it prints, read as recordings, against the
// windows of an implementation of the trigger that keeps every row (trigger_oracle.h).
#include "codegen/c/capture.h"
#include "codegen/arduino_core.h"
#include "data/onset.h"
#include "mote/project.h"
#include "mote/recordings.h"
#include "trigger_oracle.h"

namespace mote::test {
namespace {

constexpr int kWindow = 12;

// Bursts of acceleration, at rest between; whole tenths, so that four decimals hold them.
std::vector<float> bursts(int rows, uint64_t seed) {
  Random random(seed);
  std::vector<float> values;
  for (int row = 0; row < rows; ++row) {
    const bool is_loud = row % 40 > 25 && row % 40 < 33;
    for (int c = 0; c < 6; ++c)
      values.push_back(static_cast<float>(static_cast<int>(random.below(is_loud ? 60 : 8))) / 10.0f);
  }
  return values;
}

CaptureSketch sketch_of(int level_shift) {
  CaptureSketch s{.window = kWindow, .rate_hz = 119, .channels = {"aX", "aY", "aZ", "gX", "gY", "gZ"}};
  s.rule = {.policy = DecisionPolicy::kTrigger, .stride = kWindow, .smoothing = 1};
  s.rule.pre_roll = 5;
  s.rule.refractory = 3;
  s.rule.onset = {.weights = {1, 1, 1, 0, 0, 0}, .threshold = 4.05f, .level_shift = level_shift};
  return s;
}

std::string unpacked(const ArduinoBench &bench, const std::map<std::string, std::string> &files) {
  fs::create_directories(bench.path("capture"));
  for (const auto &[file, text] : files) write_file(bench.path("capture/" + file), text);
  return bench.path("capture/capture.ino");
}

std::string joined(const std::vector<std::string> &lines) {
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

class Capture : public ::testing::TestWithParam<int> {};

TEST_P(Capture, records_each_movement_of_a_class_and_every_row_of_rest) {
  const CaptureSketch sketch = sketch_of(GetParam());
  ArduinoBench bench;
  const std::string ino = unpacked(bench, capture_files(sketch));
  constexpr int kBegin = 50, kFlex = 450, kRest = 900, kRows = 1100;
  const std::vector<float> values = bursts(kRows, 4);
  const std::vector<std::string> lines =
      bench.lines(ino, in_decimals(values),
                  {.typed = fmt::format("{} punch\r\n{} flex, 2\n{} Rest\n{} \n", 6 * kBegin, 6 * kFlex,
                                        6 * kRest, 6 * (kRows - 50))});
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "# stopped"), 1);

  fs::create_directories(bench.path("data"));
  write_file(bench.path("data/capture.csv"), joined(lines));
  const Recordings read = load_recordings(bench.path("data"), {.window = kWindow});
  EXPECT_EQ(read.channels, sketch.channels);
  size_t next = 0;
  const auto expect_rows = [&](const std::string &label, long first, long count) {
    ASSERT_LT(next, read.items.size());
    const Recording &r = read.items[next++];
    EXPECT_EQ(r.label, label);
    ASSERT_EQ(r.rows, count);
    const std::vector<float> rows(r.values.begin(), r.values.end());
    EXPECT_EQ(rows, std::vector<float>(values.begin() + 6 * first, values.begin() + 6 * (first + count)));
  };
  for (const auto &[label, begin, end] :
       {std::tuple("punch", kBegin, kFlex), std::tuple("flex__2", kFlex, kRest)}) {
    const std::vector<float> part(values.begin() + 6 * begin, values.begin() + 6 * end);
    const std::vector<OpenedWindow> opened = opened_windows(sketch.rule, kWindow, part);
    EXPECT_GT(opened.size(), 5u);
    for (const OpenedWindow &w : opened) expect_rows(label, begin + w.first, kWindow);
  }
  constexpr int kPart = 5 * kWindow;
  for (int first = kRest; first < kRows - 50; first += kPart)
    expect_rows("Rest", first, std::min(kPart, kRows - 50 - first));
  EXPECT_EQ(next, read.items.size());
}
INSTANTIATE_TEST_SUITE_P(Levels, Capture, ::testing::Values(OnsetRule::kFixedLevel, 4));

TEST(Capture, records_nothing_before_a_class_is_named) {
  ArduinoBench bench;
  const std::string ino = unpacked(bench, capture_files(sketch_of(OnsetRule::kFixedLevel)));
  EXPECT_EQ(bench.lines(ino, in_decimals(bursts(200, 4)), {.typed = "99999 punch\n"}),
            std::vector<std::string>{"# sensor: 119.00 Hz, wanted: 119.00 Hz"});
}

// The second board's rows come at the rate that mote.toml says.
TEST(Capture, of_a_project_has_its_window_and_rate_on_either_board) {
  for (const std::string &name : project_templates()) {
    std::map<std::string, std::string> files = project_files(name, "wave");
    const Project project = parse_project(files.at("mote.toml"), "mote.toml", ".");
    ArduinoBench bench;
    std::map<std::string, std::string> capture;
    for (const auto &[file, text] : files)
      if (file.starts_with("capture/")) capture[file.substr(8)] = text;
    const std::string ino = unpacked(bench, capture);
    make_rev2(ino);
    std::vector<float> rows;
    for (int row = 0; row < 400; ++row)
      for (int c = 0; c < 6; ++c) rows.push_back(row % 160 == 100 ? 2.0f : 0.2f);
    const std::vector<std::string> lines =
        bench.lines(ino, in_decimals(rows), {.board = "Rev2", .typed = "0 punch\n1200 flex\n"});
    EXPECT_EQ(lines[0],
              fmt::format("# sensor: 99.84 Hz, wanted: {:.2f} Hz, resampled", project.load.rate_hz));
    fs::create_directories(bench.path("data"));
    write_file(bench.path("data/capture.csv"), joined(lines));
    LoadOptions load = project.load;
    load.normal.clear();  // of a detector, whose classes would be two others
    const Recordings read = load_recordings(bench.path("data"), load);
    ASSERT_EQ(read.items.size(), 2u);
    for (const Recording &r : read.items) EXPECT_EQ(r.rows, project.load.window);
    EXPECT_EQ(read.labels, (std::vector<std::string>{"flex", "punch"}));
  }
}

// What it records leads the training to its own rule.
TEST(Capture, of_a_project_makes_recordings_whose_onset_is_its_own) {
  ArduinoBench bench;
  std::map<std::string, std::string> capture;
  for (const auto &[file, text] : project_files("gesture", "wave"))
    if (file.starts_with("capture/")) capture[file.substr(8)] = text;
  const std::string ino = unpacked(bench, capture);
  constexpr int kEvents = 20, kPeriod = 300;
  Random random(8);
  std::vector<float> rows;
  for (int event = 0; event < 2 * kEvents; ++event) {
    const float height = random.uniform(1.8f, 3.5f), width = random.uniform(8.0f, 20.0f);
    for (int row = 0; row < kPeriod; ++row) {
      const float since = (static_cast<float>(row) - 150) / width;
      const float burst = height * std::exp(-since * since) * (event < kEvents ? 1.0f : std::cos(5 * since));
      for (int c = 0; c < 6; ++c)
        rows.push_back((c == 2 ? 1.0f : 0.0f) + (c == 5 ? 90.0f : 1.0f) * burst +
                       random.uniform(-0.02f, 0.02f));
    }
  }
  const std::vector<std::string> lines = bench.lines(
      ino, in_decimals(rows), {.typed = fmt::format("0 punch\n{} flex\n", 6 * kEvents * kPeriod)});
  fs::create_directories(bench.path("data"));
  write_file(bench.path("data/capture.csv"), joined(lines));
  const Recordings read = load_recordings(bench.path("data"), {.window = 119});
  ASSERT_EQ(read.items.size(), 2u * kEvents);
  std::vector<size_t> events;
  for (size_t i = 0; i < read.items.size(); ++i) events.push_back(i);
  const std::optional<FittedOnset> fit = fit_onset(read, events, {});
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->rule.weights, (std::vector<float>{1, 1, 1, 0, 0, 0}));
  EXPECT_EQ(fit->rule.level_shift, OnsetRule::kFixedLevel);
  EXPECT_EQ(fit->pre_roll, 11);
  EXPECT_NEAR(static_cast<double>(fit->rule.threshold), 2.5, 0.15);
}

}  // namespace
}  // namespace mote::test

// The sketches of the Arduino library, compiled with a stub of the core whose sensors give the values of a
// file (arduino_core.h): what they print against push() of the C package, which push_test.cpp holds against
// averages in double. Rows between those of the sensor are made here in double.
#include "codegen/arduino_core.h"
#include "codegen/c_package.h"
#include "small_program.h"

namespace mote::test {
namespace {

class Sketches {
 public:
  Sketches(const SmallProgram &small, const ExportCOptions &options,
           std::vector<std::string> defines = {"STREAM", "REENTRANT", "LABELS"})
      : small_(small), package_(small_.p, options, std::move(defines)) {
    export_package(small_.p, "arduino", bench_.path("library"), options);
    compile();
  }

  // Another first value of the first golden vector's output.
  void spoil_a_vector() {
    for (const auto &entry : fs::recursive_directory_iterator(bench_.path("library/src")))
      if (entry.path().filename() == "golden.h") {
        std::string text = read_file(entry.path());
        text.insert(text.find(',', text.find("= {", text.find("golden_output["))), "+ 1");
        write_file(entry.path(), text);
      }
    compile();
  }

  const SmallProgram &program() const { return small_; }
  std::string ino(const std::string &sketch) const {
    return bench_.path("library/examples/" + sketch + "/" + sketch + ".ino");
  }

  // What the sketch prints, a line each.
  std::vector<std::string> lines(const std::string &sketch, const std::string &values,
                                 const Surroundings &surroundings = {}) {
    std::vector<std::string> more = {"-I" + bench_.path("library/src")};
    for (const auto &entry : fs::directory_iterator(bench_.text()))
      if (entry.path().extension() == ".o") more.push_back(entry.path().string());
    return bench_.lines(ino(sketch), values, surroundings, more);
  }
  // Those of them that are answers.
  std::vector<std::string> told(const std::string &sketch, const std::string &values,
                                const Surroundings &surroundings = {}) {
    std::vector<std::string> list = lines(sketch, values, surroundings);
    std::erase_if(list, [](const std::string &line) { return line[0] == '#'; });
    return list;
  }

  // The labels of what push() answers to the same rows.
  std::vector<std::string> answers(const std::vector<float> &values) {
    std::string commands = "r\n";
    const auto width = static_cast<size_t>(small_.channels);
    for (size_t i = 0; i < values.size(); i += width)
      commands += "p" + words(std::vector<float>(&values[i], &values[i] + width)) + "\n";
    std::vector<std::string> list;
    for (const std::string &line : package_.run(commands))
      if (const int answer = std::stoi(line); answer != -2)
        list.push_back(answer == -1 ? "unknown" : small_.p.labels[static_cast<size_t>(answer)]);
    return list;
  }

 private:
  void compile() {
    std::vector<std::string> command = {"gcc", "-c", "-O0"};
    for (const auto &entry : fs::recursive_directory_iterator(bench_.path("library/src")))
      if (entry.path().extension() == ".c") command.push_back(entry.path().string());
    bench_.run(command);
  }

  ArduinoBench bench_;
  SmallProgram small_;
  CPackage package_;
};

// Some answers, of several classes and unknown ones.
void expect_variety(const std::vector<std::string> &answers) {
  EXPECT_GE((std::set<std::string>(answers.begin(), answers.end()).size()), 3u);
  EXPECT_EQ(std::count(answers.begin(), answers.end(), "unknown") > 0, true);
}

TEST(Sketches, of_three_channels_print_the_answers_to_the_rows) {
  Sketches s({4, 3, 4, Last::kSoftmax}, {.golden_count = 5, .threshold = 0.6, .stride = 2, .smoothing = 2});
  EXPECT_EQ(s.lines("SelfTest", "1 1 1"), std::vector<std::string>{"5 of 5 golden vectors equal"});
  s.spoil_a_vector();
  EXPECT_EQ(s.lines("SelfTest", "1 1 1"), std::vector<std::string>{"4 of 5 golden vectors equal"});
  const std::vector<float> rows = s.program().random_rows(60, 1);
  const std::vector<std::string> answers = s.answers(rows);
  EXPECT_EQ(answers.size(), 29u);
  expect_variety(answers);
  EXPECT_EQ(s.lines("SerialInput", in_decimals(rows)), answers);
  EXPECT_EQ(s.told("Imu", in_decimals(rows)), answers);
}

TEST(Sketches, of_six_channels_wait_for_both_sensors) {
  Sketches s({3, 6, 4, Last::kSoftmax}, {.golden_count = 1, .threshold = 0.6});
  const std::vector<float> rows = s.program().random_rows(60, 2);
  const std::vector<std::string> answers = s.answers(rows);
  expect_variety(answers);
  EXPECT_EQ(s.told("Imu", in_decimals(rows)), answers);
}

TEST(Sketches, of_a_microphone_take_its_samples_buffer_by_buffer) {
  Sketches s({16, 1, 4, Last::kSoftmax}, {.golden_count = 1, .threshold = 0.6});
  std::vector<float> rows = s.program().random_rows(2 * (20 + 256 + 1 + 256), 3), samples;
  for (float &v : rows) {
    samples.push_back(std::round(v * 4000));
    v = samples.back() * (1.0f / 32768);
  }
  std::vector<std::string> expected = s.answers(rows);
  expected.insert(expected.begin(), "1 channel at 16000 Hz");
  EXPECT_EQ(s.lines("Microphone", in_decimals(samples)), expected);
}

// Movements, as a sensor of this rate gives them: bursts of seven kinds, on a ground that is nothing to the
// model.
std::vector<float> movements(double rate_hz, double seconds) {
  std::vector<float> values;
  for (int row = 0; row < static_cast<int>(seconds * rate_hz); ++row) {
    const double t = row / rate_hz, since = std::fmod(t, 0.9) - 0.4;
    const int kind = static_cast<int>(t / 0.9) % 7;
    const double height = 3 * std::exp(-since * since / 0.006);
    for (int c = 0; c < 3; ++c)
      values.push_back(static_cast<float>(
          (0.5 * c - 1) + height * std::cos((9.0 + 4 * kind) * since + 1.9 * c * kind + kind)));
  }
  return values;
}

// Rows on the lines between those of another rate.
std::vector<float> resampled(const std::vector<float> &rows, double from_hz, double to_hz) {
  std::vector<float> values;
  const double last = static_cast<double>(rows.size()) / 3 - 1;
  for (int k = 0; k * from_hz / to_hz <= last; ++k) {
    const double place = k * from_hz / to_hz;
    const auto before = static_cast<size_t>(place), behind = std::min(before + 1, rows.size() / 3 - 1);
    for (size_t c = 0; c < 3; ++c)
      values.push_back(static_cast<float>(double{rows[3 * before + c]} +
                                          (double{rows[3 * behind + c]} - double{rows[3 * before + c]}) *
                                              (place - static_cast<double>(before))));
  }
  return values;
}

// A model of a third of a second, whose trigger hears the movements.
Sketches of_rate(double rate_hz) {
  SmallProgram small(static_cast<int>(rate_hz / 3), 3, 4, Last::kSoftmax);
  small.p.front_end.rate_hz = rate_hz;
  DecisionRule &rule = small.p.front_end.decision;
  rule.policy = DecisionPolicy::kTrigger;
  rule.stride = small.window;
  rule.pre_roll = 4;
  rule.onset = {.weights = {1, 1, 1}, .threshold = 2.5f};
  return {small, {.golden_count = 1}, {"TRIGGER", "LABELS"}};
}

struct Rates {
  double model_hz, sensor_hz;
  std::string board;
};
class SketchRates : public ::testing::TestWithParam<Rates> {};

// The sensor's own rows would make other windows.
TEST_P(SketchRates, rows_of_another_rate_are_resampled) {
  const Rates rates = GetParam();
  Sketches s = of_rate(rates.model_hz);
  if (rates.board == "Rev2") make_rev2(s.ino("Imu"));
  const std::vector<float> rows = movements(rates.sensor_hz, 36);
  const std::vector<std::string> expected = s.answers(resampled(rows, rates.sensor_hz, rates.model_hz));
  EXPECT_EQ(expected.size(), 40u);
  EXPECT_GE((std::set<std::string>(expected.begin(), expected.end()).size()), 2u);
  EXPECT_NE(s.answers(rows), expected);
  EXPECT_EQ(s.told("Imu", in_decimals(rows), {.board = rates.board}), expected);
  EXPECT_EQ(s.lines("Imu", "", {.board = rates.board}),
            std::vector<std::string>{fmt::format("# sensor: {:.2f} Hz, wanted: {:.2f} Hz, resampled",
                                                 rates.sensor_hz, rates.model_hz)});
}
INSTANTIATE_TEST_SUITE_P(Boards, SketchRates,
                         ::testing::Values(Rates{100, 119, "Rev1"}, Rates{119, 99.84, "Rev2"}));

TEST(Sketches, of_nearly_the_same_rate_take_rows_as_they_are) {
  Sketches s = of_rate(100);
  make_rev2(s.ino("Imu"));
  const std::vector<float> rows = movements(99.84, 18);
  EXPECT_EQ(s.answers(rows).size(), 20u);
  EXPECT_EQ(s.told("Imu", in_decimals(rows), {.board = "Rev2"}), s.answers(rows));
  EXPECT_EQ(s.lines("Imu", "", {.board = "Rev2"}),
            std::vector<std::string>{"# sensor: 99.84 Hz, wanted: 100.00 Hz"});
}

TEST(Sketches, say_why_there_are_no_rows) {
  Sketches s = of_rate(100);
  const std::string rows = in_decimals(movements(100, 2));
  const auto said = [&](const Surroundings &surroundings) {
    const std::vector<std::string> lines = s.lines("Imu", rows, surroundings);
    EXPECT_EQ(s.told("Imu", rows, surroundings), std::vector<std::string>{});
    EXPECT_EQ(std::count(lines.begin(), lines.end(), lines[0]), 2) << "once in two seconds";
    return fmt::format("{}", fmt::join(lines, "\n"));
  };
  EXPECT_NE(
      said({.board = "Rev2"}).find("NANO_33_REV2 of this sketch is 0 for the first board and 1 for Rev2"),
      std::string::npos);
  for (const char *hz : {"201", "49", "0", "nan"}) {
    const std::string text = said({.sensor_hz = hz});
    EXPECT_NE(text.find("less than half, or more than double"), std::string::npos) << text;
  }
  EXPECT_NE(said({.sensor_hz = "201"}).find("# sensor: 201.00 Hz, wanted: 100.00 Hz"), std::string::npos);

  Sketches six({3, 6, 4, Last::kSoftmax}, {.golden_count = 1});
  EXPECT_EQ(six.lines("Imu", "1 1 1 1 1 1", {.gyroscope_hz = "59.5"})[0],
            "# Acceleration and rotation have different rates, so they make no rows. The sensor's rate is:");
  EXPECT_EQ(six.lines("Imu", "")[0], "# sensor: 119.00 Hz, wanted: not known, the recordings had no rate");
}

}  // namespace
}  // namespace mote::test

// The sketches of the Arduino library, compiled with a stub of the core whose sensors give the values of a
// file (arduino_core.h): what they print against push() of the C package, which push_test.cpp holds against
// averages in double. Rows between those of the sensor are made here in double.
#include "codegen/arduino_core.h"
#include "codegen/c_package.h"
#include "mote/device.h"
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

  std::vector<std::string> benchmark() {
    bench_.run({"gcc", "-c", "-O0", "-Wall", "-Wextra", "-Werror", "-I" + bench_.path("library/src"),
                bench_.path("library/examples/Benchmark/timed_model.c")});
    return lines("Benchmark", "1 1 1");
  }
  std::string folder() const { return bench_.path("again"); }

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

// Samples, and what push() gets of them: the mean of each `averaged`, of full scale.
struct Sound {
  std::vector<float> samples, values;
};
Sound sound(const SmallProgram &small, int count, int averaged) {
  Sound s;
  for (float v : small.random_rows(count, 3))
    s.samples.push_back(std::round(std::clamp(12000 * v, -32768.0f, 32767.0f)));
  for (size_t i = 0; i + static_cast<size_t>(averaged) <= s.samples.size();
       i += static_cast<size_t>(averaged)) {
    double sum = 0;
    for (size_t k = 0; k < static_cast<size_t>(averaged); ++k) sum += double{s.samples[i + k]};
    s.values.push_back(static_cast<float>(sum / 32768 / averaged));
  }
  return s;
}

Sketches of_sound(double rate_hz) {
  SmallProgram small(16, 1, 4, Last::kSoftmax);
  small.p.front_end.rate_hz = rate_hz;
  return {small, {.golden_count = 1, .threshold = 0.6}};
}

TEST(Sketches, of_a_microphone_take_each_sample_whatever_comes_at_once) {
  Sketches s({16, 1, 4, Last::kSoftmax}, {.golden_count = 1, .threshold = 0.6});
  const Sound heard = sound(s.program(), 2 * (20 + 256 + 1 + 300), 1);
  std::vector<std::string> expected = s.answers(heard.values);
  EXPECT_GE((std::set<std::string>(expected.begin(), expected.end()).size()), 2u);
  expected.insert(expected.begin(), "1 channel at 16000 Hz");
  EXPECT_EQ(s.told("Microphone", in_decimals(heard.samples)), expected);
  EXPECT_EQ(s.lines("Microphone", in_decimals(heard.samples))[0],
            "# microphone: 16000 Hz; the recordings had no rate");
  // samples come while the model runs: three buffers before it takes the first
  const Sound more = sound(s.program(), 3 * 2 * (20 + 256 + 1 + 300), 1);
  std::vector<std::string> all = s.answers(more.values);
  all.insert(all.begin(), "1 channel at 16000 Hz");
  EXPECT_EQ(s.told("Microphone", in_decimals(more.samples), {.bursts = "3"}), all);
}

// A model of sounds, which are read in units of 16 bits, gets these.
TEST(Sketches, of_a_microphone_give_a_model_of_sounds_its_unit) {
  constexpr float kFullScale = 32768;
  SmallProgram small(16, 1, 4, Last::kSoftmax);
  const Sound heard = sound(small, 2 * (20 + 256 + 1 + 300), 1);
  PreprocessingStep &last = small.p.front_end.steps.back();
  for (float &gain : last.tables["gain"]) gain /= kFullScale;
  for (float &offset : last.tables["offset"]) offset *= kFullScale;
  small.p.front_end.channel_ranges = {{0, 4000, -20000, 20000}};
  Sketches s(small, {.golden_count = 1, .threshold = 0.6});
  std::vector<float> values = heard.values;
  for (float &v : values) v *= kFullScale;
  std::vector<std::string> expected = s.answers(values);
  EXPECT_GE((std::set<std::string>(expected.begin(), expected.end()).size()), 2u);
  expected.insert(expected.begin(), "1 channel at 16000 Hz");
  EXPECT_EQ(s.told("Microphone", in_decimals(heard.samples)), expected);
}

TEST(Sketches, of_a_microphone_tell_how_many_samples_had_no_room) {
  Sketches s = of_sound(16000);
  // 40 times 20 samples, then 40 times 256 of which 4,096 have room
  const Sound heard = sound(s.program(), 40 * (20 + 256), 1);
  std::vector<std::string> expected = s.answers({heard.values.begin(), heard.values.begin() + 800 + 4096});
  expected.insert(expected.begin(), {"# microphone: 16000 Hz", "1 channel at 16000 Hz"});
  expected.push_back("# samples lost, as the model takes longer than they come: 6144");
  EXPECT_EQ(s.lines("Microphone", in_decimals(heard.samples), {.bursts = "40"}), expected);
}

TEST(Sketches, of_a_microphone_average_nothing_across_lost_samples) {
  Sketches s = of_sound(5333.3);
  // 41 times 20 samples, then 4,096 that have room: two are left over by threes; then 41 times 1 and 4,096
  const std::vector<float> samples = sound(s.program(), 41 * (20 + 256 + 1 + 300), 1).samples;
  const auto averaged = [&](size_t from, size_t count) {
    std::vector<float> values;
    for (size_t i = from; i + 3 <= from + count; i += 3)
      values.push_back(
          static_cast<float>((double{samples[i]} + samples[i + 1] + samples[i + 2]) / 32768 / 3));
    return s.answers(values);
  };
  const size_t first = 41 * 20 + 4096;
  std::vector<std::string> expected = averaged(0, first);
  const std::vector<std::string> behind = averaged(size_t{41} * (20 + 256), 41 + 4096);
  EXPECT_GE((std::set<std::string>(behind.begin(), behind.end()).size()), 2u);
  expected.insert(expected.begin(), "1 channel at 16000 Hz");
  expected.insert(expected.end(), behind.begin(), behind.end());
  EXPECT_EQ(s.told("Microphone", in_decimals(samples), {.bursts = "41"}), expected);
}

TEST(Sketches, of_a_microphone_make_the_rate_of_the_model_or_say_that_they_cannot) {
  for (const auto &[rate, averaged, microphone] : {std::tuple{8000.0, 2, "16000"},
                                                   {41667.0, 1, "41667"},
                                                   {10416.75, 4, "41667"},
                                                   {5333.3, 3, "16000"}}) {
    Sketches s = of_sound(rate);
    const Sound heard = sound(s.program(), 20 + 256 + 1 + 300, averaged);
    std::vector<std::string> expected = s.answers(heard.values);
    EXPECT_GE(expected.size(), 10u);
    expected.insert(expected.begin(), fmt::format("1 channel at {} Hz", microphone));
    EXPECT_EQ(s.told("Microphone", in_decimals(heard.samples)), expected) << rate;
  }
  Sketches slow = of_sound(11025);
  const std::vector<std::string> said = slow.lines("Microphone", "1 2 3");
  ASSERT_EQ(said.size(), 2u) << "once in two seconds";
  EXPECT_NE(said[0].find("of which no whole number makes one of the model's 11025 Hz"), std::string::npos)
      << said[0];
}

TEST(Sketches, of_the_benchmark_print_what_profile_reads) {
  Sketches s({4, 3, 4, Last::kSoftmax}, {.golden_count = 5});
  const std::vector<std::string> lines = s.benchmark();
  const std::string log = fmt::format("{}\n", fmt::join(lines, "\n"));
  const std::string hash = export_c(s.program().p, s.folder()).hash;
  const BoardTiming t = parse_benchmark(log, "log", "toy", hash, 2);
  EXPECT_EQ(t.repeats, 2);
  EXPECT_EQ(t.broken, 0);
  // the clock of the stub goes on by 7 ticks whenever it is asked: once a layer, which the marks tell, and a
  // call is none
  EXPECT_EQ(t.layers_s, (std::vector<double>{0, 0}));
  EXPECT_NEAR(t.call_s, 7e-6 / static_cast<double>(t.calls), 1e-12);
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

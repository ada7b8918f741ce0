// The sketches of the Arduino library, compiled with a stub of the core whose sensors give the values of a
// file: what they print against push() of the C package, which push_test.cpp holds against averages in
// double.
#include <sstream>

#include "codegen/c_package.h"
#include "small_program.h"

namespace mote::test {
namespace {

// Everything is ready only at every second question; what is read without asking is told.
constexpr const char *kCore = R"(
#include <stdint.h>
#include <stdio.h>
#include <string.h>
static FILE *values = fopen("values", "r");
static bool is_over() { int c = getc(values); while (c == ' ') c = getc(values); ungetc(c, values); return c == EOF; }
static float next() { float v = -99; if (fscanf(values, "%f", &v) != 1) puts("read too far"); return v; }
struct Source {
  bool is_ready = true;
  int ask() { is_ready = !is_ready; return is_ready && !is_over(); }
  void take() { if (!is_ready) puts("read too early"); }
};
static struct {
  Source source;
  long baud = 0;
  void begin(long b) { baud = b; }
  template <class T> void print(const T &text) { if (baud != 115200) puts("before begin"); show(text); }
  template <class T> void println(const T &text) { print(text), puts(""); }
  int available() { return source.ask(); }
  float parseFloat() { source.take(); return next(); }
  explicit operator bool() { return source.ask(); }
 private:
  static void show(int v) { printf("%d", v); }
  static void show(const char *v) { printf("%s", v); }
} Serial;
static struct {
  Source acceleration, gyroscope;
  int begin() { return 1; }
  int accelerationAvailable() { return acceleration.ask(); }
  int gyroscopeAvailable() { return gyroscope.ask(); }
  int readAcceleration(float &x, float &y, float &z) { acceleration.take(); return three(x, y, z); }
  int readGyroscope(float &x, float &y, float &z) { gyroscope.take(); return three(x, y, z); }
 private:
  static int three(float &x, float &y, float &z) { x = next(), y = next(), z = next(); return 1; }
} IMU;
static struct {
  void (*receive)() = nullptr;
  int waiting = 0;
  void onReceive(void (*f)()) { receive = f; }
  int begin(int channels, int rate) { printf("%d channel at %d Hz\n", channels, rate); return 1; }
  int available() { return waiting; }
  int read(void *to, int bytes) {
    for (int i = 0; i < bytes / 2; ++i) static_cast<int16_t *>(to)[i] = (int16_t)next();
    return bytes;
  }
} PDM;
void setup();
void loop();
int main() {
  setup();
  static const int kBytes[] = {40, 512, 2, 600};  // of which a buffer of 256 samples takes 512
  for (int i = 0; i < 100000 && !is_over(); ++i) {
    if (PDM.receive) PDM.waiting = kBytes[i % 4], PDM.receive();
    loop();
    if (PDM.receive) loop();
  }
}
)";

class Sketches {
 public:
  Sketches(int window, int channels, const ExportCOptions &options)
      : small_(window, channels, 4, Last::kSoftmax), package_(small_.p, options) {
    export_package(small_.p, "arduino", path("library"), options);
    for (const char *header : {"Arduino_LSM9DS1.h", "PDM.h"}) write_file(folder_ / header, "");
    write_file(folder_ / "core.h", kCore);
    compile();
  }

  // Another first value of the first golden vector's output.
  void spoil_a_vector() {
    for (const auto &entry : fs::recursive_directory_iterator(folder_ / "library/src"))
      if (entry.path().filename() == "golden.h") {
        std::string text = read_file(entry.path());
        text.insert(text.find(',', text.find("= {", text.find("golden_output["))), "+ 1");
        write_file(entry.path(), text);
      }
    compile();
  }

  const SmallProgram &program() const { return small_; }

  // What the sketch prints, a line each.
  std::vector<std::string> lines(const std::string &sketch, const std::string &values) {
    std::vector<std::string> command = {"g++",
                                        "-x",
                                        "c++",
                                        "-include",
                                        path("core.h"),
                                        "-I" + folder_.text(),
                                        "-I" + path("library/src"),
                                        path("library/examples/" + sketch + "/" + sketch + ".ino"),
                                        "-x",
                                        "none",
                                        "-o",
                                        path("sketch")};
    for (const auto &entry : fs::directory_iterator(folder_.text()))
      if (entry.path().extension() == ".o") command.push_back(entry.path().string());
    run(command);
    write_file(folder_ / "values", values);
    std::istringstream text(run({"./sketch"}));
    std::vector<std::string> list;
    for (std::string line; std::getline(text, line);) list.push_back(line);
    return list;
  }

  // The labels of what push() answers to the same rows.
  std::vector<std::string> answers(const std::vector<float> &values) {
    std::string commands;
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
  std::string path(const std::string &name) const { return (folder_ / name).string(); }
  void compile() {
    std::vector<std::string> command = {"gcc", "-c", "-O0"};
    for (const auto &entry : fs::recursive_directory_iterator(folder_ / "library/src"))
      if (entry.path().extension() == ".c") command.push_back(entry.path().string());
    run(command);
  }
  std::string run(const std::vector<std::string> &command) {
    std::string line = "cd '" + folder_.text() + "' &&";
    for (const std::string &word : command) line += " '" + word + "'";
    const ProcessResult r = run_process({"sh", "-c", line});
    EXPECT_EQ(r.status, 0) << r.output;
    return r.output;
  }

  TempFolder folder_;
  SmallProgram small_;
  CPackage package_;
};

std::string in_decimals(const std::vector<float> &values) {
  std::string text;
  for (float v : values) text += fmt::format(" {}", v);
  return text;
}

// Some answers, of several classes and unknown ones.
void expect_variety(const std::vector<std::string> &answers) {
  EXPECT_GE((std::set<std::string>(answers.begin(), answers.end()).size()), 3u);
  EXPECT_EQ(std::count(answers.begin(), answers.end(), "unknown") > 0, true);
}

TEST(Sketches, of_three_channels_print_the_answers_to_the_rows) {
  Sketches s(4, 3, {.golden_count = 5, .threshold = 0.6, .stride = 2, .smoothing = 2});
  EXPECT_EQ(s.lines("SelfTest", "1 1 1"), std::vector<std::string>{"5 of 5 golden vectors equal"});
  s.spoil_a_vector();
  EXPECT_EQ(s.lines("SelfTest", "1 1 1"), std::vector<std::string>{"4 of 5 golden vectors equal"});
  const std::vector<float> rows = s.program().random_rows(60, 1);
  const std::vector<std::string> answers = s.answers(rows);
  EXPECT_EQ(answers.size(), 29u);
  expect_variety(answers);
  EXPECT_EQ(s.lines("SerialInput", in_decimals(rows)), answers);
  EXPECT_EQ(s.lines("Imu", in_decimals(rows)), answers);
}

TEST(Sketches, of_six_channels_wait_for_both_sensors) {
  Sketches s(3, 6, {.golden_count = 1, .threshold = 0.6});
  const std::vector<float> rows = s.program().random_rows(60, 2);
  const std::vector<std::string> answers = s.answers(rows);
  expect_variety(answers);
  EXPECT_EQ(s.lines("Imu", in_decimals(rows)), answers);
}

TEST(Sketches, of_a_microphone_take_its_samples_buffer_by_buffer) {
  Sketches s(16, 1, {.golden_count = 1, .threshold = 0.6});
  std::vector<float> rows = s.program().random_rows(2 * (20 + 256 + 1 + 256), 3), samples;
  for (float &v : rows) {
    samples.push_back(std::round(v * 4000));
    v = samples.back() * (1.0f / 32768);
  }
  std::vector<std::string> expected = s.answers(rows);
  expected.insert(expected.begin(), "1 channel at 16000 Hz");
  EXPECT_EQ(s.lines("Microphone", in_decimals(samples)), expected);
}

}  // namespace
}  // namespace mote::test

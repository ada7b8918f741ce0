// Sketches compiled with a stub of the Arduino core and of its sensor libraries: the sensors give the values
// of a file, the person at the keyboard types the lines of another.
#pragma once

#include <fmt/format.h>

#include <sstream>

#include "base/files.h"
#include "base/process.h"
#include "test_support.h"

namespace mote::test {

// Everything is ready only at every second question; what is read without asking is told.
inline constexpr const char *kArduinoCore = R"(
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static FILE *values = fopen("values", "r"), *typed = fopen("typed", "r");
static long values_read = 0;
static bool is_over() { int c = getc(values); while (c == ' ') c = getc(values); ungetc(c, values); return c == EOF; }
static float next() { float v = -99; ++values_read; if (fscanf(values, "%f", &v) != 1) puts("read too far"); return v; }
static unsigned long micros() { static unsigned long now = 0; return now += 7; }
static void delay(long) { static int times = 0; if (++times == 2) exit(0); }
struct Source {
  bool is_ready = true;
  int ask() { is_ready = !is_ready; return is_ready && !is_over(); }
  void take() { if (!is_ready) puts("read too early"); }
};
static struct {
  Source source;
  long baud = 0, typed_at = -1;
  void begin(long b) { baud = b; }
  template <class T> void print(const T &text) { if (baud != 115200) puts("before begin"); show(text); }
  void print(float v, int digits) { printf("%.*f", digits, v); }
  template <class T> void println(const T &text) { print(text), puts(""); }
  int available() {  // "ROW TEXT": typed when so many values have been read
    if (!typed) return source.ask();
    if (typed_at < 0 && fscanf(typed, "%ld", &typed_at) == 1) getc(typed);
    return typed_at >= 0 && values_read >= typed_at;
  }
  int read() { const int c = getc(typed); if (c == '\n') typed_at = -1; return c; }
  float parseFloat() { source.take(); return next(); }
  explicit operator bool() { return source.ask(); }
 private:
  static void show(int v) { printf("%d", v); }
  static void show(const char *v) { printf("%s", v); }
} Serial;
struct ImuStub {
  ImuStub(const char *b, double hz) : board(b), hz(getenv("SENSOR_HZ") ? atof(getenv("SENSOR_HZ")) : hz) {}
  int begin() { return strcmp(getenv("BOARD"), board) == 0; }
  float accelerationSampleRate() { return hz; }
  float gyroscopeSampleRate() { return getenv("GYROSCOPE_HZ") ? atof(getenv("GYROSCOPE_HZ")) : hz; }
  int accelerationAvailable() { return acceleration.ask(); }
  int gyroscopeAvailable() { return gyroscope.ask(); }
  int readAcceleration(float &x, float &y, float &z) { acceleration.take(); return three(x, y, z); }
  int readGyroscope(float &x, float &y, float &z) { gyroscope.take(); return three(x, y, z); }
 private:
  static int three(float &x, float &y, float &z) { x = next(), y = next(), z = next(); return 1; }
  const char *board;
  double hz;
  Source acceleration, gyroscope;
};
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
  static const int kBytes[] = {40, 512, 2, 600};
  for (int i = 0; i < 100000 && !is_over(); ++i) {
    const int bursts = getenv("BURSTS") ? atoi(getenv("BURSTS")) : 1;  // while the model runs
    for (int k = 0; PDM.receive && k < bursts; ++k) PDM.waiting = kBytes[i % 4], PDM.receive();
    loop();
    if (PDM.receive) loop();
  }
  for (int i = 0; i < 4; ++i) loop();  // what the last row has left
}
)";

struct Surroundings {
  std::string board = "Rev1", sensor_hz = "", gyroscope_hz = "", bursts = "";
  std::string typed = "";  // lines "VALUES TEXT"
};

// A folder in which sketches are compiled and run.
class ArduinoBench {
 public:
  ArduinoBench() {
    write_file(folder_ / "Arduino_LSM9DS1.h", "static ImuStub IMU(\"Rev1\", 119.0f);\n");
    write_file(folder_ / "Arduino_BMI270_BMM150.h", "static ImuStub IMU(\"Rev2\", (1 << 8) * 0.39);\n");
    write_file(folder_ / "PDM.h", "");
    write_file(folder_ / "core.h", kArduinoCore);
  }
  std::string path(const std::string &name) const { return (folder_ / name).string(); }
  std::string text() const { return folder_.text(); }

  // What it prints, a line each. `more`: words for the compiler.
  std::vector<std::string> lines(const std::string &ino, const std::string &values,
                                 const Surroundings &s = {}, const std::vector<std::string> &more = {}) {
    std::vector<std::string> command = {"g++",
                                        "-std=gnu++11",
                                        "-Wall",
                                        "-Wextra",
                                        "-Werror",
                                        "-Wno-unused-function",
                                        "-Wno-unused-variable",
                                        "-x",
                                        "c++",
                                        "-include",
                                        path("core.h"),
                                        "-I" + folder_.text(),
                                        ino,
                                        "-x",
                                        "none",
                                        "-o",
                                        path("sketch")};
    command.insert(command.end(), more.begin(), more.end());
    run(command);
    write_file(folder_ / "values", values);
    fs::remove(folder_ / "typed");
    if (!s.typed.empty()) write_file(folder_ / "typed", s.typed);
    std::vector<std::string> call = {"env", "BOARD=" + s.board};
    if (!s.sensor_hz.empty()) call.push_back("SENSOR_HZ=" + s.sensor_hz);
    if (!s.gyroscope_hz.empty()) call.push_back("GYROSCOPE_HZ=" + s.gyroscope_hz);
    if (!s.bursts.empty()) call.push_back("BURSTS=" + s.bursts);
    call.push_back("./sketch");
    std::istringstream text(run(call));
    std::vector<std::string> list;
    for (std::string line; std::getline(text, line);) list.push_back(line);
    return list;
  }
  std::string run(const std::vector<std::string> &command) const {
    std::string line = "cd '" + folder_.text() + "' &&";
    for (const std::string &word : command) line += " '" + word + "'";
    const ProcessResult r = run_process({"sh", "-c", line});
    EXPECT_EQ(r.status, 0) << r.output;
    return r.output;
  }

 private:
  TempFolder folder_;
};

// As somebody with a Rev2 changes a sketch.
inline void make_rev2(const std::string &ino) {
  std::string text = read_file(ino);
  const std::string first = "#define NANO_33_REV2 0";
  const size_t at = text.find(first);
  ASSERT_NE(at, std::string::npos);
  write_file(ino, text.replace(at, first.size(), "#define NANO_33_REV2 1"));
}

inline std::string in_decimals(const std::vector<float> &values) {
  std::string text;
  for (float v : values) text += fmt::format(" {}", v);
  return text;
}

}  // namespace mote::test

// The sketches that `mote collect --sketch` writes, compiled with stand-ins for the libraries that they
// include: what they send, read as `mote collect` reads it, against what their sensors gave.
#include <map>

#include "base/process.h"
#include "collect/stream.h"
#include "mote/sketches.h"
#include "test_support.h"

namespace mote::test {
namespace {

// Value number n of any sensor is n, and the sketch ends when it has given so many.
constexpr const char *kCollectCore = R"(
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static long given = 0;
static long give() {
  static const long most = getenv("MOST") ? atol(getenv("MOST")) : 3000;
  if (given == most) exit(0);
  return given++;
}
static uint32_t now_us = 5;
static uint32_t micros() { return now_us += 500; }
static void delay(long) { exit(0); }
static struct {
  void begin(long baud) { if (baud != 115200 && baud != 921600) puts("a rate that is not listened to"); }
  size_t write(const uint8_t *bytes, size_t n) { return fwrite(bytes, 1, n, stdout); }
  void print(const char *text) { fputs(text, stdout); }
  void print(float v, int digits) { printf("%.*f", digits, (double)v); }
  void println(const char *text) { puts(text); }
  void println(float v, int digits) { print(v, digits); puts(""); }
} Serial;
void setup();
void loop();
void between() __attribute__((weak));
int main() { setup(); for (;;) { if (between) between(); loop(); } }
)";

constexpr const char *kMotion = R"(
static struct {
  int begin() { return !getenv("ABSENT"); }
  float accelerationSampleRate() { return 119.0f; }
  int accelerationAvailable() { return 1; }
  int gyroscopeAvailable() { return 1; }
  int readAcceleration(float &x, float &y, float &z) { x = give(), y = give(), z = give(); return 1; }
  int readGyroscope(float &x, float &y, float &z) { return readAcceleration(x, y, z); }
} IMU;
)";

constexpr const char *kWire = R"(
static struct {
  uint8_t place = 0, written = 0, left = 0;
  long value = 0;
  void begin() {}
  void setClock(long) {}
  void beginTransmission(uint8_t) { written = 0; }
  void write(uint8_t byte) { if (written++ == 0) place = byte; }
  int endTransmission(bool = true) { return getenv("ABSENT") ? 2 : 0; }
  uint8_t requestFrom(uint8_t, uint8_t bytes) { if (place != 0x3B) puts("another place"); return left = bytes; }
  int read() {  // high byte first; the fourth number is the temperature
    if (left % 2 == 0) value = left == 8 ? 777 : give();
    --left;
    return (int)(left % 2 == 1 ? value >> 8 & 255 : value & 255);
  }
} Wire;
)";

constexpr const char *kPdm = R"(
static struct {
  void (*receive)() = nullptr;
  int waiting = 0;
  void onReceive(void (*f)()) { receive = f; }
  int begin(int, int) { return !getenv("ABSENT"); }
  int available() { return waiting; }
  int read(void *to, size_t bytes) {
    for (size_t i = 0; i < bytes / 2; ++i) static_cast<int16_t *>(to)[i] = (int16_t)give();
    waiting -= (int)bytes;
    return (int)bytes;
  }
} PDM;
void between() {
  const int bursts = getenv("BURSTS") && given < 100 ? atoi(getenv("BURSTS")) : 1;
  for (int k = 0; k < bursts; ++k) PDM.waiting = 80, PDM.receive();
}
)";

constexpr const char *kI2s = R"(
enum { I2S_MODE_STD, I2S_DATA_BIT_WIDTH_32BIT, I2S_SLOT_MODE_MONO, I2S_STD_SLOT_LEFT };
struct I2SClass {
  void setPins(int, int, int, int) {}
  bool begin(int, uint32_t, int, int, int) { return !getenv("ABSENT"); }
  size_t readBytes(char *to, size_t bytes) {
    for (size_t i = 0; i < bytes / 4; ++i) {
      const int32_t v = (int32_t)give() * (1 << 14);
      memcpy(to + 4 * i, &v, 4);
    }
    return bytes;
  }
};
)";

constexpr const char *kOv7675 = R"(
enum { QCIF, GRAYSCALE };
static struct {
  int begin(int, int, int) { return !getenv("ABSENT"); }
  void readFrame(uint8_t *to) {
    const long number = give();
    if (number == 3) exit(0);
    for (int y = 0; y < 144; ++y)
      for (int x = 0; x < 176; ++x) to[176 * y + x] = (uint8_t)(number + 3 * (y - 24) + (x - 40));
  }
} Camera;
)";

constexpr const char *kEspCamera = R"(
enum { LEDC_TIMER_0, LEDC_CHANNEL_0, PIXFORMAT_GRAYSCALE, FRAMESIZE_96X96, CAMERA_FB_IN_DRAM, CAMERA_GRAB_WHEN_EMPTY, ESP_OK };
struct camera_config_t {
  int pin_pwdn, pin_reset, pin_xclk, pin_sccb_sda, pin_sccb_scl, pin_d7, pin_d6, pin_d5, pin_d4, pin_d3, pin_d2, pin_d1, pin_d0;
  int pin_vsync, pin_href, pin_pclk, xclk_freq_hz, ledc_timer, ledc_channel, pixel_format, frame_size, fb_count, fb_location, grab_mode;
};
struct camera_fb_t { uint8_t *buf; size_t len; };
static int esp_camera_init(const camera_config_t *) { return getenv("ABSENT") ? -1 : ESP_OK; }
static camera_fb_t *esp_camera_fb_get() {
  static uint8_t pixels[96 * 96];
  static camera_fb_t picture = {pixels, sizeof pixels};
  const long number = give();
  if (number == 3) exit(0);
  for (int y = 0; y < 96; ++y)
    for (int x = 0; x < 96; ++x) pixels[96 * y + x] = (uint8_t)(number + 3 * y + x);
  return &picture;
}
static void esp_camera_fb_return(camera_fb_t *) {}
)";

std::string output_of(const std::vector<std::string> &command) {
  const ProcessResult result = run_process(command);
  EXPECT_EQ(result.status, 0) << result.output;
  return result.output;
}

// A sketch, compiled once.
class BuiltSketch {
 public:
  explicit BuiltSketch(const std::string &name) {
    std::string ino;
    for (const auto &[path, text] : collect_sketch(name)) {
      fs::create_directories((folder_ / path).parent_path());
      write_file(folder_ / path, text);
      if (path.ends_with(".ino")) ino = (folder_ / path).string();
    }
    write_file(folder_ / "core.h", kCollectCore);
    for (const auto &[header, text] : {std::pair{"Arduino_LSM9DS1.h", kMotion},
                                       {"Wire.h", kWire},
                                       {"PDM.h", kPdm},
                                       {"ESP_I2S.h", kI2s},
                                       {"Arduino_OV767X.h", kOv7675},
                                       {"esp_camera.h", kEspCamera}})
      write_file(folder_ / header, text);
    output_of({"g++", "-std=gnu++11", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function",
               "-Wno-unused-variable", "-x", "c++", "-include", (folder_ / "core.h").string(),
               "-I" + folder_.text(), ino, "-o", program()});
  }
  std::string program() const { return (folder_ / "sketch").string(); }
  static const BuiltSketch &of(const std::string &name) {
    static std::map<std::string, BuiltSketch> built;
    return built.try_emplace(name, name).first->second;
  }

 private:
  TempFolder folder_;
};

// What it gives, as collect reads it.
class Sent : public SampleTaker {
 public:
  explicit Sent(const std::string &name, const std::vector<std::string> &environment = {}) {
    std::vector<std::string> call = {"env"};
    call.insert(call.end(), environment.begin(), environment.end());
    call.push_back(BuiltSketch::of(name).program());
    bytes = output_of(call);
    stream.add("\n" + bytes, 1);
  }

  void row(const float *row) override {
    values.insert(values.end(), row, row + stream.description().channels.size());
    places.push_back(place_++);
  }
  void picture(std::string_view pixels) override { pictures.emplace_back(pixels); }
  void lost(uint64_t rows) override { place_ += rows; }
  void damaged() override { ADD_FAILURE() << "a frame is damaged"; }
  void broke(const char *why) override { ADD_FAILURE() << why; }

  SampleStream stream{*this};
  std::string bytes;
  std::vector<float> values;
  std::vector<uint64_t> places;
  std::vector<std::string> pictures;

 private:
  uint64_t place_ = 0;
};

TEST(CollectSketches, of_motion_send_every_row) {
  for (const char *name : {"nano33ble-imu", "nano33ble-imu-text", "esp32-imu", "esp32-imu-text"}) {
    const Sent sent(name);
    const StreamDescription &d = sent.stream.description();
    EXPECT_EQ(d.sketch, name);
    EXPECT_EQ(d.channels, (std::vector<std::string>{"aX", "aY", "aZ", "gX", "gY", "gZ"}));
    const bool is_nano = std::string(name).starts_with("nano");
    EXPECT_EQ(d.board, is_nano ? "Arduino Nano 33 BLE" : "ESP32");
    EXPECT_EQ(d.rate_hz, is_nano ? 119 : 100);
    ASSERT_EQ(sent.values.size(), 3000u) << name;
    for (size_t i = 0; i < 3000; ++i) {
      const double unit = is_nano ? 1 : i % 6 < 3 ? 8192 : 65.5;
      ASSERT_NEAR(sent.values[i], static_cast<double>(i) / unit, is_nano ? 1e-6 : 2e-4) << name << " " << i;
    }
    EXPECT_EQ(sent.stream.counts().skipped_bytes, 0u);
    EXPECT_EQ(sent.stream.counts().lost_rows, 0u) << name;
  }
}

TEST(CollectSketches, of_microphones_send_every_sample) {
  for (const char *name : {"nano33ble-microphone", "esp32-microphone"}) {
    const Sent sent(name);
    EXPECT_EQ(sent.stream.description().kind, SampleKind::kSound);
    EXPECT_EQ(sent.stream.description().rate_hz, 16000);
    ASSERT_GT(sent.values.size(), 2500u) << name;
    for (size_t i = 0; i < sent.values.size(); ++i) ASSERT_EQ(sent.values[i], static_cast<float>(i)) << name;
  }
}

TEST(CollectSketches, of_a_microphone_count_what_had_no_room) {
  const Sent sent("nano33ble-microphone",
                  {"BURSTS=110", "MOST=9000"});  // 4,400 samples, of which 4,096 would have room
  ASSERT_GT(sent.values.size(), 1000u);
  EXPECT_EQ(sent.stream.counts().damaged, 0u);
  for (size_t i = 0; i < sent.values.size(); ++i)
    ASSERT_EQ(sent.values[i], static_cast<float>(sent.places[i])) << "what is lost is counted in its place";
}

TEST(CollectSketches, of_cameras_send_the_middle_of_each_picture) {
  for (const char *name : {"nano33ble-camera", "esp32-camera"}) {
    const Sent sent(name);
    ASSERT_EQ(sent.pictures.size(), 3u) << name;
    for (int n = 0; n < 3; ++n)
      for (int y = 0; y < 96; ++y)
        for (int x = 0; x < 96; ++x)
          ASSERT_EQ(static_cast<uint8_t>(sent.pictures[n][96 * y + x]), static_cast<uint8_t>(n + 3 * y + x))
              << name;
  }
}

TEST(CollectSketches, say_in_words_that_a_sensor_is_absent) {
  for (const std::string &name : collect_sketches()) {
    const Sent sent(name, {"ABSENT=1"});
    EXPECT_TRUE(sent.values.empty() && sent.pictures.empty());
    EXPECT_NE(sent.bytes.find("# "), std::string::npos) << name << ": " << sent.bytes.size();
  }
}

TEST(CollectSketches, have_names) {
  EXPECT_EQ(collect_sketches().size(), 8u);
  EXPECT_ERROR(collect_sketch("uno"), "there is no sketch 'uno'");
}

}  // namespace
}  // namespace mote::test

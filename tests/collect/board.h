// A board on a pseudo-terminal, which sends what it is given as fast as it is read; and frames put together
// from the description in docs/collect.md, with a checksum bit by bit.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/poll.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <thread>

#include "mote/collect.h"
#include "test_support.h"

namespace mote::test {

inline uint32_t crc32_of(const std::string &bytes) {
  uint32_t sum = ~0u;
  for (const char c : bytes) {
    sum ^= static_cast<uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1) ^ (sum % 2 == 1 ? 0xEDB88320u : 0);
  }
  return ~sum;
}
inline std::string little(uint32_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i));
  return text;
}
inline std::string frame(int type, uint32_t first, uint32_t time_us, const std::string &payload) {
  const std::string summed = little(static_cast<uint32_t>(type), 1) + little(1, 1) +
                             little(static_cast<uint32_t>(payload.size()), 2) + little(first, 4) +
                             little(time_us, 4) + payload;
  return "\xA5M" + summed + little(crc32_of(summed), 4);
}
inline std::string described(const std::string &more = "rate_hz: 1000\nchannels: x,y\n") {
  return frame(1, 0, 1, "board: Test board\nsketch: test 1\n" + more);
}
// Rows of int16, a millisecond each, whose values jump about: what rises evenly would be read as a clock.
inline int16_t value_of(uint32_t row, uint32_t channel) {
  return static_cast<int16_t>((row * 7919 + channel * 1237) % 20011 - 10000);
}
inline std::string row_frame(uint32_t first, uint32_t rows, uint32_t channels) {
  std::string payload;
  for (uint32_t r = first; r < first + rows; ++r)
    for (uint32_t c = 0; c < channels; ++c) payload += little(static_cast<uint16_t>(value_of(r, c)), 2);
  return frame(2, first, 1 + 1000 * first, payload);
}
inline std::string row_frames(uint32_t first, uint32_t rows, uint32_t channels, uint32_t in_a_frame = 10) {
  std::string bytes;
  for (uint32_t r = first; r < first + rows; r += in_a_frame) bytes += row_frame(r, in_a_frame, channels);
  return bytes;
}

class FakeBoard {
 public:
  FakeBoard() { plug_in(); }
  ~FakeBoard() {
    is_over_ = true;
    if (thread_.joinable()) thread_.join();
    unplug();
  }
  FakeBoard(const FakeBoard &) = delete;
  FakeBoard &operator=(const FakeBoard &) = delete;

  std::string port() const { return port_; }
  // In a thread of its own.
  void begin(const std::function<void()> &work) { thread_ = std::thread(work); }
  void begin_sending(const std::string &bytes) {
    begin([this, bytes] { send(bytes); });
  }
  // Until all is written, or the test is over.
  void send(std::string_view bytes) {
    while (!bytes.empty() && !is_over_) {
      pollfd wanted = {master_, POLLOUT, 0};
      if (::poll(&wanted, 1, 20) <= 0) continue;
      const ssize_t n = ::write(master_, bytes.data(), bytes.size());
      if (n > 0) bytes.remove_prefix(static_cast<size_t>(n));
    }
  }
  bool is_over() const { return is_over_; }
  // By the other side: for a while nothing waits for it.
  void wait_until_read() {
    constexpr int kTimes = 30;
    for (int times = 0; times < kTimes && !is_over_;) {
      int waiting = 0;
      if (::ioctl(slave_, TIOCINQ, &waiting) != 0) return;
      times = waiting == 0 ? times + 1 : 0;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  void unplug() {
    if (master_ < 0) return;
    ::close(slave_);
    ::close(master_);
    master_ = slave_ = -1;
  }
  void plug_in() {
    char name[100];
    if (::openpty(&master_, &slave_, name, nullptr, nullptr) != 0) throw std::runtime_error("openpty");
    termios raw = {};
    ::tcgetattr(slave_, &raw);
    ::cfmakeraw(&raw);
    ::tcsetattr(slave_, TCSANOW, &raw);
    ::fcntl(master_, F_SETFL, O_NONBLOCK);
    port_ = name;
  }

 private:
  int master_ = -1, slave_ = -1;
  std::string port_;
  std::atomic<bool> is_over_ = false;
  std::thread thread_;
};

// What is collected into a folder of its own, and what was said.
struct Collected {
  TempFolder folder;
  CollectedSession session;
  std::vector<std::string> notes;
  std::string notes_text() const { return fmt::format("{}", fmt::join(notes, "; ")); }
  std::string file(size_t number) const { return read_file(session.files.at(number).path); }
  Recordings recordings() const { return load_recordings(folder.text()); }
};
inline void collect_into(Collected &c, CollectOptions options, CollectCallbacks callbacks = {}) {
  options.folder = c.folder.text();
  if (options.label.empty()) options.label = "punch";
  callbacks.note = [&](const std::string &sentence) { c.notes.push_back(sentence); };
  c.session = collect(options, callbacks);
}

}  // namespace mote::test

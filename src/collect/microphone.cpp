#include "collect/microphone.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "data/sound.h"

#ifdef MOTE_HAS_ALSA
#include <alsa/asoundlib.h>
#endif

namespace mote {

#ifdef MOTE_HAS_ALSA

namespace {

constexpr const char *kDevice = "default";
constexpr unsigned kLatency_us = 500000;  // what may wait, while a file is written

// The library's own words on standard error would be in the middle of ours.
void say_nothing(const char *, int, const char *, int, const char *, ...) {}

Error microphone_error(int code) {
  return Error(ErrorCode::kNotFound, "microphone",
               fmt::format("the default sound device cannot record: {}", snd_strerror(code)),
               "`arecord -l` lists the devices; $ALSA_CONFIG_PATH or ~/.asoundrc choose one");
}

class Microphone : public ByteSource {
 public:
  explicit Microphone(unsigned rate_hz) : rate_(rate_hz) {
    snd_lib_error_set_handler(say_nothing);
    int code = snd_pcm_open(&device_, kDevice, SND_PCM_STREAM_CAPTURE, 0);
    if (code < 0) throw microphone_error(code);
    code = snd_pcm_set_params(device_, SND_PCM_FORMAT_S16_LE, SND_PCM_ACCESS_RW_INTERLEAVED, 1, rate_, 1,
                              kLatency_us);
    if (code < 0) {
      snd_pcm_close(device_);
      throw microphone_error(code);
    }
  }
  ~Microphone() override { snd_pcm_close(device_); }
  Microphone(const Microphone &) = delete;
  Microphone &operator=(const Microphone &) = delete;

  bool read(std::string &bytes, int wait_ms) override {
    const size_t frames = std::max<size_t>(1, rate_ * static_cast<size_t>(wait_ms) / 1000),
                 had = bytes.size();
    bytes.resize(had + 2 * frames);
    const snd_pcm_sframes_t got = snd_pcm_readi(device_, bytes.data() + had, frames);
    bytes.resize(had + (got > 0 ? 2 * static_cast<size_t>(got) : 0));
    if (got >= 0) return true;
    has_broken_ = true;  // came faster than it was read, or the computer slept
    return got == -EINTR || snd_pcm_recover(device_, static_cast<int>(got), 1) == 0;
  }
  bool has_broken() override { return std::exchange(has_broken_, false); }

 private:
  unsigned rate_;
  snd_pcm_t *device_ = nullptr;
  bool has_broken_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> open_microphone(double rate_hz,
                                            const std::function<void(const StreamDescription &)> &describe) {
  auto microphone = std::make_unique<Microphone>(static_cast<unsigned>(std::lround(rate_hz)));
  StreamDescription d;
  d.kind = SampleKind::kSound;
  d.channels = {sound_channel(0, 1)};
  d.scale = {1};
  d.rate_hz = std::round(rate_hz);
  describe(d);
  return microphone;
}

#else

std::unique_ptr<ByteSource> open_microphone(double, const std::function<void(const StreamDescription &)> &) {
  throw Error(ErrorCode::kUnsupported, "microphone", "this mote was built without ALSA",
              "install libasound2-dev and build again, or record with a board");
}

#endif

}  // namespace mote

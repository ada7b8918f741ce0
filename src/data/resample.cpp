// libsoxr at its best quality (28 bits, linear phase), in one thread.
#include "data/resample.h"

#include <fmt/format.h>
#include <soxr.h>

#include <cmath>

#include "base/error.h"

namespace mote {

namespace {

// Which instructions the library's transform uses depends on the processor, and with them the last bits. What
// is kept is far above these, and 48 dB below a step of 16 bits.
constexpr float kKeptSteps = 256;

constexpr double kFarthest = 1e4;  // between two rates

}  // namespace

struct Resampler::Library {
  soxr_t resampler = nullptr;
  ~Library() { soxr_delete(resampler); }
};

Resampler::Resampler(double from_hz, double to_hz, int channels, const std::string &where)
    : library_(std::make_unique<Library>()),
      channels_(static_cast<size_t>(channels)),
      ratio_(to_hz / from_hz) {
  const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, 0);
  const soxr_runtime_spec_t one_thread = soxr_runtime_spec(1);
  soxr_error_t error = "the rates are too far apart";
  if (ratio_ < kFarthest && ratio_ > 1 / kFarthest)
    library_->resampler =
        soxr_create(from_hz, to_hz, static_cast<unsigned>(channels), &error, &io, &quality, &one_thread);
  if (error)
    throw Error(ErrorCode::kDataFormat, where,
                fmt::format("cannot be resampled from {:g} to {:g} Hz: {}", from_hz, to_hz, error),
                "set data.rate_hz to a rate near that of the files");
}

Resampler::~Resampler() = default;

void Resampler::push(const float *values, size_t frames, SensorValues &out) {
  if (frames > 0) run(values, frames, out);
}

void Resampler::finish(SensorValues &out) { run(nullptr, 0, out); }

void Resampler::run(const float *values, size_t frames, SensorValues &out) {
  constexpr size_t kRoom = 1 << 14;
  for (size_t taken = 0;;) {
    const size_t before = out.size();
    out.resize(before + kRoom * channels_);
    size_t used = 0, made = 0;
    const float *from = values ? values + taken * channels_ : nullptr;
    const soxr_error_t error =
        soxr_process(library_->resampler, from, frames - taken, &used, out.data() + before, kRoom, &made);
    MOTE_CHECK(error == nullptr && (used + made > 0 || taken == frames));
    taken += used;
    out.resize(before + made * channels_);
    for (size_t i = before; i < out.size(); ++i) out[i] = std::nearbyint(out[i] * kKeptSteps) / kKeptSteps;
    if (made < kRoom && taken == frames) return;
  }
}

}  // namespace mote

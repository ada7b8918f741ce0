// Augments examples as mote/augment.h says: windows before their features (Augmenter), features behind them
// (mask_features). Which transforms there are for which kind of data: augment.cpp, augment_sound.cpp,
// augment_image.cpp.
#pragma once

#include <memory>
#include <vector>

#include "base/files.h"
#include "base/random.h"
#include "mote/augment.h"
#include "mote/dataset.h"

namespace mote {

struct ChannelStatistics {
  std::vector<float> mean, deviation;  // per channel
};
ChannelStatistics channel_statistics(const float *values, size_t rows, int channels);

// Of the random numbers of an example in an epoch: {stream, epoch, example}; and, of the same example, of
// masks and of mixing.
inline constexpr uint64_t kAugmentStream = 0x4155474D, kMaskStream = 0x4D41534B,  // "AUGM", "MASK"
    kMixStream = 0x4D495855;                                                      // "MIXU"

// x and out [window, channels], sensor units; they may not overlap.
void augment(const AugmentOptions &options, const ChannelStatistics &statistics, const float *x, int window,
             int channels, Random random, float *out);

// Of values over all training pictures.
struct PictureRange {
  float low = 0, high = 0;
  std::vector<float> mean;  // per channel
};
PictureRange picture_range(const Dataset &pictures);
// x and out [height, width, channels]; values stay within the range.
void augment_picture(const ImageAugment &options, const PictureRange &range, const float *x, int height,
                     int width, int channels, Random random, float *out);

// Sounds that are mixed into others, in the units of a window, each longer than one.
struct Backgrounds {
  std::vector<std::vector<float>> sounds;  // one channel
};
// The files of the sounds below a folder, sorted.
std::vector<fs::path> background_files(const std::string &folder);
// All of these sounds at that rate; those shorter than a window are repeated. Errors: kNotFound, kDataFormat.
Backgrounds read_backgrounds(const std::string &folder, double rate_hz, size_t window);
// x and out [window, channels].
void augment_sound(const SoundAugment &options, const Backgrounds &backgrounds, double rate_hz,
                   const float *x, int window, int channels, Random random, float *out);

// Whether options and examples are of one kind. Errors: kInvalidArgument with the setting to use instead.
void check_augment(const AugmentOptions &options, const Dataset &examples);

// Raw windows of a training set. Threads: may be called by several.
class Augmenter {
 public:
  // Errors: as check_augment() and read_backgrounds().
  Augmenter(const AugmentOptions &options, const Dataset &examples);
  void operator()(const float *x, Random random, float *out) const;

 private:
  AugmentOptions options_;
  int window_, channels_;
  double rate_hz_;
  ImageInput image_;
  ChannelStatistics statistics_;
  PictureRange range_;
  Backgrounds backgrounds_;
};

// x [frames, values] or [frames, values, 1], normalized.
void mask_features(const SoundAugment &options, int frames, int values, Random random, float *x);

// A draw from Beta(alpha, alpha).
double random_beta(double alpha, Random &random);

}  // namespace mote

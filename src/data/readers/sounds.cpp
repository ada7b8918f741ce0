// A recording of sound a file; its channels are those of the file.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "data/readers/readers.h"
#include "data/sound.h"

namespace mote {

namespace {

constexpr double kSameRate = 1e-3;

std::vector<std::string> sound_channels(int count) {
  std::vector<std::string> names;
  for (int c = 0; c < count; ++c) names.push_back(sound_channel(c, count));
  return names;
}

}  // namespace

void read_sound(Intake &intake, const FoundFile &file) {
  const std::string path = file.path.string();
  if (intake.set().image_height > 0) Intake::fail(path, "is a sound, the files before it are images");
  Sound sound = parse_sound(intake.read(path), path);
  if (!sound.note.empty()) intake.add_alike("sound", path, sound.note);
  const LoadOptions &o = intake.options();
  if (o.rate_hz > 0 && std::fabs(sound.rate_hz / o.rate_hz - 1) > kSameRate)
    Intake::fail(
        path, fmt::format("has {:g} samples a second, data.rate_hz is {:g}", sound.rate_hz, o.rate_hz),
        fmt::format("sounds are not resampled here: convert it first (sox IN -r {:g} OUT)", o.rate_hz));
  if (sound.frames() > 1u << 30) Intake::fail(path, "is too long a recording");
  const bool is_mixed = sound.channels > 1 && o.model && o.model->channels == 1;
  if (is_mixed) {
    sound = mixed_down(std::move(sound));
    intake.say("sounds of several channels are their mean, as the model has one channel");
  }
  intake.check_channels(sound_channels(sound.channels), !is_mixed, path);
  intake.check_rate(sound.rate_hz, path);
  intake.say("sounds are in units of 16 bits: full scale is 32768");
  Recording r{intake.label_of(file), path, file.folder, 0, static_cast<int>(sound.frames()), {}, file.part};
  r.values.assign(sound.samples.begin(), sound.samples.end());
  intake.add_recording(std::move(r));
}

}  // namespace mote

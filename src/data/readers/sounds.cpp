// A recording of sound a file; its channels are those of the file.
#include <fmt/format.h>

#include <cmath>

#include "data/even_recording.h"
#include "data/readers/readers.h"
#include "data/sound.h"

namespace mote {

namespace {

std::vector<std::string> sound_channels(int count) {
  std::vector<std::string> names;
  for (int c = 0; c < count; ++c) names.push_back(sound_channel(c, count));
  return names;
}

}  // namespace

void read_sound(Intake &intake, const FoundFile &file) {
  const std::string path = file.path.string();
  if (intake.set().image_height > 0) Intake::fail(path, "is a sound, the files before it are images");
  const LoadOptions &o = intake.options();
  if (o.is_resampled && !(o.rate_hz > 0))
    Intake::fail(path, "cannot be resampled: onto which rate?", "set data.rate_hz");
  Sound sound = parse_sound(intake.read(path), path, o.is_resampled ? o.rate_hz : 0);
  if (!sound.note.empty()) intake.add_alike("sound", path, sound.note);
  if (o.rate_hz > 0 && std::fabs(sound.rate_hz / o.rate_hz - 1) > kSameRate)
    Intake::fail(path,
                 fmt::format("has {:g} samples a second, data.rate_hz is {:g}", sound.rate_hz, o.rate_hz),
                 "data.resample = true brings files of other rates to it");
  const bool is_mixed = sound.channels > 1 && intake.wants_one_sound_channel();
  if (is_mixed) sound = mixed_down(std::move(sound));
  if (sound.channels == 1) intake.take_one_sound_channel();
  intake.say("sounds are in units of 16 bits: full scale is 32768");
  add_even(intake, file,
           {sound_channels(sound.channels), !is_mixed, std::move(sound.samples), sound.rate_hz,
            sound.file_rate_hz});
  if (is_mixed) intake.count_mixed(path);
}

}  // namespace mote

// Other recordings than those that a model was trained on, brought into the form it knows: channels are taken
// by name, never by place; rate and range are compared with those of its training windows. What the classes
// of these recordings mean is not decided here.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/lists.h"
#include "base/median.h"
#include "data/csv.h"
#include "data/sound.h"
#include "data/units.h"
#include "features/channel_ranges.h"
#include "workflow/other_recordings.h"

namespace mote {

namespace {

using Names = std::vector<std::string>;

// Of arrays and tables without header: "c0", "c1", ...; they say a place and no more.
bool are_places(const Names &names) {
  return std::all_of(names.begin(), names.end(), [](const std::string &n) {
    return n.size() > 1 && n[0] == 'c' && n.find_first_not_of("0123456789", 1) == std::string::npos;
  });
}

Names without(const Names &names, const Names &others) {
  Names rest;
  for (const std::string &n : names)
    if (std::find(others.begin(), others.end(), n) == others.end()) rest.push_back(n);
  return rest;
}

[[noreturn]] void refuse(const Preprocessing &model, const Names &there, const std::string &path) {
  const Names missing = without(model.channel_names, there), others = without(there, model.channel_names);
  throw Error(ErrorCode::kDataFormat, path,
              fmt::format("has no column {}, which the model was trained on{}", few_of(missing),
                          others.empty() ? "" : fmt::format("; instead there is {}", few_of(others))),
              fmt::format("the model's channels are {}: rename the columns in the file if they are the same",
                          fmt::join(model.channel_names, ", ")));
}

// Each row's values at `places`, in that order.
void pick(Recordings &recordings, const std::vector<size_t> &places) {
  const size_t width = recordings.channels.size();
  for (Recording &r : recordings.items) {
    SensorValues picked;
    picked.reserve(r.rows * places.size());
    for (int row = 0; row < r.rows; ++row)
      for (size_t place : places) picked.push_back(r.values[row * width + place]);
    r.values = std::move(picked);
  }
}

// What a channel is now against what it was in training.
struct Change {
  double factor = 1;  // of the root mean square
  bool is_larger = false, is_smaller = false, is_constant = false, is_elsewhere = false;
};

Change change_of(const ChannelRange &then, const ChannelRange &now, size_t rows) {
  // A class alone may be several times livelier than all were on average, but hardly beyond their extremes
  // too. One that is at rest still has its offsets.
  constexpr double kLarger = 4, kBeyond = 2, kSmaller = 1.0 / 6, kWithin = 1.0 / 4;
  constexpr size_t kFewestRows = 10;
  Change c;
  if (!(root_mean_square(then) > 0)) return c;
  c.factor = root_mean_square(now) / root_mean_square(then);
  c.is_larger = c.factor >= kLarger && magnitude(now) >= kBeyond * magnitude(then);
  c.is_smaller = c.factor <= kSmaller && magnitude(now) <= kWithin * magnitude(then);
  c.is_constant = rows >= kFewestRows && now.low == now.high && then.low < then.high;
  const float span = then.high - then.low;
  c.is_elsewhere = then.low < then.high && (now.mean > then.high + span || now.mean < then.low - span);
  return c;
}

}  // namespace

bool lacks_channels_of(const Preprocessing &model, const Recordings &recordings) {
  return !are_places(model.channel_names) && !are_places(recordings.channels) &&
         !without(model.channel_names, recordings.channels).empty();
}

void take_channels_of(const Preprocessing &model, Recordings &recordings, const std::string &path,
                      Names &notes) {
  const Names &want = model.channel_names, there = recordings.channels;
  if (want.empty() || there == want) {  // as of models made by programs
    if (recordings.channel_count() == model.channels) return;
    throw Error(ErrorCode::kDataFormat, path,
                fmt::format("has {} channels, the model takes {}", there.size(), model.channels));
  }
  if (are_places(want) || are_places(there)) {
    if (there.size() != want.size())
      throw Error(ErrorCode::kDataFormat, path,
                  fmt::format("has {} channels, the model was trained on {}: {}", there.size(), want.size(),
                              fmt::join(want, ", ")));
    if (!are_places(want) || !are_places(there))
      notes.push_back(fmt::format("the columns are taken in their order, {} as {}, because {} no names",
                                  few_of(there), few_of(want),
                                  are_places(want) ? "the model's have" : "these have"));
    recordings.channels = want;
    return;
  }
  std::vector<size_t> places;
  for (const std::string &name : want) {
    places.push_back(place_in(there, name));
    if (places.back() == there.size()) refuse(model, there, path);
  }
  if (const Names others = without(there, want); !others.empty())
    notes.push_back(fmt::format("column {} {} not used: the model was not trained on {}", few_of(others),
                                others.size() == 1 ? "is" : "are", others.size() == 1 ? "it" : "them"));
  else
    notes.push_back(
        fmt::format("the columns {} are taken by name as the model's {}", few_of(there), few_of(want)));
  pick(recordings, places);
  recordings.channels = want;
}

void TrainingComparison::add(const Recordings &recordings) {
  channels_ = recordings.channels;
  if (rate_hz_ == 0) rate_hz_ = recordings.rate_hz;
  if (measured_rate_hz_ == 0) measured_rate_hz_ = recordings.measured_rate_hz;
  is_resampled_ = recordings.options.is_resampled;
  const size_t width = channels_.size();
  std::vector<std::span<const float>> parts;
  size_t rows = 0;
  for (const Recording &r : recordings.items) {
    parts.emplace_back(r.values.data(), r.values.size());
    rows += r.values.size() / width;
  }
  if (rows == 0) return;
  const std::vector<ChannelRange> added = channel_ranges(parts, width);
  if (rows_ == 0) ranges_ = added;
  for (size_t c = 0; c < width && rows_ > 0; ++c) ranges_[c] = joined(ranges_[c], rows_, added[c], rows);
  rows_ += rows;
}

void TrainingComparison::compare_rate(const Preprocessing &model, Names &notes) const {
  constexpr double kSame = 0.05;
  const double rate = measured_rate_hz_ > 0 ? measured_rate_hz_ : rate_hz_;
  if (!(rate > 0 && model.rate_hz > 0) || std::fabs(rate / model.rate_hz - 1) <= kSame) return;
  if (is_resampled_)
    notes.push_back(
        fmt::format("the recordings are sampled at {:.6g} Hz and were resampled to the {:.6g} Hz of the "
                    "training (data.resample)",
                    rate, rate_hz_));
  else
    notes.push_back(fmt::format(
        "the recordings are sampled at {:.6g} Hz, the model was trained at {:.6g} Hz, and nothing is "
        "resampled: a window covers {:.3g} s instead of {:.3g} s. With --set data.resample=true --set "
        "data.rate_hz={:g} they are brought to the model's rate",
        rate, model.rate_hz, model.window / rate, model.window / model.rate_hz, model.rate_hz));
}

void TrainingComparison::compare_ranges(const Preprocessing &model, Names &notes) const {
  constexpr double kNear = 0.3;  // other recordings are livelier, or less so, by as much
  const size_t width = channels_.size();
  if (model.channel_ranges.size() != width || rows_ == 0) return;
  std::vector<Change> changes;
  for (size_t c = 0; c < width; ++c) changes.push_back(change_of(model.channel_ranges[c], ranges_[c], rows_));
  const auto all = [&](bool Change::*is) {
    return std::all_of(changes.begin(), changes.end(), [&](const Change &c) { return c.*is; });
  };
  if (all(&Change::is_larger) || all(&Change::is_smaller)) {
    std::vector<double> factors;
    for (const Change &c : changes) factors.push_back(c.factor);
    const double factor = median(std::move(factors));
    // how loud a sound is says nothing of its unit, unless full scale is 1 in one of them
    constexpr double kOfLoudness = 1000;
    if (is_sound_channel(channels_[0]) && factor > 1 / kOfLoudness && factor < kOfLoudness) return;
    if (!(factor > 0)) {
      notes.push_back(
          "every channel is zero in these recordings, which none was in training: is the sensor connected?");
      return;
    }
    notes.push_back(fmt::format(
        "the values are {} than those that the model was trained on, in every channel, by a factor of {} "
        "(column "
        "{}: {:.3g} to {:.3g} now, {:.3g} to {:.3g} in training): bring the files to the unit of the "
        "training, or "
        "the answers mean little",
        factor > 1 ? "larger" : "smaller", factor_text(factor, kNear), channels_[0], ranges_[0].low,
        ranges_[0].high, model.channel_ranges[0].low, model.channel_ranges[0].high));
    return;
  }
  for (size_t c = 0; c < width; ++c) {
    const ChannelRange &then = model.channel_ranges[c];
    if (changes[c].is_constant)
      notes.push_back(
          fmt::format("column {} is constant ({:g}) in these recordings; in training it was {:.3g} to "
                      "{:.3g}: is the sensor connected?",
                      channels_[c], ranges_[c].low, then.low, then.high));
    else if (changes[c].is_larger || changes[c].is_elsewhere)
      notes.push_back(
          fmt::format("column {} is {:.3g} to {:.3g} in these recordings, {:.3g} to {:.3g} in training: "
                      "is it in the same unit?",
                      channels_[c], ranges_[c].low, ranges_[c].high, then.low, then.high));
  }
}

std::vector<std::string> TrainingComparison::sentences(const Preprocessing &model) const {
  std::vector<std::string> notes;
  compare_rate(model, notes);
  compare_ranges(model, notes);
  return notes;
}

}  // namespace mote

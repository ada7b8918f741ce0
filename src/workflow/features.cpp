// `mote features`: one block on one file. The block is a step like those of a preprocessing (features/); here
// a file becomes windows, and what it says of its rate becomes a setting.
//
// Files are read as recordings are, but nothing is cut: a file is a window.
#include "mote/features.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.h"
#include "base/files.h"
#include "data/image.h"
#include "data/npy.h"
#include "data/readers/readers.h"
#include "data/sound.h"
#include "features/feature_def.h"
#include "features/preprocessing.h"
#include "mote/recordings.h"

namespace mote {

namespace {

constexpr const char *kRate = "rate_hz";

// What a file gives: n windows of [rows, channels].
struct BlockInput {
  size_t windows = 1;
  int rows = 0, channels = 0;
  int height = 0, width = 0;  // of pictures
  std::vector<float> values;
  double rate_hz = 0;         // 0: the file does not say
  bool is_list = false;       // an array of windows
  bool may_be_mixed = false;  // channels of a sound
  std::vector<std::string> notes;
};

int checked_length(size_t count, const std::string &path) {
  if (count == 0 || count > kMostFeatures)
    throw Error(ErrorCode::kDataFormat, path, count == 0 ? "is empty" : "is too long for one window");
  return static_cast<int>(count);
}

BlockInput sound_input(const std::string &bytes, const std::string &path) {
  Sound sound = parse_sound(bytes, path);
  BlockInput in;
  in.rows = checked_length(sound.frames(), path);
  in.channels = sound.channels;
  in.rate_hz = sound.rate_hz;
  in.may_be_mixed = true;
  if (!sound.note.empty()) in.notes.push_back(path + ": " + sound.note);
  in.values.assign(sound.samples.begin(), sound.samples.end());
  return in;
}

BlockInput array_input(const std::string &bytes, const std::string &path) {
  const NpyArray array = parse_npy(bytes, path);
  BlockInput in;
  const size_t dims = array.shape.size();
  in.is_list = dims > 1;
  in.windows = in.is_list ? array.shape[0] : 1;
  in.channels = checked_length(dims > 2 ? array.shape[dims - 1] : 1, path);
  if (in.windows == 0 || array.values.empty()) throw Error(ErrorCode::kDataFormat, path, "is empty");
  in.rows = checked_length(array.values.size() / in.windows / static_cast<size_t>(in.channels), path);
  if (dims == 4) {  // pictures
    in.height = checked_length(array.shape[1], path);
    in.width = checked_length(array.shape[2], path);
  }
  in.values.assign(array.values.begin(), array.values.end());
  return in;
}

BlockInput image_input(const std::string &bytes, const std::string &path) {
  const Image image = parse_image(bytes, path);
  BlockInput in;
  in.rows = image.height * image.width;
  in.height = image.height;
  in.width = image.width;
  in.channels = image.channels;
  in.values.assign(image.pixels.begin(), image.pixels.end());
  if (image.was_turned) in.notes.push_back(path + ": is turned as its EXIF says");
  if (!image.note.empty()) in.notes.push_back(fmt::format("{}: {}", path, image.note));
  return in;
}

// Columns mean what they mean in a project: a clock is none of the channels. Recordings in one file are
// windows, which have one length.
BlockInput table_input(const std::string &path) {
  const Recordings set = load_recordings(path, {.model = ForModel{.uses_labels = false}});
  BlockInput in;
  in.windows = set.items.size();
  in.is_list = in.windows > 1;
  if (in.windows == 0) throw Error(ErrorCode::kDataFormat, path, "holds no recording");
  in.rows = checked_length(static_cast<size_t>(set.items[0].rows), path);
  in.channels = set.channel_count();
  in.rate_hz = set.rate_hz;
  in.notes = set.reading;
  for (const Recording &r : set.items) {
    if (r.rows != in.rows)
      throw Error(ErrorCode::kDataFormat, path,
                  fmt::format("holds recordings of {} and of {} rows", in.rows, r.rows),
                  "give files of one recording each");
    in.values.insert(in.values.end(), r.values.begin(), r.values.end());
  }
  return in;
}

BlockInput read_input(const std::string &path) {
  const std::string bytes = read_file(path);
  const ReadFile reader = reader_of(path);
  if (bytes.starts_with("\x93NUMPY")) return array_input(bytes, path);
  // pictures (WebP) and films are RIFF, too
  const bool is_wave = bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WAVE");
  if (reader == read_sound || is_wave || bytes.starts_with("RF64") || bytes.starts_with("FORM") ||
      bytes.starts_with("fLaC") || bytes.starts_with("OggS"))
    return sound_input(bytes, path);
  if (reader == read_picture) return image_input(bytes, path);
  if (const ReadFile tables = read_delimited; reader == tables) return table_input(path);
  throw Error(ErrorCode::kDataFormat, path, "is no file that a block takes",
              "give a sound (WAV, FLAC, OGG, AIFF), a .npy, a table or an image");
}

Attr attr_of(const AttrSpec &spec, const std::string &key, const std::string &text) {
  const auto refuse = [&](const char *wanted) -> Error {
    return Error(ErrorCode::kInvalidArgument, "--set " + key, fmt::format("'{}' is not {}", text, wanted));
  };
  if (std::holds_alternative<std::string>(spec.fallback)) return text;
  const char *const end = text.data() + text.size();
  double number = 0;
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const bool is_number = error == std::errc() && stop == end && std::isfinite(number);
  if (std::holds_alternative<double>(spec.fallback)) {
    if (!is_number) throw refuse("a number");
    return number;
  }
  if (std::holds_alternative<int64_t>(spec.fallback)) {
    if (!is_number || number != std::floor(number) || std::fabs(number) > 1e15) throw refuse("an integer");
    return static_cast<int64_t>(number);
  }
  std::vector<int64_t> list;
  for (const char *at = text.data(); at < end;) {
    int64_t item = 0;
    const auto [after, problem] = std::from_chars(at, end, item);
    if (problem != std::errc() || (after < end && *after != ',')) throw refuse("a list of integers: 1,2,3");
    list.push_back(item);
    at = after + 1;
  }
  return list;
}

const AttrSpec *spec_of(const FeatureDef &block, const std::string &key) {
  const auto found = std::find_if(block.attrs.begin(), block.attrs.end(),
                                  [&](const AttrSpec &spec) { return spec.name == key; });
  return found == block.attrs.end() ? nullptr : &*found;
}

Attrs given_attrs(const FeatureDef &block, const std::vector<std::string> &assignments) {
  Attrs given;
  for (const std::string &assignment : assignments) {
    const size_t sign = assignment.find('=');
    if (sign == std::string::npos || sign == 0)
      throw Error(ErrorCode::kInvalidArgument, "--set " + assignment, "is not KEY=VALUE");
    const std::string key = assignment.substr(0, sign), text = assignment.substr(sign + 1);
    const AttrSpec *spec = spec_of(block, key);
    given[key] = spec == nullptr ? Attr(text) : attr_of(*spec, key, text);
  }
  return given;
}

// A file that knows its rate is not taken for one of another rate.
void take_rate(const FeatureDef &block, BlockInput &in, const std::string &path, Attrs &given) {
  const AttrSpec *spec = spec_of(block, kRate);
  if (spec == nullptr) return;
  if (in.rate_hz == 0) {
    if (!given.contains(kRate) && spec->low > 0)
      in.notes.push_back(fmt::format("{}: does not say its rate, taken as {} a second; --set {} says it",
                                     path, setting_text(spec->fallback), kRate));
    return;
  }
  if (!given.contains(kRate)) {
    given[kRate] = in.rate_hz;
  } else if (std::fabs(given.number(kRate) - in.rate_hz) > 1e-3 * in.rate_hz) {
    throw Error(
        ErrorCode::kInvalidArgument, path,
        fmt::format("has {:g} samples a second, {} says {:g}", in.rate_hz, kRate, given.number(kRate)),
        "leave the setting out: the file's own rate is taken");
  }
}

Shape window_of(const FeatureDef &block, const BlockInput &in) {
  return block.takes_pictures && in.height > 0 ? Shape{in.height, in.width, in.channels}
                                               : Shape{in.rows, in.channels};
}

// Blocks of one channel take the mean of a sound's.
void mix_if_needed(const FeatureDef &block, const PreprocessingStep &step, BlockInput &in) {
  if (!in.may_be_mixed || in.channels < 2) return;
  try {
    block.shape(step, window_of(block, in));
  } catch (const Error &) {
    const Sound sound = mixed_down({in.channels, in.rate_hz, {in.values.begin(), in.values.end()}, {}});
    in.notes.push_back(fmt::format("its {} channels were mixed to one, their mean", in.channels));
    in.values.assign(sound.samples.begin(), sound.samples.end());
    in.channels = 1;
  }
}

bool stands_alone(const FeatureDef &block) { return block.apply.is_given() && !block.stands_flat; }

}  // namespace

std::vector<FeatureBlock> feature_blocks() {
  std::vector<FeatureBlock> blocks;
  for (const FeatureDef *block : all_features())
    if (stands_alone(*block)) blocks.push_back({block->name, block->doc, block->attrs});
  std::sort(blocks.begin(), blocks.end(),
            [](const FeatureBlock &a, const FeatureBlock &b) { return a.name < b.name; });
  return blocks;
}

std::string setting_text(const Attr &value) {
  if (const auto *text = std::get_if<std::string>(&value)) return *text;
  if (const auto *number = std::get_if<double>(&value)) return fmt::format("{:g}", *number);
  if (const auto *number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  return fmt::format("{}", fmt::join(std::get<std::vector<int64_t>>(value), ","));
}

std::string feature_blocks_markdown() {
  std::string text;
  for (const FeatureBlock &block : feature_blocks()) {
    text += fmt::format("## {}\n\n{}.\n\n| setting | default | meaning |\n|---|---|---|\n", block.name,
                        block.doc);
    for (const AttrSpec &spec : block.settings) {
      std::string meaning = spec.doc, fallback = setting_text(spec.fallback);
      if (std::holds_alternative<std::string>(spec.fallback) && !fallback.empty())
        fallback = "`" + fallback + "`";
      if (!spec.choices.empty()) meaning += fmt::format(": `{}`", fmt::join(spec.choices, "`, `"));
      text += fmt::format("| `{}` | {} | {} |\n", spec.name, fallback, meaning);
    }
    text += "\n";
  }
  return text;
}

FeatureArray run_feature_block(const std::string &name, const std::vector<std::string> &assignments,
                               const std::string &input) {
  const FeatureDef &block = feature_by_name(name);
  if (!stands_alone(block))
    throw Error(ErrorCode::kUnsupported, "block " + name, "is fitted to the recordings of a project",
                "it is a setting of mote train");
  BlockInput in = read_input(input);
  Attrs given = given_attrs(block, assignments);
  take_rate(block, in, input, given);
  PreprocessingStep step{block.name, complete_attrs("block " + name, block.attrs, given), {}};
  mix_if_needed(block, step, in);
  const Shape shape = window_of(block, in), out = block.shape(step, shape);
  for (const float v : in.values)
    if (!std::isfinite(v)) throw Error(ErrorCode::kDataFormat, input, "holds a value that is not finite");
  block.fit.get()(step, shape, in.values.data(), in.windows);
  const size_t from = shape.elements(), to = out.elements();
  if (to > kMostFeatures)
    throw Error(ErrorCode::kInvalidArgument, "block " + name, fmt::format("gives {} values of a window", to),
                fmt::format("at most {} can be kept", kMostFeatures));
  FeatureArray features;
  features.type = block.array_type;
  features.notes = std::move(in.notes);
  features.values.resize(in.windows * to);
  std::vector<float> work(block.work_floats(step, shape));
  for (size_t i = 0; i < in.windows; ++i)
    block.apply.get()(step, shape, in.values.data() + i * from, work.data(), features.values.data() + i * to);
  for (const float v : features.values)
    if (!std::isfinite(v))
      throw Error(ErrorCode::kDataFormat, input,
                  fmt::format("gives features of '{}' that are not finite", name),
                  "its values are too large or too small for float32: bring them to another unit");
  if (in.is_list) features.shape.push_back(in.windows);
  for (int d = 0; d < out.rank(); ++d)
    if (out.rank() > 1 && d == 0 && out[0] == 1)
      continue;
    else
      features.shape.push_back(static_cast<size_t>(out[d]));
  return features;
}

template <class T>
static std::string bytes_of(const std::vector<float> &values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  auto *to = reinterpret_cast<T *>(bytes.data());
  std::transform(values.begin(), values.end(), to, [](float v) { return static_cast<T>(v); });
  return bytes;
}

std::string format_feature_array(const FeatureArray &f) {
  std::string bytes;
  if (f.type == "<u2")
    bytes = bytes_of<uint16_t>(f.values);
  else if (f.type == "<i2")
    bytes = bytes_of<int16_t>(f.values);
  else if (f.type == "|i1")
    bytes = bytes_of<int8_t>(f.values);
  else
    bytes = bytes_of<float>(f.values);
  return format_npy(f.type, f.shape, bytes);
}

}  // namespace mote

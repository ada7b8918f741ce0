// Settings of the project itself, its recordings and their split.
#include <fmt/format.h>

#include "base/files.h"
#include "project/entries.h"

namespace mote {

namespace {

constexpr int64_t kMostRows = 1 << 24;

const NameTable<ShortRecordings> kPadding({{"skip", ShortRecordings::kSkip},
                                           {"zero", ShortRecordings::kZero},
                                           {"edge", ShortRecordings::kEdge}});
const NameTable<LabelFrom> kLabelFrom({{"auto", LabelFrom::kAuto},
                                       {"stem", LabelFrom::kStem},
                                       {"folder", LabelFrom::kFolder},
                                       {"top", LabelFrom::kTopFolder},
                                       {"name", LabelFrom::kName}});
const NameTable<RowsAre> kRows({{"auto", RowsAre::kAuto},
                                {"samples", RowsAre::kSamples},
                                {"examples", RowsAre::kExamples}});
const NameTable<ArrayAxes> kAxes({{"auto", ArrayAxes::kAuto},
                                  {"rows_channels", ArrayAxes::kRowsChannels},
                                  {"channels_rows", ArrayAxes::kChannelsRows}});
const NameTable<GroupBy> kGroupBy({{"recording", GroupBy::kRecording},
                                   {"file", GroupBy::kFile},
                                   {"folder", GroupBy::kFolder},
                                   {"group", GroupBy::kColumn}});
const NameTable<ImageFit> kImageFit({{"crop", ImageFit::kCrop},
                                     {"stretch", ImageFit::kStretch},
                                     {"pad", ImageFit::kPad}});
const NameTable<bool> kOrder({{"shuffled", false}, {"in_file", true}});

Setting name_setting() {
  Setting s = text(
      "name", [](auto &p) -> auto & { return p.name; }, "of the project and its model");
  s.set = [](Project &p, const Value &v) {
    if (v.get<std::string>().empty()) throw Refusal{"must not be empty"};
    p.name = v.get<std::string>();
  };
  return std::move(s).or_else("the folder's name");
}

Setting seed_setting() {
  Setting s = integer(
      "seed", [](auto &p) -> auto & { return p.train.seed; }, 0, INT64_MAX,
      "of splits, initial weights, order and augmentation");
  s.set = [](Project &p, const Value &v) {
    p.train.seed = v.get<uint64_t>();
    p.split.seed = p.train.seed;  // split.seed may say otherwise
  };
  return s;
}

Setting image_channels_setting() {
  Setting s = integer(
      "data.image_channels", [](auto &p) -> auto & { return p.load.image_channels; }, 0, 3,
      "of images: 1 grey, 3 colour, 0 as the first file");
  s.set = [](Project &p, const Value &v) {
    if (v == 2) throw Refusal{"expected 1 (grey) or 3 (colour)"};
    p.load.image_channels = v.get<int>();
  };
  return s;
}

// [height, width], or one number for both. Images are then fitted.
Setting image_size_setting() {
  static constexpr int64_t kLargest = 4096, kMostPixels = int64_t{1} << 20;
  return Setting{
      "data.image_size", SettingKind::kOther,
      "images of other sizes are brought to this one: `[height, width]`, or a number for both",
      [](const Project &p) {
        const ImageInput &image = p.load.image;
        return image.is_set() ? Value{image.height, image.width} : Value(nullptr);
      },
      [](Project &p, const Value &v) {
        const Value sides = v.is_number() ? Value{v, v} : v;
        const bool is_size = sides.is_array() && sides.size() == 2 &&
                             std::all_of(sides.begin(), sides.end(), [](const Value &side) {
                               return side.is_number_integer() && side >= 1 && side <= kLargest;
                             });
        if (!is_size) throw Refusal{fmt::format("expected [height, width], each from 1 to {}", kLargest)};
        const int64_t pixels = sides[0].get<int64_t>() * sides[1].get<int64_t>();
        if (pixels > kMostPixels)
          throw Refusal{
              fmt::format("{} pixels are {:.0f} MB for each colour picture while a network is trained, "
                          "and more than a microcontroller has memory for",
                          pixels, 12e-6 * static_cast<double>(pixels)),
              fmt::format("at most {} pixels, such as 1024 x 1024; most boards take 96 x 96", kMostPixels)};
        p.load.image.height = sides[0].get<int>();
        p.load.image.width = sides[1].get<int>();
      }}
      .or_else("all have the first one's size");
}

}  // namespace

std::vector<Setting> data_settings() {
  return {
      name_setting(),
      seed_setting(),
      text(
          "data.path", [](auto &p) -> auto & { return p.data_given; }, "folder of recordings"),
      text(
          "data.source", [](auto &p) -> auto & { return p.data_source; },
          "who made the recordings and where they are from; told in the report")
          .or_else("not said"),
      text(
          "data.license", [](auto &p) -> auto & { return p.data_license; },
          "what the recordings may be used for, such as CC-BY-4.0; told in the report")
          .also({"licence"})
          .or_else("not said"),
      integer(
          "data.window", [](auto &p) -> auto & { return p.load.window; }, 1, kMostRows, "rows per example")
          .or_else("the shortest recording"),
      integer(
          "data.stride", [](auto &p) -> auto & { return p.load.stride; }, 1, kMostRows,
          "rows from one example to the next")
          .or_else("data.window"),
      choice(
          "data.padding", [](auto &p) -> auto & { return p.load.short_recordings; }, kPadding,
          "recordings shorter than the window: left out, or filled with zeros or their last row"),
      number(
          "data.rate_hz", [](auto &p) -> auto & { return p.load.rate_hz; }, 0, 1e9,
          "sampling rate, if there is no time column")
          .in("Hz")
          .or_else("from the time column"),
      integer(
          "data.rows_per_recording", [](auto &p) -> auto & { return p.load.rows_per_recording; }, 1,
          kMostRows, "for files without separators")
          .or_else("separators"),
      choice(
          "data.label_from", [](auto &p) -> auto & { return p.load.label_from; }, kLabelFrom,
          "where a class has its name from: the file without what numbers it (stem) or with it (name), its "
          "folder, "
          "or the first folder below data.path"),
      text(
          "data.label_column", [](auto &p) -> auto & { return p.load.label_column; },
          "by name: the class of a row")
          .or_else("by its usual names"),
      text(
          "data.id_column", [](auto &p) -> auto & { return p.load.id_column; },
          "by name: the recording of a row")
          .or_else("by its usual names"),
      text(
          "data.time_column", [](auto &p) -> auto & { return p.load.time_column; }, "by name")
          .or_else("by its usual names and by what counts time"),
      text(
          "data.group_column", [](auto &p) -> auto & { return p.load.group_column; },
          "by name: the person or device of a row")
          .or_else("by its usual names"),
      texts(
          "data.channels", [](auto &p) -> auto & { return p.load.channels; }, "only these columns")
          .or_else("all that are sensors"),
      texts(
          "data.drop_columns", [](auto &p) -> auto & { return p.load.drop_columns; }, "never these columns")
          .or_else("none"),
      texts(
          "data.files", [](auto &p) -> auto & { return p.load.files; },
          "only these files and folders of data.path")
          .or_else("all"),
      texts(
          "data.exclude", [](auto &p) -> auto & { return p.load.exclude; },
          "not these files, nor these recordings, as findings name them: `a.csv:12`")
          .or_else("none"),
      text(
          "data.intervals", [](auto &p) -> auto & { return p.load.intervals; },
          "a table beside the recordings: recording, class, begin and end (rows or seconds)")
          .or_else("none"),
      texts(
          "data.join", [](auto &p) -> auto & { return p.load.join; },
          "words that tell apart the files of one recording: `[\"acc\", \"gyro\"]` puts acc_7.txt and "
          "gyro_7.txt "
          "side by side")
          .or_else("none"),
      texts(
          "data.file_names", [](auto &p) -> auto & { return p.load.file_names; },
          "patterns of what the names of files say: `[\"{label}_{group}_*\"]`, with `*` any text and `?` one "
          "character")
          .or_else("none"),
      choice(
          "data.rows", [](auto &p) -> auto & { return p.load.rows; }, kRows,
          "whether a row of a table is a sample of a recording or an example of its own"),
      choice(
          "data.axes", [](auto &p) -> auto & { return p.load.axes; }, kAxes,
          "of an array of three dimensions, what follows the examples; `auto`: by how the values run"),
      toggle(
          "data.resample", [](auto &p) -> auto & { return p.load.is_resampled; },
          "bring recordings to data.rate_hz: rows of tables by the time column, linearly; sounds "
          "band-limited"),
      texts(
          "data.class_names", [](auto &p) -> auto & { return p.load.class_names; },
          "names for classes that are integers: of 0, 1, 2, ... by value, else in their order")
          .or_else("the integers"),
      texts(
          "data.labels", [](auto &p) -> auto & { return p.load.labels; }, "only these classes, in this order")
          .or_else("all, sorted"),
      toggle(
          "data.skip_bad_rows", [](auto &p) -> auto & { return p.load.skip_bad_rows; },
          "drop rows that cannot be read (reported) instead of refusing the file"),
      toggle(
          "data.skip_bad_files", [](auto &p) -> auto & { return p.load.skip_bad_files; },
          "leave out files that cannot be read (reported) instead of refusing to train"),
      image_channels_setting(),
      image_size_setting(),
      choice(
          "data.image_fit", [](auto &p) -> auto & { return p.load.image.fit; }, kImageFit,
          "how: `crop` takes the middle, as large as goes, `stretch` changes the shape, `pad` puts the whole "
          "between black bars"),
      number(
          "split.train", [](auto &p) -> auto & { return p.split.train; }, 0, 1,
          "share of training; the three add up to 1"),
      number(
          "split.val", [](auto &p) -> auto & { return p.split.val; }, 0, 1, "share of validation"),
      number(
          "split.test", [](auto &p) -> auto & { return p.split.test; }, 0, 1, "share of the test"),
      choice(
          "split.by", [](auto &p) -> auto & { return p.split.by; }, kGroupBy,
          "what stays together; `group` is a person: a folder, `data.group_column` or of `data.file_names`"),
      choice(
          "split.order", [](auto &p) -> auto & { return p.split.in_order; }, kOrder,
          "`in_file`: the last recordings of each file are the test set; of groups (files, folders) "
          "the last by name"),
      texts(
          "split.test_groups", [](auto &p) -> auto & { return p.split.test_groups; },
          "these folders or groups are the test set, instead of a share; `test` is also what names of "
          "folders "
          "or files call so")
          .or_else("none"),
      texts(
          "split.val_groups", [](auto &p) -> auto & { return p.split.val_groups; },
          "the same of the validation, whose part is `val`")
          .or_else("none"),
      integer(
          "split.seed", [](auto &p) -> auto & { return p.split.seed; }, 0, INT64_MAX, "of the split alone")
          .or_else("seed"),
  };
}

}  // namespace mote

// Recordings: labelled stretches of sensor samples as they were recorded, before any window is cut.
//
// Read from CSV, .npy, .npz, sounds, PNG, JPEG, MNIST's files and Edge Impulse's; every row or file that was
// not used is a Finding with its place. Which files are read how: docs/formats.md.
//
// Shapes: values are [rows, channels].
// Units: as the files have them; rates in Hz, first_line from 1.
// Errors: kNotFound, kDataFormat naming file, line and what was expected.
// Ownership/Threads: values that own their memory, or map it from a file (mote/spill.h).
//
// Example:
//   auto recordings = mote::load_recordings("data/", {.window = 100, .stride = 50});
//   for (const mote::Finding &finding : mote::lint(recordings)) std::cout << finding.message << "\n";
//   auto data = recordings.split({.train = .7, .val = .15, .test = .15, .by = mote::recording, .seed = 7});
//   std::cout << data.train.size() << " windows to train on, " << data.classes() << " classes\n";
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mote/dataset.h"
#include "mote/preprocessing.h"
#include "mote/shape.h"

namespace mote {

enum class Severity { kNote, kWarning, kError };

struct Finding {
  Severity severity;
  std::string where;  // file:line or class
  std::string message;
  bool is_question = false;  // only a person can tell
  // Of those by which figures look better than they are: what kind it is, every file, and what to do.
  std::string kind = {}, remedy = {};
  std::vector<std::string> files = {};
};

// A file as it was when it was read: a table, an array, an image, or what lies beside one (y.npy).
struct SourceFile {
  std::string path;
  uint64_t bytes = 0;
  std::string sha256;
};

struct Recording {
  std::string label, file, group;
  long first_line = 0;  // 1-based; 0 where the format has no lines
  int rows = 0;
  SensorValues values;    // [rows, channels]
  std::string part = {};  // "train", "val" or "test", as names of its folders or its file say; "": none does
};

enum class LabelFrom { kAuto, kStem, kFolder, kTopFolder, kName };  // kName: the stem with its number
enum class RowsAre { kAuto, kSamples, kExamples };
enum class ArrayAxes { kAuto, kRowsChannels, kChannelsRows };  // of an array [examples, ., .]
enum class GroupBy { kRecording, kFile, kFolder, kColumn };
enum class ShortRecordings { kSkip, kZero, kEdge };
inline constexpr GroupBy recording = GroupBy::kRecording, file = GroupBy::kFile, folder = GroupBy::kFolder;

// What there is to know of files that a trained model shall answer: arrays and tables that could be read in
// two ways are read as its examples, names are its classes where they can be, and no file needs a class.
struct ForModel {
  int window = 0, channels = 0;          // of its examples; 0: not known
  std::vector<std::string> labels = {};  // its classes
  bool uses_labels = true;               // false: what the files say of classes does not matter
  // Of a table that has all of these, other columns may hold anything.
  std::vector<std::string> channels_used = {};
};

// The classes of a detector of anomalies, in the order of its outputs: "normal" and "anomaly".
const std::vector<std::string> &detector_labels();
// Of these, what a class or a mark is to a detector: `normal` and the word "normal" itself are normal, all
// else is an anomaly.
const std::string &detector_class(const std::vector<std::string> &normal, const std::string &label);

struct LoadOptions {
  int window = 0;  // rows per example; 0: the length of the shortest recording
  int stride = 0;  // rows between examples; 0: = window
  ShortRecordings short_recordings = ShortRecordings::kSkip;
  double rate_hz = 0;          // 0: from the time column, if there is one
  int rows_per_recording = 0;  // for files without separators; 0: separators only
  LabelFrom label_from = LabelFrom::kAuto;
  // "" = by usual names and by what the columns hold (columns.h)
  std::string time_column = "", group_column = "", label_column = "", id_column = "";
  std::vector<std::string> channels = {};      // use only these columns; empty: all that are sensors
  std::vector<std::string> drop_columns = {};  // never these
  std::vector<std::string> files = {};         // of the folder, only these files and folders; empty: all
  std::vector<std::string> exclude = {};       // files, or recordings as findings name them: "a.csv:12"
  // Words that tell apart the files of one recording, whose columns are put side by side: {"acc", "gyro"} for
  // acc_7.txt and gyro_7.txt.
  std::vector<std::string> join = {};
  // Patterns of file names that hold the class ({label}), the group ({group}), or both: "{label}_{group}_*".
  // The first that fits counts; a file that none fits is refused.
  std::vector<std::string> file_names = {};
  RowsAre rows = RowsAre::kAuto;  // of a table: each row a sample, or an example of its own
  ArrayAxes axes = ArrayAxes::kAuto;
  bool is_resampled = false;  // onto rate_hz: tables by the time column, linearly; sounds band-limited
  std::vector<std::string> class_names = {};  // for classes that are integers: of 0, 1, ...
  // What the files call these, in the same order, where it is known from a training; as read, it stands here.
  std::vector<std::string> class_labels = {};
  std::vector<std::string> labels = {};  // use only these classes, in this order; empty: all, sorted
  bool skip_bad_rows = false;            // drop rows that cannot be read instead of failing
  int image_channels = 0;                // of images: 1 grey, 3 colour; 0: as the first file
  // Images are brought to it; of no size: all have the first one's.
  ImageInput image = {0, 0, ImageFit::kCrop};
  bool needs_classes = true;           // false: one class is enough, as for an autoencoder
  std::optional<ForModel> model = {};  // of files that are not trained on
  // A table in the folder that says which rows of which recording are of which class; "": none
  std::string intervals = "";
  // Of a detector of anomalies: these classes become "normal", all others "anomaly"; no window of an anomaly
  // is trained or validated on. Empty: classes are as the files have them.
  std::vector<std::string> normal = {};
  bool skip_bad_files = false;  // leave out files that cannot be read, each named, instead of failing
};

struct SplitOptions {
  double train = 0.7, val = 0.15, test = 0.15;
  GroupBy by = GroupBy::kRecording;
  uint64_t seed = 7;
  bool in_order = false;  // the last recordings of each file, or the last groups, are test, before them val
  // Groups, or parts of the set as names give them ("test"), that are the test set, and the validation;
  // `test` and `val` are ignored then.
  std::vector<std::string> test_groups = {}, val_groups = {};
};

// Where each recording went, one letter each: 't' train, 'v' validation, 'x' test, '-' none (too short).
using Parts = std::string;

struct Splits {
  Dataset train, val, test;
  std::string name;  // of the fold
  Parts parts = {};
  // More windows to train on, and for nothing else: the training recordings as a device that looks at every
  // stretch of a stream meets them, some of kNoClass. Empty where the policy is not `stream`.
  Dataset stream = {};
  int classes() const { return train.labels.size(); }
};

struct Recordings {
  std::vector<std::string> labels;    // class names; an example's class is an index into it
  std::vector<std::string> channels;  // column names
  double rate_hz = 0;                 // of the values: data.rate_hz, or by the time column; 0: not known
  double lowest_rate_hz = 0;          // of files that state one each, before any resampling; 0: some do not
  double measured_rate_hz = 0;  // by the time column of the files, before any resampling; 0: there is none
  std::vector<Recording> items;
  std::vector<Finding> findings;
  std::vector<std::string> reading;  // how the files were read: where labels come from, what columns mean
  bool is_features = false;          // an example is a list of features, not a stretch of time
  std::vector<float> given_mean, given_deviation;  // as in Dataset
  std::vector<SourceFile> files;                   // that were read, in this order, each once
  LoadOptions options;
  int image_height = 0, image_width = 0;  // of images; each is a recording of height * width rows

  // Of one example: (window, channels), or (height, width, channels) of images.
  Shape input_shape() const;
  int channel_count() const { return channels.size(); }
  int window() const;  // resolved
  int stride() const;
  // Each recording in place, as Preprocessing::running_mean says; 0 rows: as they are.
  void take_off_running_mean(int rows);
  bool is_of_detector() const { return !options.normal.empty(); }  // classes are detector_labels()

  // Whole groups go to one side; classes keep their shares where every group has one class.
  // Errors: kDataFormat when a class has too few groups, or a side stays empty.
  Splits split(const SplitOptions &options = {}) const;
  std::vector<Splits> k_fold(int folds, const SplitOptions &options) const;  // fold k is test in split k
  std::vector<Splits> leave_one_group_out(const SplitOptions &options) const;
  // As it was divided before. Errors: kDataFormat when there are not as many recordings.
  Splits parted(const Parts &parts) const;
  Dataset all() const;  // every window
  // Every window in order, at most so many at a time, so that they are never in memory all together. The
  // first of a recording has row 0 in its source.
  void each_part(size_t windows, const std::function<void(const Dataset &part)> &take) const;
  Dataset windows_of(const std::vector<size_t> &recordings) const;
};

// Reads a folder (or one file). Errors: kNotFound, kDataFormat naming file, line and what was expected.
// With `keep_going` bad input becomes findings of severity kError instead of an exception (for `mote data`).
Recordings load_recordings(const std::string &path, const LoadOptions &options = {}, bool keep_going = false);

// Files that are known: their names decide class, group and order as ever, `read` gives their bytes, wherever
// these are now.
struct FileSource {
  std::vector<std::string> recordings, companions;
  std::function<std::string(const std::string &path)> read;
};
// Reads these and no others; `path` is the folder that they are, or were, in. Errors: as above.
Recordings load_recordings(const std::string &path, const LoadOptions &options, const FileSource &source);

// Errors: kDataFormat naming the first recording that holds a value that is no number, which no model can
// use.
void check_finite(const Recordings &recordings);

// A warning where names divide the recordings and the split divides them anew.
std::vector<Finding> split_findings(const Recordings &recordings, const SplitOptions &split);

// Findings of kind "groups" for a split that ignores the groups there are; empty: it keeps them, or there are
// none.
std::vector<Finding> group_findings(const Recordings &recordings, const SplitOptions &split,
                                    const Parts &parts);

// Looks for what makes figures better than a device will be: the same or nearly the same recording on both
// sides of the split, windows that overlap across it, speakers on both sides, classes that format, length,
// level or rate gives away, order, silence, offsets, a test set too small to tell. docs/data-check.md has
// each. Numerics: deterministic; time linear in the values, memory in the recordings.
std::vector<Finding> lint_split(const Recordings &recordings, const SplitOptions &split, const Parts &parts);

// Looks for what tends to go wrong: NaN, constant or clipped channels, duplicates, imbalance, tiny classes.
std::vector<Finding> lint(const Recordings &recordings);

}  // namespace mote

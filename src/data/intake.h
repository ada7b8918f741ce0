// Intake: what readers fill. They say what a file holds; what it means for the set is decided here and
// afterwards.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/files.h"
#include "data/columns.h"
#include "data/image.h"
#include "data/label_book.h"
#include "data/stream_file.h"
#include "data/table_part.h"
#include "mote/recordings.h"

namespace mote {

struct FoundFile {
  fs::path path;
  std::string folder, top_folder, stem;  // its folder and the first below the root, "" at the root
  std::string part = {};                 // as of a Recording
};

// What a file changes of an Intake that takes it.
struct IntakeState {
  size_t recordings = 0, tables = 0;
  std::vector<std::string> channels;
  double rate_hz = 0, marked_files_s = 0, unmarked_s = 0;
  int image_height = 0, image_width = 0;
  bool is_features = false, is_named = false;
  std::string first_file;
  std::map<double, size_t> files_of_rate;
};

class Intake {
 public:
  // `part`: of the only file, which is a table; nullptr: it is read as a whole.
  Intake(const LoadOptions &options, bool keep_going, const FileSource *source, TablePart *part = nullptr)
      : keep_going_(keep_going), source_(source), part_(part) {
    set_.options = options;
  }

  // Every byte of data comes through here, and is noted in Recordings::files.
  std::string read(const fs::path &path);
  bool has_companion(const fs::path &path) const;  // beside a file

  const LoadOptions &options() const { return set_.options; }
  TablePart *part() { return part_; }
  // Recordings stay whole, and where they would be cut by classes become marks; nullptr: they are cut.
  void keep_whole(StreamMarks *marks) { stream_ = marks; }
  StreamMarks *stream() { return stream_; }
  bool has_known_files() const { return source_ != nullptr; }
  bool keeps_going() const { return keep_going_; }
  Recordings &set() { return set_; }

  void add(Severity severity, const std::string &where, const std::string &message) {
    set_.findings.push_back({severity, where, message});
  }
  // What only a person can tell.
  void ask(const std::string &where, const std::string &question) {
    set_.findings.push_back({Severity::kWarning, where, question, true});
  }
  // A warning that many files may give for one cause: beyond three, the first stands for all (finish_alike).
  void add_alike(const std::string &cause, const std::string &where, const std::string &message,
                 Severity severity = Severity::kWarning);
  void finish_alike();
  void say(const std::string &how);  // once, whatever the number of files
  [[noreturn]] static void fail(const std::string &where, const std::string &message,
                                const std::string &hint = "");

  // What is wrong with one file, which gives nothing then: a finding, or with the others of its kind an error
  // that throw_bad_files() throws.
  void take_error(const Error &error, const std::string &file);
  IntakeState state() const;
  void restore(IntakeState state);           // as if the files since then were not there
  void throw_bad_files(size_t files) const;  // of so many

  // Problems of rows become findings, or the first of them an error.
  void report(const std::vector<Finding> &problems, bool is_fatal);

  // All files must give the same channels; names that a file does not have are those of the others.
  void check_channels(const std::vector<std::string> &names, bool has_names, const std::string &path);
  // The same, for columns that may stand in another order than those of the files before: `columns` are
  // brought into that order.
  void check_columns(std::vector<std::string> names, std::vector<size_t> &columns, bool has_names,
                     const std::string &path);
  void add_table(TableFile table) { tables_.push_back(std::move(table)); }
  void add_recording(Recording recording) { set_.items.push_back(std::move(recording)); }
  // Sounds of several channels are their mean where the model, or another sound, has one channel.
  bool wants_one_sound_channel() const;
  void take_one_sound_channel();  // of a sound that has one, or now has
  void count_mixed(const std::string &path) { mixed_.insert(path); }
  void mix_sounds();  // those that were read before it; says which they are
  // All images must have one size and one number of channels.
  void add_image(const std::string &label, const std::string &path, const std::string &folder, long line,
                 const Image &image);
  // In seconds between rows of one file: its rate, beside those of the files before.
  void check_rate(double rate_hz, const std::string &path);
  // Of a file before it was resampled, which makes no difference to the others.
  void count_rate(double rate_hz, const std::string &path);
  // Of the seconds of such a file that is cut by marks, those in none.
  void count_unmarked(double all_s, double unmarked_s);
  void sum_up();  // what was counted

  std::vector<TableFile> &tables() { return tables_; }
  // What data.intervals and label files say; where it is empty, classes are the files' own.
  LabelBook &label_book() { return stream_ && stream_->book ? *stream_->book : label_book_; }
  const LabelBook &label_book() const { return stream_ && stream_->book ? *stream_->book : label_book_; }
  // `recording`: as of read_intervals().
  void take_intervals(const fs::path &path, const std::string &recording = "");
  // Of a recording; nullptr: it is left out, because label files say nothing of it, which is said.
  const FileLabels *labels_of(const fs::path &recording);

  // Of a file, once find_labels() has looked at all names.
  std::string label_of(const FoundFile &file) const;
  bool labels_from_stem() const { return from_ == LabelFrom::kStem; }
  void find_labels(const std::vector<FoundFile> &files);
  // Where they do come from the files; a finding of `where` if it is not clear from which names.
  void say_labels(const std::string &where);

 private:
  void say_resampled();
  void say_unknown();
  void say_bad_files();
  void ask_for_numbered(const std::set<std::string> &classes, size_t files);

  Recordings set_;
  bool keep_going_;
  const FileSource *source_;  // nullptr: files are where their names say
  TablePart *part_;
  StreamMarks *stream_ = nullptr;
  std::set<std::string> have_read_;
  LabelFrom from_ = LabelFrom::kStem;
  std::string first_file_;
  std::string labels_said_, labels_unclear_;
  bool is_named_ = false;
  std::map<std::string, std::vector<Finding>> alike_;
  std::map<double, size_t> files_of_rate_;
  std::vector<std::string> bad_files_;
  std::set<std::string> mixed_;
  std::optional<Error> first_error_;
  double marked_files_s_ = 0, unmarked_s_ = 0;
  std::vector<TableFile> tables_;
  LabelBook label_book_;
};

// The part that an archive's own file names say: "train" of GunPoint_TRAIN.ts, "test"; else the folder.
std::string part_of(const FoundFile &file);

// "punch_01", "punch.3" and "punch (2)" are recordings of "punch", "hand.left.0" is one of "hand.left";
// "speed_0.5" is a class.
std::string class_of_stem(const std::string &stem);
// Whether these names may be those of classes: of one word that only numbers tell apart none are.
bool tell_apart(const std::set<std::string> &names);

// Puts the files of one recording side by side, where data.join has the words that tell them apart.
void join_tables(Intake &intake);
// The word of data.join that a file's name begins or ends with, or ""; and the name without it.
std::string join_word_of(const std::string &stem, const std::vector<std::string> &words);
std::string without_join_word(const std::string &stem, const std::vector<std::string> &words);

// Takes each row of the tables as a recording, where that is what they hold; else false, and they are as they
// were.
bool cut_examples(Intake &intake, const std::string &where);

// Of a stream, which is one file: what the file of its StreamMarks says, or the label track beside it.
void take_stream_labels(Intake &intake, const fs::path &stream);

// Cuts the tables into recordings by what their columns mean, and checks their clocks.
void cut_tables(Intake &intake, const std::string &where);

}  // namespace mote

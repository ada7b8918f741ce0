// Recordings that a model was not made from: the one place where predict, run and evaluate --data read them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/stream_file.h"
#include "mote/files.h"
#include "mote/project.h"
#include "mote/recordings.h"

namespace mote {

// Settings with which a model's own recordings were read, without what names files of data.path; of a model
// file alone the defaults.
LoadOptions options_for(const Project *project);

// Reads a file or folder for this model, with its window. `uses_labels` is false where the files' classes do
// not matter. What is odd about the files becomes notes. Errors: as load_recordings; kDataFormat for other
// channels, other sizes of images, and values that are no numbers.
Recordings load_for_model(const AnyModel &model, LoadOptions options, const std::string &path,
                          bool uses_labels, std::vector<std::string> &notes);

// The same of a file as a device hears it: whole, with what is said of its stretches as marks.
Recordings load_stream_for_model(const AnyModel &model, LoadOptions options, const std::string &path,
                                 StreamMarks &marks, std::vector<std::string> &notes);

// The same of one file, of which a long table comes in parts: memory then does not depend on its length.
class ModelRecordings {
 public:
  // `part_bytes`: tables of more are read so many bytes at a time.
  static constexpr size_t kPartBytes = size_t{8} << 20;
  ModelRecordings(const AnyModel &model, const LoadOptions &options, const std::string &path,
                  size_t part_bytes = kPartBytes);
  ~ModelRecordings();

  // The next part, empty where its rows are no recordings; nullopt behind the last. Errors: as
  // load_for_model().
  std::optional<Recordings> next();
  bool goes_on() const;  // the first recording of this part is the last of the part before
  bool is_last() const;  // no part follows this one
  // What is odd about the file, once however many parts show it; whole behind the last part.
  std::vector<std::string> notes() const;

 private:
  struct Reading;
  std::unique_ptr<Reading> reading_;
};

// What makes recordings those of a model that was trained on others: its channels, by name and in its order.
// `notes` get a sentence of what was adapted. Errors: kDataFormat when channels of the model are missing,
// naming these and what is there instead.
void take_channels_of(const Preprocessing &model, Recordings &recordings, const std::string &path,
                      std::vector<std::string> &notes);
// Whether the names that the model knows are missing, so that take_channels_of() would refuse.
bool lacks_channels_of(const Preprocessing &model, const Recordings &recordings);

// What does not look like the training windows: rate, range, a channel at rest.
class TrainingComparison {
 public:
  void add(const Recordings &recordings);
  std::vector<std::string> sentences(const Preprocessing &model) const;

 private:
  void compare_rate(const Preprocessing &model, std::vector<std::string> &notes) const;
  void compare_ranges(const Preprocessing &model, std::vector<std::string> &notes) const;

  std::vector<std::string> channels_;
  double rate_hz_ = 0, measured_rate_hz_ = 0;
  bool is_resampled_ = false;
  std::vector<ChannelRange> ranges_;
  size_t rows_ = 0;
};

// The preprocessing of either kind, with the window of one example; 0: as long as the recording.
Preprocessing preprocessing_of(const AnyModel &model);
const std::vector<std::string> &labels_of(const AnyModel &model);

}  // namespace mote

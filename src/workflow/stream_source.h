// Streams that a run is judged or tuned on: files and folders, one file at a time, with their events as rows.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "data/stream_file.h"
#include "mote/files.h"
#include "mote/stream_evaluation.h"

namespace mote {

// A file by its place, whatever it is called: absolute, without links.
std::string place_of_file(const fs::path &path);

// The files of files and folders, each once, without `labels`. Errors: kNotFound, kDataFormat for a folder
// without any and for a name given twice.
std::vector<std::string> stream_files(const std::vector<std::string> &names, const std::string &labels);

struct StreamRecording {
  std::string file;
  long line = 0;                   // 0: it is the first of its file, or the format has no lines
  const Recordings *of = nullptr;  // channels and rate
  Recording recording;
  std::vector<StreamEvent> events;  // in order of their beginning, of classes that are events
  bool is_labelled = false;
};

// What is said of all files together.
class StreamSource {
 public:
  // `labels`: the classes of the model. All must outlive this.
  StreamSource(const Run &run, const AnyModel &model, const std::vector<bool> &is_rest)
      : run_(run), model_(model), is_rest_(is_rest) {}

  // Each recording in turn. `labels`: as StreamRequest has it. Errors: those of the reading, kDataFormat for
  // a file whose recordings are all shorter than a window.
  void each(const std::vector<std::string> &files, const std::string &labels, bool has_no_events,
            const std::function<void(const StreamRecording &)> &take);

  double rate_hz() const { return rate_hz_; }  // 0: not known
  const std::vector<std::string> &channels() const { return channels_; }
  std::vector<std::string> notes() const;  // each once, with how many files it is of
  const std::vector<std::string> &reading() const { return reading_; }

 private:
  void take_file(const std::string &file, StreamMarks &marks, bool has_no_events,
                 const std::function<void(const StreamRecording &)> &take);
  void check_rate(const Recordings &set, double rate, const std::string &file);
  std::string class_of_mark(const std::string &label) const;
  std::vector<StreamEvent> events_of(const StreamMarks &marks, size_t recording);
  void note(const std::string &text);

  const Run &run_;
  const AnyModel &model_;
  const std::vector<bool> &is_rest_;
  double rate_hz_ = 0, file_rate_hz_ = 0;  // of the rows, and of the files by their clocks
  std::vector<std::string> channels_, reading_, notes_;
  std::vector<size_t> times_;  // of each note
  std::map<std::string, size_t> unknown_labels_;
  size_t short_ = 0, restarts_ = 0, unlabelled_ = 0, unnamed_ = 0;
};

}  // namespace mote

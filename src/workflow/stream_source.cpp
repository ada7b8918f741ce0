// Files become recordings by the readers of training, and stay whole.
//
// What is told of them: evaluate_stream.cpp.
#include "workflow/stream_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/files.h"
#include "base/lists.h"
#include "data/csv.h"
#include "data/find_files.h"
#include "mote/detector.h"
#include "workflow/other_recordings.h"

namespace mote {

std::string place_of_file(const fs::path &path) {
  std::error_code code;
  const fs::path place = fs::weakly_canonical(fs::absolute(path), code);
  return code ? path.lexically_normal().string() : place.string();
}

std::vector<std::string> stream_files(const std::vector<std::string> &names, const std::string &labels) {
  std::vector<std::string> files;
  std::set<std::string> seen;
  const std::string labels_place = labels.empty() ? "" : place_of_file(labels);
  for (const std::string &name : names) {
    std::error_code code;
    if (!fs::exists(name, code))
      throw Error(ErrorCode::kNotFound, name, "no such file or folder", "give a stream to be evaluated");
    std::vector<std::string> found;
    if (!fs::is_directory(name, code))
      found.push_back(name);
    else
      for (const fs::path &path : find_files(name).recordings) found.push_back(path.string());
    const bool is_folder = found.size() != 1 || found[0] != name;
    for (const std::string &file : found) {
      const std::string place = place_of_file(file);
      if (is_folder && place == labels_place) continue;
      if (!seen.insert(place).second)
        throw Error(ErrorCode::kInvalidArgument, file, "is given twice",
                    "its events and false accepts would count twice");
      files.push_back(file);
    }
    if (found.empty()) throw Error(ErrorCode::kDataFormat, name, "holds no recordings");
  }
  if (files.empty()) throw Error(ErrorCode::kDataFormat, names[0], "holds no recordings beside the labels");
  return files;
}

void StreamSource::note(const std::string &text) {
  const size_t place = place_in(notes_, text);
  if (place < notes_.size()) {
    ++times_[place];
    return;
  }
  notes_.push_back(text);
  times_.push_back(1);
}

// A detector knows normal and not: whatever else a mark is of is an anomaly.
std::string StreamSource::class_of_mark(const std::string &label) const {
  const bool is_one = std::visit([](const auto &m) { return is_detector(m); }, model_);
  return !is_one || label.empty() ? label : detector_class(run_.project().load.normal, label);
}

std::vector<StreamEvent> StreamSource::events_of(const StreamMarks &marks, size_t recording) {
  const std::vector<std::string> &labels = labels_of(model_);
  std::vector<StreamEvent> events;
  // they come recording by recording
  const auto of = std::equal_range(marks.list.begin(), marks.list.end(), StreamMark{recording, 0, 0, "", 0},
                                   [](auto &a, auto &b) { return a.recording < b.recording; });
  for (auto it = of.first; it != of.second; ++it) {
    const StreamMark &m = *it;
    const size_t label = place_in(labels, class_of_mark(m.label));
    if (label == labels.size()) {
      if (!is_rest_class(m.label)) ++unknown_labels_[m.label];
      continue;
    }
    if (!is_rest_[label]) events.push_back({static_cast<int>(label), m.first, m.last, 0});
  }
  std::stable_sort(events.begin(), events.end(), [](auto &a, auto &b) { return a.first < b.first; });
  return events;
}

// data.rate_hz says what the clock may deny.
void StreamSource::check_rate(const Recordings &set, double rate, const std::string &file) {
  constexpr double kSame = 0.05;
  const bool is_by_clock = set.measured_rate_hz > 0 && !set.options.is_resampled;
  const double own = is_by_clock ? set.measured_rate_hz : rate;
  if (file_rate_hz_ > 0 && own > 0 && std::fabs(own / file_rate_hz_ - 1) > kSame)
    throw Error(
        ErrorCode::kDataFormat, file,
        fmt::format("is sampled at {:.4g} Hz, the streams before it at {:.4g} Hz", own, file_rate_hz_),
        "with --set data.resample=true --set data.rate_hz=RATE all are brought to one rate");
  if (file_rate_hz_ == 0) file_rate_hz_ = own;
}

void StreamSource::take_file(const std::string &file, StreamMarks &marks, bool has_no_events,
                             const std::function<void(const StreamRecording &)> &take) {
  const Preprocessing p = preprocessing_of(model_);
  std::vector<std::string> notes;
  Recordings set = load_stream_for_model(model_, options_for(&run_.project()), file, marks, notes);
  for (const std::string &text : notes) note(text);
  for (const std::string &text : set.reading)
    if (place_in(reading_, text) == reading_.size()) reading_.push_back(text);
  if (set.is_features || set.image_height > 0)
    throw Error(ErrorCode::kDataFormat, file, "holds no stretch of time, but images or lists of features");
  const double rate = set.rate_hz > 0 ? set.rate_hz : p.rate_hz;
  check_rate(set, rate, file);
  if (rate_hz_ == 0) rate_hz_ = rate;
  channels_ = set.channels;
  size_t taken = 0;
  long longest = 0;
  for (size_t i = 0; i < set.items.size(); ++i) {
    Recording &r = set.items[i];
    longest = std::max<long>(longest, r.rows);
    StreamRecording stream{file, i == 0 ? 0 : r.first_line, &set,
                           {},   events_of(marks, i),       marks.is_labelled || has_no_events};
    if (has_no_events && !stream.events.empty())
      throw Error(ErrorCode::kDataFormat, file, fmt::format("has {} events", stream.events.size()),
                  "leave --background away");
    if (r.rows < p.window) {
      ++short_;
      if (stream.events.empty()) continue;
    } else {
      ++taken;
    }
    stream.recording = std::move(r);
    take(stream);
  }
  if (taken == 0)
    throw Error(ErrorCode::kDataFormat, file,
                fmt::format("has {} rows, the model's window is {}", longest, p.window),
                "give a longer recording");
  restarts_ += set.items.size() - 1;
  unlabelled_ += !marks.is_labelled && !has_no_events;
  unnamed_ += marks.is_labelled && !marks.is_named && !marks.labels_file.empty();
}

void StreamSource::each(const std::vector<std::string> &files, const std::string &labels, bool has_no_events,
                        const std::function<void(const StreamRecording &)> &take) {
  StreamLabels read;
  if (!labels.empty() && files.size() > 1) read = read_stream_labels(labels, files);
  reading_.insert(reading_.end(), read.reading.begin(), read.reading.end());
  std::set<std::string> unknown;  // that no file is
  for (const std::string &file : files) {
    StreamMarks marks;
    marks.labels_file = labels;
    marks.is_only_stream = files.size() == 1;
    marks.book = read.book.get();
    take_file(file, marks, has_no_events, take);
    unknown.insert(marks.unknown.begin(), marks.unknown.end());  // where it is the only one
  }
  if (read.book)
    for (const LabelBook::Told &told : read.book->unknown()) unknown.insert(told.name);
  if (unnamed_ > 0)
    note(fmt::format("{} of {} file{} {} not named in {}: {} taken to hold no events", unnamed_, files.size(),
                     files.size() == 1 ? "" : "s", unnamed_ == 1 ? "is" : "are", labels,
                     unnamed_ == 1 ? "it is" : "they are"));
  if (!unknown.empty())
    note(fmt::format("{} tells of {}, which {} none of the streams", labels,
                     few_of({unknown.begin(), unknown.end()}), unknown.size() == 1 ? "is" : "are"));
  for (const auto &[label, count] : unknown_labels_)
    note(fmt::format("'{}' ({} event{}) is no class of the model: what is told there counts as false", label,
                     count, count == 1 ? "" : "s"));
  if (restarts_ > 0)
    note(fmt::format(
        "a stream begins anew {} time{} within a file, with push() reset: where its clock goes back or a "
        "recording ends",
        restarts_, restarts_ == 1 ? "" : "s"));
  if (short_ > 0)
    note(fmt::format("{} recording{} shorter than a window: nothing can be told in {}", short_,
                     short_ == 1 ? " is" : "s are", short_ == 1 ? "it" : "them"));
  if (unlabelled_ > 0 && unlabelled_ < files.size())
    note(fmt::format(
        "of {} of {} files nothing says where events are: what is told in them is listed and not judged",
        unlabelled_, files.size()));
  unknown_labels_.clear();
  short_ = restarts_ = unlabelled_ = unnamed_ = 0;
}

std::vector<std::string> StreamSource::notes() const {
  std::vector<std::string> list;
  for (size_t i = 0; i < notes_.size(); ++i)
    list.push_back(times_[i] == 1 ? notes_[i] : fmt::format("{} ({} files)", notes_[i], times_[i]));
  return list;
}

}  // namespace mote

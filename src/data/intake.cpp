// What readers hand over, gathered: names of files and folders turned into classes, groups and parts,
// companions known, limits kept.
//
// Readers know formats and not sets; sets are checked afterwards (lint.cpp).
#include "data/intake.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/digest.h"
#include "base/error.h"
#include "base/lists.h"
#include "base/text.h"
#include "data/column_names.h"
#include "data/find_files.h"
#include "data/intervals.h"
#include "data/sound.h"

namespace mote {

std::string part_of(const FoundFile &file) {
  const std::string stem = lower(file.path.stem().string());
  for (const char *part : {"train", "test"})
    if (stem.ends_with(std::string("_") + part)) return part;
  return file.folder;
}

std::string Intake::read(const fs::path &path) {
  if (part_) {
    if (have_read_.insert(path.string()).second) set_.files.push_back({path.string(), 0, ""});
    return std::move(part_->bytes);
  }
  std::string bytes = source_ ? source_->read(path.string()) : read_file(path);
  if (have_read_.insert(path.string()).second)
    set_.files.push_back({path.string(), bytes.size(), sha256(bytes)});
  return bytes;
}

void Intake::take_intervals(const fs::path &path, const std::string &recording) {
  const std::string bytes = read(path);
  std::vector<Finding> problems;
  Table table = parse_table(bytes, path.string(), {}, problems);
  const bool are_plain =
      problems.empty() && std::all_of(table.kinds.begin(), table.kinds.end(), [](CellKind k) {
        return k == CellKind::kNumber || k == CellKind::kText;
      });
  if (!are_plain && table.has_header) {  // "1:05.5" is no time of day, and one class may be a number
    problems.clear();
    table = parse_table(bytes, path.string(), {.texts = table.columns}, problems);
  }
  if (!problems.empty()) fail(problems[0].where, problems[0].message);
  TableFile file = compact(std::move(table));
  file.path = path.string();
  const std::string how = read_intervals(file, label_book(), recording);
  say(fmt::format("classes come from {}: {} intervals, {}{}", path.filename().string(), file.rows.size(), how,
                  stream_ ? "" : " (data.intervals)"));
}

static std::string what_it_says(const FileLabels &labels) {
  if (labels.marks.empty()) return fmt::format("{} calls it '{}'", labels.path, printable(*labels.label));
  return fmt::format("{} marks {} stretch{} of it", labels.path, labels.marks.size(),
                     labels.marks.size() == 1 ? "" : "es");
}

const FileLabels *Intake::labels_of(const fs::path &recording) {
  const FileLabels *labels = label_book().find(recording);
  if (labels && says_something(*labels)) {
    if (const FileLabels *other = label_book().against(recording, *labels))
      fail(recording.string(), fmt::format("{}, {}", what_it_says(*labels), what_it_says(*other)),
           "correct one of them, or leave one of them out with data.exclude");
    if (!labels->marks.empty() && labels->label.value_or("") != "")
      add_alike("class and marks", recording.string(),
                fmt::format("{} gives it a class and marks stretches of it: these are taken", labels->path));
    return labels;
  }
  add_alike(labels ? "no label" : "not named", recording.string(),
            labels ? fmt::format("is left out: {} gives it no class", labels->path)
            : set_.options.intervals.empty()
                ? "is left out: no label file names it"
                : fmt::format("is left out: no row of {} is of it (data.intervals)", set_.options.intervals));
  return nullptr;
}

bool Intake::has_companion(const fs::path &path) const {
  if (!source_) return fs::exists(path);
  return std::count(source_->companions.begin(), source_->companions.end(), path.string()) > 0;
}

void Intake::say(const std::string &how) {
  std::vector<std::string> &said = set_.reading;
  if (std::find(said.begin(), said.end(), how) == said.end()) said.push_back(how);
}

void Intake::add_alike(const std::string &cause, const std::string &where, const std::string &message,
                       Severity severity) {
  alike_[cause].push_back({severity, where, message});
}

void Intake::finish_alike() {
  constexpr size_t kEach = 3;
  for (auto &[cause, list] : alike_) {
    if (list.size() > kEach) {
      list[0].message +=
          fmt::format("; and so in {} more files, {} the last", list.size() - 1, list.back().where);
      list.resize(1);
    }
    set_.findings.insert(set_.findings.end(), list.begin(), list.end());
  }
  alike_.clear();
}

void Intake::fail(const std::string &where, const std::string &message, const std::string &hint) {
  throw Error(ErrorCode::kDataFormat, where, message, hint);
}

static std::string first_files(const std::vector<std::string> &files) {
  constexpr size_t kShown = 5;
  std::vector<std::string> names;
  for (size_t i = 0; i < std::min(kShown, files.size()); ++i) names.push_back(files[i]);
  return fmt::format("{}{}", fmt::join(names, ", "),
                     files.size() > kShown ? fmt::format(" and {} more", files.size() - kShown) : "");
}

IntakeState Intake::state() const {
  return {set_.items.size(), tables_.size(), set_.channels,     set_.rate_hz,
          marked_files_s_,   unmarked_s_,    set_.image_height, set_.image_width,
          set_.is_features,  is_named_,      first_file_,       files_of_rate_};
}

void Intake::restore(IntakeState s) {
  set_.items.resize(s.recordings);
  tables_.resize(s.tables);
  set_.channels = std::move(s.channels);
  set_.rate_hz = s.rate_hz;
  marked_files_s_ = s.marked_files_s;
  unmarked_s_ = s.unmarked_s;
  set_.image_height = s.image_height;
  set_.image_width = s.image_width;
  set_.is_features = s.is_features;
  is_named_ = s.is_named;
  first_file_ = std::move(s.first_file);
  files_of_rate_ = std::move(s.files_of_rate);
}

void Intake::take_error(const Error &e, const std::string &file) {
  bad_files_.push_back(file);
  if (set_.options.skip_bad_files)
    add_alike("bad file: " + without_digits(e.message()), e.where(), e.message() + "; the file was skipped");
  else if (keep_going_)
    add(Severity::kError, e.where(), e.message());
  else if (!first_error_)
    first_error_ = e;
}

void Intake::throw_bad_files(size_t files) const {
  if (!first_error_) return;
  const Error &e = *first_error_;
  if (files == 1 || set_.options.model) throw e;
  const std::string way_out = "data.skip_bad_files = true leaves them out";
  if (bad_files_.size() == 1)
    throw Error(e.code(), e.where(), e.message(),
                e.hint().empty() ? "data.skip_bad_files = true leaves such files out"
                                 : e.hint() + "; or data.skip_bad_files = true leaves such files out");
  throw Error(e.code(), e.where(), e.message(),
              fmt::format("{} of {} files cannot be used: {}. {}{}", bad_files_.size(), files,
                          first_files(bad_files_), e.hint().empty() ? "" : e.hint() + "; or ", way_out));
}

void Intake::say_bad_files() {
  if (bad_files_.empty() || !set_.options.skip_bad_files) return;
  say(fmt::format("{} file{} that cannot be read {} skipped: {} (data.skip_bad_files)", bad_files_.size(),
                  bad_files_.size() == 1 ? "" : "s", bad_files_.size() == 1 ? "is" : "are",
                  first_files(bad_files_)));
}

void Intake::report(const std::vector<Finding> &problems, bool is_fatal) {
  const bool is_skipping = set_.options.skip_bad_rows && !is_fatal;
  if (problems.empty()) return;
  if ((!keep_going_ || set_.options.skip_bad_files) && !is_skipping) {
    const Finding &first = problems.front();
    fail(first.where, first.message,
         problems.size() > 1
             ? fmt::format("and {} more such lines; `mote data` lists them", problems.size() - 1)
             : "");
  }
  for (const Finding &p : problems)
    add_alike("rows: " + without_digits(p.message), p.where,
              p.message + (is_fatal ? "" : "; the row was skipped"),
              is_skipping ? Severity::kWarning : Severity::kError);
}

void Intake::check_channels(const std::vector<std::string> &names, bool has_names, const std::string &path) {
  if (set_.channels.empty()) {
    set_.channels = names;
    first_file_ = path;
    is_named_ = has_names;
    return;
  }
  if (names.size() != set_.channels.size())
    fail(path, fmt::format("has {} channels, {} has {}", names.size(), first_file_, set_.channels.size()),
         "all files must have the same columns; select some with data.channels");
  if (has_names && is_named_ && names != set_.channels)
    fail(path,
         fmt::format("has the columns {}, {} has {}", few_of(names), first_file_, few_of(set_.channels)),
         "all files must have the same columns; select some with data.channels");
  if (has_names && !is_named_) {
    set_.channels = names;
    is_named_ = true;
  }
}

void Intake::check_columns(std::vector<std::string> names, std::vector<size_t> &columns, bool has_names,
                           const std::string &path) {
  const std::vector<std::string> &want = set_.channels;
  if (has_names && is_named_ && names != want &&
      std::is_permutation(names.begin(), names.end(), want.begin(), want.end())) {
    add_alike("order", path,
              fmt::format("has its columns in another order ({}); they are taken by name", few_of(names)),
              Severity::kNote);
    std::vector<size_t> in_order;
    for (const std::string &name : want) {
      in_order.push_back(columns[place_in(names, name)]);
    }
    columns = std::move(in_order);
    names = want;
  }
  check_channels(names, has_names, path);
}

bool Intake::wants_one_sound_channel() const {
  const bool has_one = set_.channels.size() == 1 && is_sound_channel(set_.channels[0]);
  return set_.options.model ? set_.options.model->channels == 1 : has_one;
}

void Intake::take_one_sound_channel() {
  if (!set_.options.model && set_.channels.size() > 1 && is_sound_channel(set_.channels[0]))
    set_.channels = {sound_channel(0, 1)};
}

void Intake::mix_sounds() {
  if (set_.channels.size() != 1 || !is_sound_channel(set_.channels[0])) return;
  for (Recording &r : set_.items) {
    const size_t width = r.rows > 0 ? r.values.size() / static_cast<size_t>(r.rows) : 1;
    if (width < 2) continue;
    Sound mixed = mixed_down({static_cast<int>(width), 0, std::move(r.values), {}});
    r.values = std::move(mixed.samples);
    count_mixed(r.file);
  }
  if (mixed_.empty()) return;
  const std::vector<std::string> files(mixed_.begin(), mixed_.end());
  say(fmt::format("{} sound{} of several channels {} taken as {} mean, as {} has one: {}", files.size(),
                  files.size() == 1 ? "" : "s", files.size() == 1 ? "is" : "are",
                  files.size() == 1 ? "its" : "their", set_.options.model ? "the model" : "another sound",
                  first_files(files)));
}

void Intake::add_image(const std::string &label, const std::string &path, const std::string &folder,
                       long line, const Image &given) {
  const std::string where = at_line(path, line);
  const ImageInput &size = options().image;
  const bool is_fitted = size.is_set() && size.fit != ImageFit::kNone &&
                         (given.height != size.height || given.width != size.width);
  constexpr int kLongest = 65535;  // of the routine
  if (is_fitted && std::max(given.height, given.width) > kLongest)
    fail(where, fmt::format("has {} x {} pixels", given.width, given.height),
         fmt::format("pictures with sides of at most {} can be brought to another size", kLongest));
  if (is_fitted)
    add_alike("image size", path,
              fmt::format("has {} x {} pixels, and is brought to {} x {} ({})", given.width, given.height,
                          size.width, size.height, image_fit_names().name_of(size.fit)),
              Severity::kNote);
  const Image image = is_fitted ? fitted(given, size) : given;
  if ((!set_.items.empty() || !tables_.empty()) && set_.image_height == 0)
    fail(where, "is an image, the files before it are not");
  if (set_.items.empty()) {
    set_.image_height = image.height;
    set_.image_width = image.width;
    set_.channels = image.channels == 1 ? std::vector<std::string>{"grey"}
                                        : std::vector<std::string>{"red", "green", "blue"};
    first_file_ = path;
  }
  if (image.height != set_.image_height || image.width != set_.image_width)
    fail(where,
         fmt::format("has {} x {} pixels, {} has {} x {}", image.width, image.height, first_file_,
                     set_.image_width, set_.image_height),
         "data.image_size = [height, width] brings all to one size");
  if (image.channels != set_.channel_count())
    fail(where, fmt::format("has {} channels, {} has {}", image.channels, first_file_, set_.channel_count()),
         "set image_channels to 1 or 3");
  Recording r{label, path, folder, line, image.height * image.width, {}};
  r.values.assign(image.pixels.begin(), image.pixels.end());
  set_.items.push_back(std::move(r));
}

void Intake::check_rate(double rate, const std::string &path) {
  if (set_.rate_hz == 0)
    set_.rate_hz = rate;
  else if (std::fabs(rate / set_.rate_hz - 1) > 0.05)
    add_alike(
        "rate", path,
        fmt::format(
            "is sampled at {:.1f} Hz, the files before at {:.1f} Hz; data.resample = true brings all to "
            "data.rate_hz",
            rate, set_.rate_hz));
}

void Intake::count_rate(double rate, const std::string &path) {
  // clocks are read to a hair
  const double unit = std::pow(10, std::floor(std::log10(rate)) - 4);
  ++files_of_rate_[std::round(rate / unit) * unit];
  if (!set_.options.is_resampled)
    check_rate(rate, path);
  else if (set_.rate_hz == 0)
    set_.rate_hz = rate;
}

static std::string rate_text(double rate_hz) {
  return rate_hz < 1000 ? fmt::format("{:.6g} Hz", rate_hz) : fmt::format("{:.6g} kHz", rate_hz / 1000);
}

void Intake::count_unmarked(double all_s, double unmarked_s) {
  marked_files_s_ += all_s;
  unmarked_s_ += unmarked_s;
}

void Intake::sum_up() {
  say_bad_files();
  say_resampled();
  if (unmarked_s_ > 0)
    say(fmt::format("{:.4g} of {:.4g} s are in no marked stretch and left out", unmarked_s_,
                    marked_files_s_));
  if (set_.options.model) return;
  say_unknown();
  for (const auto &[name, list] : label_book().ambiguous())
    add(Severity::kWarning, label_book().label_path_of(name),
        fmt::format(
            "'{}' names {} recordings, and all are cut alike: {}; write their folders before the name",
            printable(name), list.size(), few_of(list)));
}

// Those of recordings that data.exclude leaves out are as they should be.
void Intake::say_unknown() {
  const auto by_file = [&](const std::vector<LabelBook::Told> &told) {
    std::vector<std::string> excluded = set_.options.exclude;
    for (const std::string &name : set_.options.exclude)
      excluded.push_back(fs::path(name).replace_extension());
    std::map<std::string, std::vector<std::string>> of_file;
    for (const LabelBook::Told &t : told)
      if (!is_named(t.name, excluded))
        of_file[t.label_path].push_back(printable(fs::path(t.name).filename().string()));
    return of_file;
  };
  for (const auto &[path, list] : by_file(label_book().unknown()))
    add(Severity::kNote, path,
        fmt::format("tells of {} recording{} that {} not there: {}", list.size(), list.size() == 1 ? "" : "s",
                    list.size() == 1 ? "is" : "are", few_of(list)));
  for (const auto &[path, list] : by_file(label_book().unused()))
    add(Severity::kWarning, path,
        fmt::format("what it says of {} is not used: a longer name of the same recording says otherwise",
                    few_of(list)));
}

void Intake::say_resampled() {
  size_t with_rate = 0;
  for (const auto &[rate, files] : files_of_rate_) with_rate += files;
  if (with_rate > 0 && with_rate == set_.files.size()) set_.lowest_rate_hz = files_of_rate_.begin()->first;
  const LoadOptions &o = set_.options;
  if (!o.is_resampled) return;
  size_t all = 0, resampled = 0;
  std::vector<std::string> rates;
  for (const auto &[rate, files] : files_of_rate_) {
    all += files;
    if (std::fabs(rate / o.rate_hz - 1) <= kSameRate) continue;
    resampled += files;
    rates.push_back(rate_text(rate));
  }
  if (resampled > 0)
    say(fmt::format("{} of {} file{} {} resampled from {} to {} (data.resample)", resampled, all,
                    all == 1 ? "" : "s", resampled == 1 ? "is" : "are", few_of(rates), rate_text(o.rate_hz)));
}

}  // namespace mote

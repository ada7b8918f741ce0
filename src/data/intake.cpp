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

void Intake::read_intervals(const fs::path &path) {
  std::vector<Finding> problems;
  Table table = parse_table(read(path), path.string(), {}, problems);
  if (!problems.empty()) fail(problems[0].where, problems[0].message);
  TableFile file = compact(std::move(table));
  file.path = path.string();
  intervals_.emplace(file);
  say(fmt::format("classes come from {}: {} intervals, {} (data.intervals)", path.filename().string(),
                  intervals_->size(), intervals_->columns()));
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

void Intake::report(const std::vector<Finding> &problems, bool is_fatal) {
  const bool is_skipping = set_.options.skip_bad_rows && !is_fatal;
  if (problems.empty()) return;
  if (!keep_going_ && !is_skipping) {
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

void Intake::add_image(const std::string &label, const std::string &path, const std::string &folder,
                       long line, const Image &given) {
  const std::string where = at_line(path, line);
  const ImageInput &size = options().image;
  const bool is_fitted = size.is_set() && size.fit != ImageFit::kNone &&
                         (given.height != size.height || given.width != size.width);
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
    add_alike("rate", path,
              fmt::format("is sampled at {:.1f} Hz, the files before at {:.1f} Hz", rate, set_.rate_hz));
}

}  // namespace mote

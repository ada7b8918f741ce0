// Rows go in, windows come out; of a recording no more rows are kept than a later window can reach back to.
//
// What a trigger hears is host/decision.cpp, what the model says of the windows predict.cpp.
#include "workflow/file_windows.h"

#include <algorithm>

namespace mote {

void FileWindows::add(Recordings part, bool goes_on) {
  constexpr size_t kPartBytes = size_t{16} << 20, kMostWindows = 1024;
  if (part.items.empty()) return;
  hand_over();
  some_.windows = part.windows_of({});
  most_ = std::clamp<size_t>(
      kPartBytes / (sizeof(float) * std::max<size_t>(1, some_.windows.example_floats())), 1, kMostWindows);
  std::vector<Recording> items = std::move(part.items);
  part.items.clear();
  form_ = std::move(part);
  for (Recording &r : items) {
    const bool is_same = goes_on && &r == items.data();
    if (!is_same) {
      end();
      begin(r);
    }
    mean_.take_off(r.values.data(), static_cast<size_t>(r.rows));
    const long row = rows_;
    rows_ += r.rows;
    if (open_.values.empty())
      open_.values = std::move(r.values);
    else
      open_.values.insert(open_.values.end(), r.values.begin(), r.values.end());
    if (is_triggered())
      cut_by_trigger(row);
    else
      cut_by_hop();
  }
}

void FileWindows::finish() {
  end();
  hand_over();
}

void FileWindows::begin(const Recording &r) {
  is_open_ = true;
  mean_.restart();
  open_ = {r.label, r.file, r.group, r.first_line, 0, {}};
  base_ = rows_ = next_ = 0;
  taken_ = 0;
  is_listed_ = has_event_ = false;
  if (is_triggered()) due_.emplace(rule_, some_.windows.window, some_.windows.channels);
}

void FileWindows::end() {
  if (!is_open_) return;
  is_open_ = false;
  // too short for a window: filled up as in training; a trigger, which waits for whole ones, tells nothing
  if (taken_ == 0 && form_.options.short_recordings != ShortRecordings::kSkip) take_padded();
  if (is_listed_) list_.back().rows = rows_;
  longest_ = std::max(longest_, rows_);
  rows_before_ += rows_;
}

void FileWindows::cut_by_hop() {
  const long window = some_.windows.window, stride = form_.stride();
  for (; next_ + window <= rows_; next_ += stride) take_window(next_, true);
  forget_before(next_);
}

// Of a recording without an event there are windows one behind the other, of which nothing is told.
void FileWindows::cut_by_trigger(long row) {
  const long window = some_.windows.window, width = some_.windows.channels;
  std::vector<long> opened;
  for (; row < rows_; ++row)
    if (const auto first = due_->next(open_.values.data() + (row - base_) * width)) opened.push_back(*first);
  if (!opened.empty() && !has_event_) {
    has_event_ = true;
    if (taken_ > 0) {
      hand_over();
      takers_.drop();
      taken_ = 0;
    }
  }
  for (const long first : opened) take_window(first, true);
  for (; !has_event_ && next_ + window <= rows_; next_ += rule_.stride) take_window(next_, false);
  forget_before(std::min(rows_ - window, has_event_ ? rows_ : next_));
}

void FileWindows::take_window(long row, bool is_due) {
  const auto begin = open_.values.begin() + (row - base_) * some_.windows.channels;
  Dataset &w = some_.windows;
  w.values.insert(w.values.end(), begin, begin + static_cast<long>(w.example_floats()));
  w.classes.push_back(0);
  w.sources.push_back({open_.file, open_.first_line, static_cast<int>(row)});
  some_.is_first.push_back(taken_ == 0);
  some_.is_due.push_back(is_due);
  if (!is_listed_) list_.push_back({open_.first_line, rows_before_, 0, 0, 0});
  is_listed_ = true;
  ++taken_;
  if (w.size() >= most_) hand_over();
}

void FileWindows::take_padded() {
  open_.rows = static_cast<int>(rows_);
  form_.items = {open_};
  const Dataset padded = form_.windows_of({0});
  form_.items.clear();
  open_.values = padded.values;
  base_ = 0;
  if (padded.size() > 0) take_window(0, !is_triggered());
}

void FileWindows::forget_before(long row) {
  const long gone = std::clamp(row, base_, rows_) - base_;
  open_.values.erase(open_.values.begin(), open_.values.begin() + gone * some_.windows.channels);
  base_ += gone;
}

void FileWindows::hand_over() {
  if (some_.windows.size() > 0) takers_.take(some_);
  some_.windows.values.clear();
  some_.windows.classes.clear();
  some_.windows.sources.clear();
  some_.is_first.clear();
  some_.is_due.clear();
}

}  // namespace mote

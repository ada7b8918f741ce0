// What a line of progress says, and what it leaves out where the terminal is narrow: first the training's
// own figures, then the loss of the validation, then the rest.
//
// The line itself is terminal.h's StatusLine, the time time_left.h's.
#include "progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <vector>

#include "base/terminal_lines.h"
#include "cli.h"

namespace mote::cli {

namespace {

constexpr std::chrono::milliseconds kBetweenLines(100);

// A part of the line; the one of the lowest rank goes first.
struct Part {
  int rank;
  std::string text;
};

void add_figures(std::vector<Part> &parts, const EpochRecord &e) {
  const auto loss = [&](const char *name, double value) {
    return e.is_regression ? fmt::format("{} {:.5f}", name, value) : fmt::format("{} {:.4f}", name, value);
  };
  const auto score = [&](const char *prefix, double accuracy, double mae) {
    return e.is_regression ? fmt::format("{}error {:.5f}", prefix, mae)
                           : fmt::format("{}accuracy {:5.1f} %", prefix, 100 * accuracy);
  };
  const int more = e.has_validation ? 0 : 2;  // without validation they are what counts
  parts.push_back({1 + more, loss("loss", e.loss)});
  parts.push_back({0 + 2 * more, score("", e.accuracy, e.mae)});
  if (!e.has_validation) return;
  parts.push_back({2, loss("val loss", e.val_loss)});
  parts.push_back({5, score("val ", e.val_accuracy, e.val_mae)});
}

std::string joined(const std::vector<Part> &parts) {
  std::string line;
  for (const Part &p : parts) line += (line.empty() ? "" : "  ") + p.text;
  return line;
}

}  // namespace

Progress::Progress(bool is_quiet, const Of &of)
    : is_on_(!is_quiet),
      is_terminal_(can_overwrite(Stream::kErr)),
      of_(of),
      time_(of.epochs, of.is_resumed) {}

void Progress::begin(const Of &of) {
  of_ = of;
  time_ = TimeLeft(of.epochs, of.is_resumed);
  last_ = {};
  share_ = 0;
  is_over_ = false;
  begun_ = Clock::now();
}

std::string Progress::left(double share) const {
  const auto seconds = time_.left(std::chrono::duration<double>(Clock::now() - begun_).count(), share);
  if (!seconds || is_over_ || last_.epoch == of_.epochs) return "";
  return duration_text(*seconds) + (of_.may_stop_early ? " left at most" : " left");
}

std::string Progress::text(size_t columns, int epoch, const std::string &steps) const {
  std::vector<Part> parts;
  if (!of_.label.empty()) parts.push_back({3, shown(of_.label)});
  parts.push_back({9, fmt::format("epoch {:>{}}/{}", epoch, std::to_string(of_.epochs).size(), of_.epochs)});
  if (!steps.empty()) parts.push_back({4, steps});
  if (last_.epoch > 0) add_figures(parts, last_);
  if (const std::string time = left(share_); !time.empty()) parts.push_back({8, time});
  while (columns > 0 && parts.size() > 1 && columns_of(joined(parts)) >= columns) {
    const auto least = std::min_element(parts.begin(), parts.end(),
                                        [](const Part &a, const Part &b) { return a.rank < b.rank; });
    // a label is worth as much room as is left
    const size_t others = columns_of(joined(parts)) - columns_of(least->text);
    constexpr size_t kShortestLabel = 12;
    if (!of_.label.empty() && least == parts.begin() && others + kShortestLabel < columns) {
      least->text = shortened(least->text, columns - 1 - others);
      break;
    }
    parts.erase(least);
  }
  return joined(parts);
}

void Progress::show(int epoch, const std::string &steps) {
  shown_ = Clock::now();
  if (is_terminal_)
    line_.show(text(columns_now(Stream::kErr), epoch, steps));
  else
    std::cerr << text(0, epoch, steps) << "\n";
}

void Progress::features(size_t done, size_t windows) {
  if (done == windows) begun_ = Clock::now();  // of the first epoch
  if (!is_on_ || !is_terminal_ || done == windows || Clock::now() - std::max(shown_, begun_) < kBetweenLines)
    return;
  shown_ = Clock::now();
  const double seconds = std::chrono::duration<double>(shown_ - begun_).count();
  const double rest = seconds * static_cast<double>(windows - done) / static_cast<double>(done);
  line_.show(fmt::format("features of {} of {} windows  {} left", done, windows, duration_text(rest)));
}

void Progress::step(const StepEnd &s) {
  const double steps = s.steps;
  share_ = s.step / steps;
  if (s.step == s.steps || !is_on_ || !is_terminal_ ||
      Clock::now() - std::max(shown_, begun_) < 5 * kBetweenLines)
    return;
  show(s.epoch, fmt::format("step {}/{}", s.step, s.steps));
}

void Progress::epoch(const EpochRecord &e) {
  last_ = e;
  time_.end_epoch(e.epoch, e.seconds);
  begun_ = Clock::now();
  share_ = 0;
  const bool is_end = e.epoch == 1 || e.epoch == of_.epochs;
  const int tenth = std::max(1, of_.epochs / 10);
  const bool is_due = is_terminal_ ? Clock::now() - shown_ >= kBetweenLines : e.epoch % tenth == 0;
  if (is_on_ && (is_end || is_due)) show(e.epoch, "");
}

void Progress::finish() {
  is_over_ = true;
  if (is_on_ && is_terminal_ && last_.epoch > 0) show(last_.epoch, "");
  line_.keep();
}

void Progress::note(const std::string &sentence) {
  if (!is_on_) return;
  line_.clear();
  std::cerr << fitted(shown(sentence), columns_now(Stream::kErr)) << "\n";
}

}  // namespace mote::cli

// FileWindows: the windows of a file that comes in parts, as its model's rule has them: one behind the other,
// or those that a trigger opens.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "features/running_mean.h"
#include "mote/decision.h"
#include "mote/predict.h"
#include "mote/recordings.h"

namespace mote {

// Windows that are asked about together.
struct WindowsOfFile {
  Dataset windows;                     // each with its row in its recording
  std::vector<char> is_first, is_due;  // of its recording; with it something is told
};

class FileWindows {
 public:
  struct Takers {
    std::function<void(const WindowsOfFile &some)> take;
    // Those of the last recording are none: they were asked about as long as its trigger had opened none.
    std::function<void()> drop;
  };
  // `list` gets the recordings that have windows, each before these are taken. Both must outlive this.
  FileWindows(const Preprocessing &p, const DecisionRule &rule, std::vector<PredictedRecording> &list,
              Takers takers)
      : rule_(rule),
        list_(list),
        takers_(std::move(takers)),
        mean_(p.running_mean, static_cast<size_t>(p.channels)) {}

  // `goes_on`: the first recording of this part is the last one of the part before.
  void add(Recordings part, bool goes_on);
  void finish();  // no part follows

  long longest() const { return longest_; }  // recording, in rows

 private:
  bool is_triggered() const { return rule_.policy == DecisionPolicy::kTrigger; }
  void begin(const Recording &r);
  void end();
  void cut_by_hop();
  void cut_by_trigger(long row);
  void take_window(long row, bool is_due);
  void take_padded();
  void forget_before(long row);
  void hand_over();

  const DecisionRule &rule_;
  std::vector<PredictedRecording> &list_;
  Takers takers_;
  RunningMean mean_;
  Recordings form_;  // what the parts have in common
  WindowsOfFile some_;
  size_t most_ = 1;  // windows in memory at a time

  bool is_open_ = false;
  Recording open_;  // the last one, with the rows that later windows may need
  long base_ = 0;   // row of its first value
  long rows_ = 0;   // read of it
  long next_ = 0;   // row of its next window by hop
  size_t taken_ = 0;
  bool is_listed_ = false, has_event_ = false;
  std::optional<StreamWindows> due_;

  long rows_before_ = 0;  // of the file, before it
  long longest_ = 0;
};

}  // namespace mote

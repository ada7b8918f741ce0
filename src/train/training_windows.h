// The windows that a training goes through: those of the recordings, and behind them those of a stream.
#pragma once

#include <algorithm>

#include "mote/recordings.h"

namespace mote {

class TrainingWindows {
 public:
  explicit TrainingWindows(const Splits &data) : recorded_(data.train), stream_(&data.stream) {}
  explicit TrainingWindows(const Dataset &recorded) : recorded_(recorded) {}

  size_t size() const { return recorded_.size() + (stream_ ? stream_->size() : 0); }
  const float *example(size_t i) const { return of(i).example(place(i)); }
  int class_of(size_t i) const { return of(i).classes[place(i)]; }  // or kNoClass
  const float *targets(size_t i, size_t outputs) const { return of(i).targets.data() + place(i) * outputs; }
  // Windows of a class.
  size_t count(int label) const {
    size_t n = 0;
    for (const Dataset *set : {&recorded_, stream_})
      if (set) n += static_cast<size_t>(std::count(set->classes.begin(), set->classes.end(), label));
    return n;
  }

  size_t of_classes() const { return size() - count(kNoClass); }

  const Dataset &recorded() const { return recorded_; }

 private:
  const Dataset &of(size_t i) const { return i < recorded_.size() ? recorded_ : *stream_; }
  size_t place(size_t i) const { return i < recorded_.size() ? i : i - recorded_.size(); }

  const Dataset &recorded_;
  const Dataset *stream_ = nullptr;
};

}  // namespace mote

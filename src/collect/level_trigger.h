// When something happens: the distances of the channels from where they rest add up to a level.
#pragma once

#include <cstddef>
#include <vector>

namespace mote {

class LevelTrigger {
 public:
  // level 0: ten times the mean sum of distances at rest.
  LevelTrigger(size_t channels, double level) : given_(level), sum_(channels), rest_(channels) {}

  void learn(const float *row);
  void end_of_rest();
  bool is_reached(const float *row) const;
  double level() const { return level_; }

 private:
  double distance(const float *row) const;

  double given_, level_ = 0;
  std::vector<double> sum_, rest_;
  std::vector<float> rows_;
};

}  // namespace mote

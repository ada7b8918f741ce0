// Windows in the main directions of what is known of them (PCA), and how far each is from its class there.
#pragma once

#include <functional>
#include <vector>

#include "base/threads.h"

namespace mote {

// Row of `values` numbers of a window; called in any thread.
using WindowValues = std::function<const float *(size_t window)>;

struct WindowMap {
  size_t directions = 0;
  std::vector<double> places;     // [windows, directions], the largest direction first
  std::vector<double> shares;     // of the variance, of each direction
  std::vector<float> mean, gain;  // by which values were standardized; gain 0: does not vary
};

// Numerics: double precision, every sum in one order for any number of threads; a direction points to where
// its largest number is positive. Source: orthogonal iteration (Golub, Van Loan, Matrix Computations, 7.3.2).
WindowMap window_map(size_t windows, size_t values, const WindowValues &row, ThreadPool &pool);

// How far a window is from the median of its class in the main directions, in units of the class's spread
// (1.4826 times the median of absolute deviations); and the class whose median is the nearest.
struct WindowDistance {
  double distance = 0;  // 0: its class has too few windows to tell
  int nearest = 0;
};
std::vector<WindowDistance> distances_in_class(const WindowMap &map, const std::vector<int> &classes,
                                               size_t count);

}  // namespace mote

// Pictures of windows: of each class its raw values and its features, and a map of all.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "mote/report.h"

namespace mote {

// Mean and standard deviation over the windows of a class.
struct Band {
  std::vector<float> mean, deviation;
};

struct ClassView {
  std::string label;
  size_t windows = 0;
  // Raw: of each channel over the rows, in deviations of all its values from their mean; or of an image; or
  // single windows of sound, which have no mean.
  std::vector<std::string> channels;
  std::vector<Band> of_channels;
  std::vector<std::vector<float>> waves;
  int image_height = 0, image_width = 0;  // of each of them
  double rate_hz = 0;
  // Features: [frames, values] or [values]; none where frames is 0. `low` to `high`: of all classes.
  int frames = 0, values = 0;
  Band features;
  std::vector<float> typical;  // of the window that is nearest to the mean
  double low = 0, high = 0;
};
Picture draw_class(const ClassView &view);

// Features of single windows, [frames, values] each, with one scale: frames to the right, values upwards.
struct HeatView {
  std::string title;
  std::vector<float> values;
};
Picture draw_heat_maps(const std::vector<HeatView> &views, int frames, int values, size_t columns);

struct MapPoint {
  double x = 0, y = 0;
  int label = 0;
  int number = 0;  // of an outlier, from 1; 0: it is none
};
// `shares`: of the variance, in each direction.
Picture draw_map(const std::vector<MapPoint> &points, const std::vector<std::string> &labels,
                 const std::pair<double, double> &shares);

}  // namespace mote

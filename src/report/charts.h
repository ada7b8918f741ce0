// Curves and bars in a Drawing, small enough for two beside each other.
#pragma once

#include <string>
#include <vector>

#include "report/drawing.h"

namespace mote {

struct Curve {
  std::string name;
  Ink ink = Ink::kBlue;
  Points points;  // in the units of the axes
  bool is_dashed = false, has_dots = true;
  Points band = {};  // low and high for each point's x; empty: none
};
struct CurveChart {
  std::string title, x_label, y_label;
  std::vector<Curve> curves;
  double y_low = 0, y_high = 100;
  std::vector<std::pair<double, std::string>> marks = {};  // vertical lines with a word
  double width = 430, height = 270;
};
Drawing draw_curves(const CurveChart &chart);

// How values of a window go over time, a line for each channel; of sounds from the lowest to the highest.
struct TraceView {
  std::string title, below;   // above the panel, and under its axis
  std::vector<float> values;  // [rows, channels]
  size_t channels = 1;
  double rate_hz = 0;        // 0: the axis is of rows
  double low = 0, high = 0;  // of the axis; the same: its own
};
struct TraceRow {
  std::string name;
  std::vector<TraceView> views;
};
// A row of panels for each name; `channels`: of the key, where there are at most ten.
Drawing draw_traces(const std::vector<TraceRow> &rows, const std::vector<std::string> &channels,
                    double panel_width);

}  // namespace mote

// What a training sees of some windows: each as it is cut, and beside it as it is augmented.
#pragma once

#include <string>
#include <vector>

#include "mote/report.h"

namespace mote {

struct PreviewPair {
  std::vector<float> original, augmented;  // [rows, channels], or [height, width, channels]
};
struct PreviewClass {
  std::string label;
  std::vector<PreviewPair> pairs;
};
struct Preview {
  int channels = 0;
  int image_height = 0, image_width = 0;  // 0: signals along time
  std::vector<PreviewClass> classes;
  bool is_augmented = false;
  std::string title = {};  // in place of the one that says whether they are augmented
};
Picture draw_preview(const Preview &preview);

}  // namespace mote

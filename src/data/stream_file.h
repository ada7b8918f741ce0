// A file as a device hears it: recordings as they are, never cut where a class begins, and what label files
// or a label column say of them as marks on their rows.
#pragma once

#include <string>
#include <vector>

#include "mote/recordings.h"

namespace mote {

struct StreamMark {
  size_t recording = 0;      // of Recordings::items
  long first = 0, last = 0;  // rows of it, the last one not included
  std::string label;
  long line = 0;  // of the label file; 0: it has none
};

struct StreamMarks {
  // A table of intervals or a label track, wherever it lies; "": the track beside the file, or its label
  // column.
  std::string labels_file = "";
  bool is_only_stream = true;  // so labels_file need not name it
  std::vector<StreamMark> list = {};
  bool is_labelled = false;               // something says where events are, or that there are none
  std::vector<std::string> unknown = {};  // recordings that labels_file names and this file is not
};

// Errors: as load_recordings(); kDataFormat naming the label file's line for marks that are not within.
Recordings load_stream(const std::string &path, const LoadOptions &options, StreamMarks &marks);

}  // namespace mote

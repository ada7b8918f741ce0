// A file as a device hears it: recordings as they are, never cut where a class begins, and what label files
// or a label column say of them as marks on their rows.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/label_book.h"
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
  LabelBook *book = nullptr;   // read_stream_labels() of labels_file; nullptr: it is read with the stream
  std::vector<StreamMark> list = {};
  bool is_labelled = false;               // something says where events are, or that there are none
  bool is_named = false;                  // and it is of this stream
  std::vector<std::string> unknown = {};  // recordings that labels_file names and this file is not
};

// What a table of intervals says of several streams, read once for all of them.
struct StreamLabels {
  std::shared_ptr<LabelBook> book;
  std::vector<std::string> reading;  // sentences
};
// Errors: kNotFound, kDataFormat for a label track, which is of one recording, and for what is no such table.
StreamLabels read_stream_labels(const std::string &labels_file, const std::vector<std::string> &streams);

// Errors: as load_recordings(); kDataFormat naming the label file's line for marks that are not within.
Recordings load_stream(const std::string &path, const LoadOptions &options, StreamMarks &marks);

}  // namespace mote

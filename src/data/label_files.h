// Label files: what annotation programs write beside recordings. Each format has a file of its own; all of
// them fill a LabelBook.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "data/label_book.h"
#include "mote/recordings.h"

namespace mote {

struct LabelFormat {
  const char *name;  // "Label Studio export"
  // What is not used, and why, goes to `findings`. Errors: kDataFormat naming path and place.
  void (*parse)(const std::string &bytes, const std::string &path, LabelBook &book,
                std::vector<Finding> &findings);
};

// Files as they are on the disk, or as a run has recorded them.
struct FilesAround {
  std::function<bool(const fs::path &)> has;
  std::function<std::string(const fs::path &)> head;  // the first kHeadBytes
};
inline constexpr size_t kHeadBytes = 4096;
FilesAround files_on_disk();

// By name, neighbours and first bytes; nullptr: it is no label file.
const LabelFormat *label_format_of(const fs::path &path, const FilesAround &around);

// The label track of Audacity: NAME.txt beside NAME.wav.
bool looks_like_label_track(const std::string &head, bool needs_words);
void parse_label_track(const std::string &bytes, const std::string &path, LabelBook &book,
                       std::vector<Finding> &findings);
// Edge Impulse's info.labels and structured_labels.labels.
void parse_edge_impulse_labels(const std::string &bytes, const std::string &path, LabelBook &book,
                               std::vector<Finding> &findings);
// Label Studio's exports JSON and JSON_MIN.
bool looks_like_label_studio(const std::string &head);
void parse_label_studio(const std::string &bytes, const std::string &path, LabelBook &book,
                        std::vector<Finding> &findings);

}  // namespace mote

// The table of label formats, and how a file is known to be of one.
//
// What the formats say is each one's own file.
#include "data/label_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/error.h"
#include "data/readers/readers.h"

namespace mote {

namespace {

constexpr LabelFormat kTrack = {"Audacity label track", parse_label_track};
constexpr LabelFormat kEdgeImpulse = {"Edge Impulse label file", parse_edge_impulse_labels};
constexpr LabelFormat kLabelStudio = {"Label Studio export", parse_label_studio};

bool has_neighbour(const fs::path &path, const FilesAround &around,
                   std::initializer_list<const char *> endings) {
  return std::any_of(endings.begin(), endings.end(), [&](const char *ending) {
    return around.has(fs::path(path).replace_extension(ending));
  });
}

}  // namespace

FilesAround files_on_disk() {
  return {[](const fs::path &path) {
            std::error_code code;
            return fs::is_regular_file(path, code);
          },
          [](const fs::path &path) {
            std::string head(kHeadBytes, '\0');
            std::ifstream file(path, std::ios::binary);
            file.read(head.data(), static_cast<std::streamsize>(head.size()));
            head.resize(static_cast<size_t>(file.gcount()));
            return head;
          }};
}

const LabelFormat *label_format_of(const fs::path &path, const FilesAround &around) {
  const std::string ending = extension_of(path);
  if (ending == ".labels") return &kEdgeImpulse;
  if (ending == ".json") return looks_like_label_studio(around.head(path)) ? &kLabelStudio : nullptr;
  if (ending != ".txt") return nullptr;
  const bool is_of_sound =
      has_neighbour(path, around, {".wav", ".WAV", ".wave", ".flac", ".ogg", ".oga", ".aiff", ".aif"});
  if (!is_of_sound && !has_neighbour(path, around, {".csv", ".tsv"})) return nullptr;
  return looks_like_label_track(around.head(path), !is_of_sound) ? &kTrack : nullptr;
}

FileLabels &entry_for(LabelBook &book, const std::string &name, const std::string &label_path) {
  FileLabels &labels = book.entry(name);
  if (!labels.marks.empty() && labels.path != label_path)
    throw Error(ErrorCode::kDataFormat, label_path,
                fmt::format("marks {}, and so does {}", printable(name), labels.path),
                "leave one of them out with data.exclude");
  labels.path = label_path;
  return labels;
}

}  // namespace mote

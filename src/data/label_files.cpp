// The table of label formats, and how a file is known to be of one.
//
// What the formats say is each one's own file.
#include "data/label_files.h"

#include <algorithm>
#include <fstream>

#include "data/readers/readers.h"

namespace mote {

namespace {

constexpr LabelFormat kTrack = {"Audacity label track", parse_label_track};
constexpr LabelFormat kEdgeImpulse = {"Edge Impulse label file", parse_edge_impulse_labels};
constexpr LabelFormat kLabelStudio = {"Label Studio export", parse_label_studio};

// "walk.wav" and "WALK.WAV", as cameras and recorders write names, and "Walk.Wav".
bool has_neighbour(const fs::path &path, const FilesAround &around,
                   std::initializer_list<const char *> endings) {
  const auto upper = [](std::string ending, size_t count) {
    std::transform(ending.begin() + 1, ending.begin() + 1 + static_cast<long>(count), ending.begin() + 1,
                   [](char c) { return static_cast<char>(c & ~0x20); });
    return ending;
  };
  return std::any_of(endings.begin(), endings.end(), [&](const std::string ending) {
    const std::string spellings[] = {ending, upper(ending, ending.size() - 1), upper(ending, 1)};
    return std::any_of(std::begin(spellings), std::end(spellings), [&](const std::string &spelling) {
      return around.has(fs::path(path).replace_extension(spelling));
    });
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
      has_neighbour(path, around, {".wav", ".wave", ".flac", ".ogg", ".oga", ".aiff", ".aif"});
  if (!is_of_sound && !has_neighbour(path, around, {".csv", ".tsv"})) return nullptr;
  return looks_like_label_track(around.head(path), !is_of_sound) ? &kTrack : nullptr;
}

}  // namespace mote

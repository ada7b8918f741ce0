#include "file_notes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "base/text.h"

namespace mote::cli {

namespace {

struct AlikeFiles {
  struct Note {
    std::string file, text;
  };
  std::vector<Note> notes;
  std::vector<std::string> files;  // each once
  bool has_place = false;          // notes begin with their file
};

std::string without_file(std::string note, const std::string &file) {
  if (const size_t at = note.find(file); at != note.npos) note.erase(at, file.size());
  return note;
}

void add_sentences(const AlikeFiles &alike, size_t all, std::vector<std::string> &out) {
  constexpr size_t kEach = 3;
  const auto with = [&](const std::string &files, const std::string &note) {
    return alike.has_place || all == 1 ? note : files + ": " + note;
  };
  const AlikeFiles::Note &first = alike.notes[0];
  const size_t files = alike.files.size(), notes = alike.notes.size();
  const bool is_one_text =
      !alike.has_place && files == notes &&
      std::all_of(alike.notes.begin(), alike.notes.end(), [&](auto &n) { return n.text == first.text; });
  if (is_one_text && files == all)
    out.push_back(with(all == 2 ? "both files" : fmt::format("all {} files", all), first.text));
  else if (is_one_text && files <= kEach)
    out.push_back(with(fmt::format("{}", fmt::join(alike.files, ", ")), first.text));
  else if (notes <= kEach)
    for (const AlikeFiles::Note &note : alike.notes) out.push_back(with(note.file, note.text));
  else if (files == 1)
    out.push_back(with(first.file, first.text) + fmt::format("; and alike {} times more", notes - 1));
  else
    out.push_back(with(first.file, first.text) + fmt::format("; and alike for {} more file{}, {} the last",
                                                             files - 1, files == 2 ? "" : "s",
                                                             alike.files.back()));
}

}  // namespace

std::vector<std::string> notes_of(const std::vector<FileNotes> &files) {
  std::vector<std::string> order;
  std::map<std::string, AlikeFiles> by_cause;
  for (const FileNotes &f : files)
    for (const std::string &note : f.notes) {
      const std::string cause = without_digits(without_file(note, f.file));
      AlikeFiles &alike = by_cause[cause];
      if (alike.notes.empty()) order.push_back(cause);
      if (alike.files.empty() || alike.files.back() != f.file) alike.files.push_back(f.file);
      alike.notes.push_back({f.file, note});
      alike.has_place |= note.starts_with(f.file);
    }
  std::vector<std::string> out;
  for (const std::string &cause : order) add_sentences(by_cause[cause], files.size(), out);
  return out;
}

}  // namespace mote::cli

// Notes that parts of one file have in common. Notes of several files are laid out by who shows them.
#include "workflow/alike_notes.h"

#include <algorithm>

#include "base/text.h"

namespace mote {

void AlikeNotes::add(const std::vector<std::string> &notes) {
  const size_t before = notes_.size();
  for (const std::string &text : notes) {
    const std::string cause = without_digits(text);
    const auto end = notes_.begin() + static_cast<long>(before);
    const auto alike = std::find_if(notes_.begin(), end, [&](const Note &n) { return n.cause == cause; });
    if (alike == end)
      notes_.push_back({text, cause});
    else
      alike->is_said_again |= alike->text != text;
  }
}

std::vector<std::string> AlikeNotes::list() const {
  std::vector<std::string> list;
  for (const Note &n : notes_)
    list.push_back(n.is_said_again ? n.text + "; and so further on in the file" : n.text);
  return list;
}

}  // namespace mote

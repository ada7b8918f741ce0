// AlikeNotes: what is said of the parts of a file, of one cause once.
#pragma once

#include <string>
#include <vector>

namespace mote {

class AlikeNotes {
 public:
  // Of the next part: a note that differs from one of an earlier part in its figures only is not said again.
  void add(const std::vector<std::string> &notes);
  // In order; those that came again say so.
  std::vector<std::string> list() const;

 private:
  struct Note {
    std::string text, cause;
    bool is_said_again = false;
  };
  std::vector<Note> notes_;
};

}  // namespace mote

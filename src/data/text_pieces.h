// TextPieces: a text file, some whole lines at a time.
#pragma once

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

namespace mote {

class TextPieces {
 public:
  // Of pieces of about so many bytes. nullopt where the file is no longer than one, or no text whose lines
  // end with '\n' and nothing else: UTF-16, lone carriage returns. Errors: kNotFound, kIo.
  static std::optional<TextPieces> of(const std::string &path, size_t piece_bytes);

  // Ends with the end of a line but at the end of the file. Errors: kIo; kDataFormat for a line that is many
  // times longer than a piece.
  std::string next();
  bool is_at_end() const { return rest_.empty() && has_ended_; }
  long lines_before() const { return lines_; }  // of the next piece

 private:
  struct Close {
    void operator()(std::FILE *file) const { std::fclose(file); }
  };
  TextPieces(std::string path, size_t piece_bytes);
  void read_on(size_t bytes);

  std::string path_;
  size_t piece_bytes_;
  std::unique_ptr<std::FILE, Close> file_;
  std::string rest_;  // read and not yet handed over
  bool has_ended_ = false;
  long lines_ = 0;
};

}  // namespace mote

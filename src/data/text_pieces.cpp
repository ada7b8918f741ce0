// Reads ahead until a line ends; what stands in the lines is text_lines.cpp's.
#include "data/text_pieces.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "base/error.h"
#include "base/files.h"

namespace mote {

TextPieces::TextPieces(std::string path, size_t piece_bytes)
    : path_(std::move(path)), piece_bytes_(piece_bytes), file_(std::fopen(path_.c_str(), "rb")) {
  if (!file_) throw io_error(path_, "read", errno);
  read_on(piece_bytes_);
}

std::optional<TextPieces> TextPieces::of(const std::string &path, size_t piece_bytes) {
  TextPieces pieces(path, piece_bytes);
  const std::string &start = pieces.rest_;
  const bool is_text = start.find('\0') == std::string::npos && start.find('\n') != std::string::npos;
  if (!is_text || start.size() < piece_bytes) return {};
  pieces.read_on(1);
  if (pieces.has_ended_) return {};
  return pieces;
}

void TextPieces::read_on(size_t bytes) {
  const size_t have = rest_.size();
  rest_.resize(have + bytes);
  const size_t got = std::fread(rest_.data() + have, 1, bytes, file_.get());
  rest_.resize(have + got);
  if (std::ferror(file_.get())) throw io_error(path_, "read", errno);
  has_ended_ = got < bytes;
}

std::string TextPieces::next() {
  constexpr size_t kLongestLine = 16;  // pieces
  size_t end = 0;
  for (size_t wanted = piece_bytes_; end == 0; wanted *= 2) {
    if (!has_ended_ && rest_.size() < wanted) read_on(wanted - rest_.size());
    end = has_ended_ ? rest_.size() : rest_.rfind('\n') + 1;  // 0: there is none
    if (has_ended_) break;
    if (end == 0 && wanted >= kLongestLine * piece_bytes_)
      throw Error(ErrorCode::kDataFormat, at_line(path_, lines_ + 1),
                  fmt::format("has more than {} bytes and no end", rest_.size()),
                  "a table has a line for each moment");
  }
  std::string piece = rest_.substr(0, end);
  rest_.erase(0, end);
  if (rest_.empty() && !has_ended_) read_on(1);
  for (size_t i = 0; i < piece.size(); ++i)
    lines_ += piece[i] == '\n' || (piece[i] == '\r' && i + 1 < piece.size() && piece[i + 1] != '\n');
  return piece;
}

}  // namespace mote

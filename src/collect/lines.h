// Lines of numbers, as sketches print them for the serial plotter: "0.1,0.2", "x:0.1 y:0.2", tabs, blanks or
// semicolons between. Nothing in a line is repaired: it is a row, or it is not.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mote {

struct Line {
  enum class Kind { kRow, kNames, kRemark, kOther };
  Kind kind = Kind::kOther;
  std::vector<float> values;       // of a row
  std::vector<std::string> names;  // of a line of names, or of the cells of a row that name themselves
  std::string text;                // as it came, without the mark of a remark
};
Line parse_line(std::string_view text);

class LineReader {
 public:
  void add(std::string_view bytes) { pending_ += bytes; }
  std::optional<Line> next();  // empty lines are none
  void give_up();              // the line that has begun is no line, nor what comes until the next ends

 private:
  std::string pending_;
  size_t at_ = 0;
  bool is_joining_ = true;  // in the middle of a line
};

}  // namespace mote

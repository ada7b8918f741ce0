// Texts in so many columns: no line is wider, nothing but blanks and the middle of names is lost, and what
// fits stays as it was.
#include "base/terminal_lines.h"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "test_support.h"

namespace mote {
namespace {

std::vector<std::string> lines_in(const std::string &text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}
size_t widest(const std::string &text) {
  size_t most = 0;
  for (const std::string &line : lines_in(text)) most = std::max(most, columns_of(line));
  return most;
}

TEST(TerminalLines, columns_are_those_of_a_terminal) {
  EXPECT_EQ(columns_of(""), 0u);
  EXPECT_EQ(columns_of("flex"), 4u);
  EXPECT_EQ(columns_of("gr\xC3\xBC\xC3\x9F"), 4u);        // grüß
  EXPECT_EQ(columns_of("\xE8\xB5\xB0\xE8\xB7\xAF"), 4u);  // two Chinese letters
  EXPECT_EQ(columns_of("e\xCC\x81"), 1u);                 // e and a combining accent
  EXPECT_EQ(columns_of("\xFF\xFE"), 2u);                  // no UTF-8: a box each
  EXPECT_TRUE(has_wide_letters("a\xE8\xB5\xB0"));
  EXPECT_FALSE(has_wide_letters("gr\xC3\xBC\xC3\x9F"));
}

TEST(TerminalLines, a_long_name_loses_its_middle) {
  EXPECT_EQ(shortened("data/punch.csv", 14), "data/punch.csv");
  EXPECT_EQ(shortened("data/person_1/punch.csv:12", 15), "data...h.csv:12");
  EXPECT_EQ(shortened("data", 2), "da");
  EXPECT_EQ(shortened("data", 0), "");
  const std::string wide = "\xE8\xB5\xB0\xE8\xB7\xAF\xE8\xB5\xB0\xE8\xB7\xAF\xE8\xB5\xB0\xE8\xB7\xAF";
  for (size_t columns = 0; columns <= 12; ++columns) {
    const std::string text = shortened(wide, columns);
    EXPECT_LE(columns_of(text), columns);
    EXPECT_EQ(text.find("\xEF\xBF\xBD"), text.npos);
    EXPECT_TRUE(columns < 7 || text.find("...") != text.npos || columns == 12) << columns;
  }
}

TEST(TerminalLines, durations_are_written_as_people_say_them) {
  EXPECT_EQ(duration_text(0), "0 s");
  EXPECT_EQ(duration_text(-3), "0 s");
  EXPECT_EQ(duration_text(40.4), "40 s");
  EXPECT_EQ(duration_text(59.7), "1 min");
  EXPECT_EQ(duration_text(90), "1 min 30 s");
  EXPECT_EQ(duration_text(53 * 60 + 20), "53 min");
  EXPECT_EQ(duration_text(59 * 60 + 50), "1 h");
  EXPECT_EQ(duration_text(2 * 3600 + 10 * 60), "2 h 10 min");
  EXPECT_EQ(duration_text(3 * 86400 + 4 * 3600), "3 d 4 h");
  EXPECT_EQ(duration_text(1e300), "?");
}

TEST(TerminalLines, what_fits_stays_as_it_is_and_no_width_is_no_limit) {
  const std::string text = "name        MHz\n---------------\nnano33ble    64\n\nThat is all.";
  EXPECT_EQ(fitted(text, 0), text);
  EXPECT_EQ(fitted(text, 15), text);
  EXPECT_EQ(fitted(text + "\n", 80), text + "\n");
  EXPECT_EQ(fitted("", 10), "");
}

TEST(TerminalLines, a_table_loses_blanks_first) {
  EXPECT_EQ(fitted("layer           output        MACs\n"
                   "----------------------------------\n"
                   "conv1d          (115, 8)    27,600\n"
                   "dense           (3)             48\n",
                   26),
            "layer   output      MACs\n"
            "------------------------\n"
            "conv1d  (115, 8)  27,600\n"
            "dense   (3)           48\n");
}

TEST(TerminalLines, a_table_shortens_paths_then) {
  EXPECT_EQ(fitted("data/person_1/session_2026_11/punch.csv  punch  100 %\n"
                   "data/person_1/session_2026_11/flex.csv   flex    99 %\n",
                   40),
            "data/pe...026_11/punch.csv  punch  100 %\n"
            "data/pe...2026_11/flex.csv  flex    99 %\n");
}

TEST(TerminalLines, words_go_on_below_their_own_beginning) {
  EXPECT_EQ(fitted("  --seed      the same seed gives the same weights, bit for bit", 40),
            "  --seed      the same seed gives the\n"
            "              same weights, bit for bit");
  EXPECT_EQ(fitted("Wrote one thing and then another thing.", 20),
            "Wrote one thing and\nthen another thing.");
  EXPECT_EQ(fitted("  note that it is indented here", 24), "  note that it is\n    indented here");
}

TEST(TerminalLines, a_path_in_a_sentence_stays_whole) {
  EXPECT_EQ(fitted("Wrote /a/very/long/path/to/a/run.", 20), "Wrote\n/a/very/long/path/to/a/run.");
}

// Of a wide matrix each part begins with the names again, and every number is there.
TEST(TerminalLines, a_wide_table_goes_on_below_in_parts) {
  std::string text = "      true";
  for (int c = 0; c < 12; ++c) text += "   class_" + std::to_string(10 + c);
  text += "\n";
  for (int r = 0; r < 12; ++r) {
    text += "  class_" + std::to_string(10 + r);
    for (int c = 0; c < 12; ++c) text += "        " + std::to_string(100 + 12 * r + c);
    text += "\n";
  }
  for (const size_t columns : {80u, 60u, 40u}) {
    const std::string narrow = fitted(text, columns);
    EXPECT_LE(widest(narrow), columns);
    for (int n = 100; n < 244; ++n) EXPECT_NE(narrow.find(std::to_string(n)), narrow.npos) << n;
    for (const std::string &line : lines_in(narrow))
      EXPECT_TRUE(line.empty() || line.find("class_") != line.npos) << line;
  }
}

TEST(TerminalLines, no_line_is_wider_whatever_the_text_is) {
  Random random(3);
  const std::vector<std::string> words = {
      "a",         "MACs", "27,600", "gesture", "\xE8\xB5\xB0\xE8\xB7\xAF",
      "  ",        "   ",  "\n",     "----",    "(1, 2)",
      "e\xCC\x81", "\xFF", "|",      "and"};
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    const size_t count = random.below(60);
    for (size_t i = 0; i < count; ++i)
      text += words[random.below(words.size())] + (random.below(3) ? " " : "");
    for (const size_t columns : {1u, 2u, 7u, 20u, 40u, 60u, 80u}) {
      const std::string narrow = fitted(text, columns);
      if (columns >= 20) EXPECT_LE(widest(narrow), columns) << text;
      if (::testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace mote

// Frames and lines by themselves: pieces of any size, every bit that may be wrong.
#include "collect/frames.h"
#include "collect/board.h"
#include "collect/lines.h"

namespace mote::test {
namespace {

TEST(Frames, are_found_whatever_pieces_they_come_in) {
  const std::string bytes = "noise" + row_frame(7, 3, 2) + "\xA5" + frame(1, 0, 0, "") + "\xA5M\x02";
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    FrameReader reader;
    std::vector<Frame> frames;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      reader.add(bytes.substr(at, piece));
      while (auto f = reader.next()) frames.push_back(*f);
    }
    ASSERT_EQ(frames.size(), 2u) << piece;
    EXPECT_EQ(frames[0].first, 7u);
    EXPECT_EQ(frames[0].time_us, 7001u);
    EXPECT_EQ(frames[0].payload.size(), 12u);
    EXPECT_EQ(frames[1].type, FrameType::kDescription);
    EXPECT_EQ(reader.skipped_bytes(), 6u);
    EXPECT_EQ(reader.damaged_frames(), 0u);
    reader.give_up();
    EXPECT_EQ(reader.skipped_bytes(), 9u);
  }
}

TEST(Frames, with_one_wrong_bit_are_none_and_the_next_is_found) {
  const std::string good = row_frame(1, 2, 2), next = row_frame(3, 2, 2);
  for (size_t bit = 0; bit < 8 * good.size(); ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ 1 << bit % 8);
    FrameReader reader;
    reader.add(bad + next + std::string(size_t{1} << 16, ' '));  // a wrong length ends somewhere
    const auto found = reader.next();
    ASSERT_TRUE(found) << bit;
    EXPECT_EQ(found->first, 3u) << bit;
    EXPECT_FALSE(reader.next());
    EXPECT_LE(reader.damaged_frames(), 1u);
  }
}

TEST(Lines, are_rows_or_they_are_not) {
  const auto row = [](const char *text) { return parse_line(text).values; };
  EXPECT_EQ(row("1,-2.5,3e2"), (std::vector<float>{1, -2.5f, 300}));
  EXPECT_EQ(row("1, 2,"), (std::vector<float>{1, 2}));
  EXPECT_EQ(row("1\t2"), (std::vector<float>{1, 2}));
  EXPECT_EQ(row("  4   5 "), (std::vector<float>{4, 5}));
  EXPECT_EQ(row("a:1 b:2"), (std::vector<float>{1, 2}));
  EXPECT_EQ(parse_line("a:1 b:2").names, (std::vector<std::string>{"a", "b"}));
  for (const char *text : {"1,,2", "1,x", "nan,1", "inf,1", "1e99", "0x1G,2", "a:1,2", "1.2.3"}) {
    EXPECT_TRUE(parse_line(text).values.empty()) << text;
    EXPECT_EQ(parse_line(text).kind, Line::Kind::kOther) << text;
  }
  EXPECT_EQ(parse_line("aX,aY").kind, Line::Kind::kNames);
  EXPECT_EQ(parse_line("# rate_hz: 5").text, "rate_hz: 5");
}

TEST(Lines, without_an_end_are_given_up) {
  LineReader reader;
  reader.add("\n" + std::string(10000, '7'));
  const auto line = reader.next();
  ASSERT_TRUE(line);
  EXPECT_EQ(line->kind, Line::Kind::kOther);
  reader.add("7\n1,2\n");
  EXPECT_EQ(reader.next()->values, (std::vector<float>{1, 2}));
}

}  // namespace
}  // namespace mote::test

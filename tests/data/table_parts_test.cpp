// A table that is read in parts has the recordings of the whole, wherever the borders fall: the whole file,
// read at once, is the oracle.
#include <random>

#include "base/files.h"
#include "data/table_part.h"
#include "data/text_pieces.h"
#include "test_support.h"

namespace mote {
namespace {

using test::TempFolder;

LoadOptions for_a_model() {
  LoadOptions options;
  options.window = 20;
  options.model = ForModel{20, 2, {"rest", "wave"}, false};
  return options;
}

// The recordings, those that go on over a border joined.
std::vector<Recording> in_parts(const std::string &path, const LoadOptions &options, size_t piece_bytes,
                                size_t &parts) {
  std::vector<Recording> items;
  std::optional<TextPieces> pieces = TextPieces::of(path, piece_bytes);
  if (!pieces) return load_recordings(path, options).items;
  TablePart part;
  for (parts = 0; !pieces->is_at_end(); ++parts) {
    part.stretch.lines_before = pieces->lines_before();
    part.bytes = pieces->next();
    Recordings set = load_part(path, options, part);
    for (Recording &r : set.items) {
      if (part.goes_on && &r == set.items.data()) {
        items.back().rows += r.rows;
        items.back().values.insert(items.back().values.end(), r.values.begin(), r.values.end());
      } else {
        items.push_back(std::move(r));
      }
    }
  }
  return items;
}

void expect_alike(const std::string &text, const LoadOptions &options, const std::string &what,
                  size_t recordings) {
  TempFolder folder;
  const std::string path = (folder / "long.csv").string();
  write_file(path, text);
  const std::vector<Recording> whole = load_recordings(path, options).items;
  EXPECT_EQ(whole.size(), recordings) << what;
  for (const size_t piece : {1500, 1999, 2600, 3701, 5000}) {
    size_t parts = 0;
    const std::vector<Recording> found = in_parts(path, options, piece, parts);
    EXPECT_GE(parts, 2u) << what;
    ASSERT_EQ(found.size(), whole.size()) << what << " in pieces of " << piece;
    for (size_t i = 0; i < whole.size(); ++i) {
      EXPECT_EQ(found[i].first_line, whole[i].first_line) << what << i;
      EXPECT_EQ(found[i].rows, whole[i].rows) << what << i;
      EXPECT_EQ(found[i].label, whole[i].label) << what << i;
      EXPECT_TRUE(found[i].values == whole[i].values) << what << i;
    }
  }
}

// What stands before the first row, between cells, behind each row; how row r's clock reads.
struct Idiom {
  const char *name, *head, *between, *end;
  std::string (*clock)(int r);
  int rows_apart;  // a break after so many rows
  const char *apart;
};

std::string millis(int r) { return std::to_string(10 * r); }
std::string restarting(int r) { return std::to_string(10 * (r % 137)); }
std::string overflowing(int r) { return std::to_string((65000 + 10 * r) % 65536); }
std::string of_day(int r) {
  const int seconds = (86397 + r / 100) % 86400;
  char text[64];
  std::snprintf(text, sizeof text, "%02d:%02d:%02d.%02d", seconds / 3600, seconds / 60 % 60, seconds % 60,
                r % 100);
  return text;
}

std::string table(const Idiom &idiom, int rows) {
  std::mt19937 random(3);
  std::string text = idiom.head;
  for (int r = 0; r < rows; ++r) {
    if (idiom.rows_apart > 0 && r > 0 && r % idiom.rows_apart == 0) text += idiom.apart;
    text += idiom.clock(r) + idiom.between + std::to_string(int(random() % 2000) - 1000) + idiom.between +
            std::to_string(int(random() % 2000) - 1000) + idiom.end;
  }
  return text;
}

TEST(TableParts, are_the_whole_table) {
  const Idiom idioms[] = {
      {"plain", "t_ms,ax,ay\n", ",", "\n", millis, 0, ""},
      {"carriage returns", "t_ms,ax,ay\r\n", ",", "\r\n", millis, 0, ""},
      {"a mark and units", "\xEF\xBB\xBFtime,ax,ay\nms,g,g\n", ",", "\n", millis, 0, ""},
      {"comments and semicolons", "# by a phone\nsep=;\nt_ms;ax;ay\n", ";", "\n", millis, 0, ""},
      {"a ';' behind each line", "", ",", ";\n", millis, 0, ""},
      {"blank lines", "t_ms,ax,ay\n", ",", "\n", millis, 53, "\n"},
      {"stamped blank lines", "t_ms,ax,ay\n", ",", "\n", millis, 53, "12:00:01.123 -> \n"},
      {"dashes", "t_ms,ax,ay\n", ",", "\n", millis, 53, "-,-,-\n"},
      {"the header again", "t_ms,ax,ay\n", ",", "\n", millis, 53, "t_ms,ax,ay\n"},
      {"a clock that starts anew", "t_ms,ax,ay\n", ",", "\n", restarting, 0, ""},
      {"a counter of 16 bits", "t_ms,ax,ay\n", ",", "\n", overflowing, 0, ""},
      {"midnight", "time,ax,ay\n", ",", "\n", of_day, 0, ""},
      {"no header", "", ",", "\n", millis, 0, ""},
      {"a comment now and then", "t_ms,ax,ay\n", ",", "\n", millis, 31, "# still on\n"},
  };
  for (const Idiom &idiom : idioms) {
    constexpr int kRows = 1000;
    const std::string apart = idiom.apart;
    size_t recordings = 1;
    if (idiom.rows_apart > 0 && apart[0] != '#')
      recordings = (kRows + idiom.rows_apart - 1) / idiom.rows_apart;
    if (idiom.clock == restarting) recordings = (kRows + 136) / 137;
    expect_alike(table(idiom, kRows), for_a_model(), idiom.name, recordings);
  }
}

// A clock that goes back, but not before the recording's beginning, starts none.
TEST(TableParts, know_the_beginning_of_a_recording_that_they_do_not_hold) {
  std::string text = "t_ms,ax,ay\n";
  for (int r = 0; r < 1500; ++r)
    text += std::to_string(10 * (r % 10 == 9 && r > 40 ? r - 40 : r) + 1000) + "," +
            std::to_string(r * 7 % 100) + "," + std::to_string(r * 13 % 77) + "\n";
  expect_alike(text, for_a_model(), "goes back", 1);
}

TEST(TableParts, hold_the_recordings_of_a_group_column) {
  std::string text = "who,ax,ay\n";
  for (int r = 0; r < 900; ++r)
    text += (r / 150 % 2 ? "bob," : "ann,") + std::to_string(r * 7 % 100) + "," +
            std::to_string(r * 13 % 77) + "\n";
  LoadOptions options = for_a_model();
  options.group_column = "who";
  expect_alike(text, options, "groups", 6);
}

TEST(TableParts, of_bad_rows_are_named_by_their_line) {
  TempFolder folder;
  std::string text = "t_ms,ax,ay\n";
  for (int r = 0; r < 700; ++r) text += std::to_string(10 * r) + (r == 600 ? ",oops,1\n" : ",1,2\n");
  write_file((folder / "a.csv").string(), text);
  LoadOptions options = for_a_model();
  size_t parts = 0;
  try {
    in_parts((folder / "a.csv").string(), options, 2000, parts);
    FAIL() << "read";
  } catch (const Error &e) {
    EXPECT_EQ(e.where(), (folder / "a.csv").string() + ":602");
  }
  options.skip_bad_rows = true;
  const std::vector<Recording> found = in_parts((folder / "a.csv").string(), options, 2000, parts);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].rows, 699);
}

TEST(TextPieces, leave_alone_what_has_no_lines_or_few) {
  TempFolder folder;
  const std::string path = (folder / "t.csv").string();
  for (const std::string &text : {std::string(3000, 'x'), std::string("a\rb\rc\r"), std::string("a,b\n1,2\n"),
                                  std::string("a\0,\0\n\0", 6) + std::string(3000, '\n')}) {
    write_file(path, text);
    EXPECT_FALSE(TextPieces::of(path, 1000));
  }
  std::string text = "a,b\n" + std::string(50000, '7') + "\n";
  write_file(path, text);
  std::optional<TextPieces> pieces = TextPieces::of(path, 1000);
  ASSERT_TRUE(pieces);
  EXPECT_EQ(pieces->next(), "a,b\n");
  EXPECT_THROW(pieces->next(), Error);
  EXPECT_THROW(TextPieces::of((folder / "none.csv").string(), 1000), Error);
}

TEST(TextPieces, end_where_the_file_ends) {
  TempFolder folder;
  const std::string path = (folder / "t.csv").string();
  for (const std::string end : {"", "\n"}) {
    std::string text;
    for (int i = 0; i < 400; ++i) text += "abc\r\n";
    text += "last" + end;
    write_file(path, text);
    for (const size_t size : {size_t{5}, size_t{500}, text.size() - 1}) {
      std::optional<TextPieces> pieces = TextPieces::of(path, size);
      ASSERT_TRUE(pieces);
      std::string all;
      long lines = 0;
      while (!pieces->is_at_end()) {
        EXPECT_EQ(pieces->lines_before(), lines);
        const std::string piece = pieces->next();
        lines += std::count(piece.begin(), piece.end(), '\n');
        all += piece;
        if (!pieces->is_at_end()) EXPECT_TRUE(piece.ends_with('\n'));
      }
      EXPECT_EQ(all, text);
    }
    EXPECT_FALSE(TextPieces::of(path, text.size()));
  }
}

}  // namespace
}  // namespace mote

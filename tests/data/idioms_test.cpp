// Tables as spreadsheets, sketches, phone apps and data sets write them: each gives the same numbers.
#include <fmt/format.h>

#include "data/csv.h"
#include "test_support.h"

namespace mote {
namespace {

using Texts = std::vector<std::string>;
using Numbers = std::vector<std::vector<double>>;

struct Read {
  Table table;
  std::vector<Finding> problems;
  Numbers numbers() const {
    Numbers out;
    for (const auto &row : table.rows) out.push_back(row.values);
    return out;
  }
  bool says(const std::string &part) const {
    for (const std::string &s : table.said)
      if (s.find(part) != std::string::npos) return true;
    return false;
  }
};
Read read(const std::string &text, const TableOptions &options = {}) {
  Read r;
  r.table = parse_table(text, "f.csv", options, r.problems);
  return r;
}
const Numbers kNumbers = {{-0.5, 1}, {2.25, -3}, {4, 5.5}};

TEST(Idioms, all_give_the_same_numbers) {
  struct Case {
    const char *text, *says;
  };
  for (const Case &c :
       {Case{"x,y\n-0.5,1\n2.25,-3\n4,5.5\n", ""},
        {"sep=;\r\nx;y\r\n-0.5;1\r\n2.25;-3\r\n4;5.5\r\n", "a sep= line"},
        {"x;y\n-0,5;1\n2,25;-3\n4;5,5\n", "a decimal comma"},
        {"x\ty\n-0,5\t1\n2,25\t-3\n4\t5,5\n", "a decimal comma"},
        {"-0,5;1\n2,25;-3\n4;5,5\n", "a decimal comma"},
        {"x,y,\n-0.5,1,\n2.25,-3,\n4,5.5,\n", "a trailing delimiter"},
        {"x,y\n-0.5,1,\n2.25,-3,\n4,5.5,\n", "a trailing delimiter"},
        {"0,1\n-0.5,1\n2.25,-3\n4,5.5\n", "a header of numbers (0,1)"},
        {"14:02:11.123 -> x,y\n14:02:12.000 -> -0.5,1\n14:02:12.020 -> 2.25,-3\n14:02:12.040 -> 4,5.5\n",
         "serial monitor"},
        {"x,y\n[g],[g]\n-0.5,1\n2.25,-3\n4,5.5\n", "a row of units"},
        {"# made by hand\n# x,y\n-0.5,1\n# pause\n2.25,-3\n4,5.5\n", "a header in a comment"},
        {"-0.5,1;\n2.25,-3;\n4,5.5;\n", "';' at the end of each line"},
        {"\"x\",\"y\"\n\"-0.5\",\"1\"\n\"2.25\",\"-3\"\n\"4\",\"5.5\"\n", ""},
        {"Device: 7\nStarted: 12:00, by Ann, at home\n\nx,y\n-0.5,1\n2.25,-3\n4,5.5\n",
         "2 lines before the table"},
        {"x|y\n-0.5|1\n2.25|-3\n4|5.5\n", ""},
        {"x, y\n-0.5 1\n2.25 -3\n4 5.5\n", ""},
        {"\"x\",\"y\"\n\"-0,5\",\"1\"\n\"2,25\",\"-3\"\n\"4\",\"5,5\"\n", "a decimal comma"},
        {"x,y\n\xE2\x88\x92"
         "0.5,\xC2\xA0"
         "1\n2.25,\xE2\x88\x92"
         "3\n4,5.5\n",
         "typographic minus signs"}}) {
    const Read r = read(c.text);
    EXPECT_TRUE(r.problems.empty()) << c.text << (r.problems.empty() ? "" : r.problems[0].message);
    EXPECT_EQ(r.numbers(), kNumbers) << c.text;
    if (*c.says) EXPECT_TRUE(r.says(c.says)) << c.text;
  }
}

TEST(Idioms, utf16_of_either_order_is_read) {
  const std::string text = "x,\xC2\xB5T\n-0.5,1\n2.25,-3\n4,5.5\n";
  for (const bool is_big : {false, true}) {
    std::string wide = is_big ? "\xFE\xFF" : "\xFF\xFE";
    for (size_t i = 0; i < text.size(); ++i) {
      unsigned unit = static_cast<unsigned char>(text[i]);
      if (unit == 0xC2) unit = static_cast<unsigned char>(text[++i]);  // U+00B5
      wide += static_cast<char>(is_big ? unit >> 8 : unit & 255);
      wide += static_cast<char>(is_big ? unit & 255 : unit >> 8);
    }
    const Read r = read(wide);
    EXPECT_EQ(r.numbers(), kNumbers);
    EXPECT_EQ(r.table.columns, (Texts{"x", "\xC2\xB5T"}));
    EXPECT_TRUE(r.says("UTF-16"));
  }
}

TEST(Idioms, utf16_without_a_mark_is_known_by_its_zero_bytes) {
  const std::string text = "x,y\n-0.5,1\n2.25,-3\n4,5.5\n";
  for (const bool is_big : {false, true}) {
    std::string wide;
    for (char c : text) wide += is_big ? std::string{0, c} : std::string{c, 0};
    const Read r = read(wide);
    EXPECT_EQ(r.numbers(), kNumbers);
    EXPECT_EQ(r.table.columns, (Texts{"x", "y"}));
    EXPECT_TRUE(r.says("UTF-16 text without a byte order mark"));
  }
  // zeros here and there are no text
  const Read odd = read(std::string("x,y\n1,\0\0\n3,4\n", 13));
  ASSERT_FALSE(odd.problems.empty());
  EXPECT_NE(odd.problems[0].message.find("zero bytes"), std::string::npos);
}

TEST(Idioms, signs_of_units_in_latin1_are_read_and_letters_are_not_guessed_at) {
  const Read r = read(
      "T (\xB0"
      "C),B (\xB5T),a (m/s\xB2)\n-0.5,1,3\n2.25,-3,4\n");
  EXPECT_EQ(r.table.columns, (Texts{"T (\xC2\xB0"
                                    "C)",
                                    "B (\xC2\xB5T)", "a (m/s\xC2\xB2)"}));
  EXPECT_EQ(r.numbers(), (Numbers{{-0.5, 1, 3}, {2.25, -3, 4}}));
  EXPECT_TRUE(r.says("in Latin-1"));
  // the same header in UTF-8 has no byte of these alone
  EXPECT_FALSE(read("T (\xC2\xB0"
                    "C)\n1\n2\n")
                   .says("Latin-1"));
  const Read letters = read(
      "gr\xFC"
      "n,y\n1,2\n3,4\n");
  ASSERT_FALSE(letters.problems.empty());
  EXPECT_NE(letters.problems[0].message.find("save the file as UTF-8"), std::string::npos);
}

TEST(Idioms, classes_and_groups_in_another_encoding_are_refused) {
  const test::TempFolder folder;
  const auto table = [&](const std::string &label, const std::string &person) {
    std::string text = "x,label,person\n";
    for (int i = 0; i < 40; ++i)
      text += fmt::format("{},{},{}\n", i * 7 % 5, i < 20 ? label : "other", i % 20 < 10 ? person : "ann");
    write_file(folder / "t.csv", text);
    return [&] { load_recordings(folder.text(), {.group_column = "person", .label_column = "label"}); };
  };
  EXPECT_NE(test::error_of(table("gr\xFC"
                                 "n",
                                 "bob"))
                .find("its class has a name that is not UTF-8 text"),
            std::string::npos);
  EXPECT_NE(test::error_of(table("green",
                                 "J\xFC"
                                 "rgen"))
                .find("its group has a name that is not UTF-8 text"),
            std::string::npos);
}

TEST(Idioms, an_index_column_without_name_has_none) {
  EXPECT_EQ(read(",x,y\n0,1,2\n1,3,4\n2,5,7\n").table.columns, (Texts{"", "x", "y"}));
  EXPECT_EQ(read("x,y\n1,1,2\n2,3,4\n3,5,7\n").table.columns, (Texts{"", "x", "y"}));  // R
  EXPECT_EQ(read("\"Time (s)\",\"a, b\"\n0,1\n1,2\n").table.columns, (Texts{"Time (s)", "a, b"}));
  // whole numbers below 0,1,2 may be data: kept, and said
  const Read r = read("0,1,2\n3,4,5\n6,7,8\n");
  EXPECT_EQ(r.table.rows.size(), 3u);
  EXPECT_TRUE(r.says("if that is a header"));
}

TEST(Idioms, text_is_kept_where_a_column_holds_no_numbers) {
  const Read r = read("when,who,x\n2024-05-01 12:00:00,ann,1\n2024-05-01 12:00:01,bob,2\n");
  EXPECT_EQ(r.table.kinds, (std::vector<CellKind>{CellKind::kDateTime, CellKind::kText, CellKind::kNumber}));
  EXPECT_EQ(r.table.rows[1].texts[1], "bob");
  EXPECT_EQ(r.table.rows[1].values[0] - r.table.rows[0].values[0], 1);
}

TEST(Idioms, numbers_beyond_the_largest_are_refused) {
  for (const char *number : {"1e400", "-1e999", "1e39"}) {  // a sample is a float
    const Read r = read(std::string("x,y\n1,2\n") + number + ",3\n4,5\n");
    ASSERT_EQ(r.problems.size(), 1u) << number;
    EXPECT_EQ(r.problems[0].message,
              std::string("'") + number + "' in column x is beyond the largest number");
    EXPECT_EQ(r.table.rows.size(), 2u);
  }
  EXPECT_TRUE(read("x\n1e-400\n2\n").problems.empty());  // nearly nothing is 0
}

// Each of these was read as other columns than it has, without a word.
TEST(Idioms, a_row_keeps_its_columns) {
  const Read quoted = read("x,note,y\n1,\"he said \"\"hi\"\", and went\",2\n3,\"\",4\n5,plain,6\n");
  EXPECT_EQ(quoted.table.columns, (Texts{"x", "note", "y"}));
  ASSERT_EQ(quoted.table.rows.size(), 3u);
  EXPECT_EQ(quoted.table.rows[0].values[2], 2);
  // a decimal comma between commas gives twice the cells
  const Read doubled = read("x,y\n0,5,1,5\n0,25,2,5\n0,75,3,5\n0,5,4,5\n");
  EXPECT_TRUE(doubled.table.rows.empty());
  ASSERT_FALSE(doubled.problems.empty());
  EXPECT_NE(doubled.problems[0].message.find("has 4 values, expected 2 (x, y)"), std::string::npos);
  const Read wide = read("x,y,z,w\n1,2\n3,4\n5,6\n7,8\n");
  EXPECT_TRUE(wide.table.rows.empty());
  // thousands between quotes are no decimals
  const Read thousands = read("x,y\n\"1,234\",1\n\"2,345\",2\n\"3,456\",3\n");
  EXPECT_FALSE(thousands.says("decimal comma"));
  EXPECT_EQ(thousands.table.kinds[0], CellKind::kText);
  const Read twice = read("x,x,y\n1,2,3\n4,5,6\n");
  EXPECT_EQ(twice.table.columns, (Texts{"x", "x.1", "y"}));
  EXPECT_TRUE(twice.says("occurs more than once in the header: x.1"));
}

TEST(Idioms, one_cause_is_said_once) {
  std::string text = "x,y\n";
  for (int i = 0; i < 1000; ++i) text += i % 2 ? "1,2\n" : "1,2,3\n";
  const Read r = read(text);
  ASSERT_EQ(r.problems.size(), 1u);
  EXPECT_EQ(r.problems[0].where, "f.csv:2");
  EXPECT_NE(r.problems[0].message.find(
                "has 3 values, expected 2 (x, y); 500 rows in all are like it, the last is line 1000"),
            std::string::npos)
      << r.problems[0].message;
  EXPECT_EQ(r.table.rows.size(), 500u);
  std::string wide = "c0";
  for (int i = 1; i < 5000; ++i) wide += ",c" + std::to_string(i);
  const Read w = read(wide + "\n1\n1\n1\n1\n1\n");
  ASSERT_EQ(w.problems.size(), 1u);
  EXPECT_LT(w.problems[0].message.size(), 400u);
}

}  // namespace
}  // namespace mote

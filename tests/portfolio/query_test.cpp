// Conditions: what they mean, against a truth table and values by hand; mistakes are told with their column.
#include "portfolio/query.h"

#include <map>

#include "test_support.h"

namespace mote {
namespace {

using nlohmann::json;

bool holds(const std::string &text, const std::map<std::string, json> &run) {
  const RunQuery query = RunQuery::parse(text);
  return query.holds([&](size_t name) -> const json * {
    const auto found = run.find(query.names()[name]);
    return found == run.end() ? nullptr : &found->second;
  });
}

const std::map<std::string, json> kRun = {
    {"int8.accuracy", 0.9}, {"flash", 40960.0},       {"parameters", 1500.0},
    {"kind", "training"},   {"tags", "best, small"},  {"created", "2026-11-22 13:40:00"},
    {"train.epochs", 60.0}, {"float.accuracy", 0.95}, {"model.streaming", 1.0}};

TEST(RunQuery, comparisons_are_those_of_numbers) {
  const std::vector<std::pair<std::string, bool>> cases = {
      {"int8.accuracy = 0.9", true},     {"int8.accuracy == 90 %", true},    {"int8.accuracy != 0.9", false},
      {"int8.accuracy <> 0.8", true},    {"int8.accuracy > 0.9", false},     {"int8.accuracy >= 0.9", true},
      {"int8.accuracy < 91%", true},     {"int8.accuracy <= 89.5 %", false}, {"train.epochs > 59.5", true},
      {"train.epochs < +6e+1", false},   {"train.epochs = 6e1", true},       {"model.streaming = true", true},
      {"model.streaming = false", false}};
  for (const auto &[text, expected] : cases) EXPECT_EQ(holds(text, kRun), expected) << text;
}

TEST(RunQuery, k_is_1024_of_bytes_and_1000_of_all_else) {
  EXPECT_TRUE(holds("flash = 40k", kRun));
  EXPECT_TRUE(holds("flash <= 40 kB or flash = 40kB", kRun));
  EXPECT_TRUE(holds("flash < 0.05M", kRun));
  EXPECT_FALSE(holds("flash < 0.039M", kRun));
  EXPECT_TRUE(holds("parameters = 1.5k", kRun));
  EXPECT_TRUE(holds("parameters < 0.002M", kRun));
}

// Every assignment of three truths, against C++'s own operators.
TEST(RunQuery, a_few_bytes_may_be_meant_otherwise) {
  EXPECT_EQ(RunQuery::parse("flash < 40 and ram < 40k").notes(),
            (std::vector<std::string>{"flash is compared with 40 bytes; 40k are KB"}));
  EXPECT_TRUE(RunQuery::parse("flash < 40000 and flash > 0 and parameters < 40").notes().empty());
}

TEST(RunQuery, and_binds_closer_than_or_and_not_closer_than_both) {
  for (int bits = 0; bits < 8; ++bits) {
    const bool a = (bits & 1) != 0, b = (bits & 2) != 0, c = (bits & 4) != 0;
    std::map<std::string, json> run;
    if (a) run["flash"] = 1.0;
    if (b) run["ram"] = 1.0;
    if (c) run["ms"] = 1.0;
    EXPECT_EQ(holds("flash or ram and ms", run), a || (b && c)) << bits;
    EXPECT_EQ(holds("(flash or ram) and ms", run), (a || b) && c) << bits;
    EXPECT_EQ(holds("not flash and ram", run), !a && b) << bits;
    EXPECT_EQ(holds("NOT (flash AND ram) OR not not ms", run), !(a && b) || c) << bits;
  }
}

TEST(RunQuery, texts_tags_and_names) {
  EXPECT_TRUE(holds("kind = training", kRun));
  EXPECT_TRUE(holds("kind = 'training'", kRun));
  EXPECT_FALSE(holds("kind = \"Training\"", kRun));
  EXPECT_TRUE(holds("kind ~ RAIN", kRun));
  EXPECT_TRUE(holds("created > 2026-11 and created < '2026-11-23'", kRun));
  EXPECT_TRUE(holds("tag = best and tags = 'small'", kRun));
  EXPECT_FALSE(holds("tag = bes", kRun));
  EXPECT_TRUE(holds("tag ~ bes", kRun));
  EXPECT_TRUE(holds("tag != big", kRun));
  EXPECT_TRUE(holds("int8 < float.accuracy", kRun));
  EXPECT_TRUE(holds("kind != 'it''s'", kRun));
}

TEST(RunQuery, what_a_run_has_not_fulfils_no_comparison) {
  EXPECT_FALSE(holds("ram < 10k", kRun));
  EXPECT_FALSE(holds("ram >= 10k", kRun));
  EXPECT_FALSE(holds("ram != 10k", kRun));
  EXPECT_TRUE(holds("not ram", kRun));
  EXPECT_TRUE(holds("tag != x", {}));  // no tags: not that one
  EXPECT_FALSE(holds("tag = x", {}));
  EXPECT_FALSE(holds("int8 < val.accuracy", kRun));
}

TEST(RunQuery, mistakes_are_told_with_their_column) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "column 1: the condition is empty"},
      {"int8.acuracy > 0.9", "column 1: runs have no 'int8.acuracy'; did you mean 'int8.accuracy'?"},
      {"flash < 40k an ram < 2k", "column 13: 'an' stands where `and`, `or` or the end is expected"},
      {"flash < 40k and", "column 16: a name is missing at the end"},
      {"flash <", "column 8: the value is missing that flash is compared with"},
      {"flash < abc", "column 9: flash is a number, and 'abc' is none"},
      {"flash 40k", "column 7: an operator is missing behind flash"},
      {"40k > flash", "column 1: '40k' stands where a name is expected"},
      {"int8.accuracy > 90",
       "column 17: int8.accuracy is a share from 0 to 1, and 90 is none; write 90 % or 0.9"},
      {"flash < 40 %", "column 9: flash is no share"},
      {"(flash < 40k", "column 13: ')' is missing: the bracket of column 1 is open"},
      {"flash < 40k)", "column 12: ')' stands where"},
      {"kind = 'training", "column 8: the text that begins here has no closing '"},
      {"tag > best", "column 5: tags have no order"},
      {"flash ~ 4", "column 7: '~' looks into texts"},
      {"flash; drop table runs", "column 6: ';' means nothing here"},
      {"model.streaming = maybe", "column 19: model.streaming is true or false"},
      {"kind = training, tag = x", "column 16: ',' means nothing here"}};
  for (const auto &c : cases) EXPECT_ERROR(RunQuery::parse(c.first), c.second);
}

TEST(RunQuery, depth_and_length_have_an_end) {
  EXPECT_TRUE(holds(std::string(50, '(') + "kind" + std::string(50, ')'), kRun));
  EXPECT_ERROR(RunQuery::parse(std::string(100'000, '(')), "longer than any condition");
  EXPECT_ERROR(RunQuery::parse(std::string(1000, '(') + "kind"), "conditions within each other");
  std::string many = "kind";
  for (int i = 0; i < 1000; ++i) many += " and kind";
  EXPECT_TRUE(holds(many, kRun));
}

}  // namespace
}  // namespace mote

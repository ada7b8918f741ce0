// The page of a cross-validation: mean and deviation of the folds by hand, all windows as a total, wrong
// windows by fold.
#include "mote/report.h"
#include "report/html.h"
#include "report/html_reader.h"
#include "test_support.h"

namespace mote {
namespace {

using nlohmann::json;
using Row = std::vector<std::string>;

json fold(const std::string &name, int examples, int by_float, int by_int8) {
  return {{"name", name},
          {"examples", examples},
          {"correct_float", by_float},
          {"correct_int8", by_int8},
          {"train", 80},
          {"val", 10}};
}

ReportInput some_folds() {
  ReportInput in;
  in.title = "wave";
  in.run = "r";
  in.folds = json::array(
      {fold("without <ann>", 10, 9, 9), fold("without bob", 10, 7, 8), fold("without eve", 20, 20, 20)});
  in.folds[1]["baseline"] = json::array({{{"part", "validation"}, {"nearest_mean", 0.1}},
                                         {{"part", "test"}, {"nearest_mean", 0.625}, {"linear", 0.75}}});
  in.folds[1]["wrong_count"] = 9;
  for (int i = 0; i < 8; ++i)
    in.folds[1]["wrong"].push_back({{"place", "data/bob.csv:" + std::to_string(i)},
                                    {"label", "punch"},
                                    {"predicted", "flex"},
                                    {"probability", 0.93 - 0.01 * i}});
  return in;
}

TEST(FoldsSection, says_mean_deviation_and_ends) {
  ReportInput in = some_folds();
  const std::string text = test::text_of(html_report(in));
  // 90, 70 and 100 %: mean 260 / 3, deviation sqrt((3.33^2 + 16.67^2 + 13.33^2) / 2)
  EXPECT_NE(
      text.find(
          "float: 86.7 % right in the mean of 3 folds, standard deviation 15.3 points; from 70.0 % (without "
          "bob) to 100.0 %."),
      std::string::npos)
      << text;
  // 90, 80 and 100 %
  EXPECT_NE(
      text.find("int8: 90.0 % right in the mean of 3 folds, standard deviation 10.0 points; from 80.0 %"),
      std::string::npos)
      << text;
  in.folds = json::array({in.folds[0]});
  EXPECT_NE(test::text_of(html_report(in)).find("float: 90.0 % right in the mean of 1 fold."),
            std::string::npos);
}

TEST(FoldsSection, has_a_row_for_each_fold_and_one_for_all_windows) {
  const std::string page = html_report(some_folds());
  EXPECT_EQ(test::table_with(page, "held-out windows").rows,
            (std::vector<Row>{{"fold", "training windows", "held-out windows", "float, % right",
                               "int8, % right", "nearest class mean, %", "linear model, %"},
                              {"without <ann>", "80", "10", "90.0", "90.0", "-", "-"},
                              {"without bob", "80", "10", "70.0", "80.0", "62.5", "75.0"},
                              {"without eve", "80", "20", "100.0", "100.0", "-", "-"},
                              {"all windows", "", "40", "90.0", "92.5", "", ""}}));
  const auto wrong = test::table_with(page, "told as").rows;
  ASSERT_EQ(wrong.size(), 7u);
  EXPECT_EQ(wrong[1], (Row{"data/bob.csv:0", "without bob", "punch", "flex", "93"}));
  EXPECT_NE(test::text_of(page).find("9 in all; folds.json has up to 24 of each fold."), std::string::npos);
}

TEST(FoldsSection, a_record_that_is_not_ours_is_refused) {
  ReportInput in = some_folds();
  in.folds[0].erase("examples");
  EXPECT_ERROR(html_report(in), "folds.json: is not as mote writes it");
  in.folds = json::array();
  EXPECT_EQ(html_report(in).find("Cross-validation"), std::string::npos);
}

}  // namespace
}  // namespace mote

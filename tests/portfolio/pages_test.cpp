// Pages of several runs: figures as the records have them, names that mean something elsewhere as text, links
// that lead to the reports, and keys by which a table is sorted.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "portfolio/run_folders.h"
#include "report/html_reader.h"

namespace mote {
namespace {

using namespace test;

TEST(PortfolioPage, has_a_row_for_each_run_with_its_figures_and_leads_to_its_report) {
  const TempFolder folder;
  make_run(folder.path(), {.name = "20261122-134000-wave", .val = 0.5, .test = 0.625});
  make_run(
      folder.path(),
      {.name = "20261122-134100-<b>&\"#% ä", .val = 0.9375, .test = 0.75, .parent = "20261122-134000-wave"});
  write_file(fs::path(run_path(folder.path(), "20261122-134100-<b>&\"#% ä")) / "report.html", "x");
  const std::string file = write_portfolio(folder.text());
  EXPECT_EQ(file, (fs::path(folder.text()) / "portfolio.html").string());
  const std::string page = read_file(file);
  const std::vector<HtmlTable> tables = tables_of(page);
  ASSERT_EQ(tables.size(), 1u);
  const auto &rows = tables[0].rows;
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[1][0], "20261122-134100-<b>&\"#% ä");
  EXPECT_EQ(rows[2][0], "20261122-134000-wave");
  const auto cell = [&](size_t row, const std::string &head) {
    const auto at = std::find(rows[0].begin(), rows[0].end(), head);
    EXPECT_NE(at, rows[0].end()) << head;
    return rows[row].at(static_cast<size_t>(at - rows[0].begin()));
  };
  EXPECT_EQ(cell(1, "validation, % right"), "93.8");
  EXPECT_EQ(cell(1, "float, % right"), "75.0");
  EXPECT_EQ(cell(2, "float, % right"), "62.5");
  EXPECT_EQ(cell(1, "made of"), "20261122-134000-wave");
  EXPECT_EQ(cell(1, "parameters"), "1,200");
  EXPECT_NE(page.find("href=\"runs/20261122-134100-%3Cb%3E%26%22%23%25%20%C3%A4/report.html\""),
            std::string::npos);
  EXPECT_EQ(page.find("20261122-134000-wave/report.html"), std::string::npos);  // it has none
  EXPECT_NE(page.find("data-key=\"0.9375\">93.8"), std::string::npos);
  EXPECT_NE(page.find("<script>"), std::string::npos);
  EXPECT_NE(page.find("93.8 %"), std::string::npos);  // the best by validation
}

TEST(PortfolioPage, of_a_thousand_runs_is_one_table) {
  const TempFolder folder;
  for (int i = 0; i < 1000; ++i)
    make_run(folder.path(), {.name = fmt::format("20261122-{:06}-wave", i), .epochs = 1});
  const std::string file = (folder.path() / "all.html").string();
  EXPECT_EQ(write_portfolio((folder.path() / "runs").string(), "html", file), file);
  const std::vector<HtmlTable> tables = tables_of(read_file(file));
  ASSERT_EQ(tables.size(), 1u);
  EXPECT_EQ(tables[0].rows.size(), 1001u);
}

TEST(ComparisonPage, says_what_the_comparison_says) {
  const TempFolder folder;
  const fs::path project = trained_project().copy_to(folder.path() / "wave");
  const std::vector<RunFolder> runs = {find_run((project / "runs" / trained_project().name(0)).string()),
                                       find_run((project / "runs" / trained_project().name(1)).string())};
  add_note(runs[1], "for <script>alert(1)</script> & \"others\"");
  const ComparedRuns compared = compare_runs(runs);
  const std::string file = write_comparison(runs);
  EXPECT_EQ(fs::path(file).filename(), "comparison.html");
  const std::string page = read_file(file), words = text_of(page);
  EXPECT_EQ(page.find("<script>"), std::string::npos);
  EXPECT_NE(words.find("for <script>alert(1)</script> & \"others\""), std::string::npos);
  const std::vector<HtmlTable> tables = tables_of(page);
  ASSERT_GE(tables.size(), 2u);
  const json &figures = compared.record.at("figures");
  for (const auto &row : tables[0].rows) {
    if (row[0] == "parameters") EXPECT_EQ(row[1], with_commas(figures[0].at("parameters").get<long long>()));
    if (row[0] == "int8, % right (95 % interval)")
      EXPECT_EQ(row[2].substr(0, row[2].find(' ')),
                fmt::format("{:.1f}", 100 * figures[1].at("int8.accuracy").get<double>()));
    if (row[0] == "what was done") EXPECT_EQ(row[1], "trained; int8 by calibration");
  }
  EXPECT_GE(tables[0].rows.size(), 8u);
  for (const PairedComparison &t : compared.tests)
    EXPECT_NE(words.find(fmt::format("Test on the same {} windows, {}", t.windows, t.precision)),
              std::string::npos);
  EXPECT_NE(words.find("seed"), std::string::npos);  // which differs
  EXPECT_EQ(json::parse(read_file(write_comparison(runs, "json"))).at("figures"), figures);
  EXPECT_NE(read_file(write_comparison(runs, "md")).find("## Could it be chance?"), std::string::npos);
  EXPECT_ERROR(write_comparison({runs[0]}), "needs two runs");
}

}  // namespace
}  // namespace mote

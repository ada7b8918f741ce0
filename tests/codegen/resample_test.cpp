// mote_resample.h, compiled as C99 and fed row by row, against lines between samples in double precision.
#include "codegen/c/runtime_sources.h"
#include "codegen/c_package.h"

namespace mote::test {
namespace {

constexpr const char *kDriver = R"(
#include <stdio.h>
#include <stdlib.h>
#include "mote_resample.h"
int main(int argc, char **argv) {
  mote_resample s;
  float before[2], row[2], out[2];
  if (argc != 3 || !mote_resample_begin(&s, 2, (float)atof(argv[1]), (float)atof(argv[2]))) { puts("refused"); return 0; }
  while (scanf("%f %f", &row[0], &row[1]) == 2)
    while (mote_resample_next(&s, before, row, out)) printf("%.9g %.9g\n", (double)out[0], (double)out[1]);
  return 0;
}
)";

class Resample : public ::testing::Test {
 protected:
  Resample() {
    for (const char *file : {"mote_resample.h", "mote_runtime.h", "mote_names.h"})
      write_file(folder_ / file, std::string(runtime_source(file)));
    write_file(folder_ / "driver.c", kDriver);
    const ProcessResult r = run_process({"gcc", "-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Werror",
                                         "-pedantic", path("driver.c"), "-o", path("driver")});
    EXPECT_EQ(r.status, 0) << r.output;
  }
  std::vector<double> rows(double from_hz, double to_hz, const std::vector<float> &values) {
    std::string text;
    for (float v : values) text += fmt::format("{}\n", v);
    write_file(folder_ / "values", text);
    const ProcessResult r = run_process(
        {"sh", "-c", fmt::format("'{}' {} {} <'{}'", path("driver"), from_hz, to_hz, path("values"))});
    EXPECT_EQ(r.status, 0) << r.output;
    if (r.output == "refused\n") return {-1};
    std::istringstream in(r.output);
    std::vector<double> list;
    for (std::string word; in >> word;) list.push_back(std::strtod(word.c_str(), nullptr));
    return list;
  }
  std::string path(const std::string &name) const { return (folder_ / name).string(); }

 private:
  TempFolder folder_;
};

std::vector<float> noise(int rows) {
  Random random(5);
  std::vector<float> values;
  for (int i = 0; i < 2 * rows; ++i) values.push_back(random.uniform(-4.0f, 4.0f));
  return values;
}

TEST_F(Resample, rows_lie_on_the_lines_between_those_of_the_sensor) {
  const std::vector<float> values = noise(2000);
  for (const auto &[from, to] : {std::pair(119.0, 100.0), std::pair(99.84, 119.0), std::pair(50.0, 100.0),
                                 std::pair(100.0, 50.0), std::pair(104.0, 62.5)}) {
    const std::vector<double> made = rows(from, to, values);
    const double last = static_cast<double>(values.size()) / 2 - 1;
    EXPECT_NEAR(static_cast<double>(made.size()) / 2, std::floor(last * to / from) + 1, 1);
    for (size_t k = 0; k < made.size() / 2; ++k) {
      const double place = std::min(static_cast<double>(k) * from / to, last);
      const auto before = static_cast<size_t>(place), behind = std::min(before + 1, values.size() / 2 - 1);
      for (size_t c = 0; c < 2; ++c) {
        const double a = double{values[2 * before + c]}, b = double{values[2 * behind + c]};
        // the place is right to 2^-17 of a row for each row that was told; a line rises by at most 8
        const double expected = a + (b - a) * (place - static_cast<double>(before));
        EXPECT_NEAR(made[2 * k + c], expected, 1e-5 + 8.0 * static_cast<double>(k + 1) / 131072)
            << from << " row " << k;
      }
    }
  }
}

// A row is where it should be after an hour, too.
TEST_F(Resample, does_not_drift) {
  constexpr int kHour = 119 * 3600;
  std::vector<float> values;
  for (int row = 0; row < kHour; ++row) values.insert(values.end(), {static_cast<float>(row), 1.0f});
  const std::vector<double> made = rows(119, 100, values);
  const size_t last = made.size() / 2 - 1;
  EXPECT_NEAR(made[2 * last], static_cast<double>(last) * 1.19, 119 * 3600 * 1e-5);
  EXPECT_EQ(made[2 * last + 1], 1.0);
}

TEST_F(Resample, rates_within_a_percent_are_the_same) {
  const std::vector<float> values = noise(300);
  const std::vector<double> same(values.begin(), values.end());
  for (const auto &[from, to] : {std::pair(99.84, 100.0), std::pair(119.0, 119.0), std::pair(100.9, 100.0)}) {
    const std::vector<double> made = rows(from, to, values);
    ASSERT_EQ(made.size(), same.size());
    for (size_t i = 0; i < same.size(); ++i) EXPECT_EQ(static_cast<float>(made[i]), values[i]);
  }
  EXPECT_NE(rows(101.2, 100, values).size(), same.size());
}

TEST_F(Resample, rates_that_are_far_apart_are_refused) {
  for (const auto &[from, to] :
       {std::pair(201.0, 100.0), std::pair(49.9, 100.0), std::pair(0.0, 100.0), std::pair(100.0, 0.0),
        std::pair(-100.0, -100.0), std::pair(std::nan(""), 100.0)})
    EXPECT_EQ(rows(from, to, {1, 1}), std::vector<double>{-1}) << from;
}

// One value that is no number spoils the rows beside it and no others.
TEST_F(Resample, forgets_what_is_no_number) {
  std::vector<float> values(40, 1.0f);
  values[20] = NAN;
  const std::vector<double> made = rows(119, 100, values);
  const auto odd = std::count_if(made.begin(), made.end(), [](double v) { return v != 1; });
  EXPECT_GE(odd, 1);
  EXPECT_LE(odd, 2);
}

}  // namespace
}  // namespace mote::test

// Drawings: the colours against WCAG's contrast, texts that stay within what is said of their width, files.
#include "report/drawing.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <regex>

#include "report/charts.h"
#include "test_support.h"

namespace mote {
namespace {

double luminance(const std::string &hex) {
  double sum = 0;
  const double weights[] = {0.2126, 0.7152, 0.0722};
  for (size_t i = 0; i < 3; ++i) {
    const double v = std::stoi(hex.substr(2 * i, 2), nullptr, 16) / 255.0;
    sum += weights[i] * (v <= 0.03928 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4));
  }
  return sum;
}
// WCAG 2.1, relative luminance and contrast ratio.
double contrast(const std::string &a, const std::string &b) {
  const double x = luminance(a), y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

TEST(Drawing, colours_have_the_contrast_that_letters_need) {
  const std::string style = drawing_style(true);
  std::vector<std::map<std::string, std::string>> colors;  // light, dark
  static const std::regex kBlock(":root\\{([^}]*)\\}"), kColor("--i-(\\w+):#([0-9a-f]{6});");
  for (std::sregex_iterator b(style.begin(), style.end(), kBlock), end; b != end; ++b) {
    const std::string block = (*b)[1];
    colors.emplace_back();
    for (std::sregex_iterator c(block.begin(), block.end(), kColor); c != end; ++c)
      colors.back()[(*c)[1]] = (*c)[2];
  }
  ASSERT_EQ(colors.size(), 2u);
  const std::string pages[] = {"ffffff", "14181d"};
  for (size_t i = 0; i < 2; ++i) {
    ASSERT_EQ(colors[i].size(), 13u);
    for (const auto &[name, color] : colors[i]) {
      if (name == "l" || name == "c" || name == "w") continue;
      if (name == "t" || name == "s") {
        EXPECT_GE(contrast(color, pages[i]), 4.5) << name;
        EXPECT_GE(contrast(color, colors[i].at("c")), 4.5) << name;
      } else {
        EXPECT_GE(contrast(color, "ffffff"), 4.5) << name << " under white letters, " << i;
        EXPECT_GE(contrast(color, pages[i]), 3) << name << " on the page, " << i;  // 1.4.11, of lines
      }
    }
  }
}

TEST(Drawing, is_the_same_in_a_page_and_in_a_file) {
  Drawing d;
  d.width = 100;
  d.height = 50;
  d.box(1, 2, 30, 10, Ink::kBlue);
  d.text(5, 9, "a < b", 8, 0.5, Ink::kOnDark, true);
  d.arrow({{0, 0}, {0, 20}}, Ink::kSoft);
  const std::string page = d.inlined("what \"it\" is"), file = d.svg_file();
  EXPECT_NE(page.find("aria-label=\"what &quot;it&quot; is\""), std::string::npos);
  for (const std::string part : {"<rect class=\"f-blue\" x=\"1\" y=\"2\" width=\"30\" height=\"10\"/>",
                                 ">a &lt; b</text>", "<polygon class=\"f-s\" points=\"0,20 "}) {
    EXPECT_NE(page.find(part), std::string::npos) << part;
    EXPECT_NE(file.find(part), std::string::npos) << part;
  }
  EXPECT_NE(file.find("xmlns=\"http://www.w3.org/2000/svg\""), std::string::npos);
  EXPECT_EQ(d.files().png.substr(1, 3), "PNG");
  d.width = 1e6;
  EXPECT_ERROR(d.files(), "a side may have");
}

TEST(Charts, curves_go_through_their_points) {
  CurveChart chart{"Noise", "level, %", "accuracy, %", {}};
  chart.curves = {{"int8", Ink::kBlue, {{0, 100}, {10, 50}, {20, 0}}}};
  const std::string svg = draw_curves(chart).inlined("curve");
  static const std::regex kLine(
      "<polyline class=\"s-blue\" points=\"([\\d.]+),([\\d.]+) ([\\d.]+),([\\d.]+) ([\\d.]+),([\\d.]+)\"");
  std::smatch m;
  ASSERT_TRUE(std::regex_search(svg, m, kLine)) << svg;
  // the middle of both axes lies in the middle of the ends, and more is higher
  EXPECT_NEAR(std::stod(m[3]), (std::stod(m[1]) + std::stod(m[5])) / 2, 0.02);
  EXPECT_NEAR(std::stod(m[4]), (std::stod(m[2]) + std::stod(m[6])) / 2, 0.02);
  EXPECT_LT(std::stod(m[2]), std::stod(m[6]));
  EXPECT_NE(svg.find(">level, %</text>"), std::string::npos);
}

// A line of many points is written as steps; their sum is where each point is, to half a tenth.
TEST(Charts, a_long_line_comes_back_from_its_steps) {
  Drawing d;
  Points points;
  for (int i = 0; i < 400; ++i)
    points.emplace_back(46.03 + 0.77 * i, 60 + 31.7 * std::sin(0.3 * i) * std::exp(-0.01 * i));
  d.line(points, Ink::kBlue);
  const std::string svg = d.inlined("long");
  const size_t begin = svg.find(" d=\"M") + 5;
  const std::string steps = svg.substr(begin, svg.find('"', begin) - begin);
  std::vector<double> numbers;
  for (const char *at = steps.c_str(); *at != '\0';) {
    char *end = nullptr;
    const double v = std::strtod(at, &end);
    if (end == at) {
      ASSERT_EQ(*at, 'l') << steps;
      ++at;
      continue;
    }
    numbers.push_back(v);
    at = end;
  }
  ASSERT_EQ(numbers.size(), 2 * points.size());
  double x = 0, y = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    x += numbers[2 * i];
    y += numbers[2 * i + 1];
    EXPECT_NEAR(x, points[i].first, 0.0501) << i;
    EXPECT_NEAR(y, points[i].second, 0.0501) << i;
  }
}

TEST(Charts, traces_have_a_line_for_each_channel_and_say_what_is_left_out) {
  std::vector<float> values;
  std::vector<std::string> names;
  for (int c = 0; c < 10; ++c) names.push_back("c" + std::to_string(c));
  for (int t = 0; t < 20; ++t)
    for (int c = 0; c < 10; ++c) values.push_back(static_cast<float>(c + t));
  const std::string svg =
      draw_traces({{"punch", {{"", "a.csv:2", values, 10, 50, 0, 0}}}}, names, 240).inlined("t");
  EXPECT_NE(svg.find(">punch</text>"), std::string::npos);
  EXPECT_NE(svg.find(">a.csv:2</text>"), std::string::npos);
  EXPECT_NE(svg.find("and 2 more, not drawn"), std::string::npos);
  for (const char *ink : {"blue", "orange", "green", "red", "violet", "ochre", "brown", "grey"})
    EXPECT_NE(svg.find(fmt::format("<polyline class=\"s-{}\"", ink)), std::string::npos) << ink;
}

}  // namespace
}  // namespace mote

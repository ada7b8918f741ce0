// The pictures, read back: every number on an axis, every point of a curve, every bar and box.
#include <algorithm>
#include <cstring>
#include <memory>
#include <set>

#include "report/svg.h"
#include "test_support.h"

namespace mote {
namespace {

using test::read_svg;
using test::Svg;
using test::SvgBox;
using test::SvgLine;
using test::SvgText;

// Value of each label on a vertical axis by the height of its grid line: a line through the lowest and
// highest.
struct Scale {
  double at0, per_unit;  // y of the value 0; change of y per 1
  double y(double value) const { return at0 + per_unit * value; }
};

Scale scale_of(const std::vector<std::pair<double, double>> &ticks) {  // value, y
  EXPECT_GE(ticks.size(), 3u);
  const auto [v0, y0] = ticks.front();
  const auto [v1, y1] = ticks.back();
  const Scale s{y0 - (y1 - y0) / (v1 - v0) * v0, (y1 - y0) / (v1 - v0)};
  for (const auto &[v, y] : ticks) EXPECT_NEAR(s.y(v), y, 0.01) << v;
  EXPECT_LT(s.per_unit, 0) << "large values stand above small ones";
  return s;
}

// The ticks of the panel whose plot begins at `left`: grey numbers that end in front of it.
std::vector<std::pair<double, double>> ticks_of(const Svg &picture, double left, bool is_percent) {
  std::vector<std::pair<double, double>> ticks;
  for (const SvgText &t : picture.texts) {
    if (!t.color.is(0.45, 0.48, 0.52) || t.x >= left - 8 || t.x < left - 60 || t.y > 275) continue;
    if (t.text.find_first_of("0123456789") == std::string::npos) continue;
    EXPECT_EQ(t.text.ends_with(" %"), is_percent) << t.text;
    ticks.emplace_back(std::stod(t.text) / (is_percent ? 100 : 1), t.y - 4);
  }
  return ticks;
}

std::vector<EpochRecord> some_history() {
  return {{1, 1.9, 0.31, 2.35, 0.28, 0.1, 0.5},
          {2, 1.1, 0.52, 1.6, 0.43, 0.1, 0.5},
          {3, 0.7, 0.81, 1.2, 0.66, 0.1, 0.5},
          {4, 0.42, 0.93, 1.3, 0.61, 0.1, 0.5}};
}

const SvgLine &curve(const Svg &picture, double left, bool is_training) {
  for (const SvgLine &l : picture.lines)
    if (l.width == 2 && (is_training ? l.color.is_blue() : l.color.is_orange()) &&
        std::fabs(l.points[0][0] - left) < 0.01)
      return l;
  ADD_FAILURE() << "no curve at " << left;
  return picture.lines.at(0);
}

void expect_panel(const Svg &picture, double left, const std::string &title, bool is_percent,
                  const std::vector<EpochRecord> &history, double EpochRecord::*train,
                  double EpochRecord::*val) {
  SCOPED_TRACE(title);
  EXPECT_NEAR(picture.at(title).x, left, 0.01);
  const auto ticks = ticks_of(picture, left, is_percent);
  const Scale scale = scale_of(ticks);
  double low = 1e9, high = -1e9;
  for (const auto &[value, y] : ticks) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  EXPECT_LE(ticks.size(), 8u);
  EXPECT_DOUBLE_EQ(is_percent ? high : low, is_percent ? 1 : 0)
      << "a share ends at 100 %, a loss begins at 0";
  for (const bool is_training : {true, false}) {
    const SvgLine &line = curve(picture, left, is_training);
    ASSERT_EQ(line.points.size(), history.size());
    const double step = (line.points.back()[0] - left) / (history.back().epoch - 1);
    EXPECT_NEAR(step * (history.back().epoch - 1), 330, 0.01) << "the last epoch ends the panel";
    for (size_t i = 0; i < history.size(); ++i) {
      const double value = history[i].*(is_training ? train : val);
      EXPECT_NEAR(line.points[i][0], left + step * (history[i].epoch - 1), 0.01);
      EXPECT_NEAR(line.points[i][1], scale.y(value), 0.02) << value;
      EXPECT_TRUE(low <= value && value <= high) << value;
    }
  }
}

TEST(PlotHistory, curves_stand_where_the_axes_say) {
  const auto history = some_history();
  const Svg picture = read_svg(draw_history(history, 3).svg);
  expect_panel(picture, 60, "Loss", false, history, &EpochRecord::loss, &EpochRecord::val_loss);
  expect_panel(picture, 475, "Accuracy", true, history, &EpochRecord::accuracy, &EpochRecord::val_accuracy);
  // the kept epoch, dashed, in both panels
  std::vector<double> kept;
  for (const SvgLine &l : picture.lines)
    if (l.is_dashed) {
      kept.push_back(l.points[0][0]);
      EXPECT_EQ(l.points[0][0], l.points[1][0]);
    }
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_NEAR(kept[0], 60 + 330 * 2.0 / 3, 0.01);
  EXPECT_NEAR(kept[1], 475 + 330 * 2.0 / 3, 0.01);
  // epochs under the panels: 1 to 4 at the points of the curves
  for (int epoch = 1; epoch <= 4; ++epoch) {
    std::vector<SvgText> found;
    for (const SvgText &t : picture.texts)
      if (t.text == std::to_string(epoch) && t.y > 275) found.push_back(t);
    ASSERT_EQ(found.size(), 2u) << epoch;
    EXPECT_NEAR(found[0].x + 3.5, 60 + 330.0 * (epoch - 1) / 3, 1.5);  // centred: half a digit to the left
    EXPECT_NEAR(found[1].x + 3.5, 475 + 330.0 * (epoch - 1) / 3, 1.5);
  }
  // the key: which colour is which
  for (const auto &[word, is_blue] : {std::pair{"training", true}, std::pair{"validation", false}}) {
    const SvgText t = picture.at(word);
    bool is_beside = false;
    for (const SvgLine &l : picture.lines)
      if (l.width == 3 && std::fabs(l.points[1][0] + 6 - t.x) < 0.01) {
        is_beside = true;
        EXPECT_EQ(l.color.is_blue(), is_blue);
        EXPECT_EQ(l.color.is_orange(), !is_blue);
      }
    EXPECT_TRUE(is_beside) << word;
  }
}

TEST(PlotHistory, the_last_epoch_needs_no_mark_and_regressions_show_their_error) {
  auto history = some_history();
  EXPECT_FALSE(read_svg(draw_history(history, 4).svg).has("kept"));
  EXPECT_TRUE(read_svg(draw_history(history, 1).svg).has("kept"));
  for (EpochRecord &e : history) {
    e.is_regression = true;
    e.accuracy = e.val_accuracy = 0;
    e.mae = 3 * e.loss;
    e.val_mae = 2 * e.val_loss;
  }
  const Svg picture = read_svg(draw_history(history, 4).svg);
  EXPECT_FALSE(picture.has("Accuracy"));
  expect_panel(picture, 475, "Mean absolute error", false, history, &EpochRecord::mae, &EpochRecord::val_mae);
}

TEST(PlotHistory, one_epoch_is_a_dot_and_many_epochs_have_round_numbers) {
  const std::string one = draw_history({{1, 0.5, 0.6, 0.7, 0.8, 0.1, 0}}, 1).svg;
  EXPECT_NE(one.find("<circle "), std::string::npos);
  std::vector<EpochRecord> many;
  for (int n = 1; n <= 60; ++n) many.push_back({n, 3.0 / n, 1 - 0.7 / n, 3.3 / n, 0.9 - 0.6 / n, 0.1, 0});
  const Svg picture = read_svg(draw_history(many, 60).svg);
  std::vector<std::string> epochs;
  for (const SvgText &t : picture.texts)
    if (t.y > 280 && t.y < 295 && t.x < 420) epochs.push_back(t.text);
  EXPECT_EQ(epochs, (std::vector<std::string>{"10", "20", "30", "40", "50", "60"}));
}

// Whatever a training came to, its picture has some ticks and ends.
TEST(PlotHistory, a_training_that_diverged_is_drawn) {
  for (const double most : {1e-12, 1e-7, 3e9, 6e9, 1e15, 1e29}) {
    auto history = some_history();
    for (EpochRecord &e : history) {
      e.loss *= most;
      e.val_loss *= most;
    }
    const Svg picture = read_svg(draw_history(history, 4).svg);
    const size_t ticks = ticks_of(picture, 60, false).size();
    EXPECT_TRUE(ticks >= 2 && ticks <= 8) << most << ": " << ticks;
  }
  auto history = some_history();
  history[1].loss = NAN;
  history[2].loss = INFINITY;
  history[3].val_loss = 1e300;
  const Svg picture = read_svg(draw_history(history, 4).svg);
  EXPECT_EQ(curve(picture, 60, true).points.size(), 2u);
  EXPECT_EQ(curve(picture, 60, false).points.size(), 3u);
}

TEST(PlotHistory, for_a_phone_one_panel_is_below_the_other) {
  const std::string svg = draw_history(some_history(), 3, true).svg;
  const Svg picture = read_svg(svg);
  EXPECT_NE(svg.find("width=\"425\""), std::string::npos) << svg.substr(0, 300);
  EXPECT_NEAR(picture.at("Loss").x, picture.at("Accuracy").x, 0.01);
  EXPECT_GT(picture.at("Accuracy").y, picture.at("Loss").y + 250);
  for (const SvgLine &l : picture.lines)
    for (const auto &point : l.points) EXPECT_TRUE(point[0] >= 0 && point[0] <= 425) << point[0];
}

TEST(PlotConfusion, rows_are_the_truth_and_cells_are_as_dark_as_their_share) {
  // 5 of a (3 right, 2 taken for c), 2 of b (both right), 4 of c (1 right, 3 taken for a)
  const Evaluation e =
      score("int8", {"aa", "bb", "cc"}, {0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 2}, {0, 0, 0, 2, 2, 1, 1, 2, 0, 0, 0});
  const Svg picture = read_svg(draw_confusion(e).svg);
  EXPECT_TRUE(picture.has("Confusion matrix (int8), 54.5 % correct"));  // 6 of 11
  picture.at("predicted");
  picture.at("true");
  std::map<std::string, SvgText> row, column;  // labels to the left and above
  for (const SvgText &t : picture.texts)
    for (const std::string &label : e.labels)
      if (t.text == label) (t.y < 74 ? column : row)[label] = t;
  ASSERT_EQ(row.size(), 3u);
  ASSERT_EQ(column.size(), 3u);
  const size_t expected[3][3] = {{3, 0, 2}, {0, 2, 0}, {3, 0, 1}};
  const double support[3] = {5, 2, 4};
  for (size_t t = 0; t < 3; ++t)
    for (size_t p = 0; p < 3; ++p) {
      const double x = column.at(e.labels[p]).x, y = row.at(e.labels[t]).y;
      std::vector<std::string> inside;
      for (const SvgText &word : picture.texts)
        if (std::fabs(word.y - y) < 1 && std::fabs(word.x - x) < 20) inside.push_back(word.text);
      EXPECT_EQ(inside, std::vector<std::string>{std::to_string(expected[t][p])}) << t << " " << p;
      const auto box = std::find_if(picture.boxes.begin(), picture.boxes.end(), [&](const SvgBox &b) {
        return b.left < x && x < b.right && b.top < y && y < b.bottom;
      });
      ASSERT_NE(box, picture.boxes.end());
      // white for none; else from 12 % of the hue upwards, blue for right, orange for wrong
      const double share = static_cast<double>(expected[t][p]) / support[t];
      const double strength = expected[t][p] == 0 ? 0 : 0.12 + 0.88 * share;
      const double hue[3] = {t == p ? 0.12 : 0.88, t == p ? 0.42 : 0.44, t == p ? 0.72 : 0.10};
      EXPECT_TRUE(box->color.is(0.97 - (1 - hue[0]) * strength, 0.97 - (1 - hue[1]) * strength,
                                0.97 - (1 - hue[2]) * strength))
          << t << " " << p;
    }
}

// Where labels do not fit above their columns they have numbers there, and stand whole beside their rows, in
// several lines if need be.
TEST(PlotConfusion, long_labels_are_whole_beside_their_rows) {
  for (const auto &[classes, cell] : {std::pair{6, 64}, std::pair{12, 46}, std::pair{13, 30}}) {
    std::vector<std::string> labels;
    const std::string letters = "abcdefghijklmnopqrstuvwxyz";
    for (int k = 0; k < classes; ++k) labels.push_back(letters.substr(k, 1) + letters);
    const Svg picture = read_svg(draw_confusion(score("int8", labels, {0}, {0})).svg);
    std::vector<std::string> beside(labels.size());
    size_t numbers = 0;
    for (const SvgText &t : picture.texts) {
      const bool is_number = t.text.find_first_not_of("0123456789") == std::string::npos;
      if (t.y > 74 && !is_number) beside.at((t.y - 74) / cell) += t.text;
      numbers += t.y < 74 && is_number;
    }
    EXPECT_EQ(beside, labels);
    EXPECT_EQ(numbers, labels.size());
  }
}

TEST(PlotPng, has_the_boxes_of_the_drawing_at_twice_its_size) {
  const Evaluation e =
      score("int8", {"aa", "bb", "cc"}, {0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 2}, {0, 0, 0, 2, 2, 1, 1, 2, 0, 0, 0});
  const Picture both = draw_confusion(e);
  struct Rest {
    const std::string &bytes;
    size_t at;
  } rest{both.png, 0};
  const std::unique_ptr<cairo_surface_t, void (*)(cairo_surface_t *)> read(
      cairo_image_surface_create_from_png_stream(
          [](void *from, unsigned char *to, unsigned n) {
            Rest &r = *static_cast<Rest *>(from);
            if (r.at + n > r.bytes.size()) return CAIRO_STATUS_READ_ERROR;
            r.bytes.copy(reinterpret_cast<char *>(to), n, r.at);
            r.at += n;
            return CAIRO_STATUS_SUCCESS;
          },
          &rest),
      cairo_surface_destroy);
  ASSERT_EQ(cairo_surface_status(read.get()), CAIRO_STATUS_SUCCESS);
  const int stride = cairo_image_surface_get_stride(read.get());
  const unsigned char *pixels = cairo_image_surface_get_data(read.get());
  int width = 0, height = 0;
  EXPECT_EQ(std::sscanf(both.svg.c_str() + both.svg.find(" width=\""), " width=\"%d%*[^ ] height=\"%d",
                        &width, &height),
            2);
  EXPECT_EQ(cairo_image_surface_get_width(read.get()), 2 * width);
  EXPECT_EQ(cairo_image_surface_get_height(read.get()), 2 * height);
  std::set<uint32_t> seen;
  for (const SvgBox &box : read_svg(both.svg).boxes) {
    const int x = static_cast<int>(2 * box.left) + 4, y = static_cast<int>(2 * box.top) + 4;
    uint32_t pixel;
    std::memcpy(&pixel, pixels + y * stride + 4 * x, 4);
    seen.insert(pixel & 0xFFFFFF);
    EXPECT_NEAR(pixel >> 16 & 255, 255 * box.color.r, 1) << box.left << " " << box.top;
    EXPECT_NEAR(pixel >> 8 & 255, 255 * box.color.g, 1) << box.left << " " << box.top;
    EXPECT_NEAR(pixel & 255, 255 * box.color.b, 1) << box.left << " " << box.top;
  }
  EXPECT_GE(seen.size(), 5u);
}

ExplainedLayer explained(const std::string &name, double alone, double accumulated) {
  ExplainedLayer l;
  l.name = name;
  l.op = "dense";
  l.alone_db = alone;
  l.accumulated_db = accumulated;
  l.range = {-1, 1};
  l.activations = {-2, 0.5, {0, 3, 20, 1000, 400, 6, 1, 0}};  // -2 .. 2
  l.weights = {-0.25, 0.125, {1, 9, 9, 1}};                   // -0.25 .. 0.25
  return l;
}

TEST(PlotExplanation, bars_are_as_long_as_their_decibels_and_as_high_as_their_counts) {
  Explanation e;
  e.layers = {explained("first", 45, 30), explained("last", INFINITY, 12.5)};
  e.layers[1].weights = {};
  const Svg picture = read_svg(draw_explanation(e).svg);
  for (const char *word : {"45.0", "30.0", "exact", "12.5", "first", "last"}) picture.at(word);
  const auto bar_beside = [&](const std::string &text) {
    const SvgText t = picture.at(text);
    for (const SvgBox &b : picture.boxes)
      if (std::fabs(b.right + 4 - t.x) < 0.01 && b.top < t.y && t.y <= b.bottom && b.left == 230) return b;
    ADD_FAILURE() << "no bar at " << text;
    return SvgBox{};
  };
  EXPECT_NEAR(bar_beside("45.0").width(), 150 * 45 / 60.0, 0.01);
  EXPECT_TRUE(bar_beside("45.0").color.is_blue());
  EXPECT_NEAR(bar_beside("30.0").width(), 150 * 30 / 60.0, 0.01);
  EXPECT_TRUE(bar_beside("30.0").color.is_orange());
  EXPECT_NEAR(bar_beside("exact").width(), 150, 0.01);
  EXPECT_NEAR(bar_beside("12.5").width(), 150 * 12.5 / 60.0, 0.01);
  const auto key = [&](const std::string &word) {
    const SvgText t = picture.at(word);
    for (const SvgBox &b : picture.boxes)
      if (std::fabs(b.left + 18 - t.x) < 0.01 && b.top < t.y && t.y < b.bottom) return b.color;
    return test::Rgb{};
  };
  EXPECT_TRUE(key("the layer alone").is_blue());
  EXPECT_TRUE(key("all layers so far").is_orange());

  // the spread of values: one bar per bin with something in it, at its place, log1p high
  std::vector<SvgBox> bars;
  const SvgBox *shade = nullptr;
  for (const SvgBox &b : picture.boxes) {
    if (b.top > 62 + 64 - 1 || b.left < 420 || b.left >= 650) continue;
    if (b.color.is_blue()) bars.push_back(b);
    if (b.color.is(0.90, 0.95, 0.91)) shade = &b;
  }
  const std::vector<double> counts = {3, 20, 1000, 400, 6, 1};  // of bins 1 .. 6
  ASSERT_EQ(bars.size(), counts.size());
  for (size_t i = 0; i < bars.size(); ++i) {
    EXPECT_NEAR(bars[i].left, 420 + 230.0 / 8 * static_cast<double>(i + 1), 0.01);
    EXPECT_NEAR(bars[i].height(), 38 * std::log1p(counts[i]) / std::log1p(1000), 0.01);
    EXPECT_NEAR(bars[i].bottom, 62 + 38, 0.01);
  }
  ASSERT_NE(shade, nullptr);  // int8's range -1 .. 1 of -2 .. 2: the middle half
  EXPECT_NEAR(shade->left, 420 + 230 * 0.25, 0.01);
  EXPECT_NEAR(shade->right, 420 + 230 * 0.75, 0.01);
  const auto words = picture.words();
  EXPECT_EQ(std::count(words.begin(), words.end(), "-2"), 2);
  EXPECT_EQ(std::count(words.begin(), words.end(), "2"), 2);
  EXPECT_EQ(std::count(words.begin(), words.end(), "-0.25"), 1);
  EXPECT_EQ(std::count(words.begin(), words.end(), "0.25"), 1);
}

TEST(PlotPlan, boxes_are_lives_and_bytes) {
  Profile p;
  p.model = "net";
  p.layers.resize(4);
  for (size_t i = 0; i < 4; ++i) p.layers[i].name = "l" + std::to_string(i);
  p.plan.bytes = 500;
  p.plan.peak_layer = 1;
  p.plan.items = {{0, 0, 200, -1, 0}, {1, 200, 300, 0, 2}, {2, 0, 100, 2, 4}};
  p.plan_names = {"input", "middle", "end"};
  const Svg picture = read_svg(draw_plan(p).svg);
  picture.at("net: memory plan, 500 bytes");
  picture.at("bytes");
  for (size_t i = 0; i < p.layers.size(); ++i) picture.at(fmt::format("{}: {}", i, p.layers[i].name));
  picture.at("orange: what is alive at layer 1 ('l1'), which sets the peak");
  std::vector<std::pair<double, double>> ticks;
  for (const SvgText &t : picture.texts)
    if (t.x < 82 && t.y < 460 && t.text.find_first_not_of("0123456789") == std::string::npos)
      ticks.emplace_back(std::stod(t.text), t.y - 4);
  const Scale scale = scale_of(ticks);
  EXPECT_EQ(ticks.front().first, 0);
  const double column = 760.0 / 6;
  for (size_t i = 0; i < 3; ++i) {
    const PlacedTensor &item = p.plan.items[i];
    const SvgText name = picture.at(p.plan_names[i]);
    const auto box = std::find_if(picture.boxes.begin(), picture.boxes.end(), [&](const SvgBox &b) {
      return b.left < name.x && name.x < b.right && b.top < name.y && name.y < b.bottom;
    });
    ASSERT_NE(box, picture.boxes.end());
    EXPECT_NEAR(box->bottom, scale.y(static_cast<double>(item.offset)), 0.02);
    EXPECT_NEAR(box->top, scale.y(static_cast<double>(item.offset + item.bytes)), 0.02);
    EXPECT_NEAR(box->left, 90 + column * (item.first + 1) + 1, 0.02);
    EXPECT_NEAR(box->right, 90 + column * (item.last + 2) - 1, 0.02);
    EXPECT_EQ(box->color.is(0.97, 0.80, 0.66), i == 1) << "alive at the peak";
  }
  const auto peak = std::find_if(picture.lines.begin(), picture.lines.end(),
                                 [](const SvgLine &l) { return l.is_dashed && l.color.is_orange(); });
  ASSERT_NE(peak, picture.lines.end());
  ASSERT_EQ(peak->points.size(), 2u);
  for (const auto &point : peak->points)
    EXPECT_NEAR(point[0], 90 + column * 2.5, 0.02);  // upright, at layer 1
  for (int l = 0; l < 4; ++l) {                      // each layer's number in the middle of its column
    bool is_there = false;
    for (const SvgText &t : picture.texts)
      is_there |=
          t.text == std::to_string(l) && t.y > 440 && std::fabs(t.x + 3 - (90 + column * (l + 1.5))) < 1.5;
    EXPECT_TRUE(is_there) << l;
  }
}

}  // namespace
}  // namespace mote

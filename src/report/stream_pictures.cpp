// Streams over time: above the values of the sensor, below the probabilities of each class, its events as
// areas and what was told as marks. And the curve by which a threshold is chosen.
#include "report/stream_pictures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/terminal_lines.h"
#include "report/canvas.h"
#include "train/stream_counts.h"

namespace mote {

namespace {

// Apart from each other also where colours are not told apart.
constexpr Color kClassColors[] = {{0.12, 0.42, 0.72}, {0.88, 0.44, 0.10}, {0.18, 0.55, 0.34},
                                  {0.58, 0.34, 0.66}, {0.55, 0.34, 0.24}, {0.80, 0.30, 0.50}};
constexpr Color kRed{0.78, 0.10, 0.12};

const Color &color_of(size_t label) { return kClassColors[label % std::size(kClassColors)]; }

class PanelDrawing {
 public:
  static constexpr double kLeft = 70, kTitle = 22, kValues = 70, kMarks = 18, kProbabilities = 96, kFoot = 34;
  static constexpr double kHeight = kTitle + kValues + kMarks + kProbabilities + kFoot;

  PanelDrawing(Canvas &c, const StreamPicture &picture, const StreamPanel &panel, double top)
      : c_(c), picture_(picture), p_(panel), top_(top) {}

  void draw() {
    c_.text(kLeft, top_ + 12, shortened(p_.title, 100), 12, 0, kInk, true);
    draw_events();
    draw_values();
    draw_probabilities();
    draw_detections();
    draw_time();
  }

 private:
  double values_top() const { return top_ + kTitle; }
  double marks_top() const { return values_top() + kValues; }
  double probabilities_top() const { return marks_top() + kMarks; }
  double bottom() const { return probabilities_top() + kProbabilities; }
  double px(double at) const { return kLeft + at / p_.length * StreamPanel::kColumns; }
  double py(double probability) const { return bottom() - probability * kProbabilities; }

  void draw_events() {
    for (const StreamPanel::Stretch &e : p_.events) {
      const double left = px(e.from), right = std::max(px(e.to), left + 1);
      c_.area({{left, values_top()}, {right, values_top()}, {right, bottom()}, {left, bottom()}},
              color_of(static_cast<size_t>(e.label)), 0.16);
      if (!e.is_found) {
        c_.line(left, marks_top() + 3, right, marks_top() + 3, kRed, 3);
      }
    }
  }

  // All channels in one range, as a sensor has them.
  void draw_values() {
    float low = INFINITY, high = -INFINITY;
    for (size_t ch = 0; ch < p_.low.size(); ++ch) {
      for (const float v : p_.low[ch]) low = std::min(low, v);
      for (const float v : p_.high[ch]) high = std::max(high, v);
    }
    if (!(high > low)) high = low + 1;
    const auto at = [&](float v) {
      return values_top() + 2 + (kValues - 4) * (double{high} - double{v}) / (double{high} - double{low});
    };
    for (size_t ch = 0; ch < p_.low.size(); ++ch) {
      const Color shade = ch == 0 ? kGrey : ch == 1 ? Color{0.35, 0.45, 0.60} : Color{0.60, 0.50, 0.40};
      float before_low = INFINITY, before_high = -INFINITY;  // of the column that the line goes on from
      for (size_t x = 0; x < p_.low[ch].size(); ++x) {
        const float own_low = p_.low[ch][x], own_high = p_.high[ch][x];
        if (!(own_high >= own_low)) continue;  // a short recording has no row here
        const double column = kLeft + static_cast<double>(x) + 0.5;
        const bool is_first = before_low > before_high;
        c_.line(column, at(is_first ? own_high : std::max(own_high, before_low)) - 0.5, column,
                at(is_first ? own_low : std::min(own_low, before_high)) + 0.5, shade, 1);
        before_low = own_low;
        before_high = own_high;
      }
    }
    c_.text(kLeft - 8, at(high) + 8, fmt::format("{:.3g}", high), 10, 1, kGrey);
    c_.text(kLeft - 8, at(low), fmt::format("{:.3g}", low), 10, 1, kGrey);
  }

  void draw_probabilities() {
    for (const double level : {0.0, 0.5, 1.0}) {
      c_.line(kLeft, py(level), kLeft + StreamPanel::kColumns, py(level), kGrid);
      c_.text(kLeft - 8, py(level) + 4, fmt::format("{:g}", level), 10, 1, kGrey);
    }
    for (size_t label = 0; label < p_.probabilities.size(); ++label) {
      if (picture_.is_rest[label]) continue;
      std::vector<std::pair<double, double>> points;
      for (size_t x = 0; x < p_.probabilities[label].size(); ++x)
        if (const float v = p_.probabilities[label][x]; v >= 0)
          points.emplace_back(kLeft + static_cast<double>(x) + 0.5, py(double{v}));
      if (!points.empty()) c_.curve(points, color_of(label));
    }
    if (picture_.threshold > 0)
      c_.line(kLeft, py(picture_.threshold), kLeft + StreamPanel::kColumns, py(picture_.threshold), kGrey, 1,
              true);
  }

  // What is right lies above what is false.
  void draw_detections() {
    for (const bool is_right : {false, true})
      for (const StreamPanel::Mark &m : p_.detections)
        if (is_told_rightly(m) == is_right) draw_mark(px(m.at), m.label, is_right);
  }

  bool is_told_rightly(const StreamPanel::Mark &m) const {
    return !picture_.is_judged || m.kind == StreamDetection::Kind::kFound ||
           m.kind == StreamDetection::Kind::kAgain;
  }

  void draw_mark(double x, int label, bool is_right) {
    const double y = marks_top() + kMarks / 2 + 2;
    if (is_right) return c_.dot(x, y, 4, color_of(static_cast<size_t>(label)), 1);
    c_.line(x - 4, y - 4, x + 4, y + 4, kRed, 2);
    c_.line(x - 4, y + 4, x + 4, y - 4, kRed, 2);
  }

  void draw_time() {
    const bool is_long = p_.unit == "s" && p_.length > 600;
    const double scale = is_long ? 60 : 1;
    const Axis t = round_axis(0, p_.length / scale);
    for (double v = 0; v * scale <= p_.length * (1 + 1e-9); v += t.step)
      c_.text(px(v * scale), bottom() + 14, fmt::format("{:g}", std::round(v * 1e6) / 1e6), 10, 0.5, kGrey);
    c_.text(kLeft + StreamPanel::kColumns + 18, bottom() + 14, is_long ? "min" : p_.unit, 10, 0, kGrey);
  }

  Canvas &c_;
  const StreamPicture &picture_;
  const StreamPanel &p_;
  double top_;
};

}  // namespace

Picture draw_streams(const StreamPicture &picture_of) {
  constexpr double kTop = 40;
  const int width = static_cast<int>(PanelDrawing::kLeft) + StreamPanel::kColumns + 50;
  const auto height =
      static_cast<int>(kTop + PanelDrawing::kHeight * static_cast<double>(picture_of.panels.size()) + 24);
  return picture(width, height, [&](Canvas &c) {
    double x = PanelDrawing::kLeft;
    for (size_t label = 0; label < picture_of.labels.size(); ++label) {
      if (picture_of.is_rest[label]) continue;
      const std::string name = shortened(picture_of.labels[label], 24);
      if (x + 20 + 7.5 * static_cast<double>(name.size()) > width) break;
      c.fill(x, 12, 12, 12, color_of(label));
      c.text(x + 17, 22, name, 12);
      x += 34 + 7.5 * static_cast<double>(name.size());
    }
    double top = kTop;
    for (const StreamPanel &panel : picture_of.panels) {
      PanelDrawing(c, picture_of, panel, top).draw();
      top += PanelDrawing::kHeight;
    }
    std::string foot =
        picture_of.is_judged
            ? "shaded: events; dot: told rightly; red cross: told falsely; red bar: missed; dashed: threshold"
            : "dot: told; dashed: threshold; where events are is not known";
    if (picture_of.more > 0) foot += fmt::format("; {} more recordings are not drawn", picture_of.more);
    c.text(PanelDrawing::kLeft, height - 10, foot, 11, 0, kGrey);
  });
}

Picture draw_stream_curve(const std::vector<StreamPoint> &curve, int current, double hours) {
  constexpr double kLeft = 70, kTop = 50, kWidth = 420, kHeight = 280;
  return picture(540, 420, [&](Canvas &c) {
    c.text(kLeft, 24, "Misses against false accepts", 14, 0, kInk, true);
    double most = 0;
    for (const StreamPoint &p : curve) most = std::max(most, p.false_accepts_per_hour);
    // a scale of logarithms that also has a place for none
    const auto place = [](double rate) { return std::log10(1 + 10 * rate); };
    const double span = std::max(place(1), place(most));
    const auto px = [&](double rate) { return kLeft + place(rate) / span * kWidth; };
    const auto py = [&](double share) { return kTop + (1 - share) * kHeight; };
    for (double v = 0; v <= 1.01; v += 0.2) {
      c.line(kLeft, py(v), kLeft + kWidth, py(v), kGrid);
      c.text(kLeft - 8, py(v) + 4, fmt::format("{:.0f} %", 100 * v), 11, 1, kGrey);
    }
    for (const double rate : {0.0, 0.1, 1.0, 10.0, 100.0, 1000.0, 10000.0}) {
      if (place(rate) > span * 1.001) break;
      c.line(px(rate), kTop, px(rate), kTop + kHeight, kGrid);
      c.text(px(rate), kTop + kHeight + 18, fmt::format("{:g}", rate), 11, 0.5, kGrey);
    }
    c.text(kLeft + kWidth / 2, kTop + kHeight + 38,
           "false accepts an hour, of " + hours_text(hours) + " of background", 11, 0.5, kGrey);
    c.text(kLeft, kTop - 8, "missed events", 11, 0, kGrey);
    std::vector<std::pair<double, double>> points;
    for (const StreamPoint &p : curve)
      if (p.events > 0)
        points.emplace_back(px(p.false_accepts_per_hour),
                            py(static_cast<double>(p.missed) / static_cast<double>(p.events)));
    if (!points.empty()) c.curve(points, kBlue);
    for (size_t i = 0; i < curve.size(); ++i) {
      const StreamPoint &p = curve[i];
      if (p.events == 0) continue;
      const double x = px(p.false_accepts_per_hour),
                   y = py(static_cast<double>(p.missed) / static_cast<double>(p.events));
      c.dot(x, y, 2.5, kBlue, 1);
      if (p.threshold != current) continue;
      c.ring(x, y, 6, kOrange);
      const bool is_at_edge = x > kLeft + kWidth - 80;
      c.text(x + (is_at_edge ? -10 : 10), y - 8, fmt::format("threshold {:.2f}", p.threshold / 256.0), 11,
             is_at_edge ? 1 : 0, kOrange);
    }
    c.line(kLeft, kTop + kHeight, kLeft + kWidth, kTop + kHeight, kInk);
    if (points.empty()) c.text(kLeft + kWidth / 2, kTop + kHeight / 2, "there are no events", 12, 0.5, kGrey);
  });
}

std::string stream_curve_csv(const std::vector<StreamPoint> &curve) {
  std::string text = "threshold,events,missed,false_accepts,false_accepts_per_hour\n";
  for (const StreamPoint &p : curve)
    text += fmt::format("{:.6f},{},{},{},{:.6g}\n", p.threshold / 256.0, p.events, p.missed, p.false_accepts,
                        p.false_accepts_per_hour);
  return text;
}

}  // namespace mote

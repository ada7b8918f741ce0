// Drawings by cairo, as SVG and PNG from the same calls: history, confusion matrix, what explain() found,
// the plan of the memory.
//
// What is drawn on: canvas.h; pictures of windows: window_pictures.cpp. Where pictures go is not decided
// here.
#include "mote/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "base/error.h"
#include "base/files.h"
#include "base/terminal_lines.h"
#include "report/canvas.h"

namespace mote {

namespace {

void draw_panel(Canvas &c, double left, double top, const char *title, const std::vector<EpochRecord> &h,
                double EpochRecord::*train, double EpochRecord::*val, bool is_share, int best_epoch) {
  constexpr double kWidth = 330, kHeight = 220;
  double low = is_share ? 1 : 0, high = is_share ? 1 : 0;
  // a training that diverged leaves the page, and what is no number is not drawn
  constexpr double kMost = 1e30;
  const auto is_drawn = [](double v) { return std::fabs(v) < kMost; };
  for (const EpochRecord &e : h)
    for (const double v : {e.*train, e.has_validation ? e.*val : e.*train})
      if (is_drawn(v)) {
        low = std::min(low, v);
        high = std::max(high, v);
      }
  const Axis y = round_axis(low, high);
  const double last = std::max(2, h.back().epoch);
  const auto px = [&](double epoch) { return left + (epoch - 1) / (last - 1) * kWidth; };
  const auto py = [&](double v) { return top + (y.high - v) / (y.high - y.low) * kHeight; };
  c.text(left, top - 18, title, 14, 0, kInk, true);
  const int digits = static_cast<int>(std::max(0.0, std::ceil(-std::log10(100 * y.step) - 1e-9)));
  for (double v = y.low; v <= y.high + y.step / 2; v += y.step) {
    c.line(left, py(v), left + kWidth, py(v), kGrid);
    c.text(
        left - 8, py(v) + 4,
        is_share ? fmt::format("{:.{}f} %", 100 * v, digits) : fmt::format("{:g}", std::round(v * 1e6) / 1e6),
        11, 1, kGrey);
  }
  const Axis x = round_axis(0, last);
  const double step = std::max(1.0, x.step);
  for (double e = step; e <= last; e += step)
    c.text(px(e), top + kHeight + 18, fmt::format("{:g}", e), 11, 0.5, kGrey);
  c.text(left + kWidth / 2, top + kHeight + 36, "epoch", 11, 0.5, kGrey);
  if (best_epoch > 0 && best_epoch < h.back().epoch) {
    c.line(px(best_epoch), top, px(best_epoch), top + kHeight, kGrey, 1, true);
    c.text(px(best_epoch), top - 4, "kept", 10, 0.5, kGrey);
  }
  std::vector<std::pair<double, double>> a, b;
  for (const EpochRecord &e : h) {
    if (is_drawn(e.*train)) a.emplace_back(px(e.epoch), py(e.*train));
    if (e.has_validation && is_drawn(e.*val)) b.emplace_back(px(e.epoch), py(e.*val));
  }
  if (!a.empty()) c.curve(a, kBlue);
  if (!b.empty()) c.curve(b, kOrange);
  c.line(left, top + kHeight, left + kWidth, top + kHeight, kInk);
}

}  // namespace

Picture draw_history(const std::vector<EpochRecord> &history, int best_epoch, bool is_narrow) {
  MOTE_CHECK(!history.empty());
  constexpr int kPanelWidth = 415, kPanelHeight = 290, kKeyHeight = 60;
  const int right = is_narrow ? 0 : kPanelWidth, down = is_narrow ? kPanelHeight + 16 : 0;
  const int width = kPanelWidth + right + 10, height = kPanelHeight + down + kKeyHeight;
  return picture(width, height, [&](Canvas &c) {
    constexpr double kLeft = 60, kTop = 50;
    draw_panel(c, kLeft, kTop, "Loss", history, &EpochRecord::loss, &EpochRecord::val_loss, false,
               best_epoch);
    if (history.back().is_regression)
      draw_panel(c, kLeft + right, kTop + down, "Mean absolute error", history, &EpochRecord::mae,
                 &EpochRecord::val_mae, false, best_epoch);
    else
      draw_panel(c, kLeft + right, kTop + down, "Accuracy", history, &EpochRecord::accuracy,
                 &EpochRecord::val_accuracy, true, best_epoch);
    const int key = width / 2 - 90, base = height - 14;
    c.line(key, base, key + 24, base, kBlue, 3);
    c.text(key + 30, base + 4, "training", 12);
    if (!history.back().has_validation) return;
    c.line(key + 110, base, key + 134, base, kOrange, 3);
    c.text(key + 140, base + 4, "validation", 12);
  });
}

// Whole labels beside the rows; above the columns too where all of them fit there, else their numbers, which
// then stand beside the rows as well.
Picture draw_confusion(const Evaluation &e) {
  const int n = e.labels.size();
  constexpr double kLetter = 7.6, kNarrowLetter = 7, kLine = 14;  // of letters of 12
  constexpr size_t kLongestLabel = 80;
  const double cell = n <= 6 ? 64 : n <= 12 ? 46 : 30;
  size_t longest = 0;
  for (const std::string &l : e.labels) longest = std::max(longest, columns_of(l));
  const bool has_numbers = longest > cell / kNarrowLetter;
  // a long label takes as many lines as a row has room for
  const size_t lines = (cell - 4) / kLine,
               width_of_lines = std::max<size_t>(16, longest / lines + longest / 8);
  std::vector<std::vector<std::string>> rows(n);
  size_t widest = 0;
  for (int i = 0; i < n; ++i) {
    std::istringstream label(fitted(shortened(e.labels[i], kLongestLabel), width_of_lines));
    for (std::string line; std::getline(label, line);) {
      widest = std::max(widest, columns_of(line));
      rows[i].push_back(std::move(line));
    }
  }
  const double number = has_numbers ? 26 : 0, left = std::max(48.0, 22 + kLetter * widest + number), top = 74;
  const int width = left + cell * n + 30, height = top + cell * n + 24;
  return picture(std::max(width, 370), height, [&](Canvas &c) {
    c.text(14, 24, fmt::format("Confusion matrix ({}), {:.1f} % correct", e.precision, 100 * e.accuracy), 13,
           0, kInk, true);
    c.text(left + cell * n / 2, 46, "predicted", 11, 0.5, kGrey);
    c.text(left - 8, top - 8, "true", 11, 1, kGrey);
    for (int t = 0; t < n; ++t) {
      for (size_t k = 0; k < rows[t].size(); ++k)
        c.text(left - 8 - number, top + cell * (t + 0.5) + 4 + kLine * (k - (rows[t].size() - 1) / 2.0),
               rows[t][k], 12, 1);
      if (has_numbers) c.text(left - 8, top + cell * (t + 0.5) + 4, std::to_string(t + 1), 12, 1, kGrey);
      c.text(left + cell * (t + 0.5), top - 8, has_numbers ? std::to_string(t + 1) : e.labels[t], 12, 0.5);
      const double support = std::max<size_t>(1, e.classes[t].support);
      for (int p = 0; p < n; ++p) {
        const size_t count = e.confusion[t][p];
        const double share = count / support;
        const Color hue = t == p ? kBlue : kOrange;
        const double strength = count == 0 ? 0 : 0.12 + 0.88 * share;
        c.fill(left + cell * p, top + cell * t, cell - 2, cell - 2,
               {1 - (1 - hue.r) * strength - 0.03, 1 - (1 - hue.g) * strength - 0.03,
                1 - (1 - hue.b) * strength - 0.03});
        // a long number stays in its cell
        const std::string text = std::to_string(count);
        const double size = std::min(13.0, (cell - 4) / (0.64 * text.size()));
        c.text(left + cell * (p + 0.5) - 1, top + cell * (t + 0.5) + 4, text, size, 0.5,
               strength > 0.55 ? Color{1, 1, 1} : kInk);
      }
    }
  });
}

namespace {

// Bars as high as the logarithms of the counts.
void draw_spread(Canvas &c, double left, double top, double width, double height, const Spread &s,
                 const Color &k) {
  double most = 1;
  for (uint64_t n : s.counts) most = std::max(most, std::log1p(n));
  const double bar = width / s.counts.size();
  for (size_t i = 0; i < s.counts.size(); ++i) {
    const double h = height * std::log1p(s.counts[i]) / most;
    if (h > 0) c.fill(left + bar * i, top + height - h, std::max(0.5, bar - 0.6), h, k);
  }
  c.line(left, top + height, left + width, top + height, kGrey);
}

}  // namespace

Picture draw_explanation(const Explanation &e) {
  constexpr double kTop = 62, kRow = 64, kHeight = 38, kNoise = 230, kNoiseWidth = 150, kValues = 420,
                   kWidth = 230, kWeights = 680, kMostDb = 60;
  const int height = kTop + kRow * e.layers.size() + 40;
  return picture(940, height, [&](Canvas &c) {
    c.text(14, 24, "Where int8 differs from float", 14, 0, kInk, true);
    c.text(kNoise, 46, "signal to noise, dB", 11, 0, kGrey);
    c.text(kValues, 46, "values (log count), range of int8 shaded", 11, 0, kGrey);
    c.text(kWeights, 46, "weights (log count)", 11, 0, kGrey);
    double y = kTop;
    for (const ExplainedLayer &l : e.layers) {
      c.text(14, y + 18, l.name.substr(0, 26), 12, 0, kInk, true);
      c.text(14, y + 34, l.op, 10, 0, kGrey);
      const auto bar = [&](double top, double db, const Color &k) {
        const double share = std::clamp(std::isfinite(db) ? db / kMostDb : db > 0 ? 1.0 : 0.0, 0.0, 1.0);
        c.fill(kNoise, top, kNoiseWidth * share, 12, k);
        c.text(kNoise + kNoiseWidth * share + 4, top + 10,
               std::isfinite(db) ? fmt::format("{:.1f}", db)
               : db > 0          ? "exact"
                                 : "-",
               10);
      };
      bar(y + 6, l.alone_db, kBlue);
      bar(y + 22, l.accumulated_db, kOrange);
      const double span = l.activations.width * l.activations.counts.size();
      const auto at = [&](float v) {
        return kValues + kWidth * std::clamp((v - l.activations.low) / span, 0.0, 1.0);
      };
      c.fill(at(l.range.low), y, at(l.range.high) - at(l.range.low), kHeight, {0.90, 0.95, 0.91});
      draw_spread(c, kValues, y, kWidth, kHeight, l.activations, kBlue);
      c.text(kValues, y + kHeight + 13, fmt::format("{:.4g}", l.activations.low), 9, 0, kGrey);
      c.text(kValues + kWidth, y + kHeight + 13, fmt::format("{:.4g}", l.activations.low + span), 9, 1,
             kGrey);
      if (!l.weights.counts.empty()) {
        draw_spread(c, kWeights, y, kWidth, kHeight, l.weights, kGrey);
        const double end = l.weights.low + l.weights.width * l.weights.counts.size();
        c.text(kWeights, y + kHeight + 13, fmt::format("{:.3g}", l.weights.low), 9, 0, kGrey);
        c.text(kWeights + kWidth, y + kHeight + 13, fmt::format("{:.3g}", end), 9, 1, kGrey);
      }
      y += kRow;
    }
    c.fill(kNoise, y + 8, 12, 12, kBlue);
    c.text(kNoise + 18, y + 18, "the layer alone", 11);
    c.fill(kNoise + 130, y + 8, 12, 12, kOrange);
    c.text(kNoise + 148, y + 18, "all layers so far", 11);
  });
}

Picture draw_plan(const Profile &p) {
  constexpr double kLeft = 90, kTop = 60, kWidth = 760, kHeight = 380;
  const double columns = p.layers.size() + 2;  // in front: the input, behind: the outputs
  const Axis y = round_axis(0, p.plan.bytes);
  const auto px = [&](double layer) { return kLeft + (layer + 1) / columns * kWidth; };
  const auto py = [&](double bytes) { return kTop + (1 - bytes / y.high) * kHeight; };
  // below: which layer has which number
  constexpr double kKey = kTop + kHeight + 84, kKeyRow = 16;
  constexpr size_t kKeyColumns = 3, kLongestName = 34;
  const size_t key_rows = (p.layers.size() + kKeyColumns - 1) / kKeyColumns;
  const int height = kKey + kKeyRow * key_rows;
  return picture(900, height, [&](Canvas &c) {
    for (size_t i = 0; i < p.layers.size(); ++i)
      c.text(kLeft + i / key_rows * (kWidth / kKeyColumns), kKey + i % key_rows * kKeyRow,
             fmt::format("{}: {}", i, shortened(p.layers[i].name, kLongestName)), 10, 0, kGrey);
    c.text(kLeft - 8, kTop - 14, "bytes", 11, 1, kGrey);
    c.text(kLeft, 30, fmt::format("{}: memory plan, {} bytes", p.model, p.plan.bytes), 15, 0, kInk, true);
    for (double v = 0; v <= y.high + y.step / 2; v += y.step) {
      c.line(kLeft, py(v), kLeft + kWidth, py(v), kGrid);
      c.text(kLeft - 8, py(v) + 4, fmt::format("{:g}", v), 11, 1, kGrey);
    }
    for (size_t i = 0; i < p.plan.items.size(); ++i) {
      const PlacedTensor &item = p.plan.items[i];
      const double x0 = px(item.first) + 1, x1 = px(item.last + 1) - 1;
      const double y0 = py(item.offset + item.bytes), y1 = py(item.offset);
      const bool is_peak = item.first <= p.plan.peak_layer && p.plan.peak_layer <= item.last;
      const Color box = is_peak ? Color{0.97, 0.80, 0.66} : Color{0.77, 0.86, 0.95};
      c.fill(x0, y0, x1 - x0, y1 - y0, box);
      c.line(x0, y0, x1, y0, is_peak ? kOrange : kBlue);
      // what fits into the box, from the end of the name, which says most
      const size_t room = std::max(0.0, (x1 - x0 - 6) / 6.2);
      std::string name = p.plan_names[i];
      if (name.size() > room) name = room > 3 ? ".." + name.substr(name.size() - (room - 2)) : "";
      if (y1 - y0 > 12) c.text(x0 + 3, y0 + 11, name, 10, 0, kInk);
    }
    const int step = std::max<int>(1, p.layers.size() / 16);
    for (int l = 0; l < std::ssize(p.layers); l += step)
      c.text((px(l) + px(l + 1)) / 2, kTop + kHeight + 16, std::to_string(l), 10, 0.5, kGrey);
    c.text(kLeft + kWidth / 2, kTop + kHeight + 36, "layer", 11, 0.5, kGrey);
    if (p.plan.peak_layer >= 0) {
      const size_t peak = p.plan.peak_layer;
      c.line((px(p.plan.peak_layer) + px(p.plan.peak_layer + 1)) / 2, kTop,
             (px(p.plan.peak_layer) + px(p.plan.peak_layer + 1)) / 2, kTop + kHeight, kOrange, 1, true);
      c.text(kLeft, kTop + kHeight + 54,
             fmt::format("orange: what is alive at layer {} ('{}'), which sets the peak", peak,
                         p.layers[peak].name),
             11, 0, kGrey);
    }
  });
}

const std::string &picture_bytes(const Picture &picture, const std::string &path) {
  const std::string ending = fs::path(path).extension().string();
  if (ending != ".png" && ending != ".svg")
    throw Error(ErrorCode::kInvalidArgument, path, "is neither .png nor .svg");
  return ending == ".png" ? picture.png : picture.svg;
}

void draw_plan(const Profile &profile, const std::string &path) {
  const Picture made = draw_plan(profile);
  write_file(path, picture_bytes(made, path));
}

}  // namespace mote

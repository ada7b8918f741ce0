// Where the boxes of a model stand: in rows by the longest way from the inputs, ordered so that lines cross
// little, moved so that lines are straight, cut into columns where few lines go on.
//
// Source: Sugiyama, Tagawa, Toda 1981 (rows, places of long lines, barycentres); positions by pooling
// neighbours that would overlap (isotonic regression, Barlow et al. 1972).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/terminal_lines.h"
#include "report/model_picture.h"

namespace mote {

namespace {

constexpr double kTitleSize = 12, kLineSize = 10, kTitleHeight = 20, kLineHeight = 14, kPadding = 8;
constexpr double kBetweenRows = 44, kBetweenBoxes = 22, kNarrowest = 96, kMargin = 10, kLane = 10;
constexpr double kStub = 30, kCircle = 9, kBetweenColumns = 34;
// What a column has above its first row and below its last: a line that comes in, one that goes on.
constexpr double kOfColumn = 2 * kMargin + kStub + 3 * kCircle;
constexpr size_t kMostLanes = 40000, kLongestTitle = 30, kLongestLine = 38;

// A box, or the place where a long line passes a row.
struct Place {
  int node = -1;  // -1: a line passes
  int row = 0;
  double x = 0, width = kLane, height = 0;  // x: of its middle
  std::vector<int> before, after;           // places in the rows beside it
  int source = -1;                          // the node whose line it is
};

double box_width(const PictureNode &n) {
  double w = Drawing::width_of(shortened(n.title, kLongestTitle), kTitleSize, true);
  for (const std::string &line : n.lines)
    w = std::max(w, Drawing::width_of(shortened(line, kLongestLine), kLineSize));
  return std::max(kNarrowest, w + 2 * kPadding);
}

double box_height(const PictureNode &n) {
  return kTitleHeight + (n.lines.empty() ? 0 : kLineHeight * static_cast<double>(n.lines.size()) + 6);
}

class Layout {
 public:
  explicit Layout(const PictureGraph &graph) : graph_(graph) {
    place();
    for (int sweep = 0; sweep < 8; ++sweep) order(sweep % 2 == 0);
    for (size_t r = 0; r < rows_.size(); ++r) line_up(r);
    for (int sweep = 0; sweep < 12; ++sweep) straighten(sweep % 2 == 0);
  }

  size_t rows() const { return rows_.size(); }
  double row_height(size_t r) const {
    double h = 0;
    for (const int p : rows_[r]) h = std::max(h, places_[at(p)].height);
    return h;
  }
  // Lines that go on from a row to the next, each source once.
  std::vector<int> sources_below(size_t r) const {
    std::vector<int> list;
    for (const int p : rows_[r])
      if (!places_[at(p)].after.empty()) list.push_back(p);
    return list;
  }
  Drawing draw(size_t first, size_t last, int &number) const;

 private:
  static size_t at(int i) { return static_cast<size_t>(i); }

  void place() {
    std::vector<int> row(graph_.nodes.size()), place_of(graph_.nodes.size());
    for (size_t n = 0; n < graph_.nodes.size(); ++n) {
      const PictureNode &node = graph_.nodes[n];
      for (const int from : node.inputs) row[n] = std::max(row[n], row[at(from)] + 1);
      place_of[n] = add(
          {static_cast<int>(n), row[n], 0, box_width(node), box_height(node), {}, {}, static_cast<int>(n)});
      std::vector<int> inputs = node.inputs;
      std::sort(inputs.begin(), inputs.end());
      inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
      for (const int from : inputs) {
        int last = place_of[at(from)];
        for (int r = row[at(from)] + 1; r < row[n]; ++r) last = passing(last, from, r);
        join(last, place_of[n]);
      }
    }
  }
  // Lines of one source share their way down.
  int passing(int last, int source, int row) {
    for (const int p : places_[at(last)].after)
      if (places_[at(p)].node < 0) return p;
    const int p = add({-1, row, 0, kLane, 0, {}, {}, source});
    join(last, p);
    return p;
  }
  int add(Place place) {
    if (places_.size() > kMostLanes)
      throw Error(
          ErrorCode::kUnsupported, "picture",
          fmt::format("of '{}' would have more than {} lines beside each other", graph_.name, kMostLanes));
    if (rows_.size() <= at(place.row)) rows_.resize(at(place.row) + 1);
    rows_[at(place.row)].push_back(static_cast<int>(places_.size()));
    places_.push_back(std::move(place));
    return static_cast<int>(places_.size()) - 1;
  }
  void join(int from, int to) {
    places_[at(from)].after.push_back(to);
    places_[at(to)].before.push_back(from);
  }

  // By the mean of the places that each is joined to, in the row before (or behind).
  void order(bool is_down) {
    std::vector<double> rank(places_.size());
    const auto number = [&](const std::vector<int> &row) {
      for (size_t i = 0; i < row.size(); ++i) rank[at(row[i])] = static_cast<double>(i);
    };
    for (const std::vector<int> &row : rows_) number(row);
    for (size_t i = 1; i < rows_.size(); ++i) {
      std::vector<int> &row = rows_[is_down ? i : rows_.size() - 1 - i];
      std::vector<std::pair<double, int>> keys;
      for (const int p : row) {
        const std::vector<int> &joined = is_down ? places_[at(p)].before : places_[at(p)].after;
        double sum = 0;
        for (const int q : joined) sum += rank[at(q)];
        keys.emplace_back(joined.empty() ? rank[at(p)] : sum / static_cast<double>(joined.size()), p);
      }
      std::stable_sort(keys.begin(), keys.end(),
                       [](const auto &a, const auto &b) { return a.first < b.first; });
      for (size_t k = 0; k < keys.size(); ++k) row[k] = keys[k].second;
      number(row);
    }
  }

  double gap(int left, int right) const {
    return (places_[at(left)].width + places_[at(right)].width) / 2 + kBetweenBoxes;
  }
  void line_up(size_t r) {
    double x = 0;
    for (size_t i = 0; i < rows_[r].size(); ++i) {
      if (i > 0) x += gap(rows_[r][i - 1], rows_[r][i]);
      places_[at(rows_[r][i])].x = x;
    }
    for (const int p : rows_[r]) places_[at(p)].x -= x / 2;
  }

  // Each place as near to the mean of those that it is joined to as the boxes beside it allow: least squares
  // under x[i + 1] >= x[i] + gap.
  void straighten(bool is_down) {
    constexpr double kOfLane = 8;  // a line that passes is kept straight
    struct Pool {
      double sum, weight;
      size_t count;
      double mean() const { return sum / weight; }
    };
    for (size_t k = 0; k < rows_.size(); ++k) {
      const std::vector<int> &row = rows_[is_down ? k : rows_.size() - 1 - k];
      std::vector<double> offset(row.size());
      for (size_t i = 1; i < row.size(); ++i) offset[i] = offset[i - 1] + gap(row[i - 1], row[i]);
      std::vector<Pool> pools;
      for (size_t i = 0; i < row.size(); ++i) {
        const Place &p = places_[at(row[i])];
        const std::vector<int> &joined = is_down ? p.before : p.after;
        double wanted = p.x;
        if (!joined.empty()) {
          wanted = 0;
          for (const int q : joined) wanted += places_[at(q)].x / static_cast<double>(joined.size());
        }
        const double weight = joined.empty() ? 0.1 : p.node < 0 ? kOfLane : 1;
        pools.push_back({(wanted - offset[i]) * weight, weight, 1});
        while (pools.size() > 1 && pools[pools.size() - 2].mean() > pools.back().mean()) {
          const Pool last = pools.back();
          pools.pop_back();
          pools.back() = {pools.back().sum + last.sum, pools.back().weight + last.weight,
                          pools.back().count + last.count};
        }
      }
      size_t i = 0;
      for (const Pool &pool : pools)
        for (size_t n = 0; n < pool.count; ++n, ++i) places_[at(row[i])].x = pool.mean() + offset[i];
    }
  }

  struct Column {
    size_t first, last;
    double left, width, bottom;  // what x is moved by; `bottom`: behind the last row
    std::vector<double> top;     // of each row
  };
  Column column_of(size_t first, size_t last, const std::vector<int> &coming) const;
  void draw_line(Drawing &d, const Column &c, const Place &from, double y, int to) const;
  void draw_box(Drawing &d, const Place &p, double left, double top) const;

  const PictureGraph &graph_;
  std::vector<Place> places_;
  std::vector<std::vector<int>> rows_;
};

void Layout::draw_box(Drawing &d, const Place &p, double left, double top) const {
  const PictureNode &n = graph_.nodes[at(p.node)];
  const double x = left + p.x - p.width / 2;
  d.box(x, top, p.width, p.height, n.color);
  d.text(left + p.x, top + 14, shortened(n.title, kLongestTitle), kTitleSize, 0.5, Ink::kOnDark, true);
  if (!p.after.empty() && !n.gives.empty())
    d.text(left + p.x + 6, top + p.height + 13, n.gives, kLineSize, 0, Ink::kSoft);
  if (n.lines.empty()) return;
  d.box(x + 1, top + kTitleHeight, p.width - 2, p.height - kTitleHeight - 1, Ink::kCard);
  for (size_t i = 0; i < n.lines.size(); ++i)
    d.text(x + kPadding, top + kTitleHeight + kLineHeight * static_cast<double>(i + 1) - 1,
           shortened(n.lines[i], kLongestLine), kLineSize, 0, i == 0 ? Ink::kText : Ink::kSoft);
}

// Down, bending in the middle, down.
Points way(double x0, double y0, double x1, double y1) {
  if (std::fabs(x0 - x1) < 0.5) return {{x1, y0}, {x1, y1}};
  constexpr int kSteps = 10;
  constexpr double kStraight = 9, kBesideShape = 18;  // the shape stands beside the straight beginning
  Points points = {{x0, y0}};
  const double to = y1 - kStraight, from = std::min(y0 + kBesideShape, y0 + (to - y0) / 2);
  for (int i = 0; i <= kSteps; ++i) {
    const double t = static_cast<double>(i) / kSteps, s = t * t * (3 - 2 * t);
    points.emplace_back(x0 + (x1 - x0) * s, from + (to - from) * t);
  }
  points.emplace_back(x1, y1);
  return points;
}

void circle(Drawing &d, double x, double y, int number) {
  d.dot(x, y, kCircle, Ink::kGrey);
  d.text(x, y + 3.5, std::to_string(number), 10, 0.5, Ink::kOnDark, true);
}

// Rows [first, last) as one column, `coming`: the lines that come into it.
Layout::Column Layout::column_of(size_t first, size_t last, const std::vector<int> &coming) const {
  Column c{first, last, 0, 0, 0, {}};
  double low = 1e300, high = -1e300;
  for (size_t r = first; r < last; ++r)
    for (const int p : rows_[r]) {
      const Place &q = places_[at(p)];
      const double label = q.node < 0 ? 0 : Drawing::width_of(graph_.nodes[at(q.node)].gives, kLineSize) + 8;
      low = std::min(low, q.x - q.width / 2);
      high = std::max({high, q.x + q.width / 2, q.x + label});
    }
  for (const int p : coming) {
    low = std::min(low, places_[at(p)].x - kCircle);
    high = std::max(high, places_[at(p)].x + kCircle);
  }
  c.left = kMargin - low;
  c.width = high - low + 2 * kMargin;
  c.bottom = kMargin + (first > 0 ? kStub + 2 * kCircle : 0);
  for (size_t r = first; r < last; ++r) {
    c.top.push_back(c.bottom);
    c.bottom += row_height(r) + kBetweenRows;
  }
  return c;
}

void Layout::draw_line(Drawing &d, const Column &c, const Place &from, double y, int to) const {
  const Place &q = places_[at(to)];
  const Points points = way(c.left + from.x, y, c.left + q.x, c.top[at(q.row) - c.first]);
  q.node < 0 ? d.line(points, Ink::kSoft) : d.arrow(points, Ink::kSoft);
}

// `number`: of the next line that goes on in another column; those that come into this one were numbered by
// the column before.
Drawing Layout::draw(size_t first, size_t last, int &number) const {
  const std::vector<int> coming = first > 0 ? sources_below(first - 1) : std::vector<int>();
  const Column c = column_of(first, last, coming);
  Drawing d;
  d.width = c.width;
  d.height = last < rows_.size() ? c.bottom + kCircle + kMargin : c.bottom - kBetweenRows + kMargin;
  const auto bottom_of = [&](const Place &p) {
    return c.top[at(p.row) - first] + (p.node < 0 ? row_height(at(p.row)) : p.height);
  };
  // the lines first, so that boxes are over them
  int of_coming = number - static_cast<int>(coming.size());
  for (const int i : coming) {
    const Place &p = places_[at(i)];
    for (const int to : p.after) draw_line(d, c, p, kMargin + 2 * kCircle, to);
    circle(d, c.left + p.x, kMargin + kCircle, of_coming++);
  }
  for (size_t r = first; r < last; ++r)
    for (const int i : rows_[r]) {
      const Place &p = places_[at(i)];
      if (p.node < 0) d.line({{c.left + p.x, c.top[r - first]}, {c.left + p.x, bottom_of(p)}}, Ink::kSoft);
      if (r + 1 < last) {
        for (const int to : p.after) draw_line(d, c, p, bottom_of(p), to);
      } else if (!p.after.empty()) {
        d.line({{c.left + p.x, bottom_of(p)}, {c.left + p.x, c.bottom}}, Ink::kSoft);
        circle(d, c.left + p.x, c.bottom, number++);
      }
    }
  for (size_t r = first; r < last; ++r)
    for (const int i : rows_[r])
      if (const Place &p = places_[at(i)]; p.node >= 0) draw_box(d, p, c.left, c.top[r - first]);
  return d;
}

// Behind which row a column ends: the last that fits, or one before it with fewer lines that go on.
size_t end_of_column(const Layout &layout, size_t first, double height) {
  double y = kOfColumn;
  size_t fits = first;
  while (fits < layout.rows() && (fits == first || y + layout.row_height(fits) + kBetweenRows <= height)) {
    y += layout.row_height(fits) + kBetweenRows;
    ++fits;
  }
  if (fits >= layout.rows()) return layout.rows();
  size_t best = fits;
  const size_t earliest = first + std::max<size_t>(1, (fits - first) * 6 / 10);
  for (size_t end = fits; end >= earliest; --end)
    if (layout.sources_below(end - 1).size() < layout.sources_below(best - 1).size()) best = end;
  return best;
}

// As many columns as are needed, of about one height.
double balanced(const Layout &layout, double most) {
  constexpr double kSlack = 90;  // of a row
  double all = 0;
  for (size_t r = 0; r < layout.rows(); ++r) all += layout.row_height(r) + kBetweenRows;
  const double columns = std::ceil(all / (most - kOfColumn));
  return columns <= 1 ? most : std::min(most, all / columns + kSlack + kOfColumn);
}

void check_count(const PictureGraph &graph, size_t most) {
  if (graph.nodes.size() > most)
    throw Error(
        ErrorCode::kUnsupported, "picture",
        fmt::format("of '{}' would have {} boxes; {} can be looked at", graph.name, graph.nodes.size(), most),
        "`mote summary` lists its layers");
}

}  // namespace

std::vector<Drawing> draw_model(const PictureGraph &graph, const PictureLimits &limits) {
  std::vector<Drawing> sheets;
  if (graph.nodes.empty()) return sheets;
  check_count(graph, limits.most_nodes);
  const Layout layout(graph);
  const double height = balanced(layout, limits.height);
  int number = 1;
  for (size_t first = 0; first < layout.rows();) {
    const size_t end = end_of_column(layout, first, height);
    const Drawing column = layout.draw(first, end, number);
    first = end;
    if (sheets.empty() || sheets.back().width + kBetweenColumns + column.width > limits.width) {
      sheets.push_back(column);
      continue;
    }
    Drawing &sheet = sheets.back();
    sheet.add(column, sheet.width + kBetweenColumns, 0);
    sheet.width += kBetweenColumns + column.width;
    sheet.height = std::max(sheet.height, column.height);
  }
  return sheets;
}

Drawing whole_model(const PictureGraph &graph) {
  constexpr double kTitle = 34;
  PictureLimits limits;
  // columns as high as all of them are wide
  const double rows = static_cast<double>(graph.nodes.size());
  constexpr double kRow = 120, kColumn = 260, kAtLeast = 900;
  limits.height = std::max(kAtLeast, std::sqrt(rows * kRow * kColumn));
  limits.width = 1e9;
  Drawing all;
  all.text(kMargin, 22, graph.name, 15, 0, Ink::kText, true);
  all.width = std::max(200.0, Drawing::width_of(graph.name, 15, true) + 2 * kMargin);
  all.height = kTitle;
  for (const Drawing &sheet : draw_model(graph, limits)) {
    all.add(sheet, 0, all.height);
    all.width = std::max(all.width, sheet.width);
    all.height += sheet.height;
  }
  return all;
}

}  // namespace mote

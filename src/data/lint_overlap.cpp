// Stretches that two recordings share: examples that were cut from one recording with overlap, before mote
// saw them, and marks that overlap. And recordings that go on from each other: parts of one recording that
// lie on both sides are nearly as good as its windows.
//
// Shared rows are found by their bytes: a rolling hash (Karp and Rabin 1987) of so many rows that none comes
// twice by chance, kept where it ends in zeros (Manber 1994), so that both recordings keep the same places.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <tuple>

#include "data/lint_split.h"

namespace mote {

namespace {

constexpr int kKeptOneIn = 32;       // places
constexpr size_t kFewestPlaces = 2;  // that a pair shares
constexpr size_t kMostAlike = 8;     // recordings with the same stretch: more, and it is a signal at rest
constexpr size_t kMostPlaces = size_t{1} << 22;

struct SharedPlace {
  uint64_t hash;
  uint32_t recording;
  int row;
};

// Rows that must be equal: 64 values and more than half of them no repetition of the row before.
int rows_of_stretch(const Recordings &set) {
  constexpr size_t kValues = 64, kFewest = 8;
  return static_cast<int>(std::max(kFewest, kValues / std::max<size_t>(1, set.channels.size())));
}

uint64_t mixed_bits(uint64_t h) {
  h = (h ^ (h >> 31)) * 0xBF58476D1CE4E5B9ull;
  return h ^ (h >> 29);
}

void add_places(const Recordings &set, uint32_t index, int stretch, int one_in,
                std::vector<SharedPlace> &places) {
  const Recording &r = set.items[index];
  const size_t width = set.channels.size();
  if (r.rows < 2 * stretch) return;
  constexpr uint64_t kBase = 0x9E3779B97F4A7C15ull | 1;
  uint64_t power = 1, rolling = 0;
  for (int i = 0; i < stretch; ++i) power *= kBase;
  std::vector<uint64_t> rows(static_cast<size_t>(r.rows));
  int fresh = 0;  // rows of the stretch that differ from the one before
  for (int i = 0; i < r.rows; ++i) {
    uint64_t h = 7;
    for (size_t c = 0; c < width; ++c)
      h = mixed_bits(h * kBase + std::bit_cast<uint32_t>(r.values[static_cast<size_t>(i) * width + c]));
    rows[static_cast<size_t>(i)] = h;
    const auto is_fresh = [&](int row) {
      return row > 0 && rows[static_cast<size_t>(row)] != rows[static_cast<size_t>(row - 1)];
    };
    rolling = rolling * kBase + h;
    fresh += is_fresh(i);
    if (i >= stretch) {
      rolling -= power * rows[static_cast<size_t>(i - stretch)];
      fresh -= is_fresh(i - stretch);
    }
    if (i + 1 < stretch || fresh * 2 < stretch) continue;
    const uint64_t key = mixed_bits(rolling);
    if (key % static_cast<uint64_t>(one_in) == 0) places.push_back({key, index, i + 1 - stretch});
  }
}

struct SharedPair {
  size_t places = 0;
  int shift = 0;
};

// Pairs on two sides that share at least two stretches, one as far from the other in both.
std::map<std::pair<uint32_t, uint32_t>, SharedPair> shared_pairs(const DividedSet &d,
                                                                 const std::vector<SharedPlace> &places) {
  std::map<std::pair<uint32_t, uint32_t>, SharedPair> pairs;
  for (size_t from = 0; from < places.size();) {
    size_t to = from + 1;
    while (to < places.size() && places[to].hash == places[from].hash) ++to;
    for (size_t i = from; to - from <= kMostAlike && i < to; ++i)
      for (size_t j = i + 1; j < to; ++j) {
        const SharedPlace &a = places[i], &b = places[j];
        if (a.recording == b.recording || a.row == b.row || !d.are_apart(a.recording, b.recording)) continue;
        SharedPair &pair = pairs[{a.recording, b.recording}];
        if (pair.places == 0) pair.shift = b.row - a.row;
        pair.places += pair.shift == b.row - a.row;
      }
    from = to;
  }
  std::erase_if(pairs, [](const auto &p) { return p.second.places < kFewestPlaces; });
  return pairs;
}

void lint_shared_stretches(const DividedSet &d, std::vector<Finding> &findings) {
  if (d.is_image() || d.set.is_features) return;
  const int stretch = rows_of_stretch(d.set);
  size_t rows = 0;
  for (const Recording &r : d.set.items) rows += static_cast<size_t>(r.rows);
  const int one_in = kKeptOneIn * static_cast<int>(rows / kKeptOneIn / kMostPlaces + 1);
  std::vector<SharedPlace> places;
  for (size_t i = 0; i < d.set.items.size(); ++i)
    if (d.is_used(i)) add_places(d.set, static_cast<uint32_t>(i), stretch, one_in, places);
  std::sort(places.begin(), places.end(), [](const SharedPlace &a, const SharedPlace &b) {
    return std::tie(a.hash, a.recording, a.row) < std::tie(b.hash, b.recording, b.row);
  });
  const auto pairs = shared_pairs(d, places);
  if (pairs.empty()) return;
  std::vector<size_t> which;
  for (const auto &[pair, shared] : pairs)
    for (const uint32_t i : {pair.first, pair.second})
      if (d.parts[i] != 't') which.push_back(i);
  const auto &[first, shared] = *pairs.begin();
  std::sort(which.begin(), which.end());
  which.erase(std::unique(which.begin(), which.end()), which.end());
  findings.push_back(finding_of(
      d, Severity::kWarning, "overlap", which,
      fmt::format(
          "{} recording{} outside of training overlap{} with others: {} begins {} rows into {}, and they are "
          "on two sides of the split",
          which.size(), which.size() == 1 ? "" : "s", which.size() == 1 ? "s" : "",
          d.place(shared.shift > 0 ? first.first : first.second), std::abs(shared.shift),
          d.place(shared.shift > 0 ? first.second : first.first)),
      "give mote the recordings whole and let data.window and data.stride cut them, or let data.group_column "
      "or data.file_names say what they were cut from and set split.by = \"group\""));
}

// Whether the values go on from the last row of one to the first of the other: the step between them is no
// larger than steps within.
bool goes_on(const Recordings &set, const Recording &a, const Recording &b) {
  constexpr double kMostSteps = 3;
  const size_t width = set.channels.size();
  constexpr int kRows = 64;
  double between = 0, within = 0;
  for (size_t c = 0; c < width; ++c) {
    const size_t last = static_cast<size_t>(a.rows - 1) * width + c;
    double steps = 0;
    const int rows = std::min(a.rows - 1, kRows);
    for (int i = 0; i < rows; ++i)
      steps += std::fabs(double{a.values[last - static_cast<size_t>(i) * width]} -
                         double{a.values[last - static_cast<size_t>(i + 1) * width]}) /
               rows;
    if (steps <= 0) continue;
    within += 1;
    between += std::min(10.0, std::fabs(double{b.values[c]} - double{a.values[last]}) / steps);
  }
  return within > 0 && between <= kMostSteps * within;
}

void lint_neighbours(const DividedSet &d, std::vector<Finding> &findings) {
  if (d.is_image() || d.set.is_features) return;
  std::vector<size_t> cut;  // recordings outside of training that go on from or into one of it
  size_t pairs = 0;
  const std::vector<Recording> &items = d.set.items;
  for (size_t i = 0; i + 1 < items.size(); ++i) {
    const Recording &a = items[i], &b = items[i + 1];
    if (a.file != b.file || a.rows < 2 || a.first_line < 1) continue;
    const long gap = b.first_line - (a.first_line + a.rows);
    const long most = d.set.options.intervals.empty() ? 0 : d.set.window();
    if (gap < 0 || gap > most) continue;
    ++pairs;
    if (!d.are_apart(i, i + 1) || (d.parts[i] != 't' && d.parts[i + 1] != 't')) continue;
    if (gap == 0 && !goes_on(d.set, a, b)) continue;
    cut.push_back(d.parts[i] == 't' ? i + 1 : i);
  }
  constexpr size_t kFewest = 3;
  cut.erase(std::unique(cut.begin(), cut.end()), cut.end());
  if (cut.size() < kFewest || cut.size() * 10 < pairs) return;
  const size_t count = cut.size();
  findings.push_back(finding_of(d, Severity::kWarning, "same_recording", std::move(cut),
                                fmt::format("{} recordings outside of training go on where one of training "
                                            "ends, in the same file: they are parts "
                                            "of one recording",
                                            count),
                                "split.by = \"file\" (or \"group\") keeps what belongs together on one side; "
                                "split.order = \"in_file\" at "
                                "least tests on what comes last"));
}

}  // namespace

void lint_overlap(const DividedSet &d, std::vector<Finding> &findings) {
  lint_shared_stretches(d, findings);
  lint_neighbours(d, findings);
}

}  // namespace mote

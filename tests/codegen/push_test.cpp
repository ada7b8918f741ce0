// push(): a stream of rows against a second implementation that keeps every window and averages in double.
#include <map>
#include <memory>

#include "codegen/c_package.h"
#include "small_program.h"

namespace mote::test {
namespace {

constexpr int kUnknown = -1, kNothing = -2;

struct Stream {
  int window, channels, stride, smoothing;
  bool is_per_feature = false;
  Last last = Last::kSoftmax;
};

// What is pushed: rows, and the places where the stream is reset before them.
struct Script {
  std::vector<float> values;
  std::vector<int> resets = {};
};

struct Due {
  int row;     // the last one of the window
  int first;   // of its rows
  int before;  // windows since the reset, this one included
};
std::vector<Due> due_windows(const Stream &s, const Script &script) {
  std::vector<Due> list;
  const int rows = static_cast<int>(script.values.size()) / s.channels;
  int start = 0, n = 0;
  for (int r = 0; r < rows; ++r) {
    if (std::count(script.resets.begin(), script.resets.end(), r)) {
      start = r;
      n = 0;
    }
    if (r == start + n * s.stride + s.window - 1) list.push_back({r, r - s.window + 1, ++n});
  }
  return list;
}

std::vector<float> rows_of(const Stream &s, const Script &script, int first, int count) {
  const auto from = script.values.begin() + first * s.channels;
  return {from, from + count * s.channels};
}

struct Answer {
  int best;
  double mean;  // in steps of 1 / 256
};
// Means over the last `smoothing` windows since the reset; the first largest.
Answer answer_of(const Stream &s, const std::vector<std::vector<int>> &scores, size_t n, int before) {
  const size_t count = static_cast<size_t>(std::min(before, s.smoothing));
  Answer a{0, -1};
  for (size_t c = 0; c < scores[n].size(); ++c) {
    double mean = 0;
    for (size_t i = 0; i < count; ++i) mean += (scores[n - i][c] + 128.0) / static_cast<double>(count);
    if (scores[n].size() == 1) return {mean > 128 + 1e-9, mean > 128 + 1e-9 ? mean : 256 - mean};
    if (mean > a.mean + 1e-9) a = {static_cast<int>(c), mean};
  }
  return a;
}

class Pushed {
 public:
  explicit Pushed(const Stream &s)
      : s_(s),
        small_(s.window, s.channels, s.last == Last::kLogistic ? 2 : 4, s.last, s.is_per_feature),
        package_(small_.p, {.golden_count = 1, .stride = s.stride, .smoothing = s.smoothing},
                 {"STREAM", "REENTRANT", "LABELS", "FREE_THRESHOLD"}) {}
  const SmallProgram &program() const { return small_; }

  // Scores of every due window, by predict().
  std::vector<std::vector<int>> scores(const Script &script) {
    std::string commands;
    for (const Due &d : due_windows(s_, script))
      commands += "w" + words(rows_of(s_, script, d.first, s_.window)) + "\n";
    std::vector<std::vector<int>> list;
    for (const std::string &line : package_.run(commands)) {
      list.push_back(numbers(line));
      list.back().erase(list.back().begin());
    }
    return list;
  }

  // Pushes all rows; `threshold` before each due one. Returns the answers of the due rows; the others must
  // say nothing.
  std::vector<int> answers(const Script &script, const std::vector<int> &threshold, bool by_counts = false) {
    const std::vector<Due> due = due_windows(s_, script);
    const int rows = static_cast<int>(script.values.size()) / s_.channels;
    std::string commands;
    size_t n = 0;
    for (int r = 0; r < rows; ++r) {
      if (std::count(script.resets.begin(), script.resets.end(), r)) commands += "r\n";
      if (n < due.size() && due[n].row == r) commands += fmt::format("t {}\n", threshold[n++]);
      const std::vector<float> row = rows_of(s_, script, r, 1);
      if (!by_counts) {
        commands += "p" + words(row) + "\n";
        continue;
      }
      commands += "q";
      std::vector<int> counts;
      for (int c = 0; c < s_.channels; ++c) commands += fmt::format(" {:a}", unit(c));
      for (size_t c = 0; c < row.size(); ++c) counts.push_back(count(row[c], static_cast<int>(c)));
      commands += words(counts) + "\n";
    }
    const std::vector<std::string> lines = package_.run(commands);
    EXPECT_EQ(lines.size(), static_cast<size_t>(rows));
    std::vector<int> list;
    n = 0;
    for (size_t r = 0; r < lines.size(); ++r) {
      if (n < due.size() && due[n].row == static_cast<int>(r)) {
        list.push_back(std::stoi(lines[r]));
        ++n;
      } else
        EXPECT_EQ(std::stoi(lines[r]), kNothing) << "row " << r;
    }
    EXPECT_EQ(n, due.size());
    return list;
  }
  static float unit(int channel) { return channel == 0 ? 0.0123f : 0.03f; }
  static int count(float value, int channel) { return static_cast<int>(std::lround(value / unit(channel))); }

 private:
  Stream s_;
  SmallProgram small_;
  CPackage package_;
};

// One package for all tests of a stream; each run is a process of its own.
Pushed &pushed_for(const Stream &s) {
  static std::map<std::vector<int>, std::unique_ptr<Pushed>> all;
  auto &found =
      all[{s.window, s.channels, s.stride, s.smoothing, s.is_per_feature, static_cast<int>(s.last)}];
  if (!found) found = std::make_unique<Pushed>(s);
  return *found;
}

class Push : public ::testing::TestWithParam<Stream> {};

TEST_P(Push, answers_as_averages_in_double_say) {
  const Stream s = GetParam();
  Pushed &pushed = pushed_for(s);
  const Script script{pushed.program().random_rows(s.window + 25 * s.stride + 2, 5)};
  const std::vector<Due> due = due_windows(s, script);
  const std::vector<std::vector<int>> scores = pushed.scores(script);
  ASSERT_EQ(scores.size(), due.size());
  ASSERT_GE(scores.size(), 26u);
  const std::vector<int> thresholds = {0, 100, 140, 170, 200, 230, 257};
  int known = 0, unknown = 0;
  std::set<int> seen;
  for (int t : thresholds) {
    const std::vector<int> got = pushed.answers(script, std::vector<int>(due.size(), t));
    ASSERT_EQ(got.size(), due.size());
    for (size_t n = 0; n < due.size(); ++n) {
      const Answer a = answer_of(s, scores, n, due[n].before);
      EXPECT_EQ(got[n], a.mean < t - 1e-9 ? kUnknown : a.best) << "window " << n << " threshold " << t;
      got[n] == kUnknown ? ++unknown : ++known;
      seen.insert(got[n]);
    }
  }
  EXPECT_GT(known, 30);
  EXPECT_GT(unknown, 26);
  EXPECT_GE(seen.size(), s.last == Last::kLogistic ? 3u : 4u);
}

TEST_P(Push, answers_exactly_at_the_threshold_and_not_one_below) {
  const Stream s = GetParam();
  Pushed &pushed = pushed_for(s);
  const Script script{pushed.program().random_rows(s.window + 15 * s.stride, 6)};
  const std::vector<Due> due = due_windows(s, script);
  const std::vector<std::vector<int>> scores = pushed.scores(script);
  std::vector<int> at, above;
  size_t exact = 0;
  for (size_t n = 0; n < due.size(); ++n) {
    const double mean = answer_of(s, scores, n, due[n].before).mean;
    at.push_back(static_cast<int>(std::floor(mean + 1e-6)));
    above.push_back(at.back() + 1);
    exact += std::fabs(mean - at.back()) < 1e-6;
  }
  EXPECT_GT(exact, 0u);  // the edge itself is among them
  const std::vector<int> answered = pushed.answers(script, at), refused = pushed.answers(script, above);
  for (size_t n = 0; n < due.size(); ++n) {
    EXPECT_EQ(answered[n], answer_of(s, scores, n, due[n].before).best) << n;
    EXPECT_EQ(refused[n], kUnknown) << n;
  }
}

TEST_P(Push, forgets_everything_at_a_reset) {
  const Stream s = GetParam();
  Pushed &pushed = pushed_for(s);
  // behind some answers; in the middle of a window; and where rows are skipped
  const int later = s.window + 3 * s.stride, middle = later + s.window + 3 * s.stride + s.window / 2 + 1;
  Script script{pushed.program().random_rows(middle + s.window + 6 * s.stride, 7), {later, middle}};
  if (s.stride > s.window) script.resets.push_back(middle + s.window + 1);
  const std::vector<Due> due = due_windows(s, script);
  const std::vector<std::vector<int>> scores = pushed.scores(script);
  ASSERT_EQ(std::count_if(due.begin(), due.end(), [](const Due &d) { return d.before == 1; }),
            1 + static_cast<long>(script.resets.size()));
  const std::vector<int> got = pushed.answers(script, std::vector<int>(due.size(), 150));
  for (size_t n = 0; n < due.size(); ++n) {
    const Answer a = answer_of(s, scores, n, due[n].before);
    EXPECT_EQ(got[n], a.mean < 150 - 1e-9 ? kUnknown : a.best) << n;
  }
}

TEST_P(Push, takes_counts_as_their_sensor_values) {
  const Stream s = GetParam();
  Pushed &pushed = pushed_for(s);
  Script script{pushed.program().random_rows(s.window + 12 * s.stride, 8)};
  for (size_t i = 0; i < script.values.size(); ++i) {
    const int c = static_cast<int>(i) % s.channels;
    script.values[i] = static_cast<float>(Pushed::count(script.values[i], c)) * Pushed::unit(c);
  }
  const size_t due = due_windows(s, script).size();
  const std::vector<int> plain = pushed.answers(script, std::vector<int>(due, 160));
  EXPECT_EQ(pushed.answers(script, std::vector<int>(due, 160), true), plain);
  EXPECT_GT(std::set<int>(plain.begin(), plain.end()).size(), 1u);
}

TEST_P(Push, is_what_the_library_decides) {
  const Stream s = GetParam();
  Pushed &pushed = pushed_for(s);
  const int second = s.window + 11 * s.stride + 1;
  const Script script{pushed.program().random_rows(s.window + 40 * s.stride, 9), {second}};
  const std::vector<Due> due = due_windows(s, script);
  HostProgram host(pushed.program().p);
  std::vector<int8_t> scores(host.predict_bytes());
  std::set<int> seen;
  for (int threshold : {0, 150, 190, 230}) {
    const std::vector<int> got = pushed.answers(script, std::vector<int>(due.size(), threshold));
    StreamDecision decision(pushed.program().p, {.smoothing = s.smoothing, .threshold = threshold});
    for (size_t n = 0; n < due.size(); ++n) {
      if (due[n].before == 1) decision.reset();
      host.predict(rows_of(s, script, due[n].first, s.window).data(), scores.data());
      EXPECT_EQ(got[n], decision.next(scores.data())) << "window " << n << " threshold " << threshold;
      seen.insert(got[n]);
    }
  }
  EXPECT_GE(seen.size(), 3u);
}

INSTANTIATE_TEST_SUITE_P(Streams, Push,
                         ::testing::Values(Stream{6, 2, 2, 3},        // overlapping
                                           Stream{4, 3, 4, 1},        // one behind the other
                                           Stream{4, 2, 7, 2},        // rows are skipped
                                           Stream{5, 2, 1, 4},        // every row
                                           Stream{4, 2, 3, 3, true},  // a mean for each feature
                                           Stream{5, 2, 2, 3, false, Last::kLogistic}
                                           // two classes, one output
                                           ),
                         [](const auto &c) {
                           return fmt::format("window{}_stride{}_smoothing{}{}{}", c.param.window,
                                              c.param.stride, c.param.smoothing,
                                              c.param.is_per_feature ? "_features" : "",
                                              c.param.last == Last::kLogistic ? "_binary" : "");
                         });

}  // namespace
}  // namespace mote::test

// What counts as found, missed and false of a stream, and how sure the figures are.
#include "train/stream_counts.h"

#include "base/random.h"
#include "test_support.h"

namespace mote::test {
namespace {

using Kind = StreamDetection::Kind;
const std::vector<bool> kIsRest = {false, true, false};  // jump, rest, turn
constexpr long kTolerance = 10;

JudgedStream told_against(const std::vector<Told> &told, const std::vector<StreamEvent> &events,
                          DecisionPolicy policy = DecisionPolicy::kStream) {
  return judge_stream(told, std::vector<int>(told.size(), 200), events, kIsRest, policy, kTolerance);
}
std::vector<Kind> kinds(const JudgedStream &j) {
  std::vector<Kind> list;
  for (const StreamDetection &d : j.detections) list.push_back(d.kind);
  return list;
}

TEST(StreamCounts, by_hand) {
  const std::vector<StreamEvent> events = {{0, 100, 120}, {2, 300, 320}, {2, 500, 520}};
  const JudgedStream j = told_against({{50, 2},    // false: before anything
                                       {60, 1},    // rest is no detection
                                       {110, 0},   // finds the first
                                       {115, 0},   // goes on
                                       {120, -1},  // unknown
                                       {125, 0},   // again
                                       {200, -1},
                                       {310, 0},  // of another event
                                       {329, 2},  // in the tolerance: finds the second
                                       {335, -1},
                                       {530, 2}},  // the tolerance of the third is over: false
                                      events);
  EXPECT_EQ(kinds(j), (std::vector<Kind>{Kind::kFalse, Kind::kFound, Kind::kAgain, Kind::kOther, Kind::kFound,
                                         Kind::kFalse}));
  EXPECT_EQ(j.found_by, (std::vector<long>{1, 4, -1}));
  StreamScores s;
  s.classes.resize(3);
  add_scores(s, j, events, {600, kTolerance, 10});
  EXPECT_EQ(s.all.events, 3u);
  EXPECT_EQ(s.all.found, 2u);
  EXPECT_EQ(s.all.false_accepts, 2u);
  EXPECT_EQ(s.all.other, 1u);
  EXPECT_EQ(s.all.again, 1u);
  EXPECT_EQ(s.classes[0].other, 1u);
  EXPECT_EQ(s.classes[2].false_accepts, 2u);
  EXPECT_NEAR(s.background_hours, (600 - 3 * 30) / 10.0 / 3600, 1e-12);
  std::sort(s.delays_s.begin(), s.delays_s.end());
  EXPECT_DOUBLE_EQ(s.delay_s(0.5), 1.0);
  EXPECT_DOUBLE_EQ(s.delay_s(0.95), 2.9);
}

TEST(StreamCounts, each_answer_of_a_trigger_is_a_detection) {
  EXPECT_EQ(told_against({{5, 0}, {30, 0}}, {}, DecisionPolicy::kTrigger).detections.size(), 2u);
  EXPECT_EQ(told_against({{5, 0}, {30, 0}}, {}).detections.size(), 1u);
}

TEST(StreamCounts, nothing_told_and_nothing_there) {
  EXPECT_TRUE(told_against({}, {}).detections.empty());
  EXPECT_EQ(told_against({}, {{0, 5, 9}}).found_by, (std::vector<long>{-1}));
  const StreamScores none;
  EXPECT_EQ(none.delay_s(0.5), 0);
  EXPECT_EQ(none.false_accepts_per_hour(), 0);
  EXPECT_EQ(background_rows({}, {50, 10}), 50);
  EXPECT_EQ(background_rows({{0, 40, 60}, {0, 45, 50}}, {65, 10}), 40);  // behind the end is nothing
}

TEST(StreamCounts, background_begins_where_something_can_be_told) {
  EXPECT_EQ(background_rows({}, {50, 10, 0, 20}), 31);  // with row 19 the first window is whole
  EXPECT_EQ(background_rows({}, {20, 10, 0, 20}), 1);
  EXPECT_EQ(background_rows({}, {19, 10, 0, 20}), 0);  // shorter than a window
  EXPECT_EQ(background_rows({{0, 5, 8}}, {50, 10, 0, 20}), 31);
  EXPECT_EQ(background_rows({{0, 5, 15}}, {50, 10, 0, 20}), 25);   // from row 25 on
  EXPECT_EQ(background_rows({{0, 30, 35}}, {50, 10, 0, 20}), 16);  // rows 19 to 29, and 45 to 49
  // an hour of clips of a second is no hour of background
  StreamScores s;
  for (int clip = 0; clip < 3600; ++clip) add_scores(s, {}, {}, {50, 10, 50, 50});
  EXPECT_NEAR(s.background_hours, 3600.0 / 50 / 3600, 1e-12);
}

// As many as can be: every way to give events to detections is tried.
size_t most_found(const std::vector<StreamDetection> &detections, const std::vector<StreamEvent> &events,
                  size_t d, std::vector<bool> &is_taken) {
  if (d == detections.size()) return 0;
  size_t most = most_found(detections, events, d + 1, is_taken);
  for (size_t e = 0; e < events.size(); ++e) {
    const bool fits = !is_taken[e] && events[e].label == detections[d].label &&
                      events[e].first <= detections[d].row && detections[d].row < events[e].last + kTolerance;
    if (!fits) continue;
    is_taken[e] = true;
    most = std::max(most, 1 + most_found(detections, events, d + 1, is_taken));
    is_taken[e] = false;
  }
  return most;
}

TEST(StreamCounts, as_many_events_are_found_as_can_be) {
  Random random(5);
  size_t all = 0, first_come = 0;
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<StreamEvent> events;
    std::vector<Told> told;
    for (int k = 0; k < 5; ++k) {
      const auto first = static_cast<long>(random.below(60));
      events.push_back(
          {random.below(2) == 0 ? 0 : 2, first, first + 1 + static_cast<long>(random.below(40))});
      told.push_back({static_cast<long>(random.below(110)), random.below(2) == 0 ? 0 : 2});
    }
    std::sort(events.begin(), events.end(), [](auto &a, auto &b) { return a.first < b.first; });
    std::sort(told.begin(), told.end(), [](auto &a, auto &b) { return a.row < b.row; });
    const JudgedStream j = told_against(told, events, DecisionPolicy::kTrigger);
    std::vector<bool> is_taken(events.size());
    const auto found = static_cast<size_t>(
        std::count_if(j.found_by.begin(), j.found_by.end(), [](long d) { return d >= 0; }));
    EXPECT_EQ(found, most_found(j.detections, events, 0, is_taken)) << trial;
    for (size_t e = 0; e < events.size(); ++e) {  // and they belong together
      if (j.found_by[e] < 0) continue;
      const StreamDetection &d = j.detections[static_cast<size_t>(j.found_by[e])];
      EXPECT_EQ(d.event, static_cast<long>(e));
      EXPECT_EQ(d.label, events[e].label);
      EXPECT_TRUE(events[e].first <= d.row && d.row < events[e].last + kTolerance);
    }
    all += found;
    // the event that began first, as a simpler rule would have it, finds fewer
    std::vector<bool> is_found(events.size());
    for (const Told &t : told)
      for (size_t e = 0; e < events.size(); ++e)
        if (!is_found[e] && events[e].label == t.answer && events[e].first <= t.row &&
            t.row < events[e].last + kTolerance) {
          is_found[e] = true;
          ++first_come;
          break;
        }
  }
  EXPECT_GT(all, first_come);
}

// Published: Garwood 1936 as tabulated in Johnson, Kemp and Kotz, Univariate Discrete Distributions, and by
// every chi-square table (0.5 * quantiles with 2 n and 2 n + 2 degrees of freedom).
TEST(StreamCounts, poisson_intervals_are_those_of_the_tables) {
  const struct {
    size_t events;
    double low, high;
  } kTable[] = {{0, 0, 3.6889},         {1, 0.0253, 5.5716},    {2, 0.2422, 7.2247},
                {3, 0.6187, 8.7673},    {5, 1.6235, 11.6683},   {10, 4.7954, 18.3904},
                {20, 12.2165, 30.8884}, {50, 37.1109, 65.9188}, {100, 81.3640, 121.6269}};
  for (const auto &t : kTable) {
    const Interval ends = poisson_interval(t.events);
    EXPECT_NEAR(ends.low, t.low, 1e-3) << t.events;
    EXPECT_NEAR(ends.high, t.high, 1e-3) << t.events;
  }
  // of many, by Wilson and Hilferty's cubes
  for (const double n : {1000.0, 100000.0}) {
    const Interval ends = poisson_interval(static_cast<size_t>(n));
    const auto cube = [](double m, double z) {
      return m * std::pow(1 - 1 / (9 * m) + z / (3 * std::sqrt(m)), 3);
    };
    EXPECT_NEAR(ends.low / cube(n, -1.959964), 1, 1e-5) << n;
    EXPECT_NEAR(ends.high / cube(n + 1, 1.959964), 1, 1e-5) << n;
  }
}

}  // namespace
}  // namespace mote::test

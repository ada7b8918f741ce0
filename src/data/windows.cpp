// Cutting recordings into windows and dividing them into train, validation and test.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/lists.h"
#include "base/random.h"
#include "data/csv.h"
#include "data/subjects.h"
#include "mote/recordings.h"

namespace mote {

constexpr uint64_t kSplitStream = 0x53504C54;  // "SPLT"

std::string ExampleSource::text() const {
  std::string text = line > 0 ? fmt::format("{}:{}", file, line) : file;
  return row > 0 ? fmt::format("{}+{}", text, row) : text;
}

int Recordings::window() const {
  if (options.window > 0) return options.window;
  int shortest = 0;
  for (const Recording &r : items) shortest = shortest == 0 ? r.rows : std::min(shortest, r.rows);
  return shortest;
}

int Recordings::stride() const { return options.stride > 0 ? options.stride : window(); }

namespace {

Dataset without_windows(const Recordings &recordings) {
  Dataset set;
  set.window = recordings.window();
  set.channels = recordings.channel_count();
  set.rate_hz = recordings.rate_hz;
  set.is_features = recordings.is_features;
  if (recordings.image_height > 0)
    set.image = {recordings.image_height, recordings.image_width, recordings.options.image.fit};
  set.given_mean = recordings.given_mean;
  set.given_deviation = recordings.given_deviation;
  set.labels = recordings.labels;
  set.channel_names = recordings.channels;
  return set;
}

// Adds the windows of these recordings, in order; `added` is called with the recording behind each.
template <class Added>
void add_windows(Dataset &set, const Recordings &recordings, const std::vector<size_t> &indices,
                 Added added) {
  const LoadOptions &options = recordings.options;
  const std::vector<std::string> &labels = set.labels;
  const size_t width = set.channels;
  const int step = recordings.stride();
  for (size_t index : indices) {
    const Recording &r = recordings.items[index];
    const int class_index = place_in(labels, r.label);
    const auto take = [&](int row) {
      set.classes.push_back(class_index);
      set.sources.push_back({r.file, r.first_line, row});
      added(index);
    };
    if (r.rows < set.window) {
      if (options.short_recordings == ShortRecordings::kSkip) continue;
      set.values.insert(set.values.end(), r.values.begin(), r.values.end());
      for (int missing = set.window - r.rows; missing > 0; --missing)
        for (size_t c = 0; c < width; ++c)
          set.values.push_back(options.short_recordings == ShortRecordings::kEdge
                                   ? r.values[r.values.size() - width + c]
                                   : 0.0f);
      take(0);
      continue;
    }
    for (int row = 0; row + set.window <= r.rows; row += step) {
      const auto from = r.values.begin() + row * width;
      set.values.insert(set.values.end(), from, from + set.example_floats());
      take(row);
    }
  }
}

// A list that grows as it is filled has been twice as large.
void reserve_windows(Dataset &set, const Recordings &recordings, const std::vector<size_t> &indices) {
  size_t count = 0;
  const int step = recordings.stride();
  for (const size_t i : indices) {
    const int rows = recordings.items[i].rows;
    if (rows >= set.window)
      count += static_cast<size_t>((rows - set.window) / step + 1);
    else
      count += recordings.options.short_recordings != ShortRecordings::kSkip;
  }
  set.values.reserve(count * set.example_floats());
  set.classes.reserve(count);
  set.sources.reserve(count);
}

std::vector<size_t> every_one(size_t count) {
  std::vector<size_t> every(count);
  std::iota(every.begin(), every.end(), size_t{0});
  return every;
}

}  // namespace

Dataset Recordings::windows_of(const std::vector<size_t> &indices) const {
  Dataset set = without_windows(*this);
  reserve_windows(set, *this, indices);
  RecordingGroups groups(*this);
  add_windows(set, *this, indices, [&](size_t recording) { groups.add(set.groups, recording); });
  return set;
}

Dataset Recordings::all() const { return windows_of(every_one(items.size())); }

void Recordings::each_part(size_t windows, const std::function<void(const Dataset &part)> &take) const {
  Dataset part = without_windows(*this);
  const auto hand_over = [&] {
    take(part);
    part.values.clear();
    part.classes.clear();
    part.sources.clear();
  };
  add_windows(part, *this, every_one(items.size()), [&](size_t) {
    if (part.size() >= windows) hand_over();
  });
  if (part.size() > 0) hand_over();
}

void check_finite(const Recordings &set) {
  for (const Recording &r : set.items)
    for (size_t i = 0; i < r.values.size(); ++i)
      if (!std::isfinite(r.values[i]))
        throw Error(ErrorCode::kDataFormat, at_line(r.file, r.first_line),
                    fmt::format("the recording that starts here has {} in column {}, row {}", r.values[i],
                                set.channels[i % set.channels.size()], i / set.channels.size() + 1),
                    "remove or repair that recording; `mote data` lists all of them");
}

namespace {

// A unit is what must not be torn apart: a recording, a file, a folder, or a group.
struct Unit {
  std::string key;
  std::set<std::string> labels;
  std::vector<size_t> recordings;
};

std::string unit_key(const Recording &r, size_t index, GroupBy by) {
  switch (by) {
    case GroupBy::kRecording:
      return std::to_string(index);
    case GroupBy::kFile:
      return r.file;
    default:
      return r.group;
  }
}

const char *unit_name(GroupBy by) {
  switch (by) {
    case GroupBy::kRecording:
      return "recording";
    case GroupBy::kFile:
      return "file";
    case GroupBy::kFolder:
      return "folder";
    default:
      return "group";
  }
}

// A recording with NaN would poison every weight; one that is too short gives no window.
void check_usable(const Recordings &set) {
  check_finite(set);
  int longest = 0;
  for (const Recording &r : set.items) longest = std::max(longest, r.rows);
  if (longest < set.window() && set.options.short_recordings == ShortRecordings::kSkip)
    throw Error(ErrorCode::kDataFormat, "data",
                fmt::format("the window of {} rows is longer than every recording (the longest has {})",
                            set.window(), longest),
                "use a smaller window, or padding = \"zero\" or \"edge\"");
  if (set.labels.size() < 2 && set.options.needs_classes)
    throw Error(ErrorCode::kDataFormat, "data",
                fmt::format("there is only one class ('{}')", set.labels.empty() ? "" : set.labels[0]),
                "a classifier needs recordings of at least two");
}

std::vector<Unit> units_of(const Recordings &set, GroupBy by) {
  check_usable(set);
  std::map<std::string, size_t> index_of;
  std::vector<Unit> units;
  const int window = set.window();  // looks at every recording
  for (size_t i = 0; i < set.items.size(); ++i) {
    const Recording &r = set.items[i];
    if (r.rows < window && set.options.short_recordings == ShortRecordings::kSkip) continue;
    const std::string key = unit_key(r, i, by);
    const auto [it, is_new] = index_of.try_emplace(key, units.size());
    if (is_new) units.push_back({key, {}, {}});
    units[it->second].labels.insert(r.label);
    units[it->second].recordings.push_back(i);
  }
  return units;
}

enum Side { kTrain, kVal, kTest };
constexpr char kPartLetters[] = "tvx";

struct Division {
  const Recordings &set;
  std::vector<std::pair<Side, const Unit *>> assigned;

  Splits build(const std::string &name) const {
    std::vector<size_t> indices[3];
    for (const auto &[side, unit] : assigned)
      indices[side].insert(indices[side].end(), unit->recordings.begin(), unit->recordings.end());
    for (auto &list : indices) std::sort(list.begin(), list.end());
    Splits splits{set.windows_of(indices[kTrain]), set.windows_of(indices[kVal]),
                  set.windows_of(indices[kTest]), name, Parts(set.items.size(), '-')};
    for (const Side side : {kTrain, kVal, kTest})
      for (size_t i : indices[side]) splits.parts[i] = kPartLetters[side];
    std::vector<size_t> count(set.labels.size());
    for (int c : splits.train.classes) ++count[c];
    for (size_t c = 0; c < count.size(); ++c)
      if (count[c] == 0 && (set.options.normal.empty() || c == 0))
        throw Error(ErrorCode::kDataFormat, "split",
                    fmt::format("no window of class '{}' is left for training{}", set.labels[c],
                                name.empty() ? "" : " in " + name),
                    "record more of it, or give train a larger share");
    return splits;
  }
};

// Units in buckets that are divided separately: per class where every unit has one class, else all together.
std::vector<std::vector<const Unit *>> buckets_of(const Recordings &set, const std::vector<Unit> &units) {
  const bool is_pure =
      std::all_of(units.begin(), units.end(), [](const Unit &u) { return u.labels.size() == 1; });
  std::vector<std::vector<const Unit *>> buckets(is_pure ? set.labels.size() : 1);
  for (const Unit &u : units) {
    const size_t b = is_pure ? place_in(set.labels, *u.labels.begin()) : 0;
    buckets[b].push_back(&u);
  }
  return buckets;
}

void check_bucket(const Recordings &set, const std::vector<std::vector<const Unit *>> &buckets, size_t b,
                  size_t needed, GroupBy by) {
  const size_t have = buckets[b].size();
  if (have >= needed) return;
  const std::string who = buckets.size() > 1
                              ? fmt::format("class '{}' has {} usable {}{}", set.labels[b], have,
                                            unit_name(by), have == 1 ? "" : "s")
                              : fmt::format("there are {} usable {}s in all", have, unit_name(by));
  throw Error(ErrorCode::kDataFormat, "split", fmt::format("{}; at least {} are needed", who, needed),
              by == GroupBy::kRecording ? "record more; if its file holds several recordings without "
                                          "separators, set data.rows_per_recording"
                                        : "use more of them, or split by recording");
}

size_t share(double fraction, size_t n) {
  if (fraction <= 0) return 0;
  return std::max(1ll, std::llround(fraction * n));
}

void divide_bucket(std::vector<const Unit *> bucket, double val, double test, bool in_order, Random &random,
                   Division &division) {
  if (!in_order) random.shuffle(bucket);
  const size_t n_test = share(test, bucket.size()), n_val = share(val, bucket.size());
  for (size_t i = 0; i < bucket.size(); ++i) {
    const size_t from_end = bucket.size() - 1 - i;
    division.assigned.emplace_back(from_end < n_test           ? kTest
                                   : from_end < n_test + n_val ? kVal
                                                               : kTrain,
                                   bucket[i]);
  }
}

bool is_one_of(const std::vector<std::string> &groups, const Recording &r) {
  const auto is_it = [&](const std::string &g) { return g == r.group || (!r.part.empty() && g == r.part); };
  return std::any_of(groups.begin(), groups.end(), is_it);
}

void check_given_groups(const Recordings &set, const char *setting, const std::vector<std::string> &groups) {
  std::set<std::string> known;
  for (const Recording &r : set.items) {
    known.insert(r.group);
    if (!r.part.empty()) known.insert(r.part);
  }
  for (const std::string &g : groups)
    if (!known.count(g))
      throw Error(ErrorCode::kInvalidArgument, setting, fmt::format("there is no group '{}'", g),
                  fmt::format("the groups are {}", fmt::join(known, ", ")));
}

// What test_groups and val_groups say of a unit, taken out of it; anomalies are for the test alone.
void take_given(const Recordings &set, const SplitOptions &o, Unit &unit, std::vector<Unit> (&given)[3]) {
  Unit sides[3];
  for (const size_t i : unit.recordings) {
    const Recording &r = set.items[i];
    const bool is_anomaly = !set.options.normal.empty() && r.label == detector_labels()[1];
    Unit &side = sides[is_anomaly || is_one_of(o.test_groups, r) ? kTest
                       : is_one_of(o.val_groups, r)              ? kVal
                                                                 : kTrain];
    side.labels.insert(r.label);
    side.recordings.push_back(i);
  }
  for (const Side side : {kVal, kTest})
    if (!sides[side].recordings.empty()) given[side].push_back(sides[side]);
  sides[kTrain].key = unit.key;
  unit = std::move(sides[kTrain]);
}

// Of a set whose authors divided it themselves.
std::vector<Finding> persons_of_both(const Recordings &set, const SplitOptions &o) {
  std::set<std::string> held, others, both;
  for (const Recording &r : set.items)
    if (r.group != r.part && r.group != r.label)
      (is_one_of(o.test_groups, r) ? held : others).insert(r.group);
  std::set_intersection(held.begin(), held.end(), others.begin(), others.end(),
                        std::inserter(both, both.end()));
  both.erase("");
  if (both.empty()) return {};
  return {{Severity::kWarning, "split",
           fmt::format(
               "{} of {} groups ({}) have recordings in the test part and outside of it: its score is not "
               "of people, or sessions, that the model has never met",
               both.size(), held.size(), few_of({both.begin(), both.end()}))}};
}

}  // namespace

std::vector<Finding> split_findings(const Recordings &set, const SplitOptions &split) {
  const bool has_parts = std::any_of(set.items.begin(), set.items.end(),
                                     [](const Recording &r) { return r.part == "test" || r.part == "val"; });
  if (has_parts && !split.test_groups.empty()) return persons_of_both(set, split);
  if (!has_parts || !split.val_groups.empty()) return {};
  return {
      {Severity::kWarning, "split",
       "the names of files or folders divide the recordings into parts, and the split mixes these; "
       "split.test_groups = [\"test\"] (split.val_groups = [\"val\"]) keeps what their authors held back"}};
}

Splits Recordings::split(const SplitOptions &o) const {
  if (o.train <= 0 || o.val < 0 || o.test < 0 || std::fabs(o.train + o.val + o.test - 1) > 1e-6)
    throw Error(
        ErrorCode::kInvalidArgument, "split",
        fmt::format("train {}, val {} and test {} must be shares that add up to 1", o.train, o.val, o.test));
  check_given_groups(*this, "split.test_groups", o.test_groups);
  check_given_groups(*this, "split.val_groups", o.val_groups);
  std::vector<Unit> units = units_of(*this, o.by), given[3];
  for (Unit &u : units) take_given(*this, o, u, given);
  std::erase_if(units, [](const Unit &u) { return u.recordings.empty(); });
  if (o.in_order && o.by != GroupBy::kRecording)  // as their names go, not as files happened to bring them
    std::stable_sort(units.begin(), units.end(), [](const Unit &a, const Unit &b) { return a.key < b.key; });
  Division division{*this, {}};
  for (const Side side : {kVal, kTest})
    for (const Unit &u : given[side]) division.assigned.emplace_back(side, &u);
  const double test = o.test_groups.empty() ? o.test : 0, val = o.val_groups.empty() ? o.val : 0;
  const auto buckets = buckets_of(*this, units);
  const size_t needed = 1 + (val > 0) + (test > 0);
  for (size_t b = 0; b < buckets.size(); ++b) {
    if (b > 0 && !options.normal.empty()) continue;  // anomalies, which have their place
    check_bucket(*this, buckets, b, needed, o.by);
    Random random(o.seed, {kSplitStream, b});
    divide_bucket(buckets[b], val, test, o.in_order, random, division);
  }
  return division.build("");
}

Splits Recordings::parted(const Parts &parts) const {
  if (parts.size() != items.size())
    throw Error(ErrorCode::kDataFormat, "split",
                fmt::format("there are {} recordings, and {} were divided", items.size(), parts.size()));
  check_usable(*this);
  std::vector<size_t> indices[3];
  for (size_t i = 0; i < parts.size(); ++i)
    if (const char *letter = std::strchr(kPartLetters, parts[i]); letter && *letter)
      indices[letter - kPartLetters].push_back(i);
  return {windows_of(indices[kTrain]), windows_of(indices[kVal]), windows_of(indices[kTest]), "", parts};
}

std::vector<Splits> Recordings::k_fold(int folds, const SplitOptions &o) const {
  if (folds < 2)
    throw Error(ErrorCode::kInvalidArgument, "k-fold", fmt::format("{} folds; at least 2 are needed", folds));
  if (!options.normal.empty())
    throw Error(ErrorCode::kUnsupported, "k-fold", "a detector of anomalies has no folds",
                "`mote train --seeds 5` trains from five seeds, with a split of normal recordings for each");
  const std::vector<Unit> units = units_of(*this, o.by);
  auto buckets = buckets_of(*this, units);
  for (size_t b = 0; b < buckets.size(); ++b) {
    check_bucket(*this, buckets, b, folds + (o.val > 0), o.by);
    Random random(o.seed, {kSplitStream, b});
    random.shuffle(buckets[b]);
  }
  std::vector<Splits> result;
  for (int fold = 0; fold < folds; ++fold) {
    Division division{*this, {}};
    for (size_t b = 0; b < buckets.size(); ++b) {
      std::vector<const Unit *> rest;
      for (size_t i = 0; i < buckets[b].size(); ++i) {
        if (std::cmp_equal((i + b) % folds, fold))
          division.assigned.emplace_back(kTest, buckets[b][i]);
        else
          rest.push_back(buckets[b][i]);
      }
      Random random(o.seed, {kSplitStream, b, static_cast<uint64_t>(fold) + 1});
      divide_bucket(rest, o.val, 0, false, random, division);
    }
    result.push_back(division.build(fmt::format("fold {} of {}", fold + 1, folds)));
  }
  return result;
}

std::vector<Splits> Recordings::leave_one_group_out(const SplitOptions &given) const {
  SplitOptions o = given;
  if (!options.normal.empty())
    throw Error(ErrorCode::kUnsupported, "split", "a detector of anomalies has no folds",
                "split.test_groups holds groups out");
  std::set<std::string> groups;
  for (const Recording &r : items) groups.insert(r.group);
  if (groups.size() < 2)
    throw Error(
        ErrorCode::kDataFormat, "split",
        fmt::format("there is only one group ('{}')", groups.empty() ? "" : *groups.begin()),
        "put each person's files into a folder of its own, or set data.group_column or data.file_names");
  std::vector<Splits> result;
  o.by = GroupBy::kRecording;
  for (const std::string &group : groups) {
    o.test_groups = {group};
    result.push_back(split(o));
    result.back().name = "without " + (group.empty() ? "(top folder)" : group);
  }
  return result;
}

}  // namespace mote

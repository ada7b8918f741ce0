// Gravity as the measure of a unit: rest in g beside gestures in milli-g differ by any factor in their
// values, but not where nothing moves.
#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "base/median.h"
#include "data/unit_gap.h"
#include "data/units.h"

namespace mote {

namespace {

// 1 g in g, m/s2, milli-g, and counts of a converter of 16 bits whose range is +-2 g.
constexpr std::array<double, 4> kGravities = {1, 9.80665, 1000, 16384};

struct QuietStretch {
  double length = 0, spread = 0;  // of the mean vector, and about it
};

QuietStretch quiet_stretch_at(const Recording &r, int from, int rows, size_t channel, size_t width) {
  QuietStretch s;
  double squares = 0, variance = 0;
  for (size_t c = channel; c < channel + 3; ++c) {
    double sum = 0, about = 0;
    for (int row = from; row < from + rows; ++row) sum += r.values[row * width + c];
    const double mean = sum / rows;
    for (int row = from; row < from + rows; ++row) {
      const double d = r.values[row * width + c] - mean;
      about += d * d;
    }
    squares += mean * mean;
    variance += about / rows;
  }
  s.length = std::sqrt(squares);
  s.spread = std::sqrt(variance);
  return s;
}

// Of the quietest tenth of a file's stretches; nullopt: it is never quiet.
std::optional<double> quiet_length(std::vector<QuietStretch> stretches) {
  constexpr double kQuiet = 0.15;
  if (stretches.empty()) return {};
  std::sort(stretches.begin(), stretches.end(),
            [](const QuietStretch &a, const QuietStretch &b) { return a.spread < b.spread; });
  stretches.resize(1 + (stretches.size() - 1) / 10);
  std::vector<double> lengths;
  for (const QuietStretch &s : stretches)
    if (s.spread < kQuiet * s.length) lengths.push_back(s.length);
  if (lengths.empty()) return {};
  return median(std::move(lengths));
}

// The unit of a length: index into kGravities, or none.
std::optional<size_t> gravity_near(double length, double most) {
  for (size_t k = 0; k < kGravities.size(); ++k)
    if (std::fabs(std::log(length / kGravities[k])) < std::log(most)) return k;
  return {};
}

struct FileGravity {
  std::set<std::string> classes;
  std::vector<QuietStretch> stretches;
  std::vector<double> lengths;  // of all stretches
  std::vector<double> means;    // of whole recordings, over which motion is averaged away
  std::optional<size_t> unit;
};

using Gravities = std::map<std::string, FileGravity>;  // by file

Gravities gravities_of(const Recordings &set, size_t channel) {
  Gravities files;
  for (const Recording &r : set.items) {
    FileGravity &f = files[r.file];
    f.classes.insert(r.label);
    const int rows = std::min(r.rows, std::clamp(r.rows / 4, 5, 25));
    for (int from = 0; rows >= 5 && from + rows <= r.rows; from += rows) {
      const QuietStretch s = quiet_stretch_at(r, from, rows, channel, set.channels.size());
      if (!(s.length > 0) || !std::isfinite(s.spread)) continue;
      f.stretches.push_back(s);
      f.lengths.push_back(s.length);
    }
    if (const QuietStretch all = quiet_stretch_at(r, 0, r.rows, channel, set.channels.size()); all.length > 0)
      f.means.push_back(all.length);
  }
  return files;
}

// What files of three columns say of gravity.
struct GravityCount {
  size_t quiet = 0, strangers = 0;  // strangers: quiet, and not as long as gravity
  size_t settled = 0;               // units are known of
  double distance = 0;              // of the lengths of these, as logarithms
  std::set<size_t> units;

  void settle(FileGravity &f, double length, double most) {
    f.unit = gravity_near(length, most);
    if (!f.unit) return;
    ++settled;
    units.insert(*f.unit);
    distance += std::fabs(std::log(length / kGravities[*f.unit]));
  }
};

// How far the files are from gravity on average, as a logarithm; nullopt: these columns do not show it, or
// all in one unit. A file that nothing is known of has the unit that its motion suggests.
std::optional<double> settle_units(Gravities &files) {
  constexpr double kNear = 1.2, kNearOfMeans = 1.1, kNearInMotion = 2.5, kFewStrangers = 0.1;
  GravityCount count;
  for (auto &[name, f] : files) {
    if (const std::optional<double> length = quiet_length(f.stretches)) {
      ++count.quiet;
      count.settle(f, *length, kNear);
      count.strangers += !f.unit;
    } else if (!f.means.empty()) {
      count.settle(f, median(f.means), kNearOfMeans);
      if (!f.unit && !f.lengths.empty()) f.unit = gravity_near(median(f.lengths), kNearInMotion);
    }
  }
  if (count.units.size() < 2 || count.quiet == count.strangers || 2 * count.settled < files.size() ||
      static_cast<double>(count.strangers) > kFewStrangers * static_cast<double>(count.quiet))
    return {};
  for (auto &[name, f] : files)
    if (f.unit && !count.units.contains(*f.unit)) f.unit.reset();
  return count.distance / static_cast<double>(count.settled);
}

// By unit the classes, where each is of one; else the files.
std::map<size_t, std::vector<std::string>> named_by_unit(const Gravities &files, bool &is_by_class) {
  std::map<std::string, std::set<size_t>> units_of;
  std::map<size_t, std::vector<std::string>> of_files, of_classes;
  for (const auto &[name, f] : files) {
    if (!f.unit) continue;
    of_files[*f.unit].push_back(name);
    for (const std::string &label : f.classes) units_of[label].insert(*f.unit);
  }
  is_by_class = units_of.size() > 1;
  for (const auto &[label, units] : units_of) {
    is_by_class = is_by_class && units.size() == 1;
    of_classes[*units.begin()].push_back("class '" + label + "'");
  }
  return is_by_class ? of_classes : of_files;
}

}  // namespace

std::vector<UnitGap> gravity_gaps(const Recordings &set) {
  constexpr size_t kMostChannels = 64;
  const size_t width = set.channels.size();
  if (width > kMostChannels) return {};
  Gravities best;
  size_t channel = 0;
  double least = INFINITY;
  for (size_t c = 0; c + 3 <= width; ++c) {
    Gravities files = gravities_of(set, c);
    const std::optional<double> distance = settle_units(files);
    if (!distance || *distance >= least) continue;
    least = *distance;
    best = std::move(files);
    channel = c;
  }
  bool is_by_class = false;
  const std::map<size_t, std::vector<std::string>> named = named_by_unit(best, is_by_class);
  std::vector<UnitGap> gaps;
  if (named.size() < 2) return gaps;
  const auto usual = std::max_element(named.begin(), named.end(), [](const auto &a, const auto &b) {
    return a.second.size() < b.second.size();
  });
  for (const auto &[unit, names] : named) {
    if (unit == usual->first) continue;
    const bool is_small = unit < usual->first;
    UnitGap gap{is_small ? names : usual->second, is_small ? usual->second : names};
    gap.factor = kGravities[std::max(unit, usual->first)] / kGravities[std::min(unit, usual->first)];
    gap.columns = columns_text({set.channels.begin() + static_cast<long>(channel),
                                set.channels.begin() + static_cast<long>(channel) + 3});
    if (is_by_class) {
      gap.one = "class";
      gap.many = "classes";
    }
    if (is_unit_factor(gap.factor)) gaps.push_back(std::move(gap));
  }
  return gaps;
}

}  // namespace mote

// Files or classes in another unit than the others. Files are compared with those of their own class, where a
// person moves alike; classes with one another only where the factor is that of two units, as a class at rest
// differs from a lively one by any factor. Within a group the scales must lie close together and the groups
// far apart.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.h"
#include "base/median.h"
#include "data/unit_gap.h"
#include "data/units.h"

namespace mote {

namespace {

constexpr double kLeastFactor = 5;
// A gyroscope at rest and one that is shaken may differ by 57; what moves adds to the factor of a unit.
constexpr double kLeastOfClasses = 300, kNearOfClasses = 0.5;

// What is judged as one: a file, or a class.
struct ScaleGroup {
  std::string name;
  std::vector<double> squares;  // per channel: sums, then logarithms of the root mean square
  double rows = 0, scale = 0;   // scale: of all channels together
  std::vector<const Recording *> recordings;
};

void include(ScaleGroup &part, const Recording &r, size_t width) {
  part.squares.resize(width);
  for (int row = 0; row < r.rows; ++row)
    for (size_t c = 0; c < width; ++c) {
      const double v = r.values[row * width + c];
      if (std::isfinite(v)) part.squares[c] += v * v;
    }
  part.rows += r.rows;
  part.recordings.push_back(&r);
}

// False where a channel is zero, which has no scale.
bool finish(ScaleGroup &part) {
  double sum = 0;
  for (double &s : part.squares) {
    if (!(s > 0) || !(part.rows > 0)) return false;
    sum += s / part.rows;
    s = 0.5 * std::log(s / part.rows);
  }
  part.scale = 0.5 * std::log(sum);
  return true;
}

// The least difference between values of a channel, where they are steps of a converter or of few digits; 0:
// they are not. The unit multiplies it, a livelier motion does not.
double step_of(const Recording &r, size_t channel, size_t width) {
  constexpr size_t kEnough = 2000;
  std::vector<float> values;
  const size_t rows = std::min<size_t>(r.rows, kEnough);
  for (size_t row = 0; row < rows; ++row) values.push_back(r.values[row * width + channel]);
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  if (values.size() < 2 || values.size() * 2 > rows) return 0;
  float least = values.back() - values.front();
  for (size_t i = 1; i < values.size(); ++i) least = std::min(least, values[i] - values[i - 1]);
  return least;
}

using ScaleGroups = std::vector<ScaleGroup>;

double mean_scale(const ScaleGroups &parts, size_t from, size_t to) {
  double sum = 0;
  for (size_t i = from; i < to; ++i) sum += parts[i].scale;
  return sum / (to - from);
}

std::string first_of(const std::vector<std::string> &names) {
  constexpr long kShown = 3;
  const long shown = std::min<long>(kShown, std::ssize(names));
  const std::vector<std::string> first(names.begin(), names.begin() + shown);
  return fmt::format("{}{}", fmt::join(first, ", "), std::ssize(names) > shown ? ", ..." : "");
}

double step_of(const ScaleGroup &part, size_t channel, size_t width) {
  return step_of(*part.recordings.front(), channel, width);
}
bool are_same_steps(double small, double large) { return small > 0 && large > 0 && large < 2 * small; }

// 0.01, as of numbers that were written with two decimals in either unit.
bool is_of_decimals(double step) {
  const double power = std::log10(step);
  return power < -0.5 && std::fabs(power - std::round(power)) < 5e-3;
}

bool have_same_steps(const ScaleGroup &small, const ScaleGroup &large, size_t width) {
  for (size_t c = 0; c < width; ++c)
    if (are_same_steps(step_of(small, c, width), step_of(large, c, width))) return true;
  return false;
}

// Two groups far apart, each close together; or nothing. `is_alike`: the parts are of one class.
bool find_gap(ScaleGroups &parts, size_t width, bool is_alike, UnitGap &found) {
  if (parts.size() < 2) return false;
  std::sort(parts.begin(), parts.end(),
            [](const ScaleGroup &a, const ScaleGroup &b) { return a.scale < b.scale; });
  size_t at = 1;
  const auto gap = [&](size_t i) { return parts[i].scale - parts[i - 1].scale; };
  for (size_t i = 2; i < parts.size(); ++i)
    if (gap(i) > gap(at)) at = i;
  const double spread = std::max(parts[at - 1].scale - parts[0].scale, parts.back().scale - parts[at].scale);
  if (gap(at) < std::log(kLeastFactor) || spread > gap(at) / 2) return false;
  std::vector<double> factors;
  for (size_t c = 0; c < width; ++c) {
    std::vector<double> below, above;
    for (size_t i = 0; i < parts.size(); ++i) (i < at ? below : above).push_back(parts[i].squares[c]);
    factors.push_back(std::exp(median(above) - median(below)));
  }
  const auto [least, most] = std::minmax_element(factors.begin(), factors.end());
  found.factor =
      is_alike ? median(factors) : std::exp(mean_scale(parts, at, parts.size()) - mean_scale(parts, 0, at));
  const bool is_constant = *most < 1.5 * *least;
  // of classes gravity, or another offset, gives the factor; what moves moves differently in each
  const bool agrees = is_alike ? (is_unit_factor(found.factor, found.tolerance) && *most < 2 * *least) ||
                                     (width >= 3 && is_constant)
                               : is_unit_factor(found.factor, found.tolerance) && width >= 2 &&
                                     found.factor >= kLeastOfClasses && *least > std::sqrt(found.factor);
  if (!agrees || have_same_steps(parts[at - 1], parts[at], width)) return false;
  for (size_t i = 0; i < parts.size(); ++i) (i < at ? found.small : found.large).push_back(parts[i].name);
  return true;
}

// How the files of a class part in one channel.
struct ChannelGap {
  std::vector<bool> is_large;  // each file
  double factor = 1;
};

bool find_channel_gap(const ScaleGroups &parts, size_t channel, ChannelGap &found) {
  std::vector<double> scales;
  for (const ScaleGroup &part : parts) scales.push_back(part.squares[channel]);
  std::vector<double> sorted = scales;
  std::sort(sorted.begin(), sorted.end());
  size_t at = 1;
  for (size_t i = 2; i < sorted.size(); ++i)
    if (sorted[i] - sorted[i - 1] > sorted[at] - sorted[at - 1]) at = i;
  const double gap = sorted[at] - sorted[at - 1];
  if (gap < std::log(kLeastFactor) ||
      std::max(sorted[at - 1] - sorted[0], sorted.back() - sorted[at]) > gap / 2)
    return false;
  const auto end = sorted.begin() + static_cast<long>(at);
  found.factor = std::exp(median<double>({end, sorted.end()}) - median<double>({sorted.begin(), end}));
  found.is_large.clear();
  for (const double scale : scales) found.is_large.push_back(scale >= sorted[at]);
  return true;
}

double factor_between(const ScaleGroups &parts, const std::vector<bool> &is_large, size_t channel) {
  std::vector<double> below, above;
  for (size_t i = 0; i < parts.size(); ++i)
    (is_large[i] ? above : below).push_back(parts[i].squares[channel]);
  return std::exp(median(std::move(above)) - median(std::move(below)));
}

// The columns of one sensor in another unit: three axes or more part the same files by about the factor of
// two units, while the other columns say that these files are as lively.
bool find_sensor_gap(const ScaleGroups &parts, const Recordings &set, UnitGap &found) {
  constexpr double kNear = 0.3, kAsLively = 2.5, kOneFactor = 2;
  constexpr size_t kAxes = 3;
  const size_t width = set.channels.size();
  if (parts.size() < 2 || width <= kAxes) return false;
  std::map<std::vector<bool>, std::map<size_t, double>> factors_of;  // by files, by channel
  for (size_t c = 0; c < width; ++c)
    if (ChannelGap gap; find_channel_gap(parts, c, gap)) factors_of[gap.is_large][c] = gap.factor;
  for (const auto &[is_large, factor_of] : factors_of) {
    if (factor_of.size() < kAxes || factor_of.size() == width) continue;
    std::vector<double> factors;
    std::vector<std::string> names;
    bool is_as_lively = true, has_same_step = false;
    const auto index_of = [&, &files = is_large](bool large) {
      return std::find(files.begin(), files.end(), large) - files.begin();
    };
    const ScaleGroup &small = parts[index_of(false)], &large = parts[index_of(true)];
    for (size_t c = 0; c < width; ++c) {
      if (const auto at = factor_of.find(c); at != factor_of.end()) {
        factors.push_back(at->second);
        names.push_back(set.channels[c]);
        const double step = step_of(small, c, width);
        has_same_step |= are_same_steps(step, step_of(large, c, width)) && !is_of_decimals(step);
      } else {
        is_as_lively &= std::fabs(std::log(factor_between(parts, is_large, c))) < std::log(kAsLively);
      }
    }
    const auto [least, most] = std::minmax_element(factors.begin(), factors.end());
    if (!is_as_lively || has_same_step || *most > kOneFactor * *least ||
        !is_unit_factor(median(factors), kNear))
      continue;
    found.factor = median(factors);
    found.tolerance = kNear;
    found.columns = columns_text(names);
    for (size_t i = 0; i < parts.size(); ++i)
      (is_large[i] ? found.large : found.small).push_back(parts[i].name);
    return true;
  }
  return false;
}

// The same factor in several classes has one cause.
void join(UnitGap &&gap, std::vector<UnitGap> &found) {
  const auto same = std::find_if(found.begin(), found.end(), [&](const UnitGap &s) {
    return s.columns == gap.columns && std::fabs(std::log(s.factor / gap.factor)) < std::log(1.5);
  });
  if (same == found.end()) {
    found.push_back(std::move(gap));
    return;
  }
  same->small.insert(same->small.end(), gap.small.begin(), gap.small.end());
  same->large.insert(same->large.end(), gap.large.begin(), gap.large.end());
}

ScaleGroups list_of(std::map<std::string, ScaleGroup> &named) {
  ScaleGroups parts;
  for (auto &[name, part] : named)
    if (finish(part)) parts.push_back(std::move(part));
  return parts;
}

// Of files of one class.
std::vector<UnitGap> gaps_of_files(const Recordings &set) {
  std::map<std::string, std::map<std::string, ScaleGroup>> files_of;  // by class
  for (const Recording &r : set.items) {
    ScaleGroup &part = files_of[r.label][r.file];
    include(part, r, set.channels.size());
    part.name = r.file;
  }
  std::vector<UnitGap> found;
  for (auto &[label, files] : files_of) {
    UnitGap gap;
    ScaleGroups parts = list_of(files);
    if (find_gap(parts, set.channels.size(), true, gap) || find_sensor_gap(parts, set, gap))
      join(std::move(gap), found);
  }
  for (UnitGap &s : found)
    for (auto *side : {&s.small, &s.large}) {  // a file of several classes
      std::sort(side->begin(), side->end());
      side->erase(std::unique(side->begin(), side->end()), side->end());
    }
  return found;
}

std::vector<UnitGap> gaps_of_classes(const Recordings &set) {
  std::map<std::string, ScaleGroup> classes;
  for (const Recording &r : set.items) {
    include(classes[r.label], r, set.channels.size());
    classes[r.label].name = fmt::format("class '{}'", r.label);
  }
  UnitGap gap;
  gap.tolerance = kNearOfClasses;
  gap.one = "class";
  gap.many = "classes";
  ScaleGroups parts = list_of(classes);
  if (!find_gap(parts, set.channels.size(), false, gap)) return {};
  return {std::move(gap)};
}

}  // namespace

std::string columns_text(const std::vector<std::string> &names) {
  return fmt::format("the column{} {}", names.size() == 1 ? "" : "s", fmt::join(names, ", "));
}

Finding finding_of(UnitGap found) {
  const bool is_small = found.small.size() < found.large.size();
  std::vector<std::string> &odd = is_small ? found.small : found.large;
  const size_t others = is_small ? found.large.size() : found.small.size();
  std::sort(odd.begin(), odd.end());
  const bool is_one = odd.size() == 1;
  return {
      Severity::kWarning, odd.front(),
      fmt::format(
          "{} {} than {} other {}, in {} by a factor of {}. Bring all to one unit, "
          "or leave these out (data.exclude)",
          is_one ? fmt::format("this {} holds values that are", found.one)
                 : fmt::format("{} {} ({}) hold values that are", odd.size(), found.many, first_of(odd)),
          is_small ? "smaller" : "larger", others == 1 ? "the" : fmt::format("the {}", others),
          others == 1 ? found.one : found.many, found.columns, factor_text(found.factor, found.tolerance))};
}

std::vector<Finding> unit_findings(const Recordings &set) {
  if (set.image_height > 0 || set.is_features || set.channels.empty()) return {};
  std::vector<UnitGap> gaps = gaps_of_files(set);
  if (gaps.empty()) gaps = gravity_gaps(set);
  if (gaps.empty()) gaps = gaps_of_classes(set);
  std::vector<Finding> findings;
  for (UnitGap &gap : gaps) findings.push_back(finding_of(std::move(gap)));
  return findings;
}

}  // namespace mote

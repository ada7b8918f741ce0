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
#include "data/units.h"

namespace mote {

namespace {

constexpr double kLeastFactor = 5;
// A gyroscope at rest and one that is shaken may differ by 57; what moves adds to the factor of a unit.
constexpr double kLeastOfClasses = 300, kNearOfClasses = 0.5, kNearOfFiles = 0.1;

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

struct ScaleGap {
  std::vector<std::string> small, large;
  std::string columns = "every column";
  double factor = 1, tolerance = kNearOfFiles;  // within which the factor is that of two units
};

bool have_same_steps(const ScaleGroup *small, const ScaleGroup *large, size_t width) {
  for (size_t c = 0; c < width; ++c) {
    const double a = step_of(*small->recordings.front(), c, width),
                 b = step_of(*large->recordings.front(), c, width);
    if (a > 0 && b > 0 && b < 2 * a) return true;
  }
  return false;
}

// Two groups far apart, each close together; or nothing. `is_alike`: the parts are of one class.
bool find_gap(ScaleGroups &parts, size_t width, bool is_alike, ScaleGap &found) {
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
  if (!agrees || have_same_steps(&parts[at - 1], &parts[at], width)) return false;
  for (size_t i = 0; i < parts.size(); ++i) (i < at ? found.small : found.large).push_back(parts[i].name);
  return true;
}

Finding finding_of(ScaleGap &found, const char *one, const char *many) {
  const bool is_small = found.small.size() < found.large.size();
  std::vector<std::string> &odd = is_small ? found.small : found.large;
  const size_t others = is_small ? found.large.size() : found.small.size();
  std::sort(odd.begin(), odd.end());
  const bool is_one = odd.size() == 1;
  return {
      Severity::kWarning, odd.front(),
      fmt::format("{} {} than {} other {}, in {} by a factor of {}. Bring all to one unit, "
                  "or leave these out (data.exclude)",
                  is_one ? fmt::format("this {} holds values that are", one)
                         : fmt::format("{} {} ({}) hold values that are", odd.size(), many, first_of(odd)),
                  is_small ? "smaller" : "larger", others == 1 ? "the" : fmt::format("the {}", others),
                  others == 1 ? one : many, found.columns, factor_text(found.factor, found.tolerance))};
}

// The length of the mean of three columns, of the median recording: of an accelerometer that does not turn,
// gravity.
double offset_of(const ScaleGroup &part, size_t channel, size_t width) {
  std::vector<double> lengths;
  for (const Recording *r : part.recordings) {
    double squares = 0;
    for (size_t c = channel; c < channel + 3; ++c) {
      double sum = 0;
      for (int row = 0; row < r->rows; ++row) sum += r->values[row * width + c];
      squares += sum / r->rows * (sum / r->rows);
    }
    if (std::isfinite(squares)) lengths.push_back(std::sqrt(squares));
  }
  return lengths.empty() ? 0 : median(std::move(lengths));
}

// A class at rest differs from a lively one by any factor, but gravity is the same in both: 1 in one class
// and 9.81 in another are two units.
bool find_gravity(const ScaleGroups &parts, const Recordings &set, ScaleGap &found) {
  constexpr double kStandard = 9.80665, kNear = 0.1;
  const size_t width = set.channels.size();
  for (size_t channel = 0; channel + 3 <= width; ++channel) {
    found.small.clear();
    found.large.clear();
    for (const ScaleGroup &part : parts) {
      const double offset = offset_of(part, channel, width);
      if (std::fabs(offset - 1) < kNear) found.small.push_back(part.name);
      if (std::fabs(offset / kStandard - 1) < kNear) found.large.push_back(part.name);
    }
    if (found.small.empty() || found.large.empty() || found.small.size() + found.large.size() < parts.size())
      continue;
    found.factor = kStandard;
    found.columns = fmt::format("the columns {}, {}, {}", set.channels[channel], set.channels[channel + 1],
                                set.channels[channel + 2]);
    return true;
  }
  return false;
}

}  // namespace

std::vector<Finding> unit_findings(const Recordings &set) {
  const size_t width = set.channels.size();
  if (set.image_height > 0 || set.is_features || width == 0) return {};
  std::map<std::string, std::map<std::string, ScaleGroup>> files_of;  // by class
  std::map<std::string, ScaleGroup> classes;
  for (const Recording &r : set.items) {
    for (ScaleGroup *part : {&files_of[r.label][r.file], &classes[r.label]}) include(*part, r, width);
    files_of[r.label][r.file].name = r.file;
    classes[r.label].name = fmt::format("class '{}'", r.label);
  }
  const auto list_of = [](std::map<std::string, ScaleGroup> &named) {
    ScaleGroups parts;
    for (auto &[name, part] : named)
      if (finish(part)) parts.push_back(std::move(part));
    return parts;
  };
  // The same factor in several classes has one cause.
  std::vector<ScaleGap> found;
  for (auto &[label, files] : files_of) {
    ScaleGap split_here;
    ScaleGroups parts = list_of(files);
    if (!find_gap(parts, width, true, split_here)) continue;
    const auto same = std::find_if(found.begin(), found.end(), [&](const ScaleGap &s) {
      return std::fabs(std::log(s.factor / split_here.factor)) < std::log(1.5);
    });
    if (same == found.end()) {
      found.push_back(std::move(split_here));
      continue;
    }
    same->small.insert(same->small.end(), split_here.small.begin(), split_here.small.end());
    same->large.insert(same->large.end(), split_here.large.begin(), split_here.large.end());
  }
  std::vector<Finding> findings;
  for (ScaleGap &s : found) {
    for (auto *side : {&s.small, &s.large}) {  // a file of several classes
      std::sort(side->begin(), side->end());
      side->erase(std::unique(side->begin(), side->end()), side->end());
    }
    findings.push_back(finding_of(s, "file", "files"));
  }
  if (!findings.empty()) return findings;
  ScaleGap between;
  between.tolerance = kNearOfClasses;
  ScaleGroups parts = list_of(classes);
  if (find_gap(parts, width, false, between) || find_gravity(parts, set, between))
    findings.push_back(finding_of(between, "class", "classes"));
  return findings;
}

}  // namespace mote

// What tells a class and is no signal. Format, quality, rate and size of the files are read from their heads;
// a class that one of these tells against all others, each file left out in its turn, is what the network may
// learn instead. Numbers (block edges of JPEG, level, the number in a name) are judged by the best threshold
// of other folds.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <optional>
#include <set>

#include "data/lint_split.h"
#include "mote/test_stream.h"

namespace mote {

namespace {

constexpr size_t kMostJudged = 20000;  // recordings, evenly; more tell nothing more
constexpr size_t kFewestEach = 8;      // recordings of a class, and of the others
constexpr double kTold = 0.9, kToldByLevel = 0.95, kToldByOrder = 0.95;
constexpr size_t kTellFolds = 5;

uint32_t big_endian(const std::string &bytes, size_t at, size_t count) {
  uint32_t v = 0;
  for (size_t i = 0; i < count; ++i)
    v = v << 8 | static_cast<uint8_t>(at + i < bytes.size() ? bytes[at + i] : 0);
  return v;
}
uint32_t little_endian(const std::string &bytes, size_t at, size_t count) {
  uint32_t v = 0;
  for (size_t i = count; i-- > 0;)
    v = v << 8 | static_cast<uint8_t>(at + i < bytes.size() ? bytes[at + i] : 0);
  return v;
}

// What a file's head says beside the signal. Lines: "format jpg", "JPEG quality table 120", "size 64 x 128"
// ...
using Traits = std::map<std::string, std::string>;

void jpeg_traits(const std::string &head, Traits &traits) {
  for (size_t at = 2; at + 4 < head.size() && static_cast<uint8_t>(head[at]) == 0xFF;) {
    const uint8_t marker = static_cast<uint8_t>(head[at + 1]);
    const size_t length = big_endian(head, at + 2, 2);
    if (marker == 0xDB && traits.count("JPEG quality") == 0) {
      uint32_t sum = 0;
      for (size_t i = 5; i < 69 && at + i < head.size(); ++i) sum += static_cast<uint8_t>(head[at + i]);
      traits["JPEG quality"] = fmt::format("table {}", sum);
    }
    if (marker >= 0xC0 && marker <= 0xC2) {
      traits["size"] = fmt::format("{} x {}", big_endian(head, at + 7, 2), big_endian(head, at + 5, 2));
      traits["JPEG sampling"] = fmt::format("{:x}", big_endian(head, at + 11, 1));
      return;
    }
    if (marker == 0xDA || length < 2) return;
    at += 2 + length;
  }
}

Traits traits_of(const std::string &path) {
  constexpr std::streamsize kHead = 4096;
  Traits traits;
  const size_t dot = path.rfind('.'), slash = path.rfind('/');
  std::string extension =
      dot == std::string::npos || (slash != std::string::npos && dot < slash) ? "" : path.substr(dot + 1);
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  traits["format"] = extension == "jpeg" ? "jpg" : extension;
  std::ifstream in(path, std::ios::binary);
  std::string head(kHead, '\0');
  in.read(head.data(), kHead);
  head.resize(static_cast<size_t>(std::max<std::streamsize>(0, in.gcount())));
  if (head.starts_with("\xFF\xD8")) jpeg_traits(head, traits);
  if (head.starts_with("\x89PNG") && head.size() > 26) {
    traits["size"] = fmt::format("{} x {}", big_endian(head, 16, 4), big_endian(head, 20, 4));
    traits["colours"] = fmt::format("{} bits, type {}", big_endian(head, 24, 1), big_endian(head, 25, 1));
  }
  const size_t chunk = head.starts_with("RIFF") ? head.find("fmt ") : std::string::npos;
  if (chunk != std::string::npos) {
    traits["rate of the file"] = fmt::format("{} Hz", little_endian(head, chunk + 12, 4));
    traits["channels of the file"] = fmt::format("{}", little_endian(head, chunk + 10, 2));
    traits["bits of the file"] = fmt::format("{}", little_endian(head, chunk + 22, 2));
  }
  return traits;
}

struct ToldClass {
  std::string label, by, how;
  double right = 0;  // mean of the shares of the class and of the others
};

class Teller {
 public:
  explicit Teller(const DividedSet &d) : d_(d) {
    const size_t step = d.set.items.size() / kMostJudged + 1;
    for (size_t i = 0; i < d.set.items.size(); i += step)
      if (d.is_used(i)) {
        judged_.push_back(i);
        ++count_[d.set.items[i].label];
      }
  }

  // Classes of which there are enough to tell, and enough of the others.
  std::vector<std::string> classes() const {
    std::vector<std::string> list;
    for (const auto &[label, n] : count_)
      if (n >= kFewestEach && judged_.size() - n >= kFewestEach) list.push_back(label);
    return list;
  }
  const std::vector<size_t> &judged() const { return judged_; }

  // By a word for each judged recording, itself left out.
  std::optional<ToldClass> by_word(const std::string &label, const std::string &by,
                                   const std::vector<std::string> &words) const {
    std::map<std::string, std::pair<double, double>> counts;  // of the class, of the others
    for (size_t k = 0; k < judged_.size(); ++k)
      (is_of(k, label) ? counts[words[k]].first : counts[words[k]].second) += 1;
    if (counts.size() < 2) return {};
    const auto own = static_cast<double>(count_.at(label)), other = static_cast<double>(judged_.size()) - own;
    double own_right = 0, other_right = 0;
    std::string most;
    for (const auto &[word, n] : counts) {
      own_right += n.first * ((n.first - 1) / (own - 1) > n.second / other);
      other_right += n.second * ((n.second - 1) / (other - 1) > n.first / own);
      if (most.empty() || n.first > counts[most].first) most = word;
    }
    return told(label, by, most, (own_right / own + other_right / other) / 2, kTold);
  }

  // By a number: a threshold that other folds chose.
  std::optional<ToldClass> by_number(const std::string &label, const std::string &by,
                                     const std::vector<double> &values, double limit) const {
    std::vector<size_t> order(judged_.size());
    for (size_t k = 0; k < order.size(); ++k) order[k] = k;
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
    double right[2] = {0, 0}, all[2] = {0, 0};
    double last_threshold = 0;
    bool is_above = false;
    for (size_t fold = 0; fold < kTellFolds; ++fold) {
      const auto [threshold, above] = best_threshold(label, values, order, fold);
      for (size_t k = fold; k < judged_.size(); k += kTellFolds) {
        const bool is_own = is_of(k, label);
        all[is_own] += 1;
        right[is_own] += ((values[k] > threshold) == above) == is_own;
      }
      last_threshold = threshold;
      is_above = above;
    }
    if (all[0] == 0 || all[1] == 0) return {};
    return told(label, by, fmt::format("{} {:.4g}", is_above ? "above" : "below", last_threshold),
                (right[0] / all[0] + right[1] / all[1]) / 2, limit);
  }

 private:
  bool is_of(size_t k, const std::string &label) const { return d_.set.items[judged_[k]].label == label; }

  static std::optional<ToldClass> told(const std::string &label, const std::string &by,
                                       const std::string &how, double right, double limit) {
    if (!(right >= limit)) return {};
    return ToldClass{label, by, how, right};
  }

  std::pair<double, bool> best_threshold(const std::string &label, const std::vector<double> &values,
                                         const std::vector<size_t> &order, size_t fold) const {
    double all[2] = {0, 0};
    for (const size_t k : order)
      if (k % kTellFolds != fold) all[is_of(k, label)] += 1;
    double below[2] = {0, 0}, best = -1, threshold = 0, before = 0;
    bool above = false, has_before = false;
    for (const size_t k : order) {
      if (k % kTellFolds == fold) continue;
      if (has_before && values[k] > before) {
        const double difference = below[1] / std::max(1.0, all[1]) - below[0] / std::max(1.0, all[0]);
        if (std::fabs(difference) > best) {
          best = std::fabs(difference);
          threshold = (values[k] + before) / 2;
          above = difference < 0;
        }
      }
      below[is_of(k, label)] += 1;
      before = values[k];
      has_before = true;
    }
    return {threshold, above};
  }

  const DividedSet &d_;
  std::vector<size_t> judged_;
  std::map<std::string, size_t> count_;
};

// Steps across the edges of 8 x 8 blocks, of other steps: JPEG leaves them above 1.
double block_edges(const Recording &r, size_t width, size_t height, size_t channels) {
  double edge = 0, inside = 0, edges = 0, insides = 0;
  for (size_t y = 0; y < height; ++y)
    for (size_t x = 0; x + 1 < width; ++x) {
      const double step = std::fabs(double{r.values[(y * width + x) * channels]} -
                                    double{r.values[(y * width + x + 1) * channels]});
      (x % 8 == 7 ? edge : inside) += step;
      (x % 8 == 7 ? edges : insides) += 1;
    }
  return inside > 0 && edges > 0 ? edge / edges / (inside / insides) : 1;
}

double level_of(const Recording &r) {
  double squares = 0;
  for (size_t i = 0; i < r.values.size(); ++i) squares += double{r.values[i]} * double{r.values[i]};
  return 10 * std::log10(squares / std::max<double>(1, static_cast<double>(r.values.size())) + 1e-9);
}

// The last number in a file's name; -1: there is none.
double number_in(const std::string &path) {
  const size_t slash = path.rfind('/'), from = slash == std::string::npos ? 0 : slash + 1;
  size_t end = path.rfind('.');
  if (end == std::string::npos || end < from) end = path.size();
  while (end > from && (path[end - 1] < '0' || path[end - 1] > '9')) --end;
  size_t begin = end;
  while (begin > from && end - begin < 12 && path[begin - 1] >= '0' && path[begin - 1] <= '9') --begin;
  return begin == end ? -1 : std::stod(path.substr(begin, end - begin));
}

// One finding for what tells several classes.
void say_told(const DividedSet &d, const std::vector<ToldClass> &list, Severity severity,
              const std::string &kind, const std::string &consequence, const std::string &remedy,
              std::vector<Finding> &findings) {
  std::map<std::string, std::vector<ToldClass>> by;
  for (const ToldClass &t : list) by[t.by].push_back(t);
  for (const auto &[what, told] : by) {
    std::vector<std::string> parts;
    constexpr size_t kShown = 4;
    std::set<std::string> labels;
    for (const ToldClass &t : told) {
      labels.insert(t.label);
      if (parts.size() < kShown)
        parts.push_back(fmt::format("'{}' ({}; right in {:.0f} %)", t.label, t.how, 100 * t.right));
    }
    Finding f =
        finding_of(d, severity, kind, {},
                   fmt::format("the {} alone tells {} {} from the others{}: {}", what,
                               labels.size() == 1 ? "class" : "classes", fmt::join(parts, ", "),
                               told.size() > kShown ? fmt::format(" and {} more", told.size() - kShown) : "",
                               consequence),
                   remedy);
    f.is_question = severity == Severity::kNote;
    for (size_t i = 0; i < d.set.items.size(); ++i)
      if (labels.count(d.set.items[i].label) > 0) f.files.push_back(d.place(i));
    findings.push_back(std::move(f));
  }
}

void lint_files(const DividedSet &d, const Teller &teller, std::vector<Finding> &findings) {
  const std::vector<size_t> &judged = teller.judged();
  std::map<std::string, Traits> of_file;
  std::vector<const Traits *> traits;
  std::set<std::string> keys;
  for (const size_t i : judged) {
    const std::string &path = d.set.items[i].file;
    const auto [it, is_new] = of_file.try_emplace(path);
    if (is_new) it->second = traits_of(path);
    traits.push_back(&it->second);
    for (const auto &[key, value] : it->second) keys.insert(key);
  }
  if (of_file.size() < 2 * kFewestEach) return;  // classes of a few files have what these few have
  std::vector<ToldClass> told;
  std::set<std::string> known;  // classes that the format tells already
  for (const char *first : {"format", ""})
    for (const std::string &key : keys) {
      if ((key == "format") != (*first != '\0')) continue;
      std::vector<std::string> words;
      for (const Traits *t : traits) words.push_back(t->count(key) > 0 ? t->at(key) : "none");
      for (const std::string &label : teller.classes())
        if (const auto t = teller.by_word(label, key, words); t && known.insert(label).second)
          told.push_back(*t);
    }
  say_told(d, told, Severity::kWarning, "format_tells_class", "the network may learn that and nothing else",
           "bring all files through the same chain: one recorder, rate and size, and saved once in one "
           "format and quality",
           findings);
}

void lint_numbers(const DividedSet &d, const Teller &teller, std::vector<Finding> &findings) {
  const std::vector<size_t> &judged = teller.judged();
  const std::vector<Recording> &items = d.set.items;
  const auto all = [&](auto value) {
    std::vector<double> values;
    for (const size_t i : judged) {
      const double v = value(items[i]);
      values.push_back(std::isfinite(v) ? v : 0);
    }
    return values;
  };
  const auto ask = [&](const std::string &by, const std::vector<double> &values, double limit,
                       bool with_background) {
    std::vector<ToldClass> told;
    for (const std::string &label : teller.classes())
      if (with_background || !is_rest_class(label))
        if (const auto t = teller.by_number(label, by, values, limit)) told.push_back(*t);
    return told;
  };
  const auto width = static_cast<size_t>(d.set.image_width), height = static_cast<size_t>(d.set.image_height);
  constexpr size_t kLeastWidth = 24;
  if (d.is_image() && width >= kLeastWidth)
    say_told(d,
             ask("trace of JPEG's blocks", all([&](const Recording &r) {
                   return block_edges(r, width, height, d.set.channels.size());
                 }),
                 kTold, true),
             Severity::kWarning, "format_tells_class", "the network may learn that and nothing else",
             "take pictures of all classes from the same chain; saving them anew does not remove the traces",
             findings);
  if (d.set.options.short_recordings != ShortRecordings::kSkip)
    say_told(
        d,
        ask("length of recordings, which padding shows,",
            all([&](const Recording &r) { return double(std::min(r.rows, d.set.window())); }), kTold, true),
        Severity::kWarning, "length_tells_class", "the network may learn where the padding begins",
        "a window that all recordings fill, or data.padding = \"skip\"", findings);
  if (d.is_sound() || d.is_image())
    say_told(d, ask("level", all(level_of), kToldByLevel, false), Severity::kNote, "level_tells_class",
             "is that what tells them on the device, too?",
             "record all classes with the same gain, light and distance", findings);
}

// Numbers that count through all files, each once: a class that was recorded in one go.
void lint_order(const DividedSet &d, const Teller &teller, std::vector<Finding> &findings) {
  std::vector<double> numbers;
  std::set<double> distinct;
  std::set<std::string> files;
  for (const size_t i : teller.judged()) {
    numbers.push_back(number_in(d.set.items[i].file));
    distinct.insert(numbers.back());
    files.insert(d.set.items[i].file);
  }
  if (files.size() != numbers.size() || distinct.count(-1) > 0 || distinct.size() * 10 < numbers.size() * 9)
    return;
  std::vector<ToldClass> told;
  for (const std::string &label : teller.classes())
    if (const auto t = teller.by_number(label, "number in the names of files", numbers, kToldByOrder))
      told.push_back(*t);
  say_told(
      d, told, Severity::kNote, "order_tells_class",
      "was each class recorded in one go? Then light, place, temperature or a fresh battery tell it as well",
      "record the classes in turns, and test on another day", findings);
}

}  // namespace

void lint_tells(const DividedSet &d, std::vector<Finding> &findings) {
  const Teller teller(d);
  if (teller.classes().empty()) return;
  lint_files(d, teller, findings);
  lint_numbers(d, teller, findings);
  lint_order(d, teller, findings);
}

}  // namespace mote

// Words by which people name columns of time, classes, groups and counters. Hints only.
//
// A name never overrules the values: columns.cpp.
#include "data/column_names.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <vector>

#include "base/text.h"
#include "data/columns.h"

namespace mote {

std::string lower(std::string text) {
  for (char &c : text) c = std::tolower(byte_of(c));
  return text;
}

namespace {

using Words = std::vector<std::string>;

// "Time (s)", "timeStamp_ms" and "t.us" in words: time s, time stamp ms, t us.
Words words_of(const std::string &name) {
  Words words;
  bool was_lower = false;
  for (char c : name) {
    const unsigned char u = byte_of(c);
    const bool is_letter = std::isalnum(u) || u >= 128;
    if (!is_letter) {
      was_lower = false;
      if (!words.empty() && !words.back().empty()) words.emplace_back();
      continue;
    }
    if (words.empty() || (std::isupper(u) && was_lower)) words.emplace_back();
    words.back().push_back(std::tolower(u));
    was_lower = std::islower(u);
  }
  if (!words.empty() && words.back().empty()) words.pop_back();
  return words;
}

const std::vector<std::pair<double, std::set<std::string>>> &units() {
  static const std::vector<std::pair<double, std::set<std::string>>> kUnits = {
      {1, {"s", "sec", "secs", "second", "seconds"}},
      {1e-3, {"ms", "msec", "millis", "milli", "millisecond", "milliseconds"}},
      {1e-6, {"us", "usec", "micros", "micro", "microsecond", "microseconds", "\xC2\xB5s", "\xCE\xBCs"}},
      {1e-9, {"ns", "nsec", "nanos", "nano", "nanosecond", "nanoseconds"}},
      {60, {"min", "mins", "minute", "minutes"}},
      {3600, {"h", "hr", "hrs", "hour", "hours"}}};
  return kUnits;
}

bool is_time_unit(const std::string &word) {
  return std::any_of(units().begin(), units().end(), [&](auto &u) { return u.second.count(word) > 0; });
}

bool all_of(const Words &words, const std::set<std::string> &allowed) {
  return !words.empty() &&
         std::all_of(words.begin(), words.end(), [&](const std::string &w) { return allowed.count(w) > 0; });
}

}  // namespace

double time_unit_of(const std::string &name) {
  const Words words = words_of(name);
  for (const auto &[unit, names] : units())
    for (const std::string &w : words)
      if (names.count(w)) return unit;
  return 0;
}

bool is_time_name(const std::string &name) {
  Words words = words_of(name);
  if (words.empty()) return false;
  static const std::set<std::string> kClock = {
      "t",           "time",  "times",   "timestamp", "timestamps", "stamp",        "ts",
      "epoch",       "unix",  "elapsed", "datetime",  "date",       "clock",        "millis",
      "micros",      "nanos", "seconds", "uptime",    "utc",        "milliseconds", "microseconds",
      "nanoseconds", "tick",  "ticks",   "timestep"};
  static const std::set<std::string> kBeside = {
      "of",   "day", "since", "start", "local",    "gmt", "system",   "sensor",  "device",
      "host", "in",  "1970",  "rel",   "relative", "abs", "absolute", "created", "recorded"};
  const bool has_clock =
      std::any_of(words.begin(), words.end(), [&](const std::string &w) { return kClock.count(w) > 0; });
  std::set<std::string> allowed = kClock;
  allowed.insert(kBeside.begin(), kBeside.end());
  for (const auto &[unit, names] : units()) allowed.insert(names.begin(), names.end());
  if (words[0] == "timestamp" || words[0] == "time") return true;  // whatever follows
  if (has_clock) return all_of(words, allowed);
  return words.size() == 1 && words[0] != "s" && words[0] != "min" && words[0] != "h" && words[0] != "hr" &&
         words[0] != "micro" && words[0] != "milli" && words[0] != "nano" && is_time_unit(words[0]);
}

bool is_index_name(const std::string &name) {
  if (name.empty() || name == "#") return true;
  return all_of(
      words_of(name),
      {"index", "idx", "sample",   "samples", "n",      "no",  "nr",      "count", "counter", "row", "rows",
       "frame", "seq", "sequence", "packet",  "number", "num", "unnamed", "0",     "step",    "id",  "i"});
}

bool is_label_name(const std::string &name) {
  return all_of(words_of(name),
                {"label", "labels", "class", "classes", "activity", "target", "gesture", "category", "y",
                 "name", "id", "anomaly", "changepoint", "ground", "truth", "species"}) &&
         lower(name) != "y" && lower(name) != "id" && lower(name) != "name";
}

bool is_quantity_name(const std::string &name) {
  static const std::set<std::string> kQuantities = {
      "temp",  "temperature", "pressure", "humidity", "voltage",  "current", "power",
      "light", "lux",         "co2",      "level",    "altitude", "height",  "distance",
      "angle", "position",    "speed",    "flow",     "intensity"};
  const Words words = words_of(name);
  return std::any_of(words.begin(), words.end(),
                     [](const std::string &w) { return kQuantities.count(w) > 0; });
}

bool is_group_name(const std::string &name) {
  return all_of(words_of(name), {"subject", "user", "person", "participant", "volunteer", "group", "patient",
                                 "id", "no", "number"}) &&
         !all_of(words_of(name), {"id", "no", "number"});
}

bool is_recording_name(const std::string &name) {
  return all_of(words_of(name), {"recording", "series", "session", "trial", "segment", "measurement",
                                 "example", "window", "experiment", "id", "no", "number"}) &&
         !all_of(words_of(name), {"id", "no", "number"});
}

}  // namespace mote

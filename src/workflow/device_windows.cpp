// Training, validation and test see an event where a trigger finds it, also in recordings that are longer.
#include "workflow/device_windows.h"

#include <algorithm>
#include <map>
#include <set>

#include "mote/decision.h"
#include "mote/test_stream.h"
#include "workflow/decide.h"

namespace mote {

namespace {

bool is_cut_by_trigger(const Recordings &set, const Recording &r, const DecisionRule &rule) {
  const int window = set.window();
  return rule.policy == DecisionPolicy::kTrigger && r.rows >= window + window / 2 && !is_rest_class(r.label);
}

// A recording is a stream of its own.
std::vector<long> onsets_of(const Recordings &set, const Recording &r, const DecisionRule &rule) {
  StreamWindows windows(rule, set.window(), set.channel_count());
  std::vector<long> firsts;
  for (long row = 0; row < r.rows; ++row)
    if (const auto first = windows.next(r.values.data() + row * set.channel_count()))
      firsts.push_back(*first);
  return firsts;
}

void append(Dataset &to, const Dataset &windows) {
  to.values.insert(to.values.end(), windows.values.begin(), windows.values.end());
  to.classes.insert(to.classes.end(), windows.classes.begin(), windows.classes.end());
  to.sources.insert(to.sources.end(), windows.sources.begin(), windows.sources.end());
}

void append_window(Dataset &to, const Recording &r, long first) {
  const auto begin = r.values.begin() + first * to.channels;
  to.values.insert(to.values.end(), begin, begin + static_cast<long>(to.example_floats()));
  const auto label = std::find(to.labels.begin(), to.labels.end(), r.label);
  to.classes.push_back(static_cast<int>(label - to.labels.begin()));
  to.sources.push_back({r.file, r.first_line, static_cast<int>(first)});
}

}  // namespace

Dataset device_windows(const Recordings &recordings, const std::vector<size_t> &which,
                       const DecisionRule &rule) {
  std::map<size_t, std::vector<long>> opened;
  std::set<std::string> heard;
  for (size_t i : which) {
    const Recording &r = recordings.items[i];
    if (!is_cut_by_trigger(recordings, r, rule)) continue;
    opened[i] = onsets_of(recordings, r, rule);
    if (!opened[i].empty()) heard.insert(r.label);
  }
  if (opened.empty()) return recordings.windows_of(which);
  Dataset set = recordings.windows_of({});
  for (size_t i : which) {
    const Recording &r = recordings.items[i];
    if (opened.count(i) == 0 || heard.count(r.label) == 0)
      append(set, recordings.windows_of({i}));
    else
      for (long first : opened[i]) append_window(set, r, first);
  }
  return set;
}

void cut_as_device(Splits &splits, const Recordings &recordings, const DecisionRule &rule) {
  const bool are_cut = std::any_of(recordings.items.begin(), recordings.items.end(), [&](const Recording &r) {
    return is_cut_by_trigger(recordings, r, rule);
  });
  if (!are_cut) return;
  splits.train = device_windows(recordings, recordings_of(splits.parts, 't'), rule);
  splits.val = device_windows(recordings, recordings_of(splits.parts, 'v'), rule);
  splits.test = device_windows(recordings, recordings_of(splits.parts, 'x'), rule);
}

}  // namespace mote

// Which windows need features, and where these come from: a file of the folder, else the blocks, into a new
// file or into memory.
//
// A file is believed when it is whole and what the blocks make of a few of its windows is what it says: other
// arithmetic, of another mote, is found so. The layout: feature_file.h.
#include "train/keep_features.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <optional>
#include <utility>

#include "base/error.h"
#include "features/channel_ranges.h"
#include "features/preprocessing.h"
#include "mote/spill.h"
#include "train/feature_file.h"

namespace mote {

namespace {

// The windows of several sets, one behind the other.
class AllWindows {
 public:
  explicit AllWindows(const std::vector<const Dataset *> &sets) : sets_(sets) {
    for (const Dataset *set : sets) begins_.push_back(begins_.back() + set->size());
  }
  size_t size() const { return begins_.back(); }
  const float *at(size_t i) const {
    const auto next = std::upper_bound(begins_.begin(), begins_.end(), i);
    const auto set = static_cast<size_t>(next - begins_.begin()) - 1;
    return sets_[set]->example(i - begins_[set]);
  }
  // A list of all cut into one for each set.
  template <class T>
  std::vector<T> part(const std::vector<T> &all, size_t set) const {
    return {all.begin() + static_cast<long>(begins_[set]), all.begin() + static_cast<long>(begins_[set + 1])};
  }

 private:
  const std::vector<const Dataset *> &sets_;
  std::vector<size_t> begins_{0};
};

std::vector<WindowName> names_of(const AllWindows &windows, size_t floats, ThreadPool &pool) {
  std::vector<WindowName> names(windows.size());
  constexpr size_t kAtATime = 64;
  pool.run(static_cast<int>((names.size() + kAtATime - 1) / kAtATime), [&](int slice) {
    const size_t from = static_cast<size_t>(slice) * kAtATime;
    for (size_t i = from; i < std::min(names.size(), from + kAtATime); ++i)
      names[i] = name_of_window(windows.at(i), floats);
  });
  return names;
}

// Names in order, each once, with a window of that name.
struct NamedWindows {
  std::vector<WindowName> sorted;
  std::vector<size_t> window;
  std::vector<uint32_t> place_of;  // of every window

  explicit NamedWindows(const std::vector<WindowName> &names) : place_of(names.size()) {
    std::vector<size_t> order(names.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return names[a] < names[b]; });
    for (const size_t i : order) {
      if (sorted.empty() || sorted.back() != names[i]) {
        sorted.push_back(names[i]);
        window.push_back(i);
      }
      place_of[i] = static_cast<uint32_t>(sorted.size() - 1);
    }
  }
};

// What the blocks make of a few of them is what the file says.
bool is_true(const float *rows, size_t floats, const Preprocessing &blocks, const AllWindows &windows,
             const NamedWindows &named) {
  const size_t last = named.sorted.size() - 1;
  std::vector<float> own(floats);
  for (const size_t i : {size_t{0}, last / 2, last}) {
    const auto input = [&](size_t) { return windows.at(named.window[i]); };
    ThreadPool alone(1);
    compute_features(
        blocks, 1, input, [&](size_t) { return own.data(); }, alone, nullptr);
    if (std::memcmp(own.data(), rows + i * floats, floats * sizeof(float)) != 0) return false;
  }
  return true;
}

std::shared_ptr<const float> in_memory(const Preprocessing &blocks, const AllWindows &windows, size_t floats,
                                       ThreadPool &pool, const WindowsDone &done) {
  const auto rows = std::make_shared<SpillVector<float>>(windows.size() * floats);
  compute_features(
      blocks, windows.size(), [&](size_t i) { return windows.at(i); },
      [&](size_t i) { return rows->data() + i * floats; }, pool, done);
  return {rows, rows->data()};
}

std::shared_ptr<const float> in_folder(const Preprocessing &blocks, const AllWindows &windows,
                                       const NamedWindows &named, size_t floats, const FeaturePlace &place,
                                       ThreadPool &pool) {
  const FeatureFile file(place.folder, feature_key(blocks, named.sorted), named.sorted, floats);
  std::shared_ptr<const float> rows = file.open();
  if (rows && is_true(rows.get(), floats, blocks, windows, named)) return rows;
  if (place.computes_none) return nullptr;
  std::error_code code;
  fs::create_directories(place.folder, code);
  if (code) throw io_error(place.folder, "make the folder", code.value());
  const fs::path own_ignore = fs::path(place.folder) / ".gitignore";
  if (!fs::exists(own_ignore, code)) write_file(own_ignore, "*\n");
  file.remove_old();
  FeatureFile::Writing writing = file.write();
  compute_features(
      blocks, named.sorted.size(), [&](size_t i) { return windows.at(named.window[i]); },
      [&](size_t i) { return writing.row(i); }, pool, place.done);
  return writing.commit();
}

std::vector<uint32_t> each_its_own(size_t count) {
  std::vector<uint32_t> places(count);
  std::iota(places.begin(), places.end(), 0u);
  return places;
}

}  // namespace

KeptFeatures keep_features(const Preprocessing &blocks, const std::vector<const Dataset *> &sets,
                           const FeaturePlace &place, ThreadPool &pool) {
  const AllWindows windows(sets);
  const size_t floats = output_shape(blocks).elements();
  KeptFeatures kept;
  std::shared_ptr<const float> rows;
  std::vector<uint32_t> places;
  if (!place.folder.empty() && windows.size() > 0) {
    const NamedWindows named(names_of(windows, window_shape(blocks).elements(), pool));
    try {
      rows = in_folder(blocks, windows, named, floats, place, pool);
      places = named.place_of;
    } catch (const Error &e) {
      if (e.code() != ErrorCode::kIo) throw;
      kept.note = fmt::format("features are computed for this training only, and not kept: {}: {}", e.where(),
                              e.message());
    }
  }
  if (!rows && place.computes_none) return kept;
  if (!rows) {
    rows = in_memory(blocks, windows, floats, pool, place.done);
    places = each_its_own(windows.size());
  }
  for (size_t s = 0; s < sets.size(); ++s)
    kept.of.push_back(std::make_shared<WindowFeatures>(blocks, rows, windows.part(places, s)));
  return kept;
}

Preprocessing training_blocks(const Model &model, const Dataset &examples, const TrainOptions &o) {
  if (o.is_fine_tuning) return blocks_of(model.preprocessing);
  Preprocessing p{
      examples.window, examples.channels, examples.rate_hz, {}, resolved(o.features, examples.rate_hz)};
  p.image = examples.image;
  p.steps.push_back(normalization("none"));
  Preprocessing blocks = blocks_of(p);
  if (is_fixed(blocks))
    set_exponents(blocks, channel_ranges({{examples.values.data(), examples.values.size()}},
                                         static_cast<size_t>(examples.channels)));
  fit_blocks(blocks);
  return blocks;
}

std::string keep_features(const Preprocessing &blocks, Splits &splits, const FeaturePlace &place,
                          ThreadPool &pool) {
  if (blocks.steps.empty()) return "";
  const auto keep = [&](const std::vector<Dataset *> &sets) {
    const KeptFeatures kept = keep_features(blocks, {sets.begin(), sets.end()}, place, pool);
    for (size_t s = 0; s < kept.of.size(); ++s)
      if (sets[s]->size() > 0) sets[s]->features = kept.of[s];
    return kept.note;
  };
  // windows of a stream are chosen anew for each training
  const std::string note = keep({&splits.train, &splits.val, &splits.test});
  if (splits.stream.size() > 0) keep({&splits.stream});
  return note;
}

TrainingFeatures training_features(const Model &model, const Splits &data, const TrainOptions &o,
                                   ThreadPool &pool) {
  const Preprocessing blocks = training_blocks(model, data.train, o);
  TrainingFeatures features;
  if (blocks.steps.empty()) return features;
  const auto of = [&](const Dataset &set) {
    if (set.size() == 0) return std::shared_ptr<const WindowFeatures>();
    if (set.features && set.features->size() == set.size() && set.features->are_of(blocks))
      return set.features;
    return keep_features(blocks, std::vector<const Dataset *>{&set}, {.done = o.on_features}, pool).of[0];
  };
  try {
    features.train = of(data.train);
    if (!o.augment.changes_windows()) features.stream = of(data.stream);
    features.val = of(data.val);
  } catch (const Error &e) {  // each batch computes its own
    if (e.code() != ErrorCode::kIo) throw;
  }
  return features;
}

}  // namespace mote

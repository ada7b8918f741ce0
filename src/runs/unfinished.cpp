// The file is a zip: settings.json, numbers (doubles) and the weights as they lie in memory (floats), both
// little-endian. Doubles and not JSON, because a resumed training must go on from the same bits.
#include "runs/unfinished.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/form.h"
#include "base/text.h"
#include "base/zip.h"
#include "data/augment.h"
#include "runs/run_folder.h"

namespace mote {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little);

namespace {

constexpr int kFormatVersion = 3;
constexpr const char *kSuffix = ".unfinished";

template <class T>
std::string bytes_of(const std::vector<T> &values) {
  return {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T)};
}

// Visits every number of the state that is not a list of weights, in one order for writing and reading.
template <class State, class Visit>
void each_number(State &s, Visit visit) {
  visit(s.epoch);
  visit(s.batches);
  visit(s.steps);
  visit(s.best_epoch);
  visit(s.learning_rate);
  visit(s.total.loss_sum);
  visit(s.total.correct);
  visit(s.total.absolute_error_sum);
  visit(s.optimizer.power1);
  visit(s.optimizer.power2);
  for (auto *m : {&s.stopping, &s.reduce}) {
    visit(m->best);
    visit(m->wait);
    visit(m->cooldown);
  }
  for (auto &e : s.history) {
    visit(e.epoch);
    visit(e.loss);
    visit(e.accuracy);
    visit(e.val_loss);
    visit(e.val_accuracy);
    visit(e.learning_rate);
    visit(e.seconds);
    visit(e.mae);
    visit(e.val_mae);
    visit(e.val_stream);
    visit(e.is_regression);
  }
}

template <class State, class Visit>
void each_list(State &s, Visit visit) {
  visit("weights", s.weights);
  visit("best", s.best);
  visit("ranges", s.ranges);
  visit("first", s.optimizer.first);
  visit("second", s.optimizer.second);
}

constexpr const char *kWhat = "is not an unfinished training:", *kHint = "remove it and train anew";

// Of settings.json: what each_number() and the lists do not have.
Form state_form() {
  constexpr uint64_t kMostEpochs = 1'000'000;
  constexpr size_t kLongest = size_t{1} << 20;
  return form::object({{"version", form::count()},
                       {"toml", form::text(kLongest)},
                       {"seed", form::count(UINT64_MAX)},
                       {"split_seed", form::count(UINT64_MAX)},
                       {"epochs", form::count(kMostEpochs)},
                       {"digest", form::count(UINT32_MAX)},
                       {"history", form::count(kMostEpochs)},
                       form::optional("set", form::list(form::text(kLongest))),
                       form::optional("parent", form::text()),
                       form::optional("series", form::text())});
}

std::string extension_entry(size_t i) { return fmt::format("extension{}", i); }

template <class List>
uint32_t digest(uint32_t before, const List &values) {
  if (values.empty()) return before;  // zlib would begin anew
  return static_cast<uint32_t>(
      crc32_z(before, reinterpret_cast<const Bytef *>(values.data()), values.size() * sizeof(values[0])));
}

}  // namespace

uint32_t digest_of(const Splits &splits) {
  uint32_t all = 0;
  for (const Dataset *set : {&splits.train, &splits.val, &splits.test, &splits.stream})
    all = digest(digest(digest(all, set->values), set->classes), set->targets);
  return all;
}

uint32_t digest_of(const Splits &splits, const TrainOptions &o) {
  uint32_t all = digest_of(splits);
  for (const PreprocessingStep &step : o.features)
    if (step.arithmetic == Arithmetic::kFixed) all = digest(all, "in integers " + step.block);
  const std::string &folder = o.augment.sound.background;
  if (folder.empty()) return all;
  for (const fs::path &file : background_files(folder))
    all = digest(digest(all, file.lexically_relative(folder).string()), read_file(file));
  return all;
}

void save_unfinished(const std::string &path, const Unfinished &u) {
  ZipEntries entries;
  entries["settings.json"] = json{
      {"version", kFormatVersion},
      {"toml", u.toml},
      {"seed", u.seed},
      {"split_seed", u.split_seed},
      {"epochs", u.epochs},
      {"digest", u.digest},
      {"history", u.state.history.size()},
      {"set", u.assignments},
      {"parent", u.parent},
      {"series", u.series}}.dump(1, ' ', false, json::error_handler_t::replace);
  std::vector<double> numbers;
  each_number(u.state, [&](auto value) { numbers.push_back(static_cast<double>(value)); });
  entries["numbers"] = bytes_of(numbers);
  each_list(u.state, [&](const char *name, const auto &list) { entries[name] = bytes_of(list); });
  for (size_t i = 0; i < u.state.extensions.size(); ++i)
    entries[extension_entry(i)] = bytes_of(u.state.extensions[i]);
  write_file(path, format_zip(entries));
}

Unfinished load_unfinished(const std::string &path) {
  const ZipEntries entries = read_zip(path);
  const auto damaged = [&](const std::string &what) {
    return Error(ErrorCode::kDataFormat, path, fmt::format("{} {}", kWhat, what), kHint);
  };
  const auto entry = [&](const std::string &name) -> const std::string & {
    const auto found = entries.find(name);
    if (found == entries.end()) throw damaged("it has no " + name);
    return found->second;
  };
  Unfinished u;
  size_t epochs_done = 0;
  const json settings = parse_json(entry("settings.json"), path, kWhat, kHint);
  check_form(state_form(), settings, path, kWhat, kHint);
  if (settings.at("version").get<int>() != kFormatVersion) throw damaged("another version wrote it");
  u.toml = settings.at("toml");
  u.seed = settings.at("seed");
  u.split_seed = settings.at("split_seed");
  u.assignments = settings.value("set", std::vector<std::string>());
  u.epochs = settings.at("epochs");
  u.digest = settings.at("digest");
  epochs_done = settings.at("history");
  u.parent = settings.value("parent", "");
  u.series = settings.value("series", "");
  u.state.history.resize(epochs_done);
  const std::string &numbers = entry("numbers");
  size_t at = 0;
  each_number(u.state, [&](auto &value) {
    double number = 0;
    if (at + sizeof number > numbers.size()) throw damaged("it is truncated");
    std::memcpy(&number, numbers.data() + at, sizeof number);
    at += sizeof number;
    using T = std::remove_reference_t<decltype(value)>;
    if constexpr (std::is_integral_v<T>) {
      constexpr uint64_t kHighest = std::min<uint64_t>(9'000'000'000'000'000, std::numeric_limits<T>::max());
      if (!(number >= 0 && number <= kHighest)) throw damaged("a count is out of range");
    }
    value = static_cast<T>(number);
  });
  if (at != numbers.size()) throw damaged("its numbers do not fit its history");
  const auto read = [&]<class T>(const std::string &name, std::vector<T> &list) {
    const std::string &bytes = entry(name);
    if (bytes.size() % sizeof(T) != 0) throw damaged(fmt::format("its {} are truncated", name));
    list.resize(bytes.size() / sizeof(T));
    if (!bytes.empty()) std::memcpy(list.data(), bytes.data(), bytes.size());
  };
  each_list(u.state, read);
  while (entries.contains(extension_entry(u.state.extensions.size()))) {
    const std::string name = extension_entry(u.state.extensions.size());
    read(name, u.state.extensions.emplace_back());
  }
  return u;
}

std::string series_path(const std::string &run_path) { return run_path + ".seeds"; }

std::string unfinished_path(const std::string &run_path) { return run_path + kSuffix; }

std::vector<std::string> unfinished_runs(const std::string &project_folder) {
  std::vector<std::string> runs;
  std::error_code code;
  for (const auto &entry : fs::directory_iterator(fs::path(project_folder) / "runs", code)) {
    const fs::path &path = entry.path();
    if (path.extension() == kSuffix)
      runs.push_back((path.parent_path() / path.stem()).lexically_normal().string());
  }
  std::sort(runs.begin(), runs.end(), [](const std::string &a, const std::string &b) {
    return is_older_run(fs::path(b).filename(), fs::path(a).filename());
  });
  return runs;
}

}  // namespace mote

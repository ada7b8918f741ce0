// Helpers of several tests: temporary folders, the shared data, a small trained model.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "base/random.h"
#include "mote/mote.h"

namespace mote::test {

namespace fs = std::filesystem;

class TempFolder : public TemporaryFolder {
 public:
  TempFolder() : TemporaryFolder("mote-test") {}
  fs::path operator/(const std::string &name) const { return path() / name; }
  std::string text() const { return path().string(); }
  bool is_empty() const { return fs::is_empty(path()); }
};

// Recordings made by others, for local tests: $MOTE_DATA, or ../shared/data beside the project. "" where
// absent.
inline std::string shared_data() {
  if (const char *given = std::getenv("MOTE_DATA")) return given;
  const fs::path beside = fs::path(MOTE_SOURCE_DIR) / ".." / "shared" / "data";
  return fs::is_directory(beside) ? beside.string() : "";
}

#define MOTE_NEED_SHARED_DATA()                            \
  if (::mote::test::shared_data().empty())                 \
  GTEST_SKIP() << "the shared recordings are absent (set " \
                  "MOTE_DATA)"

// The message of the Error that `call` throws; fails the test if it throws none.
template <class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const Error &e) {
    return e.what();
  }
  ADD_FAILURE() << "expected a mote::Error";
  return "";
}

#define EXPECT_ERROR(call, part)                                                 \
  EXPECT_NE(::mote::test::error_of([&] { call; }).find(part), std::string::npos) \
      << ::mote::test::error_of([&] { call; })

inline std::vector<float> weights_of(const Model &model) {
  std::vector<float> all;
  for (const Parameter &p : model.graph.params) all.insert(all.end(), p.data.begin(), p.data.end());
  return all;
}

// A data set of `classes` classes of noisy sinusoids, (window, channels).
inline Splits toy_splits(int classes = 3, int window = 20, int channels = 3, int per_class = 24,
                         uint64_t seed = 1) {
  Recordings set;
  set.rate_hz = 50;
  for (int c = 0; c < channels; ++c) set.channels.push_back("x" + std::to_string(c));
  for (int k = 0; k < classes; ++k) {
    set.labels.push_back("class" + std::to_string(k));
    for (int n = 0; n < per_class; ++n) {
      Random random(seed, {static_cast<uint64_t>(k), static_cast<uint64_t>(n)});
      Recording r{set.labels.back(), "toy", "g" + std::to_string(n % 4), n + 1, window, {}};
      for (int t = 0; t < window; ++t)
        for (int c = 0; c < channels; ++c)
          r.values.push_back(static_cast<float>(std::sin(0.3 * (k + 1) * t + c) * (1 + 0.2 * k) +
                                                0.3 * random.normal() + 5 * c));
      set.items.push_back(std::move(r));
    }
  }
  return set.split({.train = 0.5, .val = 0.25, .test = 0.25, .seed = seed});
}

inline Model toy_model(int classes = 3, int window = 20, int channels = 3) {
  return sequential("toy", {window, channels},
                    {Conv1D{4, 3, relu}, MaxPool1D{2}, Flatten{}, Dense{8, relu}, Dense{classes, softmax}});
}

inline TrainedRun toy_run(const Splits &data, int epochs = 10) {
  return train(toy_model(data.classes(), data.train.window, data.train.channels), data,
               {.epochs = epochs, .batch = 8, .threads = 1});
}

}  // namespace mote::test

// Recordings of a generator, cut out of a longer signal as the capture sketch cuts them: by the onset of its
// rule, which push() of a trained model follows too.
//
// What moves is data/forearm.cpp.
#include "mote/synth.h"

#include <fmt/format.h>

#include "base/error.h"
#include "data/forearm.h"
#include "mote/decision.h"
#include "mote/test_stream.h"
#include "project/capture_rule.h"

namespace mote {

namespace {

constexpr uint64_t kSynthStream = 0x53594E54;  // "SYNT"

class Recorder {
 public:
  Recorder(uint64_t seed, int person)
      : seed_(seed), person_(static_cast<uint64_t>(person)), arm_(seed, person), sketch_(capture_sketch()) {}

  std::string record(const std::string &label, uint64_t label_index, uint64_t n) const {
    if (is_rest_class(label)) return rest(label, label_index, n);
    // who is not heard does it again, with more effort
    constexpr uint64_t kMostAttempts = 50;
    for (uint64_t attempt = 0; attempt < kMostAttempts; ++attempt)
      if (std::string text = event(label, label_index, n, attempt); !text.empty()) return text;
    throw InternalError("a simulated " + label + " that the capture rule never hears");
  }

 private:
  // Every row is recorded.
  std::string rest(const std::string &label, uint64_t label_index, uint64_t n) const {
    ForearmMotion motion = arm_.begin(label, 0, 1, Random(seed_, {kSynthStream, person_, label_index, n}));
    std::string text;
    for (int row = 0; row < sketch_.window; ++row) text += line(motion.next());
    return text;
  }

  // "": no onset.
  std::string event(const std::string &label, uint64_t label_index, uint64_t n, uint64_t attempt) const {
    constexpr double kMoreEffort = 0.1, kRest = 0.5, kLongest = 1.5;  // s; movement
    Random random(seed_, {kSynthStream, person_, label_index, n, attempt});
    const double rest = kRest + random.uniform();
    ForearmMotion motion = arm_.begin(label, rest, 1 + kMoreEffort * static_cast<double>(attempt), random);
    StreamWindows windows(sketch_.rule, sketch_.window, static_cast<int>(sketch_.channels.size()));
    const auto rows = static_cast<long>((rest + kLongest) * kForearmRate) + sketch_.window;
    std::vector<std::array<double, 6>> signal;
    while (std::ssize(signal) < rows) {
      const std::array<double, 6> &row = signal.emplace_back(motion.next());
      const std::vector<float> as_sensed(row.begin(), row.end());
      if (const std::optional<long> first = windows.next(as_sensed.data())) {
        std::string text;
        for (auto at = signal.begin() + *first; at != signal.end(); ++at) text += line(*at);
        return text;
      }
    }
    return "";
  }

  static std::string line(const std::array<double, 6> &row) {
    return fmt::format("{:.3f}\n", fmt::join(row, ","));
  }

  uint64_t seed_, person_;
  Forearm arm_;
  CaptureSketch sketch_;
};

}  // namespace

std::vector<SynthFile> synth_gestures(const SynthOptions &o) {
  if (o.persons < 1 || o.persons > 1000 || o.recordings < 1 || o.recordings > 10000)
    throw Error(ErrorCode::kInvalidArgument, "synth", "persons must be 1 .. 1000 and recordings 1 .. 10000");
  std::vector<SynthFile> files;
  const std::vector<std::string> labels = {"flex", "idle", "punch"};
  for (int person = 0; person < o.persons; ++person) {
    const Recorder recorder(o.seed, person);
    for (size_t label = 0; label < labels.size(); ++label) {
      std::string text = "aX,aY,aZ,gX,gY,gZ\n";
      for (int n = 0; n < o.recordings; ++n) {
        if (n > 0) text += "\n";
        text += recorder.record(labels[label], label, static_cast<uint64_t>(n));
      }
      files.push_back({fmt::format("person_{}/{}.csv", person + 1, labels[label]), std::move(text)});
    }
  }
  return files;
}

}  // namespace mote

// Settings of detectors of anomalies, beside model.detector, which makes a project one.
#include "project/entries.h"

namespace mote {

std::vector<Setting> anomaly_settings() {
  std::vector<std::string> detectors = detector_names().names();
  std::erase(detectors, detector_names().name_of(DetectorKind::kNone));
  return {
      texts(
          "anomaly.normal", [](auto &p) -> auto & { return p.normal; },
          "the classes that are normal, which alone are trained on; all others are anomalies, and test it")
          .only("model.detector", detectors),
      number(
          "anomaly.false_alarms", [](auto &p) -> auto & { return p.detector.false_alarms; }, 0, 0.999,
          "the share of normal windows that may be told as anomalies: the threshold is chosen so on the "
          "normal "
          "windows of the validation")
          .only("model.detector", detectors),
      number(
          "anomaly.reach", [](auto &p) -> auto & { return p.detector.reach; }, 1, 256,
          "how many times as far as normal windows the int8 input reaches: what is farther is clipped, and a "
          "larger "
          "one has wider steps")
          .only("model.detector", detectors),
      integer(
          "anomaly.adapt", [](auto &p) -> auto & { return p.detector.adapt; }, 0, 10'000'000,
          "the mean of each channel is followed over about so many rows and taken off, in recordings and on "
          "the "
          "board, so that what drifts slowly is no anomaly; 0: it is not")
          .in("rows")
          .only("model.detector", detectors),
  };
}

}  // namespace mote

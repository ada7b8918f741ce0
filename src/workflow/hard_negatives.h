// Hard negatives: what was told falsely, or nearly, as recordings to be labelled and trained on.
#pragma once

#include <string>
#include <vector>

#include "workflow/stream_source.h"
#include "workflow/stream_tuning.h"

namespace mote {

// A stretch of a stream: the windows by which a class was told, or nearly.
struct HardNegative {
  std::string stem;  // of its file
  long row = 0;      // first
  int label = 0;
  int score = 0;  // of 256
  bool is_near = false;
  std::vector<float> values;  // [rows, channels]
};

class HardNegatives {
 public:
  // The surest ones are kept, so many of them.
  static constexpr size_t kMost = 1000;

  // `is_rest`: of the model's classes; must outlive this.
  HardNegatives(const DecisionRule &rule, int window, int channels, const std::vector<bool> &is_rest,
                double near_share)
      : rule_(rule), window_(window), channels_(channels), is_rest_(is_rest), near_share_(near_share) {}

  // `told` of the scores, by the rule.
  void add(const StreamRecording &stream, const ScoredStream &scored, const ToldStream &told,
           const JudgedStream &judged, long tolerance);
  size_t near_misses() const { return near_; }
  size_t found() const { return found_; }
  const std::vector<HardNegative> &kept() const { return kept_; }

 private:
  void keep(const StreamRecording &stream, long row, int label, int score, bool is_near);

  const DecisionRule &rule_;
  int window_, channels_;
  const std::vector<bool> &is_rest_;
  double near_share_;
  size_t near_ = 0, found_ = 0;
  std::vector<HardNegative> kept_;
};

// Sounds as WAV, all else as CSV with the channels as header, named FILE_TIME_LABEL_SCORE. What is in the
// folder stays; a file that is there with the same bytes is not written again. Returns the new files. A
// folder that is new appears with all of them or not at all; into one that is there they move one by one,
// each whole. Errors: kIo.
struct WrittenNegatives {
  std::vector<std::string> files;
  size_t already_there = 0;
};
WrittenNegatives write_negatives(const std::vector<HardNegative> &list,
                                 const std::vector<std::string> &labels,
                                 const std::vector<std::string> &channels, double rate_hz,
                                 const std::string &folder);

}  // namespace mote

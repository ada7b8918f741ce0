// Callbacks of a training that leave files: the history as CSV after every epoch, the last and the best
// model.
//
// What a program prints while training is its own; the record of a finished run is written by workflow/.
#include "mote/report.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "mote/files.h"

namespace mote {

std::string history_csv(const std::vector<EpochRecord> &history) {
  if (!history.empty() && history.front().is_fit) {
    const EpochRecord &e = history.front();
    return fmt::format("score,val_score,seconds\n{},{},{:.3f}\n", e.loss,
                       e.has_validation ? fmt::format("{}", e.val_loss) : "", e.seconds);
  }
  const bool is_regression = !history.empty() && history.front().is_regression;
  const char *metric = is_regression ? "mae" : "accuracy";
  std::string text = fmt::format("epoch,loss,{0},val_loss,val_{0},learning_rate,seconds\n", metric);
  for (const EpochRecord &e : history)
    text += fmt::format("{},{},{},{},{},{:.3f}\n", e.epoch, e.loss, e.value(metric),
                        e.has_validation
                            ? fmt::format("{},{}", e.val_loss, e.value(fmt::format("val_{}", metric)))
                            : ",",  // empty where nothing was measured
                        e.learning_rate, e.seconds);
  return text;
}

Callback csv_log(const std::string &path) {
  return [path](const EpochEnd &end) {
    write_file(path, history_csv(end.history));
    return true;
  };
}

Callback checkpoint(const std::string &folder) {
  return [folder](const EpochEnd &end) {
    std::error_code code;
    fs::create_directories(folder, code);
    if (code) throw Error(ErrorCode::kIo, folder, "cannot be made: " + code.message());
    const std::string bytes = format_mote(end.model());
    write_file(fs::path(folder) / "last.mote", bytes);
    if (end.is_best) write_file(fs::path(folder) / "best.mote", bytes);
    return true;
  };
}

}  // namespace mote

// What is asked of streams, checked before hours are spent on it.
#include "workflow/stream_request.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/error.h"
#include "base/files.h"
#include "workflow/stream_source.h"

namespace mote {

namespace {

constexpr double kMostTolerance_s = 86400, kMostAllowed = 1e6;

void check_ending(const std::string &path, bool may_be_csv, const char *where) {
  if (path.empty()) return;
  const std::string ending = fs::path(path).extension().string();
  if (ending == ".png" || ending == ".svg" || (may_be_csv && ending == ".csv")) return;
  throw Error(ErrorCode::kInvalidArgument, path, fmt::format("{} is a picture", where),
              may_be_csv ? "name it .csv, .png or .svg" : "name it .png or .svg");
}

// NaN is in no range.
void check_range(const std::optional<double> &value, double most, const char *option) {
  if (value && !(*value >= 0 && *value <= most))
    throw Error(ErrorCode::kInvalidArgument, option, fmt::format("{:g} is out of range", *value),
                fmt::format("give a number from 0 to {:.0f}", most));
}

// A folder that can be written, in none that is read: its recordings would be streams of the next time.
void check_collect(const StreamRequest &request) {
  if (request.collect.empty()) return;
  const fs::path place = place_of_file(request.collect);
  for (const auto *names : {&request.streams, &request.tune_on})
    for (const std::string &name : *names) {
      std::error_code code;
      const fs::path folder = place_of_file(name);
      if (!fs::is_directory(folder, code)) continue;
      if (std::mismatch(folder.begin(), folder.end(), place.begin(), place.end()).first == folder.end())
        throw Error(ErrorCode::kInvalidArgument, request.collect,
                    fmt::format("lies in {}, so what is collected would be streams of the next time", name),
                    "collect into another folder");
    }
  std::error_code code;
  fs::path there = place;
  while (there.has_parent_path() && there != there.parent_path() && !fs::exists(there, code))
    there = there.parent_path();
  if (!fs::is_directory(there, code))
    throw Error(ErrorCode::kIo, request.collect, fmt::format("{} is no folder", there.string()),
                "give a folder to collect into");
  if (::access(there.c_str(), W_OK) != 0) throw io_error(request.collect, "write into the folder", errno);
}

}  // namespace

void check_stream_request(const StreamRequest &request) {
  if (request.streams.empty())
    throw Error(ErrorCode::kInvalidArgument, "stream", "no stream is given", "give a file or a folder");
  if (request.has_no_events && !request.labels.empty())
    throw Error(ErrorCode::kInvalidArgument, "stream", "there are labels, and there shall be no events",
                "give one of them");
  if (!request.tune_labels.empty() && request.tune_on.empty())
    throw Error(ErrorCode::kInvalidArgument, "stream",
                "there are labels of validation streams, and no such streams", "give them too");
  if (!(request.near_share > 0 && request.near_share <= 1))
    throw Error(ErrorCode::kInvalidArgument, "stream",
                fmt::format("{:g} is no share of the threshold", request.near_share),
                "give one above 0, up to 1");
  check_range(request.tolerance_s, kMostTolerance_s, "--tolerance");
  check_range(request.false_accepts_per_hour, kMostAllowed, "--false-accepts");
  check_collect(request);
  check_ending(request.curve, true, "the curve");
  check_ending(request.picture, false, "what was told");
}

}  // namespace mote

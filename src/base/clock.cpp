// The clock of records.
#include "base/clock.h"

#include <fmt/chrono.h>

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <string_view>

#include "base/error.h"

namespace mote {

std::tm record_time() {
  const char *given = std::getenv("SOURCE_DATE_EPOCH");
  if (given == nullptr || *given == '\0')
    return fmt::localtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
  constexpr long long kLast = 253402300799;  // of the year 9999, as runs have four digits for it
  const std::string_view text(given);
  long long seconds = -1;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (code != std::errc() || end != text.data() + text.size() || seconds < 0 || seconds > kLast)
    throw Error(ErrorCode::kInvalidArgument, "SOURCE_DATE_EPOCH",
                fmt::format("is '{}', which is no number of seconds since 1970", text),
                "unset it, or give it as `date +%s` prints it");
  return fmt::gmtime(static_cast<std::time_t>(seconds));
}

}  // namespace mote

// Fuzzes what a board printed, `mote profile --measured LOG`: any bytes give times that are numbers, or an
// Error.
//
// The first byte is how many layers the model has. The sum at the end of a measurement is made right where
// the log has one, as no fuzzer guesses it. Seeds: make_seeds.cpp.
#include <cmath>
#include <cstdlib>

#include "base/error.h"
#include "mote/device.h"

// The numbers of all lines before it, as the board adds them.
static uint32_t sum_of(const std::string &text) {
  uint32_t sum = 0;
  for (size_t at = text.find('='); at != std::string::npos; at = text.find('=', at + 1)) {
    const bool is_name = text.compare(at < 4 ? 0 : at - 4, 4, "hash") == 0 ||
                         text.compare(at < 6 ? 0 : at - 6, 6, "format") == 0;
    if (!is_name) sum += static_cast<uint32_t>(std::strtoull(text.c_str() + at + 1, nullptr, 10));
  }
  return sum;
}

static std::string with_sums(const std::string &log) {
  const std::string head = "mote-benchmark", end = "mote-end sum=";
  std::string made;
  for (size_t from = 0;;) {
    const size_t at = log.find(end, from);
    if (at == std::string::npos) return made + log.substr(from);
    const size_t begin = std::min(log.rfind(head, at), at);
    made += log.substr(from, at + end.size() - from) + std::to_string(sum_of(log.substr(begin, at - begin)));
    from = std::min(log.find_first_not_of("0123456789", at + end.size()), log.size());
  }
}

static void read_log(const std::string &log, size_t layers) {
  try {
    const mote::BoardTiming t = mote::parse_benchmark(log, "log", "toy", "0badcafe", layers);
    bool is_right = t.layers_s.size() == layers && t.call_s > 0 && t.repeats > 0 && std::isfinite(t.spread);
    for (const double seconds : t.layers_s) is_right &= std::isfinite(seconds) && seconds >= 0;
    if (!is_right) std::abort();
  } catch (const mote::Error &) {
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  const std::string log(reinterpret_cast<const char *>(data) + 1, size - 1);
  read_log(log, data[0]);
  read_log(with_sums(log), data[0]);
  return 0;
}

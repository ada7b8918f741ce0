// A curve is one letter a moment, between the lowest and the highest value that is shown of its channel.
#include "live_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "base/terminal_lines.h"
#include "cli.h"

namespace mote::cli {

namespace {

constexpr size_t kLeastMoments = 4, kMostMoments = 24, kLongestName = 8;

bool has_blocks() {
  for (const char *name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (const char *value = std::getenv(name); value != nullptr && *value != '\0')
      return std::string_view(value).find("UTF-8") != std::string_view::npos ||
             std::string_view(value).find("utf8") != std::string_view::npos;
  return false;
}

const std::vector<std::string> &letters() {
  static const std::vector<std::string> kBlocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
                                        kPlain = {"_", ".", ",", "-", "~", "=", "+", "#"};
  static const bool kHasBlocks = has_blocks();
  return kHasBlocks ? kBlocks : kPlain;
}

std::string curve(const std::vector<float> &moments, size_t width) {
  const size_t from = moments.size() - std::min(width, moments.size());
  float low = 0, high = 0;
  bool is_first = true;
  for (const float v : moments)
    if (std::isfinite(v)) {
      low = is_first ? v : std::min(low, v);
      high = is_first ? v : std::max(high, v);
      is_first = false;
    }
  std::string text;
  const auto steps = static_cast<float>(letters().size());
  for (size_t i = from; i < moments.size(); ++i) {
    const float share = high > low && std::isfinite(moments[i]) ? (moments[i] - low) / (high - low) : 0;
    text += letters()[static_cast<size_t>(std::clamp(share * steps, 0.0f, steps - 1))];
  }
  return text;
}

std::string state_text(const CollectView &view) {
  using State = CollectView::State;
  switch (view.state) {
    case State::kMeasuring:
      return "listening";
    case State::kCountdown:
      return fmt::format("in {:.0f}", std::ceil(view.seconds));
    case State::kKey:
      return "press Enter";
    case State::kRest:
      return "hold still";
    case State::kArmed:
      return "ready";
    case State::kRecording:
      return fmt::format("recording {:.1f} s", view.seconds);
    case State::kGone:
      return fmt::format("gone, {:.0f} s left", std::ceil(view.seconds));
  }
  return "";
}

// As many channels as there is room for.
std::string curves(const CollectView &view, size_t room) {
  if (view.channels == nullptr || view.trace == nullptr || view.trace->empty()) return "";
  const size_t count = view.trace->size(), share = room / count;
  const auto name_of = [&](size_t c) { return shown(shortened((*view.channels)[c], kLongestName)); };
  size_t longest = 0;
  for (size_t c = 0; c < count; ++c) longest = std::max(longest, columns_of(name_of(c)));
  const bool has_names = share >= longest + kLeastMoments + 2;
  const size_t beside = has_names ? longest + 2 : 1;
  const size_t width = std::clamp(share > beside ? share - beside : 0, kLeastMoments, kMostMoments);
  std::string text;
  for (size_t c = 0; c < count && (c + 1) * (width + beside) <= room; ++c)
    text += " " + (has_names ? name_of(c) + " " : "") + curve((*view.trace)[c], width);
  return text;
}

}  // namespace

void LiveTrace::show(const CollectView &view) {
  if (!is_on_) return;
  std::string text = fmt::format("{}/{} {}", view.whole, count_, state_text(view));
  if (view.rate_hz > 0) text += fmt::format("  {:.4g} Hz ", view.rate_hz);
  const size_t columns = columns_now(Stream::kErr), used = columns_of(text) + 1;
  line_.show(text + curves(view, columns > used ? columns - used : 0));
}

}  // namespace mote::cli

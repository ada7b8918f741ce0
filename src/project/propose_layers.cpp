// The network of a proposed mote.toml: small, of the kind that fits what the recordings are, and there to be
// changed.
#include <fmt/format.h>

#include <algorithm>

#include "data/readers/readers.h"
#include "project/propose.h"

namespace mote {

bool are_sounds(const Recordings &set) {
  return !set.items.empty() && set.rate_hz > 0 &&
         std::all_of(set.items.begin(), set.items.end(),
                     [](const Recording &r) { return is_sound(fs::path(r.file)); });
}

static std::string bring_rates_together(LoadOptions &options, const Recordings &set) {
  const bool differ = std::any_of(set.findings.begin(), set.findings.end(), [](const Finding &f) {
    return f.message.find("the files before at") != std::string::npos;
  });
  if (!differ || options.is_resampled || !(set.lowest_rate_hz > 0)) return "";
  options.rate_hz = set.lowest_rate_hz;  // what a file does not hold cannot be made
  options.is_resampled = true;
  return fmt::format("rate_hz {:g} and resample: the files are of several rates, of which this is the lowest",
                     options.rate_hz);
}

std::string bring_together(LoadOptions &options, const Recordings &set) {
  const std::string how = fit_pictures(options, set);
  return how.empty() ? bring_rates_together(options, set) : how;
}

std::string proposed_layers(const Recordings &set, int window, bool is_autoencoder) {
  if (set.image_height > 0)
    return "  { type = \"conv2d\", filters = 8, kernel = 3, stride = 2, activation = \"relu\" },\n"
           "  { type = \"conv2d\", filters = 16, kernel = 3, stride = 2, activation = \"relu\" },\n"
           "  { type = \"flatten\" },\n  { type = \"dense\", units = 32, activation = \"relu\" },\n"
           "  { type = \"dense\", units = \"classes\", activation = \"softmax\" },\n";
  if (set.is_features)
    return "  { type = \"dense\", units = 32, activation = \"relu\" },\n  { type = \"dense\", units = 16, "
           "activation = \"relu\" },\n"
           "  { type = \"dense\", units = \"classes\", activation = \"softmax\" },\n";
  if (are_sounds(set) && !is_autoencoder)
    return "  { type = \"conv1d\", filters = 16, kernel = 5, stride = 2, activation = \"relu\" },\n"
           "  { type = \"conv1d\", filters = 16, kernel = 3, activation = \"relu\" },\n"
           "  { type = \"global_avg_pool1d\" },\n"
           "  { type = \"dense\", units = \"classes\", activation = \"softmax\" },\n";
  if (is_autoencoder)
    return fmt::format(
        "  {{ type = \"flatten\" }},\n  {{ type = \"dense\", units = 16, activation = \"relu\" }},\n  {{ "
        "type = \"dense\", units = {} }},\n",
        window * set.channel_count());
  if (window < 16)
    return "  { type = \"flatten\" },\n  { type = \"dense\", units = 32, activation = \"relu\" },\n"
           "  { type = \"dense\", units = \"classes\", activation = \"softmax\" },\n";
  return "  { type = \"conv1d\", filters = 8, kernel = 5, activation = \"relu\" },\n  { type = "
         "\"max_pool1d\", pool = 2 },\n"
         "  { type = \"conv1d\", filters = 16, kernel = 3, activation = \"relu\" },\n  { type = "
         "\"flatten\" },\n"
         "  { type = \"dense\", units = 16, activation = \"relu\" },\n  { type = \"dense\", units = "
         "\"classes\", activation = \"softmax\" },\n";
}

}  // namespace mote

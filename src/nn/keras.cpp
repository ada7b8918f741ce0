// Keras' names of settings beside ours, and a pass that puts ours in place of them; a list such as
// pool_size = [2, 2] is spread over the settings that we name one by one.
//
// Unknown names pass through, for complete_attrs() to refuse with a suggestion. Names of layers:
// LayerDef::aliases.
#include "nn/keras.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace mote {

const std::vector<KerasName> &keras_names() {
  static const std::vector<KerasName> kNames = {
      {"kernel_size", {"kernel"}},
      {"strides", {"stride"}},
      {"pool_size", {"pool"}},
      {"dilation_rate", {"dilation"}},
      {"depth_multiplier", {"multiplier"}},
      {"kernel_initializer", {"initializer"}},
      {"depthwise_initializer", {"initializer"}},
      {"negative_slope", {"alpha"}},
      {"target_shape", {"shape"}},
      {"padding", {"before", "after"}},
      {"padding", {"top", "bottom", "left", "right"}},
      {"cropping", {"before", "after"}},
      {"cropping", {"top", "bottom", "left", "right"}},
  };
  return kNames;
}

Attrs keras_attrs(const std::string &where, const std::vector<AttrSpec> &specs, const Attrs &given) {
  const auto knows = [&](const std::string &name) {
    return std::any_of(specs.begin(), specs.end(), [&](const AttrSpec &s) { return s.name == name; });
  };
  Attrs attrs;
  for (const auto &[key, value] : given) {
    const auto &names = keras_names();
    const auto found = std::find_if(names.begin(), names.end(), [&, &name = key](const KerasName &k) {
      return k.keras == name && std::all_of(k.ours.begin(), k.ours.end(), knows);
    });
    if (knows(key) || found == names.end()) {
      attrs[key] = value;
      continue;
    }
    const std::vector<std::string> &ours = found->ours;
    const auto *list = std::get_if<std::vector<int64_t>>(&value);
    const bool is_spread = ours.size() > 1 && list != nullptr;
    if (is_spread && (list->empty() || ours.size() % list->size() != 0))
      throw Error(ErrorCode::kInvalidArgument, where,
                  fmt::format("{}: {} values for {}", key, list->size(), fmt::join(ours, ", ")));
    for (size_t i = 0; i < ours.size(); ++i) {
      if (given.contains(ours[i]))
        throw Error(ErrorCode::kInvalidArgument, where,
                    fmt::format("{}: is another name of {}, which is given too", key, ours[i]), "keep one");
      attrs[ours[i]] = is_spread ? Attr((*list)[i * list->size() / ours.size()]) : value;
    }
  }
  return attrs;
}

}  // namespace mote

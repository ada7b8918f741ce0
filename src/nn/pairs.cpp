#include "nn/pairs.h"

#include <fmt/format.h>

#include "base/error.h"

namespace mote::nn {

std::vector<int64_t> pair_of(const std::string &where, const Attrs &attrs, const char *key) {
  const std::vector<int64_t> &list = attrs.list(key);
  if (list.size() == 1) return {list[0], list[0]};
  if (list.size() != 2)
    throw Error(ErrorCode::kInvalidArgument, where, fmt::format("{}: expected [vertical, horizontal]", key));
  return list;
}

AttrSpec pair_spec(const char *name, int64_t value, const char *doc, double low, double high) {
  return {name, std::vector<int64_t>{value, value}, doc, {}, low, high};
}

}  // namespace mote::nn

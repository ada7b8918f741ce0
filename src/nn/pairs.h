// Settings of 2-D layers that users give as one number or as [vertical, horizontal].
#pragma once

#include "tensor/attrs.h"

namespace mote::nn {

// The list of two, a single number standing for both. Errors: kInvalidArgument.
std::vector<int64_t> pair_of(const std::string &where, const Attrs &attrs, const char *key);
AttrSpec pair_spec(const char *name, int64_t value, const char *doc, double low, double high);

}  // namespace mote::nn

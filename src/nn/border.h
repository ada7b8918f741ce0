// Zeros around a value, and cutting a border off.
#pragma once

#include <string>
#include <vector>

#include "mote/model.h"

namespace mote::nn {

// `before` and `after`: one number per axis of the value. Errors: kShape when the value has other axes, or
// when nothing would be left.
int add_border(Graph &graph, const std::string &type, const std::string &name, int value,
               const std::vector<int64_t> &before, const std::vector<int64_t> &after);
int remove_border(Graph &graph, const std::string &type, const std::string &name, int value,
                  const std::vector<int64_t> &before, const std::vector<int64_t> &after);

}  // namespace mote::nn

// Values and names as C source.
#pragma once

#include <string>
#include <vector>

#include "mote/shape.h"

namespace mote {

const char *c_type(DType dtype);
std::string int_list(const std::vector<int64_t> &values);  // initializers, lines of at most 110 characters
std::string float_list(const std::vector<float> &values);
std::string value_list(DType dtype, const uint8_t *bytes, size_t count);  // of a tensor's bytes

}  // namespace mote

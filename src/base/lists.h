// What is asked of a list of things: where one of them is.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace mote {

// The place of the first that is equal to `value`; the size of the list where none is.
template <class List, class Value>
size_t place_in(const List &list, const Value &value) {
  return std::find(std::begin(list), std::end(list), value) - std::begin(list);
}

}  // namespace mote

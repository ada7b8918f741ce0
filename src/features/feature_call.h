// FeatureCall: how C calls the routine of a block, with the parameters that the host gives it.
//
// Each routine takes its parameters as a struct of integers, floats and tables (runtime/features/). A block
// names the struct's members once, fills the struct for a step, and this writes it down: nothing is said
// twice.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace mote {

// The name of a table of the step, or a number.
using FeatureValue = std::variant<int32_t, float, std::string>;

// mote_NAME(&params, x, work, y), where params is a mote_NAME_params; NAME.c is its source.
struct FeatureCall {
  std::string name;
  std::vector<std::pair<std::string, FeatureValue>> fields;
  std::string source() const { return name + ".c"; }
};

template <class Params>
struct FeatureMember {
  std::string name;  // as C has it; a table is called like its member
  std::variant<int32_t Params::*, float Params::*, const float * Params::*, const int16_t * Params::*,
               const uint16_t * Params::*, const int32_t * Params::*>
      member;
};

// A table that is null is left out.
template <class Params>
FeatureCall feature_call(const std::string &name, const std::vector<FeatureMember<Params>> &members,
                         const Params &params) {
  FeatureCall call{name, {}};
  for (const FeatureMember<Params> &m : members)
    std::visit(
        [&, &field = m.name](auto member) {
          const auto value = params.*member;
          if constexpr (std::is_pointer_v<std::remove_const_t<decltype(value)>>) {
            if (value != nullptr) call.fields.emplace_back(field, field);
          } else {
            call.fields.emplace_back(field, value);
          }
        },
        m.member);
  return call;
}

}  // namespace mote

// Logistic function and hyperbolic tangent in fixed point, as gemmlowp's fixedpoint.h defines
// them. Qm.n: m integer and n fraction bits of an int32.
#pragma once

#include <cstdint>

namespace mote::ops {

int32_t fixed_logistic(int32_t a);  // Q4.27 -> Q0.31
int32_t fixed_tanh(int32_t a);      // Q4.27 -> Q0.31

}  // namespace mote::ops

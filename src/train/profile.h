// How fast this machine could be, which a TrainingProfile (mote/train.h) is compared with.
#pragma once

#include "base/threads.h"

namespace mote {

// Float32 multiply-adds per second, times 2, that the threads of the pool reach together in a loop of nothing
// else; takes some 20 ms. 0 where there is no vector tier.
double measure_peak_flops(ThreadPool &pool);

}  // namespace mote

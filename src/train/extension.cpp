// An extension that overrides nothing changes nothing: each takes from here what it has no use for.
#include "train/extension.h"

namespace mote {

void TrainExtension::begin(const Graph &, const std::vector<float *> &) {}
void TrainExtension::before_step(const StepInput &, ThreadPool &) {}
double TrainExtension::loss(int, size_t, const float *, double, float *) const { return 0; }
void TrainExtension::before_update(const std::vector<float *> &, const std::vector<float *> &) {}
void TrainExtension::after_update(uint64_t, const std::vector<float *> &) {}
std::vector<float> TrainExtension::memory() const { return {}; }
void TrainExtension::restore(const std::vector<float> &) {}

}  // namespace mote

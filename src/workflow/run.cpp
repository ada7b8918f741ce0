#include "mote/workflow.h"

namespace mote {

Splits splits_of(const Run &run) { return load_run_data(run).splits; }

}  // namespace mote

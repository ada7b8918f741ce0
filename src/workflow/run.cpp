// Splits of a run, for programs that want its windows and not the notes about them. All else about runs:
// runs/.
#include "mote/workflow.h"

namespace mote {

Splits splits_of(const Run &run) { return load_run_data(run).splits; }

}  // namespace mote

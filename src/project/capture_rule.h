// What the capture sketch of `mote init` records, and by which rule; `mote synth` cuts its events by the
// same.
#pragma once

#include "codegen/c/capture.h"

namespace mote {

CaptureSketch capture_sketch();

}  // namespace mote

// What `mote evaluate --stream` is asked for.
#pragma once

#include "mote/stream_evaluation.h"

namespace mote {

// Errors: kInvalidArgument naming the option that cannot be, or does not go with another; kIo for a folder to
// collect into that cannot be written.
void check_stream_request(const StreamRequest &request);

}  // namespace mote

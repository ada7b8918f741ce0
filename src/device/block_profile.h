// Blocks of features in a profile: what each takes of a window, and what push() takes of a stream, measured
// or estimated.
#pragma once

#include "mote/device.h"

namespace mote {

// Fills blocks with estimates; their instructions come on top of those of the call.
void describe_blocks(const IntegerProgram &program, Profile &profile);
void add_measured_blocks(const Measurement &found, Profile &profile);
// Bytes of the routines of blocks, without what they need of the compiler's library; of a core that was never
// measured those of a Cortex-M4.
double estimate_block_code(const std::string &core, const IntegerProgram &program);

// What push() keeps and how it computes features; the instructions of its rows, estimated from those of the
// profile. Without effect where there is no push().
void describe_push(const IntegerProgram &program, const ExportCOptions &options, Profile &profile);

// Rows of the table of blocks, "" where there are none.
std::string blocks_text(const Profile &profile);
std::string push_text(const Profile &profile);

}  // namespace mote

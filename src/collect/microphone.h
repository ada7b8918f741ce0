// This computer's microphone, the default device of ALSA, as samples of 16 bits.
#pragma once

#include <functional>
#include <memory>

#include "collect/source.h"
#include "collect/stream.h"

namespace mote {

// `describe` is told what comes. Errors: kNotFound where there is no such device; kUnsupported where mote was
// built without ALSA.
std::unique_ptr<ByteSource> open_microphone(double rate_hz,
                                            const std::function<void(const StreamDescription &)> &describe);

}  // namespace mote

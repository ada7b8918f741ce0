// Where bytes of a recording come from: a serial port, or this computer's microphone.
#pragma once

#include <memory>
#include <string>

namespace mote {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Appends what has come; waits at most so long for it. false: it is gone (unplugged), or broken.
  virtual bool read(std::string &bytes, int wait_ms) = 0;
  // Since it was asked last: something is missing before what was read then.
  virtual bool has_broken() { return false; }
};

}  // namespace mote

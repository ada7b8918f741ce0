// A serial port of this computer, for us alone.
//
// libserialport tells which ports there are and what is plugged into them. It opens no port without modem
// lines, so that pseudo-terminals and USB gadgets would be left out; bytes are read by the system's own calls
// (decision 0027).
#pragma once

#include <string>
#include <vector>

#include "collect/source.h"

namespace mote {

class SerialPort : public ByteSource {
 public:
  // Errors: kNotFound with the ports that there are; kIo: in use by another, no permission, no serial port.
  SerialPort(const std::string &path, int baud);
  ~SerialPort() override;
  SerialPort(const SerialPort &) = delete;
  SerialPort &operator=(const SerialPort &) = delete;

  bool read(std::string &bytes, int wait_ms) override;
  void set_baud(int baud);  // what came before at another one is forgotten

 private:
  std::string path_;
  int fd_;
};

// Rates that the system has, the usual one first.
const std::vector<int> &usual_bauds();
bool is_baud(int baud);

}  // namespace mote

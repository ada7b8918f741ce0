// Sources: termios(3), tty_ioctl(4), flock(2).
#include "collect/serial_port.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <libserialport.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>

#include "base/error.h"
#include "base/files.h"
#include "mote/collect.h"

namespace mote {

namespace {

const std::map<int, speed_t> &speeds() {
  static const std::map<int, speed_t> kSpeeds = {
      {1200, B1200},       {2400, B2400},      {4800, B4800},       {9600, B9600},       {19200, B19200},
      {38400, B38400},     {57600, B57600},    {115200, B115200},   {230400, B230400},   {460800, B460800},
      {500000, B500000},   {921600, B921600},  {1000000, B1000000}, {1500000, B1500000}, {2000000, B2000000},
      {3000000, B3000000}, {4000000, B4000000}};
  return kSpeeds;
}

std::string text_of(const char *text) { return text == nullptr ? "" : text; }

std::string ports_text() {
  std::string text;
  for (const SerialPortInfo &port : serial_ports())
    text += (text.empty() ? "" : ", ") + port.path + (port.board.empty() ? "" : " (" + port.board + ")");
  return text.empty() ? "no serial port is plugged in; look at the cable (some carry power only)"
                      : "there are " + text;
}

Error open_error(const std::string &path, int code) {
  if (code == ENOENT || code == ENODEV || code == ENXIO)
    return Error(ErrorCode::kNotFound, path, "there is no such port", ports_text());
  if (code == EACCES)
    return Error(ErrorCode::kIo, path, "you may not read this port",
                 "add yourself to its group (sudo usermod -a -G dialout $USER) and log in again");
  if (code == EBUSY || code == EWOULDBLOCK)
    return Error(ErrorCode::kIo, path, "another program has this port open",
                 "close it (a serial monitor, another `mote collect`) and run again");
  return io_error(path, "open", code);
}

}  // namespace

std::vector<SerialPortInfo> serial_ports() {
  std::vector<SerialPortInfo> found;
  sp_port **list = nullptr;
  if (sp_list_ports(&list) != SP_OK) return found;
  for (sp_port **port = list; *port != nullptr; ++port) {
    const bool is_usb = sp_get_port_transport(*port) == SP_TRANSPORT_USB;
    const std::string product = is_usb ? text_of(sp_get_port_usb_product(*port)) : "";
    found.push_back({text_of(sp_get_port_name(*port)), !product.empty() ? product
                                                       : is_usb ? text_of(sp_get_port_description(*port))
                                                                : ""});
  }
  sp_free_port_list(list);
  return found;
}

const std::vector<int> &usual_bauds() {
  static const std::vector<int> kBauds = {115200, 921600, 230400,  460800,  9600,
                                          57600,  500000, 1000000, 2000000, 38400};
  return kBauds;
}

bool is_baud(int baud) { return speeds().count(baud) > 0; }

SerialPort::SerialPort(const std::string &path, int baud) : path_(path) {
  fd_ = ::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd_ < 0) throw open_error(path, errno);
  const auto refuse = [&](const Error &error) {
    ::close(fd_);
    throw error;
  };
  if (::isatty(fd_) == 0)
    refuse(Error(ErrorCode::kIo, path, "is no serial port", "give one as --port; " + ports_text()));
  // the lock is looked at by programs that use libserialport, the other by the system
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0 || ::ioctl(fd_, TIOCEXCL) != 0) refuse(open_error(path, EBUSY));
  try {
    set_baud(baud);
  } catch (const Error &e) {
    refuse(e);
  }
}

SerialPort::~SerialPort() {
  ::ioctl(fd_, TIOCNXCL);
  ::close(fd_);
}

void SerialPort::set_baud(int baud) {
  termios settings = {};
  if (::tcgetattr(fd_, &settings) != 0) throw io_error(path_, "set up", errno);
  ::cfmakeraw(&settings);
  settings.c_cflag |= CLOCAL | CREAD;
  settings.c_cflag &= ~static_cast<tcflag_t>(CRTSCTS | CSTOPB);
  settings.c_cc[VMIN] = 0;
  settings.c_cc[VTIME] = 0;
  const speed_t speed = speeds().at(baud);
  ::cfsetispeed(&settings, speed);
  ::cfsetospeed(&settings, speed);
  if (::tcsetattr(fd_, TCSANOW, &settings) != 0)
    throw Error(ErrorCode::kIo, path_, fmt::format("does not take {} baud: {}", baud, std::strerror(errno)));
}

bool SerialPort::read(std::string &bytes, int wait_ms) {
  pollfd wanted = {fd_, POLLIN, 0};
  const int ready = ::poll(&wanted, 1, wait_ms);
  if (ready <= 0) return ready == 0 || errno == EINTR;
  constexpr size_t kPiece = size_t{1} << 16;
  const size_t had = bytes.size();
  bytes.resize(had + kPiece);
  const ssize_t n = ::read(fd_, bytes.data() + had, kPiece);
  const int code = errno;
  bytes.resize(had + static_cast<size_t>(n > 0 ? n : 0));
  return n > 0 || (n < 0 && (code == EAGAIN || code == EINTR));
}

}  // namespace mote

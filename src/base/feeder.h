// Feeder: one piece of work at a time on a thread of its own, while the caller does something else.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace mote {

class Feeder {
 public:
  Feeder();
  ~Feeder();  // waits for the work at hand
  Feeder(const Feeder &) = delete;
  Feeder &operator=(const Feeder &) = delete;

  void start(std::function<void()> work);  // not before the last was waited for
  void wait();                             // rethrows what the work threw; returns at once if there is none

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> work_;
  bool is_busy_ = false, is_over_ = false;
  std::exception_ptr error_;
  std::thread thread_;
};

}  // namespace mote

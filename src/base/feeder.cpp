// One thread that does one piece of work at a time. An error of the work is kept and thrown by wait(). Where
// the system lets no thread start, the caller of start() does the work: later, not otherwise.
//
// For work that many threads share: threads.h.
#include "base/feeder.h"

#include <system_error>
#include <utility>

namespace mote {

Feeder::Feeder() {
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error &) {
  }
}

Feeder::~Feeder() {
  {
    std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Feeder::start(std::function<void()> work) {
  if (!thread_.joinable()) {
    try {
      work();
    } catch (...) {
      error_ = std::current_exception();
    }
    return;
  }
  {
    std::lock_guard lock(mutex_);
    work_ = std::move(work);
    is_busy_ = true;
  }
  changed_.notify_all();
}

void Feeder::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !is_busy_; });
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

void Feeder::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return is_over_ || is_busy_; });
    if (!is_busy_) return;
    lock.unlock();
    std::exception_ptr error;
    try {
      work_();
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    error_ = error;
    is_busy_ = false;
    changed_.notify_all();
  }
}

}  // namespace mote

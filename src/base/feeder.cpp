// One thread that does one piece of work at a time. An error of the work is kept and thrown by wait().
//
// For work that many threads share: threads.h.
#include "base/feeder.h"

#include <utility>

namespace mote {

Feeder::Feeder() : thread_([this] { run(); }) {}

Feeder::~Feeder() {
  {
    std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Feeder::start(std::function<void()> work) {
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

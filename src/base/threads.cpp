// Workers spin briefly between steps, then yield, then sleep on the generation counter.
#include "base/threads.h"

#include "base/cpu.h"

namespace mote {

constexpr int kSpins = 2000, kYields = 50;

int hardware_threads() {
  const unsigned n = std::thread::hardware_concurrency();
  return n == 0 ? 1 : static_cast<int>(n);
}

ThreadPool::ThreadPool(int threads) {
  for (int i = 1; i < threads; ++i) workers_.emplace_back([this] { worker(); });
}

ThreadPool::~ThreadPool() {
  stop_ = true;
  generation_.fetch_add(1);
  generation_.notify_all();
  for (std::thread &worker : workers_) worker.join();
}

void ThreadPool::drain() {
  try {
    for (int i = next_.fetch_add(1); i < count_; i = next_.fetch_add(1)) (*work_)(i);
  } catch (...) {
    std::lock_guard lock(error_mutex_);
    if (!error_) error_ = std::current_exception();
  }
}

void ThreadPool::worker() {
  FlushDenormals flush;
  unsigned seen = 0;
  while (true) {
    for (int i = 0; i < kSpins + kYields && generation_.load(std::memory_order_acquire) == seen; ++i)
      if (i >= kSpins) std::this_thread::yield();
    generation_.wait(seen, std::memory_order_acquire);
    seen = generation_.load(std::memory_order_acquire);
    if (stop_) return;
    drain();
    if (active_.fetch_sub(1, std::memory_order_acq_rel) == 1) active_.notify_one();
  }
}

void ThreadPool::run(int count, const std::function<void(int)> &work) {
  FlushDenormals flush;
  if (count == 1 || workers_.empty()) {
    for (int i = 0; i < count; ++i) work(i);
    return;
  }
  work_ = &work;
  count_ = count;
  error_ = nullptr;
  next_ = 0;
  active_ = static_cast<int>(workers_.size());
  generation_.fetch_add(1, std::memory_order_release);
  generation_.notify_all();
  drain();
  for (int spins = 0;; ++spins) {
    const int still = active_.load(std::memory_order_acquire);
    if (still == 0) break;
    if (spins > kSpins + kYields)
      active_.wait(still, std::memory_order_acquire);
    else if (spins > kSpins)
      std::this_thread::yield();
  }
  if (error_) std::rethrow_exception(error_);
}

}  // namespace mote

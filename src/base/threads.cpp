// Workers spin briefly between steps, then yield, then sleep on the generation counter.
#include "base/threads.h"

#include <algorithm>
#include <system_error>

#include "base/cpu.h"

namespace mote {

constexpr int kSpins = 2000, kYields = 50;

int hardware_threads() {
  const unsigned n = std::thread::hardware_concurrency();
  return n == 0 ? 1 : static_cast<int>(n);
}

ThreadPool::ThreadPool(int threads) {
  try {
    for (int i = 1; i < threads; ++i) workers_.emplace_back([this] { worker(); });
  } catch (const std::system_error &) {
    // the system lets no more start: those that did share the work, the result is the same
  }
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

// The caller waited longer than it worked: its workers were kept from theirs.
void ThreadPool::judge(Clock::time_point start, Clock::time_point own_end, Clock::time_point end) {
  constexpr auto kShortest = std::chrono::microseconds(100);
  constexpr auto kFirstPause = std::chrono::milliseconds(20), kLongestPause = std::chrono::milliseconds(640);
  constexpr int kManyLate = 2;
  if (end - own_end < kShortest + (own_end - start)) {
    if (late_ == 0) pause_ = {};
    late_ = 0;
    return;
  }
  if (++late_ < kManyLate) return;
  pause_ = std::clamp<Clock::duration>(2 * pause_, kFirstPause, kLongestPause);
  alone_until_ = end + pause_;
  late_ = kManyLate - 1;  // the next one that is late is enough
}

void ThreadPool::run(int count, const std::function<void(int)> &work) {
  FlushDenormals flush;
  const auto alone = [&] {
    for (int i = 0; i < count; ++i) work(i);
  };
  if (count == 1 || workers_.empty()) return alone();
  const auto start = Clock::now();
  if (start < alone_until_) return alone();
  work_ = &work;
  count_ = count;
  error_ = nullptr;
  next_ = 0;
  active_ = workers_.size();
  generation_.fetch_add(1, std::memory_order_release);
  generation_.notify_all();
  drain();
  const auto own_end = Clock::now();
  for (int spins = 0;; ++spins) {
    const int still = active_.load(std::memory_order_acquire);
    if (still == 0) break;
    if (spins > kSpins + kYields)
      active_.wait(still, std::memory_order_acquire);
    else if (spins > kSpins)
      std::this_thread::yield();
  }
  judge(start, own_end, Clock::now());
  if (error_) std::rethrow_exception(error_);
}

}  // namespace mote

// ThreadPool: runs the shards of one step. What a shard computes never depends on which thread runs it.
#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace mote {

int hardware_threads();

class ThreadPool {
 public:
  explicit ThreadPool(int threads);  // the calling thread is one of them; threads >= 1
  ~ThreadPool();
  ThreadPool(const ThreadPool &) = delete;
  ThreadPool &operator=(const ThreadPool &) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls work(0) .. work(count-1), each exactly once, and returns when all are done. Denormals are flushed
  // within. The first exception thrown by a shard is rethrown here.
  void run(int count, const std::function<void(int)> &work);

 private:
  using Clock = std::chrono::steady_clock;
  void worker();
  void drain();
  void judge(Clock::time_point start, Clock::time_point own_end, Clock::time_point end);

  std::vector<std::thread> workers_;
  std::atomic<unsigned> generation_{0};
  std::atomic<int> next_{0}, active_{0};
  std::atomic<bool> stop_{false};
  int count_ = 0;
  const std::function<void(int)> *work_ = nullptr;
  // While another program has a worker's core, waiting for it costs more than it brings: then the caller
  // works alone for a while before it tries again.
  int late_ = 0;  // runs in a row whose workers came late
  Clock::duration pause_{};
  Clock::time_point alone_until_{};
  std::mutex error_mutex_;
  std::exception_ptr error_;
};

}  // namespace mote

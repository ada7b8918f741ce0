// The peak of this machine, measured, and where the time of a training went beside it.
#include "train/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "kernels/gemm.h"
#include "mote/train.h"

namespace mote {

double TrainingProfile::flop() const {
  double sum = 0;
  for (const Row &r : rows) sum += r.flop;
  return sum;
}

double TrainingProfile::share_of_peak() const {
  return peak_flops > 0 && step_s > 0 ? flop() / step_s / peak_flops : 0;
}

double measure_peak_flops(ThreadPool &pool) {
  const kernels::FmaChains chains = kernels::fma_chains();
  if (chains.run == nullptr) return 0;
  constexpr long kRounds = 20000;
  constexpr int kTasks = 16;  // so that a thread that begins late does its share all the same
  double best = 0;
  for (int attempt = 0; attempt < 8; ++attempt) {
    const auto start = std::chrono::steady_clock::now();
    pool.run(kTasks * pool.threads(), [&](int) {
      float sink[256] = {1.0f};
      chains.run(kRounds, sink);
    });
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    best = std::max(best, chains.flop * kRounds * kTasks * pool.threads() / seconds);
  }
  return best;
}

std::string profile_text(const TrainingProfile &p) {
  const double total = p.feed_s + p.step_s + p.update_s, steps = std::max<uint64_t>(1, p.steps);
  std::string text = fmt::format(
      "{} steps on {} thread{}, {:.1f} us each: forward and backward {:.1f} %, data {:.1f} %, "
      "optimizer {:.1f} %.\n",
      p.steps, p.threads, p.threads == 1 ? "" : "s", 1e6 * total / steps, 100 * p.step_s / total,
      100 * p.feed_s / total, 100 * p.update_s / total);
  if (p.peak_flops > 0)
    text += fmt::format("{:.1f} GFLOP/s in forward and backward, {:.0f} % of the {:.0f} that {} can do.\n",
                        1e-9 * p.flop() / p.step_s, 100 * p.share_of_peak(), 1e-9 * p.peak_flops,
                        p.threads == 1 ? "this core" : "these cores");
  double busy = 0;
  std::map<std::string, TrainingProfile::Row> by_op;
  for (const auto &r : p.rows) {
    auto &sum = by_op[r.op];
    sum.op = r.op;
    sum.forward_s += r.forward_s;
    sum.backward_s += r.backward_s;
    sum.flop += r.flop;
    busy += r.forward_s + r.backward_s;
  }
  const auto seconds = [](const TrainingProfile::Row &r) { return r.forward_s + r.backward_s; };
  const auto slowest_first = [&](std::vector<TrainingProfile::Row> rows) {
    std::stable_sort(rows.begin(), rows.end(), [&](auto &a, auto &b) { return seconds(a) > seconds(b); });
    return rows;
  };
  const auto table = [&](const std::string &title, const std::vector<TrainingProfile::Row> &rows,
                         bool by_layer) {
    text += fmt::format("\n{:<28} {:>12} {:>12} {:>7} {:>9}\n", title, "forward us", "backward us", "share",
                        "GFLOP/s");
    for (const auto &r : rows)
      text += fmt::format("{:<28} {:>12.1f} {:>12.1f} {:>5.1f} % {:>9}\n", by_layer ? r.layer : r.op,
                          1e6 * r.forward_s / steps, 1e6 * r.backward_s / steps, 100 * seconds(r) / busy,
                          r.flop > 0 ? fmt::format("{:.1f}", 1e-9 * r.flop / seconds(r)) : "-");
  };
  std::vector<TrainingProfile::Row> ops;
  for (const auto &[name, row] : by_op) ops.push_back(row);
  table("op, time of a step per thread", slowest_first(ops), false);
  std::vector<TrainingProfile::Row> layers = slowest_first(p.rows);
  if (layers.size() > 10) layers.resize(10);
  table("slowest layers", layers, true);
  return text;
}

}  // namespace mote

// The matrix product on the shapes of small models, beside the peak of a multiply-add loop on the same tier.
#include <benchmark/benchmark.h>

#include "base/cpu.h"
#include "base/random.h"
#include "kernels/gemm.h"

namespace mote {

static void product(benchmark::State &state) {
  const int m = static_cast<int>(state.range(0)), n = static_cast<int>(state.range(1)),
            k = static_cast<int>(state.range(2));
  Random random(1);
  std::vector<float> a(static_cast<size_t>(m * k)), b(static_cast<size_t>(k * n)),
      y(static_cast<size_t>(m * n)), expected(y);
  for (auto *v : {&a, &b})
    for (float &x : *v) x = static_cast<float>(random.normal());
  kernels::Gemm g{m, n, k, a.data(), k, 1, b.data(), n, y.data(), n};
  kernels::gemm(g);
  g.y = expected.data();
  kernels::gemm_ref(g);
  if (y != expected) return state.SkipWithError("differs from the reference");
  g.y = y.data();
  for (auto _ : state) {
    kernels::gemm(g);
    benchmark::ClobberMemory();
  }
  state.SetLabel(std::string(tier_name(active_tier())));
  state.counters["GFLOP/s"] =
      benchmark::Counter(2e-9 * m * n * k, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(product)
    ->Args({16, 32, 300})
    ->Args({16, 16, 32})
    ->Args({96, 8, 15})
    ->Args({46, 16, 24})
    ->Args({512, 128, 640})
    ->Args({300, 32, 16})
    ->Args({125, 64, 64})
    ->Args({32, 16, 144})
    ->Args({128, 640, 128});

}  // namespace mote

// Integer programs on the host: the int8 gesture network and, where they are at hand, the MLPerf Tiny models;
// each with its share of the int8 peak of one core, measured here by a loop of nothing but products.
#include <benchmark/benchmark.h>

#include <chrono>
#include <filesystem>

#include "base/cpu.h"
#include "base/files.h"
#include "base/random.h"
#include "graph/cost.h"
#include "graph/op_def.h"
#include "kernels/target_region.h"
#include "mote/mote.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace mote {

namespace {

#if defined(__x86_64__)
MOTE_TARGET_BEGIN("avx2")
__attribute__((noinline)) int peak_avx2(int64_t rounds) {  // 16 products an instruction
  __m256i sums[12], x = _mm256_set1_epi16(3), w = _mm256_set1_epi16(5);
  for (__m256i &s : sums) s = _mm256_setzero_si256();
  for (int64_t i = 0; i < rounds; ++i) {
    __asm__ volatile("" : "+x"(x), "+x"(w));
#pragma GCC unroll 16
    for (__m256i &s : sums) s = _mm256_add_epi32(s, _mm256_madd_epi16(x, w));
  }
  for (const __m256i &s : sums) x = _mm256_add_epi32(x, s);
  return _mm256_extract_epi32(x, 0);
}
MOTE_TARGET_END
MOTE_TARGET_BEGIN("avx512f,avx512bw,avx512vnni")
__attribute__((noinline)) int peak_vnni(int64_t rounds) {  // 64 products an instruction
  __m512i sums[12], x = _mm512_set1_epi8(3), w = _mm512_set1_epi8(5);
  for (__m512i &s : sums) s = _mm512_set1_epi32(0);
  for (int64_t i = 0; i < rounds; ++i) {
    __asm__ volatile("" : "+v"(x), "+v"(w));
#pragma GCC unroll 16
    for (__m512i &s : sums) s = _mm512_dpbusd_epi32(s, x, w);
  }
  for (const __m512i &s : sums) x = _mm512_add_epi32(x, s);
  return _mm_cvtsi128_si32(_mm512_castsi512_si128(x));
}
MOTE_TARGET_END
#endif

// Multiply-adds per second, in 1e9; 0 where the tier has no vector products.
double int8_peak() {
#if defined(__x86_64__)
  const bool vnni = active_tier() == Tier::kAvx512 && __builtin_cpu_supports("avx512vnni");
  if (active_tier() == Tier::kScalar) return 0;
  double best = 0;
  for (int repeat = 0; repeat < 5; ++repeat) {
    constexpr int64_t kRounds = 4'000'000;
    const auto start = std::chrono::steady_clock::now();
    int sum = vnni ? peak_vnni(kRounds) : peak_avx2(kRounds);
    benchmark::DoNotOptimize(sum);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    best = std::max(best, 12.0 * (vnni ? 64 : 16) * kRounds / took.count() * 1e-9);
  }
  return best;
#else
  return 0;
#endif
}

uint64_t macs_of(const IntegerProgram &p) {
  uint64_t macs = 0;
  for (const ProgramLayer &l : p.layers) macs += cost_of(p, l).macs;
  return macs;
}

void report(benchmark::State &state, const IntegerProgram &p) {
  static const double peak = int8_peak();
  const double macs = static_cast<double>(macs_of(p));
  using benchmark::Counter;
  state.counters["GMAC/s"] = Counter(1e-9 * macs, Counter::kIsIterationInvariantRate);
  if (peak > 0) state.counters["of_peak"] = Counter(1e-9 * macs / peak, Counter::kIsIterationInvariantRate);
  state.counters["samples/s"] = Counter(1, Counter::kIsIterationInvariantRate);
}

void gesture(benchmark::State &state) {
  Dataset data;
  data.window = 100;
  data.channels = 3;
  data.labels = {"a", "b", "c"};
  Random random(1);
  for (int i = 0; i < 12; ++i) {
    data.classes.push_back(i % 3);
    for (int k = 0; k < 300; ++k) data.values.push_back(static_cast<float>(random.normal()));
  }
  data.sources.resize(12);
  const Model model = sequential(
      "net", {100, 3},
      {Conv1D{8, 5, relu}, MaxPool1D{2}, Conv1D{16, 3, relu}, Flatten{}, Dense{16, relu}, Dense{3, softmax}});
  const TrainedRun run = train(model, {data, data, data, ""}, {.epochs = 1, .threads = 1});
  HostProgram host(quantize(run.model, {data}));
  int8_t scores[3];
  for (auto _ : state) {
    host.predict(data.example(0), scores);
    benchmark::DoNotOptimize(scores);
  }
  report(state, host.program());
}
BENCHMARK(gesture);

// A model of $MOTE_DATA/mlperf_tiny/models on random input; `images` invocations an iteration.
void foreign(benchmark::State &state, const char *name, int images) {
  const char *given = std::getenv("MOTE_DATA");
  const fs::path path = fs::path(given ? given : "../shared/data") / "mlperf_tiny" / "models" / name;
  if (!fs::exists(path)) return state.SkipWithError("the model is not here (set MOTE_DATA)");
  HostProgram host(parse_tflite(read_file(path), name));
  std::vector<uint8_t> in(host.input_bytes()), out(host.output_bytes());
  Random random(1);
  for (uint8_t &b : in) b = static_cast<uint8_t>(random.below(256));
  for (auto _ : state)
    for (int i = 0; i < images; ++i) host.invoke(in.data(), out.data());
  benchmark::DoNotOptimize(out.data());
  if (images == 1) report(state, host.program());
}
BENCHMARK_CAPTURE(foreign, resnet8, "pretrainedResnet_quant.tflite", 1);
BENCHMARK_CAPTURE(foreign, kws, "kws_ref_model.tflite", 1);
BENCHMARK_CAPTURE(foreign, vww, "vww_96_int8.tflite", 1);
BENCHMARK_CAPTURE(foreign, ad01, "ad01_int8.tflite", 1);
BENCHMARK_CAPTURE(foreign, resnet8_10000_images, "pretrainedResnet_quant.tflite", 10000)
    ->Iterations(1)
    ->Unit(benchmark::kSecond);

}  // namespace
}  // namespace mote

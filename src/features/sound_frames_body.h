// Frames of sound, kLanes of them at once: a part of sound_frames.cpp, which includes it for each instruction
// set. A value of all frames is a line of kLanes floats; complex values are two lines.

using Line = float __attribute__((vector_size(kLanes * sizeof(float))));
using Bits = uint32_t __attribute__((vector_size(kLanes * sizeof(float))));
using Whole = int32_t __attribute__((vector_size(kLanes * sizeof(float))));
#define MOTE_LINE(i) (z + static_cast<ptrdiff_t>(i) * kLanes)

// The first two steps, whose cosines and sines are 0 and 1: sums alone.
static inline __attribute__((always_inline)) void plain_butterflies(float *z, int count) {
  for (int i = 0; i < 2 * count; i += 8) {
    Line x[8];
    for (int j = 0; j < 8; ++j) x[j] = MOTE_LOAD(Line, MOTE_LINE(i + j));
    const Line sum_re = x[0] + x[2], sum_im = x[1] + x[3], rest_re = x[0] - x[2], rest_im = x[1] - x[3];
    const Line more_re = x[4] + x[6], more_im = x[5] + x[7], less_re = x[4] - x[6], less_im = x[5] - x[7];
    MOTE_STORE(Line, MOTE_LINE(i), sum_re + more_re);
    MOTE_STORE(Line, MOTE_LINE(i + 1), sum_im + more_im);
    MOTE_STORE(Line, MOTE_LINE(i + 2), rest_re + less_im);
    MOTE_STORE(Line, MOTE_LINE(i + 3), rest_im - less_re);
    MOTE_STORE(Line, MOTE_LINE(i + 4), sum_re - more_re);
    MOTE_STORE(Line, MOTE_LINE(i + 5), sum_im - more_im);
    MOTE_STORE(Line, MOTE_LINE(i + 6), rest_re - less_im);
    MOTE_STORE(Line, MOTE_LINE(i + 7), rest_im + less_re);
  }
}

static inline __attribute__((always_inline)) void butterflies(float *z, int n, int half,
                                                              const float *quarter) {
  const int count = n / 2, step = n / (2 * half);
  for (int k = 0; k < half; ++k) {
    const Turn t = turn_of(k * step, n, quarter);
    for (int i = k; i < count; i += 2 * half) {
      float *const a = MOTE_LINE(2 * i), *const b = MOTE_LINE(2 * (i + half));
      const Line a_re = MOTE_LOAD(Line, a), a_im = MOTE_LOAD(Line, a + kLanes);
      const Line b_re = MOTE_LOAD(Line, b), b_im = MOTE_LOAD(Line, b + kLanes);
      const Line re = b_re * t.cosine + b_im * t.sine, im = b_im * t.cosine - b_re * t.sine;
      MOTE_STORE(Line, b, a_re - re);
      MOTE_STORE(Line, b + kLanes, a_im - im);
      MOTE_STORE(Line, a, a_re + re);
      MOTE_STORE(Line, a + kLanes, a_im + im);
    }
  }
}

// mote_power_spectrum_f32() of samples that lie where the transform wants them.
static void power_spectrum(float *z, int n, const float *quarter) {
  const int count = n / 2;
  int half = 1;
  if (count >= 4) {
    plain_butterflies(z, count);
    half = 4;
  }
  for (; half < count; half *= 2) butterflies(z, n, half, quarter);
  const Line first_re = MOTE_LOAD(Line, z), first_im = MOTE_LOAD(Line, MOTE_LINE(1));
  const Line first = first_re + first_im, last = first_re - first_im;
  // of bin k and bin count - k, which are parted from the complex values k and count - k
  for (int k = 1; 2 * k <= count; ++k) {
    const Turn t = turn_of(k, n, quarter);
    float *const a = MOTE_LINE(2 * k), *const b = MOTE_LINE(2 * (count - k));
    const Line a_re = MOTE_LOAD(Line, a), a_im = MOTE_LOAD(Line, a + kLanes);
    const Line b_re = MOTE_LOAD(Line, b), b_im = MOTE_LOAD(Line, b + kLanes);
    const Line even_re = 0.5f * (a_re + b_re), even_im = 0.5f * (a_im - b_im);
    const Line odd_re = 0.5f * (a_im + b_im), odd_im = 0.5f * (b_re - a_re);
    const Line re = odd_re * t.cosine + odd_im * t.sine, im = odd_im * t.cosine - odd_re * t.sine;
    const Line far_re = even_re - re, far_im = im - even_im, near_re = even_re + re, near_im = even_im + im;
    MOTE_STORE(Line, b, far_re * far_re + far_im * far_im);
    MOTE_STORE(Line, a, near_re * near_re + near_im * near_im);
  }
  MOTE_STORE(Line, z, first * first);
  for (int k = 1; k < count; ++k) MOTE_STORE(Line, MOTE_LINE(k), MOTE_LOAD(Line, MOTE_LINE(2 * k)));
  MOTE_STORE(Line, MOTE_LINE(count), last * last);
}

// mote_log()
static inline __attribute__((always_inline)) void logarithm(float *to, float scale_by, float add) {
  const Line ln2_high = Line{} + 0.693359375f, ln2_low = Line{} - 2.12194440e-4f;
  const Line x = MOTE_LOAD(Line, to);
  const Whole is_denormal = x < 1.17549435e-38f;
  const Line scaled = is_denormal ? x * 16777216.0f : x;
  Bits bits;
  __builtin_memcpy(&bits, &scaled, sizeof bits);
  const Bits exponents = (bits + (0x3f800000u - 0x3f3504f3u)) >> 23;
  const Bits significand = bits - ((exponents - 127u) << 23);
  const Whole k = reinterpret_cast<Whole>(exponents) - 127;
  Line m;
  __builtin_memcpy(&m, &significand, sizeof m);
  const Line exponent = __builtin_convertvector(is_denormal ? k - 24 : k, Line);
  const Line s = (m - 1.0f) / (m + 1.0f), square = s * s;
  const Line series =
      ((((0.18181818f * square + 0.22222222f) * square + 0.28571429f) * square + 0.4f) * square +
       0.66666667f) *
      square;
  const Line y = exponent * ln2_high + (2.0f * s + (s * series + exponent * ln2_low));
  MOTE_STORE(Line, to, y * scale_by + add);
}

// Windows samples i of all frames, whose first ones `sample` gives, and lays them where the transform wants
// them.
template <class Sample>
static inline __attribute__((always_inline)) void load_lines(const mote_audio_frames_params &p, Sample sample,
                                                             Line scales, const int *places, float *z) {
  Line before{};
  for (int lane = 0; p.pre_emphasis != 0 && lane < kLanes; ++lane) before[lane] = sample(lane, -1);
  before = before * scales;
  for (int i = 0; i < p.frame; ++i) {
    Line v;
    for (int lane = 0; lane < kLanes; ++lane) v[lane] = sample(lane, i);
    v = v * scales;
    Line out = v - p.pre_emphasis * before;
    before = v;
    if (p.taper != nullptr) out = out * p.taper[i];
    MOTE_STORE(Line, MOTE_LINE(2 * places[i / 2] + (i & 1)), out);
  }
  for (int i = p.frame; i < p.fft; ++i) MOTE_STORE(Line, MOTE_LINE(2 * places[i / 2] + (i & 1)), Line{});
}

// Samples of the frames from `t` on; after the last frame that frame again.
static void load_frames(const mote_audio_frames_params &p, const float *x, int t, float scale,
                        const int *places, float *z) {
  int starts[kLanes];
  Line scales;
  bool is_inside = true;
  for (int lane = 0; lane < kLanes; ++lane) {
    const int frame = t + lane < p.frames ? t + lane : p.frames - 1;
    starts[lane] = p.start + frame * p.step;
    is_inside = is_inside && starts[lane] >= 1 && starts[lane] + p.frame <= p.samples;
    scales[lane] = p.scaling == MOTE_AUDIO_BY_FRAME ? scale_of(p, x, starts[lane], p.frame, true) : scale;
  }
  if (is_inside)
    load_lines(
        p, [&](int lane, int i) { return x[starts[lane] + i]; }, scales, places, z);
  else
    load_lines(
        p, [&](int lane, int i) { return sample_at(p, x, starts[lane] + i); }, scales, places, z);
}

// Energies of the filters in the first lines.
static void filter(const mote_audio_frames_params &p, float *z) {
  const float *weight = p.weights;
  float *energies = MOTE_LINE(p.fft / 2 + 1);
  for (int f = 0; f < p.filters; ++f) {
    Line sum{};
    for (int i = 0; i < p.count[f]; ++i) sum = sum + MOTE_LOAD(Line, MOTE_LINE(p.first[f] + i)) * *weight++;
    MOTE_STORE(Line, energies + static_cast<ptrdiff_t>(f) * kLanes, sum);
  }
}

static void levels_of(const mote_audio_frames_params &p, float *z) {
  for (int i = 0; i < values_of(p); ++i) {
    const Line v = MOTE_LOAD(Line, MOTE_LINE(i)), floor = Line{} + p.floor;
    if (p.log_kind == MOTE_AUDIO_LOG_OF_SUM) MOTE_STORE(Line, MOTE_LINE(i), v + floor);
    if (p.log_kind == MOTE_AUDIO_LOG_OF_LARGER) MOTE_STORE(Line, MOTE_LINE(i), v > floor ? v : floor);
    if (p.log_kind == MOTE_AUDIO_NO_LOG)
      MOTE_STORE(Line, MOTE_LINE(i), v * p.gain + p.offset);
    else
      logarithm(MOTE_LINE(i), p.gain, p.offset);
  }
}

static void all_frames(const mote_audio_frames_params &p, const float *x, float *y) {
  const int bins = p.fft / 2 + 1, values = values_of(p);
  const size_t lines = static_cast<size_t>(p.fft > bins + p.filters ? p.fft : bins + p.filters) + 2;
  const std::unique_ptr<float[]> lanes(new float[lines * kLanes]);
  const std::unique_ptr<float[]> levels(
      new float[static_cast<size_t>(p.frames) * static_cast<size_t>(values)]);
  const std::unique_ptr<int[]> places = places_of(p.fft / 2);
  const float scale = scale_of_window(p, x);
  float *const z = lanes.get();
  for (int t = 0; t < p.frames; t += kLanes) {
    load_frames(p, x, t, scale, places.get(), z);
    power_spectrum(z, p.fft, p.quarter);
    for (int i = 0; i < bins; ++i) {
      if (!p.is_power)
        for (int lane = 0; lane < kLanes; ++lane) MOTE_LINE(i)[lane] = mote_sqrt(MOTE_LINE(i)[lane]);
      else if (p.power_scale != 1.0f)
        MOTE_STORE(Line, MOTE_LINE(i), MOTE_LOAD(Line, MOTE_LINE(i)) * p.power_scale);
    }
    float *of_frames = z;
    if (p.filters) {
      filter(p, z);
      of_frames = MOTE_LINE(bins);
    }
    levels_of(p, of_frames);
    for (int lane = 0; lane < kLanes && t + lane < p.frames; ++lane) {
      float *to = levels.get() + static_cast<ptrdiff_t>(t + lane) * values;
      for (int i = 0; i < values; ++i) to[i] = of_frames[i * kLanes + lane];
    }
  }
  write_rows(p, levels.get(), y);
}

#undef MOTE_LINE

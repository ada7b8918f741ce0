/* A frame is windowed, transformed and brought into filters in `work`: its spectrum is from 0 on, the
 * energies of the filters are behind it. */
#include "mote_audio_frames.h"

#include "mote_rfft_f32.h"

static float mote_audio_sample(const mote_audio_frames_params *p, const float *x, int32_t i) {
  const int32_t last = p->samples - 1;
  if (p->is_mirrored) {
    if (i < 0) i = -i;
    if (i > last) i = 2 * last - i;
  }
  return i < 0 || i > last ? 0.0f : x[i];
}

static float mote_audio_largest(const mote_audio_frames_params *p, const float *x, int32_t start,
                                int32_t count, int is_magnitude) {
  float largest = 0.0f;
  int32_t i;
  for (i = 0; i < count; ++i) {
    float v = mote_audio_sample(p, x, start + i);
    if (is_magnitude && v < 0.0f) v = -v;
    if (i == 0 || v > largest) largest = v;
  }
  return largest;
}

/* What samples are multiplied by. Silence stays as it is. */
static float mote_audio_scale(const mote_audio_frames_params *p, const float *x, int32_t start, int32_t count,
                              int is_magnitude) {
  const float largest = mote_audio_largest(p, x, start, count, is_magnitude);
  const float smallest = 1.17549435e-38f; /* whose reciprocal is finite */
  return largest < smallest && largest > -smallest ? 1.0f : 1.0f / largest;
}

static void mote_audio_load(const mote_audio_frames_params *p, const float *x, int32_t start, float scale,
                            float *work) {
  const int is_inside = start >= 1 && start + p->frame <= p->samples;
  float before = p->pre_emphasis == 0.0f ? 0.0f : mote_audio_sample(p, x, start - 1) * scale;
  int32_t i;
  for (i = 0; i < p->frame; ++i) {
    const float v = (is_inside ? x[start + i] : mote_audio_sample(p, x, start + i)) * scale;
    work[i] = v - p->pre_emphasis * before;
    before = v;
  }
  if (p->taper)
    for (i = 0; i < p->frame; ++i) work[i] *= p->taper[i];
  for (i = p->frame; i < p->fft; ++i) work[i] = 0.0f;
}

static float *mote_audio_filters(const mote_audio_frames_params *p, float *work) {
  const MOTE_FLASH float *weight = p->weights;
  float *energies = work + p->fft / 2 + 1;
  int32_t f, i;
  for (f = 0; f < p->filters; ++f) {
    const float *bins = work + p->first[f];
    float sum = 0.0f;
    for (i = 0; i < p->count[f]; ++i) sum += bins[i] * *weight++;
    energies[f] = sum;
  }
  return energies;
}

static float mote_audio_level(const mote_audio_frames_params *p, float v) {
  if (p->log_kind == MOTE_AUDIO_LOG_OF_SUM) v = mote_log(v + p->floor);
  if (p->log_kind == MOTE_AUDIO_LOG_OF_LARGER) v = mote_log(v > p->floor ? v : p->floor);
  return v * p->gain + p->offset;
}

static int32_t mote_audio_values(const mote_audio_frames_params *p) {
  return p->filters ? p->filters : p->fft / 2 + 1;
}

/* Returns the levels of one frame, which are in `work`. */
static float *mote_audio_frame(const mote_audio_frames_params *p, const float *x, int32_t t, float scale,
                               float *work) {
  const int32_t start = p->start + t * p->step, bins = p->fft / 2 + 1, values = mote_audio_values(p);
  float *levels = work;
  int32_t i;
  if (p->scaling == MOTE_AUDIO_BY_FRAME) scale = mote_audio_scale(p, x, start, p->frame, 1);
  mote_audio_load(p, x, start, scale, work);
  mote_power_spectrum_f32(work, p->fft, p->quarter);
  if (!p->is_power)
    for (i = 0; i < bins; ++i) work[i] = mote_sqrt(work[i]);
  else if (p->power_scale != 1.0f)
    for (i = 0; i < bins; ++i) work[i] *= p->power_scale;
  if (p->filters) levels = mote_audio_filters(p, work);
  for (i = 0; i < values; ++i) levels[i] = mote_audio_level(p, levels[i]);
  return levels;
}

/* The lowest level that there may be. */
static float mote_audio_lowest(const mote_audio_frames_params *p, const float *x, float scale, float *work) {
  const int32_t values = mote_audio_values(p);
  float largest = 0.0f;
  int32_t t, i;
  if (p->range == 0.0f) return p->low;
  for (t = 0; t < p->frames; ++t) {
    const float *levels = mote_audio_frame(p, x, t, scale, work);
    for (i = 0; i < values; ++i)
      if ((t == 0 && i == 0) || levels[i] > largest) largest = levels[i];
  }
  return largest - p->range > p->low ? largest - p->range : p->low;
}

static void mote_audio_row(const mote_audio_frames_params *p, const float *levels, float *row) {
  const int32_t values = mote_audio_values(p);
  const MOTE_FLASH float *cosine = p->dct;
  int32_t k, i;
  if (!p->coefficients)
    for (i = 0; i < values; ++i) row[i] = levels[i];
  for (k = 0; k < p->coefficients; ++k) {
    float sum = 0.0f;
    for (i = 0; i < values; ++i) sum += levels[i] * *cosine++;
    row[k] = sum;
  }
}

MOTE_SHARED void mote_audio_frames(const mote_audio_frames_params *p, const float *x, float *work, float *y) {
  const int32_t values = mote_audio_values(p), width = p->coefficients ? p->coefficients : values;
  const int32_t rows = p->frames - p->stacked + 1;
  float scale = p->scale, lowest;
  int32_t t, i, place;
  if (p->scaling == MOTE_AUDIO_BY_MAXIMUM || p->scaling == MOTE_AUDIO_BY_MAGNITUDE)
    scale = mote_audio_scale(p, x, 0, p->samples, p->scaling == MOTE_AUDIO_BY_MAGNITUDE);
  lowest = mote_audio_lowest(p, x, scale, work);
  for (t = 0; t < p->frames; ++t) {
    float *levels = mote_audio_frame(p, x, t, scale, work);
    for (i = 0; i < values; ++i) {
      if (levels[i] < lowest) levels[i] = lowest;
      if (levels[i] > p->high) levels[i] = p->high;
    }
    for (place = 0; place < p->stacked; ++place)
      if (t >= place && t - place < rows)
        mote_audio_row(p, levels, y + ((t - place) * p->stacked + place) * width);
  }
}

/* Frames of sound: spectra, mel energies, cepstral coefficients. */
#ifndef MOTE_AUDIO_FRAMES_H
#define MOTE_AUDIO_FRAMES_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
  MOTE_AUDIO_FIXED_SCALE = 0,
  MOTE_AUDIO_BY_MAXIMUM = 1,
  MOTE_AUDIO_BY_MAGNITUDE = 2,
  MOTE_AUDIO_BY_FRAME = 3
};
enum { MOTE_AUDIO_NO_LOG = 0, MOTE_AUDIO_LOG_OF_SUM = 1, MOTE_AUDIO_LOG_OF_LARGER = 2 };

typedef struct {
  int32_t samples;
  int32_t frame, step, fft; /* samples; frame <= fft, fft as in mote_rfft_f32.h */
  int32_t frames, start;    /* how many, and where the first begins: before sample 0 if negative */
  int32_t is_mirrored;      /* samples that there are not: 0: zeros; 1: mirrored at the first and last one */
  int32_t
      scaling; /* samples: 0: times scale; else by the clip's maximum, its largest magnitude, each frame's */
  float scale;
  float pre_emphasis; /* sample i minus this times sample i - 1 */
  int32_t is_power;   /* of the spectrum: 0: |X|, 1: |X|^2 times power_scale */
  float power_scale;
  int32_t filters;  /* 0: every bin from 0 to fft / 2 */
  int32_t log_kind; /* v: as it is, ln(v + floor), ln(max(v, floor)) */
  float floor;
  float gain, offset;              /* then times gain plus offset */
  float range;                     /* then at least the window's largest value minus this; 0: no such limit */
  float low, high;                 /* then at least low and at most high */
  int32_t coefficients;            /* 0: without cosine transform */
  int32_t stacked;                 /* frames that follow each other in one row: 1, or rows overlap */
  const MOTE_FLASH float *taper;   /* the window, frame values; null: all 1 */
  const MOTE_FLASH float *quarter; /* as in mote_rfft_f32.h */
  const MOTE_FLASH int16_t *first; /* per filter: its first bin, and of how many it has the weights */
  const MOTE_FLASH int16_t *count;
  const MOTE_FLASH float *weights;
  const MOTE_FLASH float *dct; /* coefficients x filters */
} mote_audio_frames_params;

/* x: samples. y: frames - stacked + 1 rows of stacked x values, where a frame has as many values as
 * coefficients, else filters, else bins. work: fft + 2 values, and at least fft / 2 + 1 + filters. */
void mote_audio_frames(const mote_audio_frames_params *p, const float *x, float *work, float *y);

#ifdef __cplusplus
}
#endif

#endif

/* The micro front end among the blocks in integers, which it is by itself. */
#ifndef MOTE_FIXED_MICRO_FRONTEND_H
#define MOTE_FIXED_MICRO_FRONTEND_H

#include "mote_fixed.h"
#include "mote_micro_frontend.h"

typedef mote_micro_frontend_params mote_fixed_micro_frontend_params;

#ifdef __cplusplus
extern "C" {
#endif

void mote_fixed_micro_frontend(const mote_fixed_micro_frontend_params *p, const int16_t *x, int32_t *work,
                               int32_t *y);

#ifdef __cplusplus
}
#endif

#endif

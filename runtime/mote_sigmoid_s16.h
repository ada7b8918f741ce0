/* Logistic function and hyperbolic tangent of int16 values by table, shared by layers and recurrent cells.
 * v is the argument times 3 * 4096; the table spans +-10.7. Results in Q0.15. */
#ifndef MOTE_SIGMOID_S16_H
#define MOTE_SIGMOID_S16_H

#include "mote_runtime.h"

int16_t mote_sigmoid_q15(int32_t v);
int16_t mote_tanh_q15(int32_t v);

#endif

/* LSTM over a sequence: int8 activations and weights, int16 gates and cell state. No peephole, projection or
 * layer norm. The state starts at zero with every call. Arithmetic: TensorFlow Lite's
 * UNIDIRECTIONAL_SEQUENCE_LSTM. */
#include "mote_runtime.h"

/* sigmoid(i / 24) in Q0.16; the reference's table, which differs from correct rounding in 44 entries. */
static const uint16_t sigmoid_table[256] = {
    32768, 33451, 34133, 34813, 35493, 36169, 36843, 37513, 38180, 38841, 39498, 40149, 40794, 41432, 42064,
    42688, 43304, 43912, 44511, 45102, 45683, 46255, 46817, 47369, 47911, 48443, 48964, 49475, 49975, 50464,
    50942, 51409, 51865, 52311, 52745, 53169, 53581, 53983, 54374, 54755, 55125, 55485, 55834, 56174, 56503,
    56823, 57133, 57433, 57724, 58007, 58280, 58544, 58800, 59048, 59288, 59519, 59743, 59959, 60168, 60370,
    60565, 60753, 60935, 61110, 61279, 61441, 61599, 61750, 61896, 62036, 62172, 62302, 62428, 62549, 62666,
    62778, 62886, 62990, 63090, 63186, 63279, 63368, 63454, 63536, 63615, 63691, 63765, 63835, 63903, 63968,
    64030, 64090, 64148, 64204, 64257, 64308, 64357, 64405, 64450, 64494, 64536, 64576, 64614, 64652, 64687,
    64721, 64754, 64786, 64816, 64845, 64873, 64900, 64926, 64950, 64974, 64997, 65019, 65039, 65060, 65079,
    65097, 65115, 65132, 65149, 65164, 65179, 65194, 65208, 65221, 65234, 65246, 65258, 65269, 65280, 65291,
    65301, 65310, 65319, 65328, 65337, 65345, 65352, 65360, 65367, 65374, 65381, 65387, 65393, 65399, 65404,
    65410, 65415, 65420, 65425, 65429, 65433, 65438, 65442, 65445, 65449, 65453, 65456, 65459, 65462, 65465,
    65468, 65471, 65474, 65476, 65479, 65481, 65483, 65485, 65488, 65489, 65491, 65493, 65495, 65497, 65498,
    65500, 65501, 65503, 65504, 65505, 65507, 65508, 65509, 65510, 65511, 65512, 65513, 65514, 65515, 65516,
    65517, 65517, 65518, 65519, 65520, 65520, 65521, 65522, 65522, 65523, 65523, 65524, 65524, 65525, 65525,
    65526, 65526, 65526, 65527, 65527, 65528, 65528, 65528, 65529, 65529, 65529, 65529, 65530, 65530, 65530,
    65530, 65531, 65531, 65531, 65531, 65531, 65532, 65532, 65532, 65532, 65532, 65532, 65533, 65533, 65533,
    65533, 65533, 65533, 65533, 65533, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534,
    65535,
};

static int16_t saturate(int32_t x) { return (int16_t)(x < -32768 ? -32768 : x > 32767 ? 32767 : x); }

/* Sigmoid of x in Q3.12, result Q0.15. */
static int16_t sigmoid(int16_t x) {
  const int32_t v = 3 * (int32_t)x; /* the table spans +-10.7 */
  const uint32_t u = (uint32_t)(v < 0 ? -v : v), h = u >> 9;
  uint32_t r = (uint32_t)0x7FFF << 10;
  if (h < 255)
    r = ((uint32_t)sigmoid_table[h] << 9) + (u & 0x1FF) * ((uint32_t)sigmoid_table[h + 1] - sigmoid_table[h]);
  r = v >= 0 ? r + (1u << 9) : (1u << 25) - r + (1u << 9) - 1;
  return (int16_t)(r >> 10);
}

/* tanh of x * 2^scale_power, result Q0.15. */
static int16_t hyperbolic_tangent(int16_t x, int scale_power) {
  const int left = 12 + scale_power;
  const int32_t v = left >= 0 ? (int32_t)x * (3 << left) : ((int32_t)x * 3 + (1 << (-left - 1))) >> -left;
  const uint32_t u = (uint32_t)(v < 0 ? -v : v), h = u >> 8;
  int32_t r = (int32_t)0xFFFF << 8;
  if (h < 255)
    r = (int32_t)(((uint32_t)sigmoid_table[h] << 8) +
                  (u & 0xFF) * ((uint32_t)sigmoid_table[h + 1] - sigmoid_table[h]));
  r = v >= 0 ? r - (1 << 23) + (1 << 7) : -r + (1 << 23) + (1 << 7) - 1;
  return (int16_t)(r >> 8);
}

void mote_lstm_s8(const mote_lstm_s8_params *p, const int8_t *x, const int8_t *input_weights,
                  const int8_t *recurrent_weights, const int32_t *bias, int16_t *cell, int8_t *y) {
  int32_t n, t, j, k;
  int g;
  for (n = 0; n < p->batches; ++n) {
    const int8_t *hidden = 0; /* of the step before; none yet */
    for (j = 0; j < p->cells; ++j) cell[j] = 0;
    for (t = 0; t < p->steps; ++t, x += p->inputs, y += p->cells) {
      for (j = 0; j < p->cells; ++j) {
        int16_t gate[4]; /* input, forget, cell, output */
        int32_t kept, added, c;
        for (g = 0; g < 4; ++g) {
          const int8_t *w = input_weights + (g * p->cells + j) * p->inputs;
          const int8_t *r = recurrent_weights + (g * p->cells + j) * p->cells;
          int32_t from_input = bias[g * p->cells + j], from_hidden = 0;
          for (k = 0; k < p->inputs; ++k) from_input += (int32_t)w[k] * ((int32_t)x[k] - p->input_zero_point);
          if (hidden)
            for (k = 0; k < p->cells; ++k)
              from_hidden += (int32_t)r[k] * ((int32_t)hidden[k] - p->hidden_zero_point);
          from_input = saturate(mote_requantize(from_input, p->input_multiplier[g], p->input_shift[g]));
          from_hidden =
              saturate(mote_requantize(from_hidden, p->recurrent_multiplier[g], p->recurrent_shift[g]));
          gate[g] = saturate(from_input + from_hidden); /* Q3.12 */
        }
        kept = saturate(
            mote_requantize((int32_t)sigmoid(gate[1]) * cell[j], p->forget_multiplier, p->forget_shift));
        added = (int32_t)sigmoid(gate[0]) * hyperbolic_tangent(gate[2], -12);
        added = saturate(mote_requantize(added, p->update_multiplier, p->update_shift));
        c = saturate(kept + added);
        if (p->cell_clip > 0) c = c < -p->cell_clip ? -p->cell_clip : c > p->cell_clip ? p->cell_clip : c;
        cell[j] = (int16_t)c;
        c = (int32_t)hyperbolic_tangent(cell[j], p->cell_scale_power) * sigmoid(gate[3]);
        c = mote_requantize(c, p->output_multiplier, p->output_shift) + p->hidden_zero_point;
        y[j] = mote_clamp_s8(c, -128, 127);
      }
      hidden = y;
    }
  }
}

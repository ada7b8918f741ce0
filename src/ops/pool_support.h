// What pooling ops share: geometry, the integer layer's parameters and its .tflite options.
#pragma once

#include "graph/op_def.h"
#include "kernels/loops.h"
#include "mote_runtime.h"

namespace mote::ops {

using PoolGeometry = kernels::Pool;

std::vector<AttrSpec> pool_attrs();
PoolGeometry pool_geometry(const std::string &op, const NodeView &v);
Shape pool_shape(const std::string &op, const NodeView &v);

// Calls visit(output index, h0, h1, w0, w1) for every output position, with the valid part of its pool.
template <class Visit>
void for_each_pool(const PoolGeometry &g, Visit visit) {
  for (int oh = 0; oh < g.oh; ++oh)
    for (int ow = 0; ow < g.ow; ++ow) {
      const int top = oh * g.stride_h - g.pad_top, left = ow * g.stride_w - g.pad_left;
      visit(oh * g.ow + ow, top < 0 ? 0 : top, top + g.pool_h < g.h ? top + g.pool_h : g.h,
            left < 0 ? 0 : left, left + g.pool_w < g.w ? left + g.pool_w : g.w);
    }
}

void lower_pool(const std::string &op, Lowering &l);
mote_pool2d_params pool_params(const IntegerProgram &p, const ProgramLayer &l);
struct PoolRoutines {
  void (*s8)(const mote_pool2d_params *, const int8_t *, int8_t *);
  void (*s16)(const mote_pool2d_params *, const int16_t *, int16_t *);
};
HostCall pool_run(const IntegerProgram &p, const ProgramLayer &l, PoolRoutines routines);
CCall pool_call(const IntegerProgram &p, const ProgramLayer &l, const std::string &name);
Tflite pool_tflite(int builtin_code, bool takes_uint8);

}  // namespace mote::ops

// Opens an instruction set for the functions between BEGIN and END. Used after all includes, so that no
// inline function of a shared header is compiled with it and then picked by the linker for the baseline
// program.
#pragma once

#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 warns of the undefined vectors that its own AVX-512 header makes on purpose.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#define MOTE_PRAGMA(text) _Pragma(#text)
#if defined(__clang__)
#define MOTE_TARGET_BEGIN(features) \
  MOTE_PRAGMA(clang attribute push(__attribute__((target(features))), apply_to = function))
#define MOTE_TARGET_END MOTE_PRAGMA(clang attribute pop)
#else
#define MOTE_TARGET_BEGIN(features) MOTE_PRAGMA(GCC push_options) MOTE_PRAGMA(GCC target(features))
#define MOTE_TARGET_END MOTE_PRAGMA(GCC pop_options)
#endif

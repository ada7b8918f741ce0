// Vectors of the compiler, to and from memory that is aligned for one of their values only. Copied, and not
// read through a vector type of a smaller alignment: clang drops that attribute where such a type is a
// template's argument, and loads it as if it were aligned to its whole size. Both compilers make one
// unaligned load of the copy. Macros, because a function that returns a vector has another form for callers
// without the instructions of the region it stands in.
#pragma once

#define MOTE_LOAD(Type, from)                           \
  __extension__({                                       \
    Type loaded_;                                       \
    __builtin_memcpy(&loaded_, (from), sizeof loaded_); \
    loaded_;                                            \
  })
#define MOTE_STORE(Type, to, value)                   \
  do {                                                \
    const Type stored_ = (value);                     \
    __builtin_memcpy((to), &stored_, sizeof stored_); \
  } while (false)

// Bytes in memory as libsndfile wants a file: it asks for length, place and parts of them.
#pragma once

#include <sndfile.h>

#include <algorithm>
#include <cstdio>
#include <iterator>

namespace mote {

// Bytes: std::string_view to read, std::string & to write.
template <class Bytes>
struct SoundBytes {
  Bytes bytes;
  size_t at = 0;

  static SoundBytes &of(void *file) { return *static_cast<SoundBytes *>(file); }
  static sf_count_t length(void *file) { return std::ssize(of(file).bytes); }
  static sf_count_t place(void *file) { return static_cast<sf_count_t>(of(file).at); }
  static sf_count_t seek(sf_count_t offset, int whence, void *file) {
    const sf_count_t size = length(file),
                     base = whence == SEEK_SET ? 0 : (whence == SEEK_CUR ? place(file) : size);
    of(file).at = static_cast<size_t>(std::clamp<sf_count_t>(base + offset, 0, size));
    return place(file);
  }
};

struct CloseSound {
  void operator()(SNDFILE *file) const { sf_close(file); }
};

}  // namespace mote

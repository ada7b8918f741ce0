// By libogg, which checks the sum of each page and looks for the next one behind what is none. Pages of a
// stream are numbered, and its last one says that it is.
#include "data/ogg_pages.h"

#include <fmt/format.h>
#include <ogg/ogg.h>

#include <algorithm>
#include <cstring>
#include <map>

namespace mote {

namespace {

class OggPages {
 public:
  OggPages() { ogg_sync_init(&state_); }
  ~OggPages() { ogg_sync_clear(&state_); }
  OggPages(const OggPages &) = delete;
  OggPages &operator=(const OggPages &) = delete;

  void take(std::string_view bytes) {
    char *to = ogg_sync_buffer(&state_, static_cast<long>(bytes.size()));
    if (to == nullptr) throw std::bad_alloc();
    std::memcpy(to, bytes.data(), bytes.size());
    ogg_sync_wrote(&state_, static_cast<long>(bytes.size()));
    ogg_page page;
    for (long n = 0; (n = ogg_sync_pageseek(&state_, &page)) != 0;)
      if (n > 0) take(page);
  }

  std::string damage() const {
    if (lost_ > 0) return fmt::format("{} of {} pages are damaged or missing", lost_, lost_ + whole_);
    return has_end_ ? "" : fmt::format("it ends early, behind {} pages", whole_);
  }

 private:
  void take(const ogg_page &page) {
    ++whole_;
    has_end_ = ogg_page_eos(&page) != 0;
    const long number = ogg_page_pageno(&page);
    long &next = next_of_[ogg_page_serialno(&page)];
    lost_ += std::max(0L, number - next);
    next = number + 1;
  }

  ogg_sync_state state_{};
  std::map<int, long> next_of_;  // by stream
  long whole_ = 0, lost_ = 0;
  bool has_end_ = false;
};

}  // namespace

std::string damage_of_ogg(std::string_view bytes) {
  constexpr size_t kPart = size_t{1} << 16;
  if (!bytes.starts_with("OggS")) return "";
  OggPages pages;
  for (size_t at = 0; at < bytes.size(); at += kPart) pages.take(bytes.substr(at, kPart));
  return pages.damage();
}

}  // namespace mote

// Orientations 1 to 8: CIPA DC-008 (Exif 2.32), 4.6.4, tag 274. The block is read by libexif.
//
// Other entries of a block may be damaged: programs that edit photographs leave the maker's notes so. What
// counts is whether the orientation can be read.
#include "data/orientation.h"

#include <libexif/exif-data.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace mote {

namespace {

constexpr int kLastOrientation = 8;

struct FreeExif {
  void operator()(ExifData *data) const { exif_data_unref(data); }
  void operator()(ExifLog *log) const { exif_log_unref(log); }
};

void note_damage(ExifLog *, ExifLogCode code, const char *, const char *, va_list, void *is_damaged) {
  if (code == EXIF_LOG_CODE_CORRUPT_DATA) *static_cast<bool *>(is_damaged) = true;
}

}  // namespace

Orientation orientation_of(std::string_view exif) {
  Orientation found;
  const std::unique_ptr<ExifLog, FreeExif> log(exif_log_new());
  const std::unique_ptr<ExifData, FreeExif> data(exif_data_new());
  if (!log || !data) throw std::bad_alloc();
  exif_log_set_func(log.get(), note_damage, &found.is_damaged);
  exif_data_log(data.get(), log.get());
  // which would mend what is wrong, or leave out what it does not know
  for (const ExifDataOption option :
       {EXIF_DATA_OPTION_FOLLOW_SPECIFICATION, EXIF_DATA_OPTION_IGNORE_UNKNOWN_TAGS})
    exif_data_unset_option(data.get(), option);
  exif_data_load_data(data.get(), reinterpret_cast<const unsigned char *>(exif.data()),
                      static_cast<unsigned>(exif.size()));
  const ExifEntry *entry = exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  found.is_damaged |= data->ifd[EXIF_IFD_0]->count == 0;
  if (entry == nullptr) return found;
  const bool is_number = entry->format == EXIF_FORMAT_SHORT && entry->components == 1 && entry->size >= 2;
  const int value = is_number ? exif_get_short(entry->data, exif_data_get_byte_order(data.get())) : 0;
  if (value < kUpright || value > kLastOrientation) return {kUpright, true};
  return {value, false};
}

Image turned(Image image, int orientation) {
  if (orientation == kUpright) return image;
  const auto is_one_of = [&](std::initializer_list<int> values) {
    return std::find(values.begin(), values.end(), orientation) != values.end();
  };
  const bool is_on_its_side = orientation >= 5;
  const bool from_last_row = is_one_of({3, 4, 6, 7}), from_last_column = is_one_of({2, 3, 7, 8});
  Image upright = image;
  if (is_on_its_side) std::swap(upright.height, upright.width);
  uint8_t *to = upright.pixels.data();
  for (int y = 0; y < upright.height; ++y)
    for (int x = 0; x < upright.width; ++x) {
      const int r = is_on_its_side ? x : y, c = is_on_its_side ? y : x;
      const size_t row = static_cast<size_t>(from_last_row ? image.height - 1 - r : r),
                   column = static_cast<size_t>(from_last_column ? image.width - 1 - c : c);
      const size_t pixel = row * static_cast<size_t>(image.width) + column;
      to = std::copy_n(image.pixels.data() + pixel * static_cast<size_t>(image.channels), image.channels, to);
    }
  return upright;
}

}  // namespace mote

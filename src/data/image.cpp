// PNG by libpng, JPEG by libjpeg-turbo (its orientation: orientation.cpp), idx files of MNIST, all as rows of
// bytes. Sizes are checked before memory is taken, and errors of the libraries become an Error with the file.
//
// Between setjmp and longjmp nothing with a destructor is made. Formats without compression: bitmap.cpp.
#include "data/image.h"

#include <cstdio>  // jpeglib.h needs it before

#include <fmt/format.h>
#include <jpeglib.h>
#include <png.h>
#include <zlib.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <memory>

#include "base/error.h"
#include "data/bitmap.h"
#include "data/orientation.h"
#include "features/image_fit.h"

namespace mote {

namespace {

constexpr size_t kMostPixels = size_t{1} << 26, kLargestIdx = size_t{1} << 31;

Error damaged(const std::string &where, const std::string &message) {
  return Error(ErrorCode::kDataFormat, where, message);
}

struct PngState {
  std::string_view rest;
  std::jmp_buf jump;
  char message[200];
  std::vector<uint8_t> pixels;
  std::vector<png_bytep> rows;
  size_t height, width;
  int channels;
};

[[noreturn]] void on_png_error(png_structp png, png_const_charp message) {
  auto *state = static_cast<PngState *>(png_get_error_ptr(png));
  std::snprintf(state->message, sizeof state->message, "%s", message);
  std::longjmp(state->jump, 1);  // the library must not return from here
}

void read_png_bytes(png_structp png, png_bytep to, size_t n) {
  auto *state = static_cast<PngState *>(png_get_io_ptr(png));
  if (n > state->rest.size()) png_error(png, "it ends early");
  std::memcpy(to, state->rest.data(), n);
  state->rest.remove_prefix(n);
}

// The stored numbers: no gamma, 16 bits scaled to 8. Between setjmp and longjmp nothing with
// a destructor may be made, so this fills memory that the caller owns.
bool decode_png(png_structp png, png_infop info, PngState &state, const std::string &where) {
  if (setjmp(state.jump)) return false;
  png_set_read_fn(png, &state, read_png_bytes);
  png_read_info(png, info);
  const int type = png_get_color_type(png, info);
  state.height = png_get_image_height(png, info);
  state.width = png_get_image_width(png, info);
  check_picture_size(state.height, state.width, where);  // throws before anything is decoded
  if (type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  if (type == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(png);
  if (png_get_valid(png, info, PNG_INFO_tRNS)) png_set_tRNS_to_alpha(png);
  png_set_scale_16(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  state.channels = png_get_channels(png, info);
  const size_t row = png_get_rowbytes(png, info);
  state.pixels.resize(row * state.height);
  state.rows.resize(state.height);
  for (size_t y = 0; y < state.height; ++y) state.rows[y] = state.pixels.data() + y * row;
  png_read_image(png, state.rows.data());
  png_read_end(png, nullptr);
  return true;
}

// The picture before black: what is transparent is 0.
void drop_alpha(Image &image) {
  const size_t from = image.channels, to = from - 1, count = image.pixels.size() / from;
  for (size_t i = 0; i < count; ++i)
    for (size_t c = 0; c < to; ++c)
      image.pixels[i * to + c] = (image.pixels[i * from + c] * image.pixels[i * from + to] + 127) / 255;
  image.pixels.resize(count * to);
  image.channels = to;
}

Image parse_png(std::string_view bytes, const std::string &where, int channels) {
  PngState state{};
  state.rest = bytes;
  struct Handles {
    png_structp png;
    png_infop info;
    ~Handles() { png_destroy_read_struct(&png, &info, nullptr); }
  } handles{png_create_read_struct(PNG_LIBPNG_VER_STRING, &state, on_png_error,
                                   [](png_structp, png_const_charp) {}),
            nullptr};
  if (handles.png == nullptr) throw std::bad_alloc();
  handles.info = png_create_info_struct(handles.png);
  if (handles.info == nullptr) throw std::bad_alloc();
  if (!decode_png(handles.png, handles.info, state, where))
    throw damaged(where, fmt::format("is a damaged PNG ({})", state.message));
  Image image = image_of_size(state.height, state.width, state.channels);
  image.pixels = std::move(state.pixels);
  if (image.channels % 2 == 0) drop_alpha(image);
  return with_channels(std::move(image), channels);
}

struct JpegErrors {
  jpeg_error_mgr base;
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
};

[[noreturn]] void on_jpeg_error(j_common_ptr jpeg) {
  auto *errors = reinterpret_cast<JpegErrors *>(jpeg->err);
  jpeg->err->format_message(jpeg, errors->message);
  std::longjmp(errors->jump, 1);  // the library must not return from here
}

// The first warning: what follows it only says how the decoder went on.
void on_jpeg_warning(j_common_ptr jpeg, int level) {
  auto *errors = reinterpret_cast<JpegErrors *>(jpeg->err);
  if (level >= 0) return;
  if (errors->base.num_warnings++ == 0) jpeg->err->format_message(jpeg, errors->message);
}

// Of cyan, magenta, yellow and black, as pictures for print have them, without their inks' profile: what the
// inks leave of white. Programs of Adobe, and others after them, store what is left of each ink's colour.
void inks_to_colours(Image &image, bool is_inverted) {
  const size_t count = image.pixels.size() / 4;
  for (size_t i = 0; i < count; ++i) {
    const uint8_t *inks = image.pixels.data() + 4 * i;
    const auto left = [&](size_t ink) { return is_inverted ? inks[ink] : 255 - inks[ink]; };
    const int black = left(3);
    for (size_t c = 0; c < 3; ++c)
      image.pixels[3 * i + c] = static_cast<uint8_t>((left(c) * black + 127) / 255);
  }
  image.pixels.resize(3 * count);
  image.channels = 3;
}

constexpr int kExifMarker = JPEG_APP0 + 1;
constexpr std::string_view kExifHead{"Exif\0\0", 6};

// The same segment has other texts in other files, such as XMP.
std::string_view exif_of(const jpeg_decompress_struct &jpeg) {
  for (const jpeg_marker_struct *m = jpeg.marker_list; m != nullptr; m = m->next) {
    const std::string_view bytes(reinterpret_cast<const char *>(m->data), m->data_length);
    if (m->marker == kExifMarker && bytes.starts_with(kExifHead)) return bytes;
  }
  return {};
}

// Between setjmp and longjmp nothing with a destructor may be made, so this fills memory that the caller
// owns.
bool decode_jpeg(jpeg_decompress_struct &jpeg, JpegErrors &errors, std::string_view bytes, int channels,
                 Image &image, std::string &exif) {
  constexpr unsigned kLongestSegment = 0xFFFF;
  if (setjmp(errors.jump)) return false;
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char *>(bytes.data()), bytes.size());
  jpeg_save_markers(&jpeg, kExifMarker, kLongestSegment);
  jpeg_read_header(&jpeg, TRUE);
  exif = exif_of(jpeg);
  const bool is_grey = channels == 0 ? jpeg.num_components == 1 : channels == 1;
  const bool is_print = jpeg.jpeg_color_space == JCS_CMYK || jpeg.jpeg_color_space == JCS_YCCK;
  jpeg.out_color_space = is_print ? JCS_CMYK : is_grey ? JCS_GRAYSCALE : JCS_RGB;
  jpeg.dct_method = JDCT_ISLOW;
  if (jpeg.image_height == 0 || jpeg.image_width > kMostPixels / jpeg.image_height) {
    std::snprintf(errors.message, sizeof errors.message, "%u x %u pixels", jpeg.image_width,
                  jpeg.image_height);
    return false;
  }
  jpeg_start_decompress(&jpeg);
  image.height = jpeg.output_height;
  image.width = jpeg.output_width;
  image.channels = jpeg.output_components;
  const size_t row = size_t{jpeg.output_width} * image.channels;
  image.pixels.resize(row * image.height);
  while (jpeg.output_scanline < jpeg.output_height) {
    JSAMPROW to = image.pixels.data() + row * jpeg.output_scanline;
    jpeg_read_scanlines(&jpeg, &to, 1);
  }
  jpeg_finish_decompress(&jpeg);
  if (is_print) inks_to_colours(image, jpeg.saw_Adobe_marker != FALSE);
  // what the library only warns of, as a file that ends early, leaves grey pixels behind
  return jpeg.err->num_warnings == 0;
}

Image parse_jpeg(std::string_view bytes, const std::string &where, int channels) {
  jpeg_decompress_struct jpeg{};
  JpegErrors errors{};
  jpeg.err = jpeg_std_error(&errors.base);
  errors.base.error_exit = on_jpeg_error;
  errors.base.emit_message = on_jpeg_warning;
  Image image;
  std::string exif;
  const bool is_whole = decode_jpeg(jpeg, errors, bytes, channels, image, exif);
  jpeg_destroy_decompress(&jpeg);
  if (!is_whole) throw damaged(where, fmt::format("is a damaged JPEG ({})", errors.message));
  image = with_channels(std::move(image), channels);  // the library makes grey of all but inks
  if (exif.empty()) return image;
  const Orientation orientation = orientation_of(exif);
  image = turned(std::move(image), orientation.value);
  image.was_turned = orientation.value != kUpright;
  if (orientation.is_damaged) image.note = "has damaged EXIF: the picture is taken as it is stored";
  return image;
}

}  // namespace

Image parse_image(std::string_view bytes, const std::string &where, int channels) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return parse_png(bytes, where, channels);
  if (bytes.starts_with("\xff\xd8\xff")) return parse_jpeg(bytes, where, channels);
  if (bytes.starts_with("BM")) return with_channels(parse_bmp(bytes, where), channels);
  if (bytes.size() > 2 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '7' &&
      (bytes[2] == '\n' || bytes[2] == ' ' || bytes[2] == '\r' || bytes[2] == '\t' || bytes[2] == '#'))
    return with_channels(parse_pnm(bytes, where), channels);
  throw damaged(where, bytes.empty() ? "is empty" : "is neither PNG nor JPEG, nor a BMP, PGM or PPM");
}

Image fitted(const Image &image, const ImageInput &to) {
  Image made = image_of_size(static_cast<size_t>(to.height), static_cast<size_t>(to.width), image.channels);
  made.pixels.resize(size_t{1} * made.height * made.width * made.channels);
  fit_image(to, image.channels, image.pixels.data(), image.height, image.width, made.pixels.data());
  return made;
}

namespace {

// Bytes of a file, gzipped or not, one after the other.
class Unpacked {
 public:
  explicit Unpacked(std::string_view bytes) : is_packed_(bytes.starts_with("\x1f\x8b")), rest_(bytes) {
    constexpr int kGzip = 16 + MAX_WBITS;
    if (is_packed_) is_open_ = inflateInit2(&stream_, kGzip) == Z_OK;
  }
  ~Unpacked() {
    if (is_open_) inflateEnd(&stream_);
  }
  Unpacked(const Unpacked &) = delete;
  Unpacked &operator=(const Unpacked &) = delete;

  // How many of n bytes there were; fewer at the end, or where the file is damaged.
  size_t read(void *to, size_t n) {
    if (!is_packed_) {
      n = std::min(n, rest_.size());
      std::memcpy(to, rest_.data(), n);
      rest_.remove_prefix(n);
      return n;
    }
    constexpr size_t kStep = size_t{1} << 30;  // zlib counts in unsigned int
    size_t done = 0;
    int status = is_open_ && !has_ended_ ? Z_OK : Z_STREAM_END;
    while (done < n && status == Z_OK) {
      const size_t in = std::min(kStep, rest_.size()), out = std::min(kStep, n - done);
      stream_.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(rest_.data()));
      stream_.avail_in = in;
      stream_.next_out = static_cast<Bytef *>(to) + done;
      stream_.avail_out = out;
      status = inflate(&stream_, Z_NO_FLUSH);
      rest_.remove_prefix(in - stream_.avail_in);
      done += out - stream_.avail_out;
    }
    has_ended_ = status != Z_OK;
    is_damaged_ |= status != Z_OK && status != Z_STREAM_END;
    return done;
  }
  bool is_damaged() const { return is_damaged_; }

 private:
  bool is_packed_, is_open_ = false, has_ended_ = false, is_damaged_ = false;
  std::string_view rest_;
  z_stream stream_{};
};

}  // namespace

IdxArray parse_idx(std::string_view bytes, const std::string &path) {
  Unpacked file(bytes);
  unsigned char head[4];
  const auto read = [&](void *to, size_t n) {
    if (file.read(to, n) != n) throw damaged(path, "ends early");
  };
  read(head, 4);
  if (head[0] != 0 || head[1] != 0) throw damaged(path, "is not an idx file");
  if (head[2] != 8)
    throw damaged(path, fmt::format("holds values of type {:#04x}, not unsigned bytes", head[2]));
  IdxArray array;
  size_t total = 1;
  for (int d = 0; d < head[3]; ++d) {
    unsigned char b[4];
    read(b, 4);
    array.shape.push_back(size_t{b[0]} << 24 | size_t{b[1]} << 16 | size_t{b[2]} << 8 | b[3]);
    if (array.shape.back() == 0 || array.shape.back() > kLargestIdx / total)
      throw damaged(path, "is empty or larger than 2 GiB");
    total *= array.shape.back();
  }
  if (array.shape.empty()) throw damaged(path, "has no dimensions");
  // in steps, so that a wrong header cannot ask for more memory than the file has data
  for (constexpr size_t kStep = size_t{1} << 24; array.values.size() < total;) {
    const size_t from = array.values.size(), step = std::min(kStep, total - from);
    array.values.resize(from + step);
    read(array.values.data() + from, step);
  }
  char more = 0;
  if (file.read(&more, 1) != 0) throw damaged(path, "has more values than its header says");
  if (file.is_damaged()) throw damaged(path, "is damaged or ends early");
  return array;
}

}  // namespace mote

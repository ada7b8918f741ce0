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

namespace mote {

namespace {

constexpr size_t kMostPixels = size_t{1} << 26, kLargestIdx = size_t{1} << 31;

Error damaged(const std::string &where, const std::string &message) {
  return Error(ErrorCode::kDataFormat, where, message);
}

void check_size(size_t height, size_t width, const std::string &where) {
  if (height == 0 || width == 0 || height > kMostPixels / width)
    throw damaged(where, fmt::format("is an image of {} x {} pixels", width, height));
}

Image parse_png(std::string_view bytes, const std::string &where, int channels) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  const std::unique_ptr<png_image, void (*)(png_image *)> guard(&png,
                                                                [](png_image *p) { png_image_free(p); });
  if (!png_image_begin_read_from_memory(&png, bytes.data(), bytes.size()))
    throw damaged(where, fmt::format("is not a readable PNG ({})", png.message));
  check_size(png.height, png.width, where);
  const bool is_color = channels == 0 ? (png.format & PNG_FORMAT_FLAG_COLOR) != 0 : channels == 3;
  png.format = is_color ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  Image image{static_cast<int>(png.height), static_cast<int>(png.width), is_color ? 3 : 1, {}};
  image.pixels.resize(PNG_IMAGE_SIZE(png));
  const png_color black{0, 0, 0};  // behind transparent pixels
  if (!png_image_finish_read(&png, &black, image.pixels.data(), 0, nullptr))
    throw damaged(where, fmt::format("is a damaged PNG ({})", png.message));
  return image;
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

// Between setjmp and longjmp nothing with a destructor may be made, so this fills memory that the caller
// owns.
bool decode_jpeg(jpeg_decompress_struct &jpeg, JpegErrors &errors, std::string_view bytes, int channels,
                 Image &image) {
  if (setjmp(errors.jump)) return false;
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char *>(bytes.data()), bytes.size());
  jpeg_read_header(&jpeg, TRUE);
  const bool is_grey = channels == 0 ? jpeg.num_components == 1 : channels == 1;
  jpeg.out_color_space = is_grey ? JCS_GRAYSCALE : JCS_RGB;
  jpeg.dct_method = JDCT_ISLOW;
  if (jpeg.image_height == 0 || jpeg.image_width > kMostPixels / jpeg.image_height) {
    std::snprintf(errors.message, sizeof errors.message, "%u x %u pixels", jpeg.image_width,
                  jpeg.image_height);
    return false;
  }
  jpeg_start_decompress(&jpeg);
  image.height = static_cast<int>(jpeg.output_height), image.width = static_cast<int>(jpeg.output_width);
  image.channels = jpeg.output_components;
  const size_t row = static_cast<size_t>(image.width) * static_cast<size_t>(image.channels);
  image.pixels.resize(row * static_cast<size_t>(image.height));
  while (jpeg.output_scanline < jpeg.output_height) {
    JSAMPROW to = image.pixels.data() + row * jpeg.output_scanline;
    jpeg_read_scanlines(&jpeg, &to, 1);
  }
  jpeg_finish_decompress(&jpeg);
  // what the library only warns of, as a file that ends early, leaves grey pixels behind
  if (jpeg.err->num_warnings == 0) return true;
  jpeg.err->format_message(reinterpret_cast<j_common_ptr>(&jpeg), errors.message);
  return false;
}

Image parse_jpeg(std::string_view bytes, const std::string &where, int channels) {
  jpeg_decompress_struct jpeg{};
  JpegErrors errors{};
  jpeg.err = jpeg_std_error(&errors.base);
  errors.base.error_exit = on_jpeg_error;
  errors.base.output_message = [](j_common_ptr) {};
  Image image;
  const bool is_whole = decode_jpeg(jpeg, errors, bytes, channels, image);
  jpeg_destroy_decompress(&jpeg);
  if (!is_whole) throw damaged(where, fmt::format("is a damaged JPEG ({})", errors.message));
  return image;
}

}  // namespace

Image parse_image(std::string_view bytes, const std::string &where, int channels) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return parse_png(bytes, where, channels);
  if (bytes.starts_with("\xff\xd8\xff")) return parse_jpeg(bytes, where, channels);
  throw damaged(where, bytes.empty() ? "is empty" : "is neither PNG nor JPEG");
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
      stream_.avail_in = static_cast<uInt>(in);
      stream_.next_out = static_cast<Bytef *>(to) + done, stream_.avail_out = static_cast<uInt>(out);
      status = inflate(&stream_, Z_NO_FLUSH);
      rest_.remove_prefix(in - stream_.avail_in);
      done += out - stream_.avail_out;
    }
    has_ended_ = status != Z_OK, is_damaged_ |= status != Z_OK && status != Z_STREAM_END;
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

#include "data/image.h"

#include <cstdio>  // jpeglib.h needs it before

#include <fmt/format.h>
#include <jpeglib.h>
#include <png.h>
#include <zlib.h>

#include <algorithm>
#include <csetjmp>
#include <memory>

#include "base/error.h"
#include "base/files.h"

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

IdxArray read_idx(const std::string &path) {
  if (!fs::exists(path)) throw Error(ErrorCode::kNotFound, path, "no such file");
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"),
                                                        gzclose);  // plain files too
  if (!file) throw Error(ErrorCode::kIo, path, "cannot be read");
  unsigned char head[4];
  const auto read = [&](void *to, size_t n) {
    // gzread takes an unsigned count and gives an int
    constexpr size_t kStep = size_t{1} << 30;
    for (size_t done = 0; done < n;) {
      const auto step = static_cast<unsigned>(std::min(kStep, n - done));
      if (gzread(file.get(), static_cast<char *>(to) + done, step) != static_cast<int>(step))
        throw damaged(path, "ends early");
      done += step;
    }
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
  if (gzgetc(file.get()) != -1) throw damaged(path, "has more values than its header says");
  return array;
}

}  // namespace mote

// libzip behind three functions: an archive is a map of names to bytes, read within a limit and written
// with fixed dates, so that the same entries give the same file.
//
// What entries mean is their readers' (.npz: data/npy.cpp, .mote: formats/mote).
#include "base/zip.h"

#include <fmt/format.h>
#include <zip.h>

#include <memory>
#include <utility>

#include "base/error.h"
#include "base/files.h"

namespace mote {

namespace {
struct ErrorBox {
  zip_error_t error;
  ErrorBox() { zip_error_init(&error); }
  ~ErrorBox() { zip_error_fini(&error); }
};
}  // namespace

ZipEntries parse_zip(std::string_view bytes, const std::string &where, size_t max_bytes) {
  const auto fail = [&](const std::string &message) -> Error {
    return Error(ErrorCode::kDataFormat, where, message, "the file may be truncated or damaged");
  };
  constexpr size_t kSmallestArchive = 22;  // libzip takes nothing at all for an empty archive
  if (bytes.size() < kSmallestArchive) throw fail("is not a zip archive");
  ErrorBox box;
  zip_source_t *source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &box.error);
  if (source == nullptr) throw fail(zip_error_strerror(&box.error));
  zip_t *raw = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &box.error);
  if (raw == nullptr) {
    zip_source_free(source);
    throw fail(fmt::format("is not a readable zip archive: {}", zip_error_strerror(&box.error)));
  }
  const std::unique_ptr<zip_t, void (*)(zip_t *)> archive(raw, zip_discard);
  ZipEntries entries;
  size_t total = 0;
  const zip_int64_t count = zip_get_num_entries(raw, 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t info;
    if (zip_stat_index(raw, i, 0, &info) != 0 || !(info.valid & ZIP_STAT_NAME) ||
        !(info.valid & ZIP_STAT_SIZE))
      throw fail("has an entry without name or size");
    total += info.size;
    // deflate cannot shrink data more than 1032-fold: anything beyond is a lie
    if (total > max_bytes || info.size > bytes.size() * 1100 + 1000)
      throw fail("unpacks to more bytes than are accepted");
    const std::unique_ptr<zip_file_t, int (*)(zip_file_t *)> file(zip_fopen_index(raw, i, 0), zip_fclose);
    if (!file) throw fail(fmt::format("entry '{}': {}", info.name, zip_strerror(raw)));
    std::string content(info.size, '\0');
    const zip_int64_t got = zip_fread(file.get(), content.data(), info.size);
    if (!std::cmp_equal(got, info.size)) throw fail(fmt::format("entry '{}' is damaged", info.name));
    char beyond;  // reading to the end makes libzip check the CRC
    if (zip_fread(file.get(), &beyond, 1) != 0)
      throw fail(fmt::format("entry '{}' is damaged (checksum)", info.name));
    entries[info.name] = std::move(content);
  }
  return entries;
}

ZipEntries read_zip(const std::string &path, size_t max_bytes) {
  return parse_zip(read_file(path, max_bytes), path, max_bytes);
}

std::string format_zip(const ZipEntries &entries) {
  ErrorBox box;
  zip_source_t *target = zip_source_buffer_create(nullptr, 0, 0, &box.error);
  MOTE_CHECK(target != nullptr);
  zip_source_keep(target);
  const std::unique_ptr<zip_source_t, void (*)(zip_source_t *)> keep(target, zip_source_free);
  zip_t *archive = zip_open_from_source(target, ZIP_TRUNCATE | ZIP_CREATE, &box.error);
  MOTE_CHECK(archive != nullptr);
  for (const auto &[name, content] : entries) {
    zip_source_t *source = zip_source_buffer(archive, content.data(), content.size(), 0);
    const zip_int64_t index = zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    MOTE_CHECK(index >= 0);
    const zip_uint64_t at = index;
    zip_file_set_dostime(archive, at, 0, (1 << 5) | 1,
                         0);  // 1980-01-01, so that equal models are equal files
    zip_file_set_external_attributes(archive, at, 0, ZIP_OPSYS_UNIX, 0100644u << 16);
  }
  if (zip_close(archive) != 0) {
    const std::string message = zip_strerror(archive);
    zip_discard(archive);
    throw Error(ErrorCode::kIo, "zip", message);
  }
  MOTE_CHECK(zip_source_open(target) == 0);
  zip_source_seek(target, 0, SEEK_END);
  const zip_int64_t size = zip_source_tell(target);
  zip_source_seek(target, 0, SEEK_SET);
  std::string bytes(size, '\0');
  zip_source_read(target, bytes.data(), bytes.size());
  zip_source_close(target);
  return bytes;
}

}  // namespace mote

// Layout: a header, names, rows of float32. A file of another key, length or checksum is none; so is one that
// a system lost the end of, as nothing waits for the disk here.
//
// The folder keeps a few files, those used last.
#include "train/feature_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/checksum.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/version.h"

namespace mote {

namespace {

constexpr size_t kKeptFiles = 4;
// Raised when blocks give other values of the same windows.
constexpr int kFeatureArithmetic = 1;

struct FeatureHeader {
  char magic[8];
  uint32_t byte_order, checksum;  // of all behind the header
  uint64_t windows, floats;
  char key[64];
};
constexpr char kFeatureMagic[8] = {'m', 'o', 't', 'e', 'f', 'e', 'a', '1'};
constexpr uint32_t kFeatureByteOrder = 0x01020304;

std::string text_of_attr(const Attr &attr) {
  if (const auto *text = std::get_if<std::string>(&attr)) return *text;
  if (const auto *number = std::get_if<double>(&attr)) return fmt::format("{:a}", *number);
  if (const auto *integer = std::get_if<int64_t>(&attr)) return fmt::format("{}", *integer);
  return fmt::format("{}", fmt::join(std::get<std::vector<int64_t>>(attr), ","));
}

std::string_view bytes_of_floats(const std::vector<float> &values) {
  return {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float)};
}

uint32_t checksum_behind(const char *header, size_t bytes) {
  return checksum({header + sizeof(FeatureHeader), bytes - sizeof(FeatureHeader)});
}

bool is_feature_file(const fs::path &path) {
  const std::string name = path.filename().string();
  return name.starts_with("features-") && name.ends_with(".bin");
}

}  // namespace

WindowName name_of_window(const float *values, size_t count) {
  const std::string digest = sha256({reinterpret_cast<const char *>(values), count * sizeof(float)});
  WindowName name;
  for (size_t i = 0; i < name.size(); ++i)
    name[i] = static_cast<unsigned char>(std::stoul(digest.substr(2 * i, 2), nullptr, 16));
  return name;
}

std::string feature_key(const Preprocessing &blocks, const std::vector<WindowName> &sorted) {
  std::string text = fmt::format("{} {} {}x{}", kVersion, kFeatureArithmetic, blocks.window, blocks.channels);
  if (blocks.image.is_set()) text += fmt::format(" {}x{} pixels", blocks.image.height, blocks.image.width);
  for (const PreprocessingStep &step : blocks.steps) {
    text += fmt::format("\n{} {}", step.chain, step.block);
    if (step.arithmetic == Arithmetic::kFixed)
      text += fmt::format(" in integers, {}", fmt::join(step.exponents, ","));
    for (const auto &[name, attr] : step.attrs) text += fmt::format("\n {} {}", name, text_of_attr(attr));
    for (const auto &[name, table] : step.tables)
      text += fmt::format("\n {} {}", name, sha256(bytes_of_floats(table)));
  }
  text += "\n" + sha256({reinterpret_cast<const char *>(sorted.data()), sorted.size() * sizeof(WindowName)});
  return sha256(text);
}

FeatureFile::FeatureFile(std::string folder, std::string key, const std::vector<WindowName> &sorted,
                         size_t floats)
    : folder_(std::move(folder)),
      key_(std::move(key)),
      path_(fs::path(folder_) / fmt::format("features-{}.bin", key_.substr(0, 16))),
      names_(sorted),
      floats_(floats) {}

size_t FeatureFile::bytes() const {
  return sizeof(FeatureHeader) + names_bytes() + names_.size() * floats_ * sizeof(float);
}

std::shared_ptr<const float> FeatureFile::open() const {
  const std::shared_ptr<const MappedFile> file = MappedFile::of(path_);
  if (!file || file->size() != bytes()) return nullptr;
  FeatureHeader header;
  std::memcpy(&header, file->bytes(), sizeof(header));
  const bool is_it = std::memcmp(header.magic, kFeatureMagic, sizeof(kFeatureMagic)) == 0 &&
                     header.byte_order == kFeatureByteOrder && header.windows == names_.size() &&
                     header.floats == floats_ && key_ == std::string_view(header.key, sizeof(header.key)) &&
                     header.checksum == checksum_behind(file->bytes(), file->size());
  if (!is_it) return nullptr;
  std::error_code ignored;
  fs::last_write_time(path_, fs::file_time_type::clock::now(), ignored);  // those used last are kept
  return {file, reinterpret_cast<const float *>(file->bytes() + sizeof(header) + names_bytes())};
}

FeatureFile::Writing::Writing(const FeatureFile &file)
    : of_(file),
      file_(file.path_, file.bytes()),
      rows_(reinterpret_cast<float *>(file_.bytes() + sizeof(FeatureHeader) + file.names_bytes())),
      floats_(file.floats_) {
  std::memcpy(file_.bytes() + sizeof(FeatureHeader), file.names_.data(), file.names_bytes());
}

std::shared_ptr<const float> FeatureFile::Writing::commit() {
  FeatureHeader header;
  std::memcpy(header.magic, kFeatureMagic, sizeof(kFeatureMagic));
  header.byte_order = kFeatureByteOrder;
  header.checksum = checksum_behind(file_.bytes(), file_.size());
  header.windows = of_.names_.size();
  header.floats = floats_;
  of_.key_.copy(header.key, sizeof(header.key));
  std::memcpy(file_.bytes(), &header, sizeof(header));
  file_.commit();
  const std::shared_ptr<const float> rows = of_.open();
  if (!rows) throw Error(ErrorCode::kIo, of_.path_.string(), "was not there when it had been written");
  return rows;
}

void FeatureFile::remove_old() const {
  std::vector<std::pair<fs::file_time_type, fs::path>> others;
  std::error_code code;
  for (const auto &entry : fs::directory_iterator(folder_, code)) {
    const std::string name = entry.path().string();
    if (const size_t end = name.find(".bin.tmp-");
        end != name.npos && is_feature_file(name.substr(0, end + 4)))
      remove_leftovers(name.substr(0, end + 4));
    else if (is_feature_file(name) && entry.path() != path_)
      others.emplace_back(fs::last_write_time(entry.path(), code), entry.path());
  }
  std::sort(others.rbegin(), others.rend());
  for (size_t i = kKeptFiles - 1; i < others.size(); ++i) fs::remove(others[i].second, code);
}

}  // namespace mote

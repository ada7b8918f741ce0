// libcbor's decoder tells of one item after the other and allocates nothing; lists and maps are put together
// here, so that neither a length that is not there nor a deep nest costs memory or stack.
#include "data/cbor.h"

#include <cbor.h>
#include <fmt/format.h>

#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "base/error.h"

namespace mote {

using nlohmann::json;

namespace {

// Of a typed array: tags 64 to 87 are 0b010fsell (RFC 8746, 2.1).
struct TypedArray {
  bool is_float = false, is_signed = false, is_little = false;
  size_t bytes = 0;  // of a number
};

std::optional<TypedArray> typed_array_of(uint64_t tag) {
  if (tag < 64 || tag > 87 || tag == 76) return {};
  const bool is_float = (tag & 16) != 0;
  const size_t width = size_t{1} << (tag & 3);
  TypedArray t{is_float, (tag & 8) != 0, (tag & 4) != 0, is_float ? 2 * width : width};
  if (t.is_float) t.is_signed = false;
  return t.bytes > 8 ? std::nullopt : std::optional(t);
}

double half_of(uint64_t bits) {
  const int exponent = static_cast<int>(bits >> 10 & 31);
  const auto mantissa = static_cast<double>(bits & 1023);
  const double sign = (bits & 0x8000) != 0 ? -1 : 1;
  if (exponent == 31) return mantissa == 0 ? sign * INFINITY : NAN;
  return sign * (exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(mantissa + 1024, exponent - 25));
}

json number_of(const TypedArray &t, uint64_t bits) {
  if (t.is_float && t.bytes == 2) return half_of(bits);
  if (t.is_float && t.bytes == 4) return std::bit_cast<float>(static_cast<uint32_t>(bits));
  if (t.is_float) return std::bit_cast<double>(bits);
  if (!t.is_signed) return bits;
  const unsigned unused = 64 - 8 * static_cast<unsigned>(t.bytes);
  return static_cast<int64_t>(bits << unused) >> unused;
}

json numbers_of(const TypedArray &t, const unsigned char *data, size_t length) {
  json list = json::array();
  for (size_t at = 0; at + t.bytes <= length; at += t.bytes) {
    uint64_t bits = 0;
    for (size_t i = 0; i < t.bytes; ++i) bits = bits << 8 | data[at + (t.is_little ? t.bytes - 1 - i : i)];
    list.push_back(number_of(t, bits));
  }
  return list;
}

class CborBuilder {
 public:
  explicit CborBuilder(std::string where) : where_(std::move(where)) {}

  // libcbor is C: what is wrong is kept, and thrown when its call has returned.
  const std::string &problem() const { return problem_; }
  bool is_done() const { return is_done_; }
  json take() { return std::move(root_); }

  void open(bool is_map, std::optional<size_t> count) {
    constexpr size_t kDeepest = 64;
    if (open_.size() >= kDeepest) return fail(fmt::format("is nested deeper than {} levels", kDeepest));
    Open o{is_map ? json::object() : json::array(), {}, count, false, is_map, false};
    open_.push_back(std::move(o));
    close_full();
  }
  void open_text(bool is_bytes) {  // in pieces
    open_.push_back({is_bytes ? json::binary({}) : json(""), {}, {}, false, false, true});
  }
  void end() {
    if (open_.empty() || open_.back().left || open_.back().has_key)
      return fail("has an end where nothing began");
    close();
  }
  void add_tag(uint64_t tag) { tag_ = tag; }

  void add_text(const unsigned char *data, size_t length) {
    const std::string text(reinterpret_cast<const char *>(data), length);
    if (!open_.empty() && open_.back().is_text) {
      if (!open_.back().value.is_string()) return fail("mixes text and bytes");
      open_.back().value.get_ref<std::string &>() += text;
      return;
    }
    add(text);
  }
  void add_bytes(const unsigned char *data, size_t length) {
    if (!open_.empty() && open_.back().is_text) {
      if (!open_.back().value.is_binary()) return fail("mixes text and bytes");
      auto &bytes = open_.back().value.get_binary();
      bytes.insert(bytes.end(), data, data + length);
      return;
    }
    const std::optional<TypedArray> typed = typed_array_of(tag_);
    if (typed && length % typed->bytes != 0) return fail("has a typed array of a broken length");
    add(typed ? numbers_of(*typed, data, length) : json::binary({data, data + length}));
  }

  void add(json value) {
    tag_ = 0;
    if (is_done_) return fail("goes on behind its end");
    if (open_.empty()) {
      root_ = std::move(value);
      is_done_ = true;
      return;
    }
    Open &o = open_.back();
    if (o.is_text) return fail("has a value in the middle of a text");
    if (o.is_map && !o.has_key) {
      if (!value.is_string()) return fail("has a key that is no text");
      o.key = value.get<std::string>();
      o.has_key = true;
      return;
    }
    if (o.is_map)
      o.value[o.key] = std::move(value);
    else
      o.value.push_back(std::move(value));
    o.has_key = false;
    if (o.left) --*o.left;
    close_full();
  }

 private:
  struct Open {
    json value;
    std::string key;
    std::optional<size_t> left;  // none: until an end
    bool has_key, is_map, is_text;
  };

  void fail(const std::string &what) {
    if (problem_.empty()) problem_ = what;
  }
  void close_full() {
    if (!open_.empty() && open_.back().left && *open_.back().left == 0) close();
  }
  void close() {
    json value = std::move(open_.back().value);
    open_.pop_back();
    add(std::move(value));
  }

  std::string where_, problem_;
  std::vector<Open> open_;
  json root_;
  bool is_done_ = false;
  uint64_t tag_ = 0;
};

CborBuilder &builder(void *context) { return *static_cast<CborBuilder *>(context); }

template <class T>
void add_unsigned(void *context, T value) {
  builder(context).add(static_cast<uint64_t>(value));
}
template <class T>
void add_negative(void *context, T value) {  // -1 - value
  const auto n = static_cast<uint64_t>(value);
  builder(context).add(n <= INT64_MAX ? json(-1 - static_cast<int64_t>(n))
                                      : json(-1.0 - static_cast<double>(n)));
}
template <class T>
void add_real(void *context, T value) {
  builder(context).add(static_cast<double>(value));
}

const cbor_callbacks &cbor_callbacks_of_builder() {
  static const cbor_callbacks kCallbacks = [] {
    cbor_callbacks c{};
    c.uint8 = add_unsigned<uint8_t>;
    c.uint16 = add_unsigned<uint16_t>;
    c.uint32 = add_unsigned<uint32_t>;
    c.uint64 = add_unsigned<uint64_t>;
    c.negint8 = add_negative<uint8_t>;
    c.negint16 = add_negative<uint16_t>;
    c.negint32 = add_negative<uint32_t>;
    c.negint64 = add_negative<uint64_t>;
    c.float2 = add_real<float>;
    c.float4 = add_real<float>;
    c.float8 = add_real<double>;
    c.byte_string_start = [](void *context) { builder(context).open_text(true); };
    c.string_start = [](void *context) { builder(context).open_text(false); };
    c.byte_string = [](void *context, cbor_data data, size_t n) { builder(context).add_bytes(data, n); };
    c.string = [](void *context, cbor_data data, size_t n) { builder(context).add_text(data, n); };
    c.array_start = [](void *context, size_t n) { builder(context).open(false, n); };
    c.map_start = [](void *context, size_t n) { builder(context).open(true, n); };
    c.indef_array_start = [](void *context) { builder(context).open(false, {}); };
    c.indef_map_start = [](void *context) { builder(context).open(true, {}); };
    c.tag = [](void *context, uint64_t tag) { builder(context).add_tag(tag); };
    c.boolean = [](void *context, bool value) { builder(context).add(value); };
    c.null = c.undefined = [](void *context) { builder(context).add(nullptr); };
    c.indef_break = [](void *context) { builder(context).end(); };
    return c;
  }();
  return kCallbacks;
}

}  // namespace

json parse_cbor(std::string_view bytes, const std::string &where) {
  const auto *data = reinterpret_cast<cbor_data>(bytes.data());
  CborBuilder found(where);
  for (size_t at = 0; at < bytes.size();) {
    const cbor_decoder_result result =
        cbor_stream_decode(data + at, bytes.size() - at, &cbor_callbacks_of_builder(), &found);
    std::string problem = found.problem();
    if (result.status == CBOR_DECODER_NEDATA) problem = "ends in the middle of a value";
    if (result.status == CBOR_DECODER_ERROR) problem = "is no CBOR";
    if (!problem.empty())
      throw Error(ErrorCode::kDataFormat, where, fmt::format("{} (byte {})", problem, at + 1),
                  "export it again");
    at += result.read;
  }
  if (!found.is_done())
    throw Error(ErrorCode::kDataFormat, where, "ends before all its values are there", "export it again");
  return found.take();
}

}  // namespace mote

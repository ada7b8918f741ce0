// Packed forms of int8 weights: codebooks of 1 to 6 bits, four bits, N of M, blocks of four.
//
// The bytes are those that the routines of the runtime read: runtime/mote_packed.h says what they mean. Which
// form a layer gets is not decided here (device/forms.cpp). Nothing here trusts the bytes: they may be a
// file's.
#include <algorithm>
#include <array>
#include <utility>

#include "program/storage.h"

namespace mote {

namespace {

using Bytes = std::vector<uint8_t>;

struct Rows {
  explicit Rows(const ProgramTensor &t)
      : count(t.shape.rank() > 0 && t.shape[0] > 0 ? static_cast<size_t>(t.shape[0]) : 1),
        size(t.shape.elements() / count) {}
  Rows(size_t values, size_t outputs) : count(outputs), size(values / outputs) {}
  size_t count, size;
};

size_t ceil_div(size_t a, size_t b) { return (a + b - 1) / b; }

// A form stores at most so many weights in a byte (blocks, of which none is there).
constexpr size_t kMostWeights = 32;

// Whether the data can be of so many weights: a file may claim any shape, also one whose product overflows.
bool may_hold(const ProgramTensor &t) {
  if (t.dtype != DType::kInt8 || t.shape.rank() < 2) return false;
  const size_t most = kMostWeights * (t.data.size() + 1);
  size_t elements = 1;
  for (const int d : t.shape.dims()) {
    if (d <= 0 || elements > most / static_cast<size_t>(d)) return false;
    elements *= static_cast<size_t>(d);
  }
  return true;
}

// A size that the data never has, where the form cannot be of the tensor.
size_t checked(const ProgramTensor &t, size_t bytes) { return may_hold(t) ? bytes : t.data.size() + 1; }

// Fewer bytes than the form needs: those that are not there are 0.
uint8_t byte_of(const Bytes &data, size_t at) { return at < data.size() ? data[at] : uint8_t{0}; }

constexpr size_t kOctet = 8;
// Of an octet, the weight that each of its indices is of.
constexpr std::array<size_t, kOctet> kIndexed = {0, 2, 1, 3, 4, 6, 5, 7};

template <size_t kBits>
struct Codebook {
  static constexpr size_t kValues = size_t{1} << kBits, kBehind = 3;  // what a read of four bytes may meet

  static size_t bytes(const ProgramTensor &t) {
    const Rows r(t);
    return checked(t, kValues + r.count * ceil_div(r.size, kOctet) * kBits + kBehind);
  }
  static uint64_t octet_of(const Bytes &data, size_t at) {
    uint64_t octet = 0;
    for (size_t i = 0; i < kBits; ++i) octet |= uint64_t{byte_of(data, at + i)} << (8 * i);
    return octet;
  }
  static void unpack(const ProgramTensor &t, void *values) {
    auto *to = static_cast<int8_t *>(values);
    const Rows r(t);
    size_t at = kValues;
    for (size_t row = 0; row < r.count; ++row)
      for (size_t k = 0; k < r.size; k += kOctet, at += kBits) {
        const uint64_t octet = octet_of(t.data, at);
        for (size_t i = 0; i < kOctet; ++i)
          if (k + kIndexed[i] < r.size)
            to[row * r.size + k + kIndexed[i]] =
                static_cast<int8_t>(byte_of(t.data, octet >> (kBits * i) & (kValues - 1)));
      }
  }
  static Bytes pack(const std::vector<int8_t> &values, size_t outputs) {
    std::array<bool, 256> occurs{};
    size_t different = 0;
    for (const int8_t v : values) {  // most weights have more values than that within the first few
      different += !std::exchange(occurs[static_cast<uint8_t>(v)], true);
      if (different > kValues) return {};
    }
    const Rows r(values.size(), outputs);
    Bytes data(kValues);
    std::array<uint64_t, 256> index{};
    size_t next = 0;
    for (int v = -128; v < 128; ++v)
      if (const auto byte = static_cast<uint8_t>(v); occurs[byte]) {
        index[byte] = next;
        data[next++] = byte;
      }
    for (size_t row = 0; row < r.count; ++row)
      for (size_t k = 0; k < r.size; k += kOctet) {
        uint64_t octet = 0;
        for (size_t i = 0; i < kOctet; ++i)
          if (k + kIndexed[i] < r.size)
            octet |= index[static_cast<uint8_t>(values[row * r.size + k + kIndexed[i]])] << (kBits * i);
        for (size_t i = 0; i < kBits; ++i) data.push_back(static_cast<uint8_t>(octet >> (8 * i)));
      }
    data.insert(data.end(), kBehind, 0);
    return data;
  }
};

struct Int4 {
  // Of an octet, the weights in the high and low halves of its bytes.
  static constexpr std::array<size_t, kOctet> kHalves = {4, 5, 0, 1, 6, 7, 2, 3};
  static constexpr size_t kBytes = 4;

  static size_t bytes(const ProgramTensor &t) {
    const Rows r(t);
    return checked(t, r.count * ceil_div(r.size, kOctet) * kBytes);
  }
  static void unpack(const ProgramTensor &t, void *values) {
    auto *to = static_cast<int8_t *>(values);
    const Rows r(t);
    size_t at = 0;
    for (size_t row = 0; row < r.count; ++row)
      for (size_t k = 0; k < r.size; k += kOctet, at += kBytes)
        for (size_t i = 0; i < kOctet; ++i) {
          const int half = byte_of(t.data, at + i / 2) >> (i % 2 ? 0 : 4) & 15;
          if (k + kHalves[i] < r.size)
            to[row * r.size + k + kHalves[i]] = static_cast<int8_t>((half ^ 8) - 8);
        }
  }
  static Bytes pack(const std::vector<int8_t> &values, size_t outputs) {
    if (std::any_of(values.begin(), values.end(), [](int8_t v) { return v < -8 || v > 7; })) return {};
    const Rows r(values.size(), outputs);
    Bytes data;
    for (size_t row = 0; row < r.count; ++row)
      for (size_t k = 0; k < r.size; k += kOctet) {
        data.insert(data.end(), kBytes, 0);
        for (size_t i = 0; i < kOctet; ++i)
          if (k + kHalves[i] < r.size) {
            uint8_t &byte = data[data.size() - kBytes + i / 2];
            const int half = values[row * r.size + k + kHalves[i]] & 15;
            byte = static_cast<uint8_t>(byte | half << (i % 2 ? 0 : 4));
          }
      }
    return data;
  }
};

// kMany of kBlock neighbouring weights may differ from 0.
template <size_t kMany, size_t kBlock>
struct Sparse {
  static constexpr size_t kFour = 4, kBits = kBlock == 4 ? 2 : 4;
  static constexpr size_t kGroup = kFour / kMany * kBlock, kBytes = kFour + kFour * kBits / 8;

  static size_t bytes(const ProgramTensor &t) {
    if (!may_hold(t)) return checked(t, 0);
    const Rows r(t);
    const size_t bytes = r.count * ceil_div(r.size, kGroup) * kBytes;
    return checked(t, has_places(t.data, r) ? bytes : t.data.size() + 1);
  }
  static unsigned places_of(const Bytes &data, size_t at) {
    return byte_of(data, at + kFour) | (kBits == 4 ? unsigned{byte_of(data, at + kFour + 1)} << 8 : 0u);
  }
  static size_t place_of(unsigned places, size_t i) { return places >> (kBits * i) & ((1u << kBits) - 1); }
  // Whether each weight has a place of its own, in its block and its row: routines look at none of that.
  static bool has_places(const Bytes &data, const Rows &r) {
    const size_t groups = ceil_div(r.size, kGroup);
    for (size_t at = 0, group = 0; at + kBytes <= data.size(); at += kBytes, ++group) {
      const unsigned places = places_of(data, at);
      for (size_t i = 0; i < kFour; ++i) {
        if (data[at + i] == 0 && place_of(places, i) == 0) continue;
        const size_t place = place_of(places, i), k = group % groups * kGroup + i / kMany * kBlock + place;
        const bool is_second = kMany == 2 && i % 2 == 1 && data[at + i - 1] != 0;
        if (place >= kBlock || k >= r.size || (is_second && place == place_of(places, i - 1))) return false;
      }
    }
    return true;
  }
  static void unpack(const ProgramTensor &t, void *values) {
    auto *to = static_cast<int8_t *>(values);
    std::fill_n(to, t.shape.elements(), int8_t{0});
    const Rows r(t);
    size_t at = 0;
    for (size_t row = 0; row < r.count; ++row)
      for (size_t k = 0; k < r.size; k += kGroup, at += kBytes) {
        const unsigned places = places_of(t.data, at);
        for (size_t i = 0; i < kFour; ++i) {
          const size_t place = k + i / kMany * kBlock + place_of(places, i);
          if (place < r.size && byte_of(t.data, at + i) != 0)
            to[row * r.size + place] = static_cast<int8_t>(byte_of(t.data, at + i));
        }
      }
  }
  static Bytes pack(const std::vector<int8_t> &values, size_t outputs) {
    const Rows r(values.size(), outputs);
    Bytes data;
    for (size_t row = 0; row < r.count; ++row)
      for (size_t k = 0; k < r.size; k += kGroup) {
        const size_t at = data.size();
        data.insert(data.end(), kBytes, 0);
        unsigned places = 0;
        for (size_t block = 0; block < kGroup / kBlock; ++block) {
          size_t found = 0;
          for (size_t j = 0; j < kBlock && k + block * kBlock + j < r.size; ++j) {
            const int8_t v = values[row * r.size + k + block * kBlock + j];
            if (v == 0) continue;
            if (found == kMany) return {};
            const size_t i = block * kMany + found++;
            data[at + i] = static_cast<uint8_t>(v);
            places |= static_cast<unsigned>(j) << (kBits * i);
          }
        }
        for (size_t i = 0; i < kBytes - kFour; ++i)
          data[at + kFour + i] = static_cast<uint8_t>(places >> (8 * i));
      }
    return data;
  }
};

// Blocks of four that are not all 0.
struct Blocks {
  static constexpr size_t kBlock = 4, kChunk = 64, kOutputs = 16, kMask = 2;

  // Calls back with output, first weight of a chunk, and how many it has, in the order of the bytes.
  template <class Visit>
  static void each_piece(const Rows &r, Visit visit) {
    for (size_t first = 0; first < r.count; first += kOutputs)
      for (size_t k = 0; k < r.size; k += kChunk)
        for (size_t row = first; row < std::min(r.count, first + kOutputs); ++row)
          visit(row, k, std::min(kChunk, r.size - k));
  }
  static bool has(unsigned mask, size_t block) { return (mask << block & 0x8000u) != 0; }
  static unsigned mask_of(const Bytes &data, size_t at) {
    return byte_of(data, at) | unsigned{byte_of(data, at + 1)} << 8;
  }
  static size_t bytes(const ProgramTensor &t) {
    if (!may_hold(t)) return checked(t, 0);
    size_t at = 0;
    bool fits = true;  // no block behind the end of a row, which would be read but not be there
    each_piece(Rows(t), [&](size_t, size_t, size_t n) {
      const unsigned mask = mask_of(t.data, at);
      at += kMask;
      for (size_t block = 0; block < kChunk / kBlock; ++block)
        if (has(mask, block)) {
          at += kBlock;
          fits &= block * kBlock < n;
        }
    });
    return checked(t, fits ? at : t.data.size() + 1);
  }
  static void unpack(const ProgramTensor &t, void *values) {
    auto *to = static_cast<int8_t *>(values);
    std::fill_n(to, t.shape.elements(), int8_t{0});
    const Rows r(t);
    size_t at = 0;
    each_piece(r, [&](size_t row, size_t k, size_t n) {
      const unsigned mask = mask_of(t.data, at);
      at += kMask;
      for (size_t block = 0; block < kChunk / kBlock; ++block) {
        if (!has(mask, block)) continue;
        for (size_t j = 0; j < kBlock; ++j, ++at)
          if (block * kBlock + j < n)
            to[row * r.size + k + block * kBlock + j] = static_cast<int8_t>(byte_of(t.data, at));
      }
    });
  }
  static Bytes pack(const std::vector<int8_t> &values, size_t outputs) {
    const Rows r(values.size(), outputs);
    Bytes data;
    each_piece(r, [&](size_t row, size_t k, size_t n) {
      const int8_t *const w = values.data() + row * r.size + k;
      const size_t at = data.size();
      data.insert(data.end(), kMask, 0);
      unsigned mask = 0;
      for (size_t j = 0; j < n; j += kBlock) {
        const size_t end = std::min(n, j + kBlock);
        if (std::all_of(w + j, w + end, [](int8_t v) { return v == 0; })) continue;
        mask |= 0x8000u >> (j / kBlock);
        for (size_t i = j; i < j + kBlock; ++i)
          data.push_back(i < end ? static_cast<uint8_t>(w[i]) : uint8_t{0});
      }
      data[at] = static_cast<uint8_t>(mask);
      data[at + 1] = static_cast<uint8_t>(mask >> 8);
    });
    return data;
  }
};

template <class Form>
const Storage *form(const char *name) {
  static const Storage kForm{name, Form::bytes, Form::unpack, Form::pack};
  return &kForm;
}

}  // namespace

// Measured on Cortex-M4, -O2: 2,208 bytes with a codebook of 4 bits, 1,440 of 3, else at most 1,248; plain
// 976.
size_t more_stack(const Storage &form) {
  if (form.pack == nullptr) return 0;
  return form.name == "codebook4" ? 1248 : form.name == "codebook3" ? 512 : 256;
}

const std::vector<const Storage *> &packed_forms() {
  static const std::vector<const Storage *> kForms{form<Codebook<1>>("codebook1"),
                                                   form<Codebook<2>>("codebook2"),
                                                   form<Codebook<3>>("codebook3"),
                                                   form<Codebook<4>>("codebook4"),
                                                   form<Codebook<5>>("codebook5"),
                                                   form<Codebook<6>>("codebook6"),
                                                   form<Int4>("int4"),
                                                   form<Sparse<2, 4>>("sparse_2_4"),
                                                   form<Sparse<1, 4>>("sparse_1_4"),
                                                   form<Sparse<1, 8>>("sparse_1_8"),
                                                   form<Sparse<1, 16>>("sparse_1_16"),
                                                   form<Blocks>("blocks")};
  return kForms;
}

}  // namespace mote

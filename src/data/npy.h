// NumPy arrays: .npy (versions 1 to 3, float32/64, integers and text, C and Fortran order) and .npz.
// Format: numpy.lib.format, NEP 1.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mote {

struct NpyArray {
  std::vector<size_t> shape;
  std::vector<double> values;  // C order; every type converts exactly but int64 and uint64 beyond 2^53
  std::vector<std::string> texts = {};  // UTF-8, of an array of text; `values` is empty then
  size_t rows() const { return shape.empty() ? 1 : shape[0]; }
  size_t row_size() const;
};

enum class NpyTexts { kRefused, kAllowed };  // arrays of text (labels)

// `where` opens every message. Errors: kDataFormat (truncated, lying header, unsupported type).
NpyArray parse_npy(std::string_view bytes, const std::string &where, NpyTexts texts = NpyTexts::kRefused);
std::string format_npy_f32(const std::vector<size_t> &shape, const float *values);
// `type`: "<f4", "|i1", ... of the bytes that `values` has.
std::string format_npy(const std::string &type, const std::vector<size_t> &shape, std::string_view values);

// The arrays of an .npz by name without ".npy". Errors: as parse_npy, and what the zip library finds wrong.
std::map<std::string, NpyArray> parse_npz(std::string_view archive, const std::string &where,
                                          NpyTexts texts = NpyTexts::kRefused);
std::map<std::string, NpyArray> read_npz(const std::string &path);

}  // namespace mote

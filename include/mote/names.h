// Tables of names: what a value is called in mote.toml, on the command line, in files and in documents. Each
// table stands once, beside the type it names; readers, help texts and the guide ask it.
//
// Ownership/Threads: tables are constant once they are built; any thread may ask.
// Errors: find() gives nullptr; who reads for a user throws kInvalidArgument with the nearest name.
//
// Example:
//   const mote::LossType *loss = mote::loss_names().find("mse");  // nullptr for a name that there is not
//   const std::string name = mote::loss_names().name_of(mote::LossType::kMse);
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mote {

// Case, '_' and '-' aside: "MaxPooling1D" and "max_pooling1d".
inline bool is_same_name(std::string_view a, std::string_view b) {
  const auto plain = [](std::string_view text) {
    std::string out;
    for (char c : text)
      if (c != '_' && c != '-') out.push_back(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return out;
  };
  return plain(a) == plain(b);
}

// Spellings of others for a name of ours.
using OtherNames = std::vector<std::pair<std::string, std::string>>;

template <class T>
class NameTable {
 public:
  using Entry = std::pair<std::string, T>;
  explicit NameTable(std::vector<Entry> entries, OtherNames others = {})
      : entries_(std::move(entries)), others_(std::move(others)) {}

  // By our name or another's, in any case; nullptr: there is none.
  const T *find(std::string_view name) const {
    for (const auto &[known, value] : entries_)
      if (known == name) return &value;
    for (const auto &[known, value] : entries_)
      if (is_same_name(known, name)) return &value;
    for (const auto &[other, known] : others_)
      if (is_same_name(other, name)) return find(known);
    return nullptr;
  }
  // Of a value of the table.
  const std::string &name_of(const T &value) const {
    return std::find_if(entries_.begin(), entries_.end(), [&](const Entry &e) { return e.second == value; })
        ->first;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> list;
    for (const Entry &e : entries_) list.push_back(e.first);
    return list;
  }
  const OtherNames &others() const { return others_; }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  std::vector<Entry> entries_;
  OtherNames others_;
};

// Of names that stand for themselves.
inline NameTable<std::string> table_of(const std::vector<std::string> &names, OtherNames others = {}) {
  std::vector<std::pair<std::string, std::string>> entries;
  for (const std::string &name : names) entries.emplace_back(name, name);
  return NameTable<std::string>(std::move(entries), std::move(others));
}

}  // namespace mote

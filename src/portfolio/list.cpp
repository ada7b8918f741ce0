// Runs as rows: which ones, in what order, what of each; as a table, a tree and JSON.
//
// Where the values come from: index.h; names and units: facts.h.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "base/error.h"
#include "base/terminal_lines.h"
#include "base/text.h"
#include "mote/portfolio.h"
#include "mote/settings.h"
#include "portfolio/facts.h"
#include "portfolio/index.h"
#include "portfolio/query.h"
#include "portfolio/table.h"
#include "runs/unfinished.h"

namespace mote {

using nlohmann::json;

namespace {

// By which a table begins that nobody asked for columns of: those of these that any run has.
const std::vector<std::string> &usual_columns() {
  static const std::vector<std::string> kNames = {"val.accuracy", "val.mae",       "float.accuracy",
                                                  "float.mae",    "int8.accuracy", "int8.mae",
                                                  "flash",        "tags",          "note"};
  return kNames;
}

FactDef wanted(const std::string &name, const std::string &where) {
  if (const auto fact = find_fact(name)) return *fact;
  const std::string near = nearest_fact(name);
  throw Error(
      ErrorCode::kInvalidArgument, where, fmt::format("runs have no '{}'", name),
      (near.empty() ? "" : fmt::format("did you mean '{}'? ", near)) + "`mote runs --names` lists all");
}

void add_name(std::vector<std::string> &names, const std::string &name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

// Stable: runs that are equal, or have none, stay in the order of time.
void sort_runs(std::vector<size_t> &order, const FactDef &by, const std::vector<json> &column,
               bool is_reversed) {
  const bool is_falling = (by.better > 0) != is_reversed;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const json &x = column[a], &y = column[b];
    if (x.is_null() || y.is_null()) return !x.is_null() && y.is_null();  // those without are the last
    return is_falling ? y < x : x < y;
  });
}

void note_problems(const IndexedRuns &index, ListedRuns &listed) {
  constexpr size_t kShown = 3;
  size_t damaged = 0;
  for (const json &problem : index.columns.at("problem")) {
    if (problem.is_null()) continue;
    if (++damaged <= kShown) listed.notes.push_back(problem.get<std::string>());
  }
  if (damaged > kShown)
    listed.notes.push_back(fmt::format("{} more runs have a damaged record", damaged - kShown));
}

// What a column of a table is called: as short as a condition may call it.
std::string heading_of(const std::string &name) {
  for (const char *shorter : {"val", "float", "int8"})
    if (name == std::string(shorter) + ".accuracy") return shorter;
  return name;
}

// What one cell shows, of a length that leaves room for others.
std::string cell_of(const ListedRun &run, const FactDef &fact, size_t longest) {
  const auto found = run.facts.find(fact.name);
  if (found == run.facts.end()) return "-";
  return shortened(shown_fact(fact.kind, found->second), longest);
}

bool is_text(FactKind kind) {
  return kind == FactKind::kText || kind == FactKind::kDigest || kind == FactKind::kTags;
}

// Rows of cells in columns; a last one of texts takes what is left of the usual width.
std::string table_of(const ListedRuns &listed, const std::vector<std::string> &names) {
  constexpr size_t kLongest = 40, kUsualWidth = 80, kShortest = 12;
  std::vector<std::vector<std::string>> rows(listed.runs.size() + 1);
  std::vector<bool> is_number = {false};
  rows[0].push_back("run");
  size_t width = columns_of("run");
  for (size_t r = 0; r < names.size(); ++r) {
    rows[r + 1].push_back(names[r]);
    width = std::max(width, columns_of(names[r]));
  }
  for (const std::string &column : listed.columns) {
    const FactDef fact = *find_fact(column);
    const size_t left = kUsualWidth > width + 2 ? kUsualWidth - width - 2 : 0;
    const bool is_last = &column == &listed.columns.back();
    if (is_last && listed.is_usual && fact.name == "note" && left < kShortest) continue;
    const size_t longest = is_last && is_text(fact.kind) ? std::max(left, kShortest) : kLongest;
    is_number.push_back(!is_text(fact.kind));
    rows[0].push_back(heading_of(column));
    size_t widest = columns_of(rows[0].back());
    for (size_t r = 0; r < listed.runs.size(); ++r) {
      rows[r + 1].push_back(cell_of(listed.runs[r], fact, longest));
      widest = std::max(widest, columns_of(rows[r + 1].back()));
    }
    width += 2 + widest;
  }
  return table_text(rows, is_number);
}

std::string summary_line(const ListedRuns &listed) {
  const std::string of = with_commas(static_cast<long long>(listed.of));
  if (listed.runs.size() == listed.of) return fmt::format("{} run{}", of, listed.of == 1 ? "" : "s");
  return fmt::format("{} of {} runs", with_commas(static_cast<long long>(listed.runs.size())), of);
}

// Counts and bytes as whole numbers, tags as a list, switches as true and false.
json json_of(FactKind kind, const json &value) {
  const bool is_whole = kind == FactKind::kCount || kind == FactKind::kBytes;
  if (is_whole && value.is_number() && std::fabs(value.get<double>()) < kLargestWhole)
    return std::llround(value.get<double>());
  if (kind == FactKind::kSwitch) return value != 0.0;
  if (kind != FactKind::kTags) return value;
  return items_of(value.get<std::string>());
}

std::string text_of(const ListedRun &run, const char *name) {
  const auto found = run.facts.find(name);
  return found != run.facts.end() && found->second.is_string() ? found->second.get<std::string>() : "";
}

}  // namespace

ListedRuns list_runs(const std::string &given, const RunsRequest &request) {
  std::optional<RunQuery> query;
  if (!request.where.empty()) query = RunQuery::parse(request.where);
  std::optional<FactDef> by;
  if (!request.sort.empty()) by = wanted(request.sort, "--sort");
  ListedRuns listed;
  for (const std::string &column : request.columns)
    if (const FactDef fact = wanted(column, "--columns"); fact.name != "run")
      add_name(listed.columns, fact.name);
  IndexRequest asked;
  asked.names = request.columns.empty() ? usual_columns() : listed.columns;
  if (query)
    for (const std::string &name : query->names()) add_name(asked.names, name);
  if (by) add_name(asked.names, by->name);
  for (const char *name : {"parent", "series", "problem", "kind"}) add_name(asked.names, name);
  asked.has_all = request.has_all;
  asked.on_read = request.on_read;
  const std::string project = project_of_runs(given);
  IndexedRuns index = read_index(project, asked);
  for (const std::string &name : asked.names)  // that no run has
    if (index.columns.count(name) == 0) index.columns[name].assign(index.names.size(), nullptr);
  if (request.has_all) {
    listed.columns.clear();
    for (const auto &[name, column] : index.columns)
      if (name != "run") listed.columns.push_back(name);
  } else if (request.columns.empty()) {
    listed.is_usual = true;
    const std::vector<json> &kinds = index.columns.at("kind");
    if (std::adjacent_find(kinds.begin(), kinds.end(), std::not_equal_to<>()) != kinds.end())
      listed.columns.push_back("kind");
    for (const std::string &name : usual_columns()) {
      const std::vector<json> &column = index.columns.at(name);
      if (std::any_of(column.begin(), column.end(), [](const json &v) { return !v.is_null(); }))
        listed.columns.push_back(name);
    }
  }
  listed.of = index.names.size();
  listed.notes = index.notes;
  if (query) listed.notes.insert(listed.notes.end(), query->notes().begin(), query->notes().end());
  note_problems(index, listed);
  std::vector<size_t> order;
  std::vector<const std::vector<json> *> asked_columns;
  if (query)
    for (const std::string &name : query->names()) asked_columns.push_back(&index.columns.at(name));
  for (size_t i = 0; i < index.names.size(); ++i) {
    const auto look = [&](size_t name) {
      const json &value = (*asked_columns[name])[i];
      return value.is_null() ? nullptr : &value;
    };
    if (!query || query->holds(look)) order.push_back(i);
  }
  if (by)
    sort_runs(order, *by, index.columns.at(by->name), request.is_reversed);
  else if (request.is_reversed)
    std::reverse(order.begin(), order.end());
  if (request.most > 0 && order.size() > request.most) order.resize(request.most);
  std::vector<std::string> kept = listed.columns;
  for (const char *name : {"parent", "series"}) add_name(kept, name);
  std::vector<const std::vector<json> *> kept_columns;
  for (const std::string &name : kept) kept_columns.push_back(&index.columns.at(name));
  for (const size_t i : order) {
    ListedRun run{index.names[i], index.runs_folder + "/" + index.names[i], {}};
    for (size_t c = 0; c < kept.size(); ++c)
      if (const json &value = (*kept_columns[c])[i]; !value.is_null()) run.facts.emplace(kept[c], value);
    listed.runs.push_back(std::move(run));
  }
  if (const size_t open = unfinished_runs(project).size(); open > 0)
    listed.notes.push_back(
        fmt::format("{} training{} not finished; `mote train --resume` goes on with the newest "
                    "that nobody is at",
                    open, open == 1 ? " is" : "s are"));
  return listed;
}

std::string runs_text(const ListedRuns &listed) {
  std::vector<std::string> names;
  for (const ListedRun &run : listed.runs) names.push_back(run.name);
  return (listed.runs.empty() ? "" : table_of(listed, names)) + summary_line(listed) + "\n";
}

// Roots and children are in the order of the list. A parent that is not in it makes a root.
std::string runs_tree(const ListedRuns &listed) {
  std::map<std::string, size_t> place;
  for (size_t i = 0; i < listed.runs.size(); ++i) place[listed.runs[i].name] = i;
  std::vector<std::vector<size_t>> children(listed.runs.size());
  std::vector<size_t> roots;
  for (size_t i = 0; i < listed.runs.size(); ++i) {
    std::string parent = text_of(listed.runs[i], "parent");
    if (parent.empty()) parent = text_of(listed.runs[i], "series");
    const auto found = place.find(parent);
    if (found != place.end() && found->second != i)
      children[found->second].push_back(i);
    else
      roots.push_back(i);
  }
  ListedRuns ordered = listed;
  ordered.runs.clear();
  std::vector<std::string> names;
  std::vector<bool> is_shown(listed.runs.size());
  const auto show_from = [&](size_t root) {
    std::vector<std::pair<size_t, size_t>> stack = {{root, 0}};  // run, depth
    while (!stack.empty()) {
      const auto [i, depth] = stack.back();
      stack.pop_back();
      if (is_shown[i]) continue;
      is_shown[i] = true;
      const std::string parent = text_of(listed.runs[i], "parent");
      const bool is_orphan = depth == 0 && !parent.empty() && place.count(parent) == 0;
      names.push_back((depth > 0 ? std::string(2 * (depth - 1), ' ') + "+-" : "") + listed.runs[i].name +
                      (is_orphan ? " (of " + parent + ", not in this list)" : ""));
      ordered.runs.push_back(listed.runs[i]);
      for (size_t c = children[i].size(); c-- > 0;) stack.emplace_back(children[i][c], depth + 1);
    }
  };
  for (const size_t root : roots) show_from(root);
  for (size_t i = 0; i < listed.runs.size(); ++i) show_from(i);  // records that name each other as parents
  return (ordered.runs.empty() ? "" : table_of(ordered, names)) + summary_line(listed) + "\n";
}

json runs_json(const ListedRuns &listed) {
  std::map<std::string, FactKind> kinds;
  const auto kind_of = [&](const std::string &name) {
    const auto known = kinds.find(name);
    if (known != kinds.end()) return known->second;
    const auto fact = find_fact(name);
    return kinds[name] = fact ? fact->kind : FactKind::kText;
  };
  json runs = json::array();
  for (const ListedRun &run : listed.runs) {
    json entry = {{"run", run.name}, {"path", run.path}};
    for (const auto &[name, value] : run.facts) entry[name] = json_of(kind_of(name), value);
    runs.push_back(std::move(entry));
  }
  return {{"runs", std::move(runs)}};
}

std::vector<std::string> run_fact_names() {
  std::vector<std::string> names;
  for (const FactDef &fact : run_facts()) names.push_back(fact.name);
  for (const Setting &s : all_settings()) add_name(names, s.name);
  return names;
}

std::string run_facts_text() {
  std::string text;
  for (const FactDef &fact : run_facts()) text += fmt::format("{:<23}{}\n", fact.name, fact.doc);
  return text +
         "Beside these every setting of mote.toml (`mote settings`), as in train.epochs or model.layers.\n";
}

}  // namespace mote

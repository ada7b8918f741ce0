# The examples of the public headers as functions: what stands under "// Example:" in a header's head. A header without
# one is an error. Prints what tests/docs/header_examples.cpp includes.
function finish() {
  if (name == "") return
  if (!has_example) { print name ".h: has no example" > "/dev/stderr"; failed = 1 }
  print "}\n}"
  table = table "    {\"" name ".h\", example_" name "},\n"
}
FNR == 1 {
  finish()
  name = FILENAME; sub(/.*\//, "", name); sub(/\.h$/, "", name)
  has_example = 0; inside = 0
  print "static void example_" name "(Context &context) {\n  auto &[data, model, run, q] = context;\n  {"
  print "#line " FNR " \"" FILENAME "\""
}
/^#pragma once/ { inside = 0 }
/^\/\/ Example:/ && !has_example { inside = 1; has_example = 1; print "#line " FNR + 1 " \"" FILENAME "\""; next }
inside && /^\/\/   / { print substr($0, 3); next }
inside { inside = 0 }
END {
  finish()
  print "static const std::vector<std::pair<const char *, void (*)(Context &)>> kExamples = {\n" table "};"
  exit failed
}

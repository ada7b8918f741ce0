#!/usr/bin/env bash
# The pages as a whole: no dead link nor heading, the README's pictures are those that the program and the measured tables give, the
# README is short, the site builds where mkdocs is installed. Blocks of code: manual.sh.
. "$(dirname "$0")/support.bash"
checks 10
installed python3 || skip_all "python3 is not installed (./dev setup)"
cd "$work"

# Headings become anchors as forges have it: lower case, no punctuation, blanks to hyphens, a number behind what is there already.
cat >links.py <<'P'
import os, re, sys
root = sys.argv[1]
pages = [os.path.join(folder, name) for top in ("docs", "examples", "bench", "tests") for folder, _, names in os.walk(os.path.join(root, top))
         for name in names if name.endswith(".md") and "node_modules" not in folder]
pages += [os.path.join(root, name) for name in os.listdir(root) if name.endswith(".md")]

def text_of(path):
    with open(path) as file:
        return re.sub(r"^(```|~~~).*?^\1", "", file.read(), flags=re.M | re.S)

def anchors(path):
    seen, found = {}, set()
    for title in re.findall(r"^#+ +(.*?) *$", text_of(path), re.M):
        title = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title)
        slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        found.add(slug if slug not in seen else f"{slug}-{seen[slug]}")
        seen[slug] = seen.get(slug, 0) + 1
    return found

dead, count = [], 0
for page in pages:
    text = re.sub(r"`[^`\n]*`", "", text_of(page))
    for target in re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|srcset|href)="([^"]+)"', text):
        if re.match(r"[a-z]+:", target):
            continue
        count += 1
        path, _, anchor = target.partition("#")
        full = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
        if not os.path.exists(full):
            dead.append(f"{os.path.relpath(page, root)}: {target} is not there")
        elif anchor and full.endswith(".md") and anchor not in anchors(full):
            dead.append(f"{os.path.relpath(page, root)}: {target} has no such heading")
print("\n".join(dead) or f"{count} links")
sys.exit(bool(dead) or count < 100)
P
check "no link is dead" python3 links.py "$source"

check "the README has at most 120 lines" awk 'END { exit NR > 120 }' "$source/README.md"
for theme in light dark; do
  for name in road bars; do
    check "$name-$theme.svg is below 30 KB" awk -v n="$(wc -c <"$source/docs/pictures/$name-$theme.svg")" 'BEGIN { exit n > 30720 }'
  done
done
cat >versions.py <<'P'
import re, sys
root, said = sys.argv[1:]
found = {path: re.search(pattern, open(f"{root}/{path}").read(), re.M)[1]
         for path, pattern in (("CMakeLists.txt", r"project\(mote VERSION (\S+)"), ("src/base/version.h", r'kVersion = "([^"]+)"'),
                               ("CITATION.cff", r"^version: (\S+)"), ("CHANGELOG.md", r"^## (\S+)"), ("README.md", r"^Version (\S+),"))}
found["mote --version"] = said.split("+")[0].split()[-1]
print(found)
sys.exit(len(set(found.values())) > 1)
P
version=$("$mote" --version)
check "there is one version" python3 versions.py "$source" "$version"
check "every block of code has a test, or a reason" python3 "$source/scripts/blocks"
# each quoted sentence of docs/questions.md is in the sources, whatever lines it is broken over there
cat >quoted.py <<'P'
import os, re, sys
root = sys.argv[1]
text = ""
for top in ("src", "apps", "runtime"):
    for folder, _, names in os.walk(os.path.join(root, top)):
        for name in names:
            if re.search(r"\.(cpp|h|in)$", name):
                text += open(os.path.join(folder, name)).read()
text = re.sub(r'"\s*\n\s*"', "", text)
quoted = re.findall(r'\*\*"([^"]+)"\*\*', open(os.path.join(root, "docs/questions.md")).read())
lost = [q for q in quoted if q not in text]
print("\n".join(lost) or f"{len(quoted)} sentences")
sys.exit(bool(lost) or len(quoted) < 10)
P
check "mote says what is quoted" python3 quoted.py "$source"

if installed cc && [ "$(uname -m)" = x86_64 ]; then
  check "the pictures are what the program prints and was measured" python3 "$source/docs/pictures/draw" --check "$mote"
else
  skip 1 "cc is not installed"
fi

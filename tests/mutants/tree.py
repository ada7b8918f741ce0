# A copy of the tree with faults behind a switch, and its build: one build holds all faults, MOTE_MUTANT=n turns one on.
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys

import sites as site_finder

HERE = os.path.dirname(os.path.abspath(__file__))
PATCHED = ("CMakeLists.txt", "cmake/embed.cmake")


class Tree:
    def __init__(self, root, folder):
        self.origin, self.root, self.build = root, f"{folder}/tree", f"{folder}/build"
        self.selected = {}  # number -> Site
        self.source_of = {}  # Site -> the source file it was read with
        self.earlier = {}  # file -> (content, time) that the last run left: what is the same again need not be built again
        os.makedirs(self.root, exist_ok=True)
        files = subprocess.check_output(["git", "-C", root, "ls-files", "-co", "--exclude-standard"], text=True).split("\n")
        self.files = [f for f in files if f and os.path.isfile(f"{root}/{f}")]
        for file in self.files:
            if file not in PATCHED:
                self.write(file, open(f"{root}/{file}", "rb").read())
        shared = os.path.normpath(f"{root}/../shared")
        if os.path.isdir(shared) and "MOTE_DATA" not in os.environ:
            os.environ["MOTE_DATA"] = f"{shared}/data"
        modules = f"{root}/tests/litert/node_modules"
        if os.path.isdir(modules) and not os.path.exists(f"{self.root}/tests/litert/node_modules"):
            os.symlink(modules, f"{self.root}/tests/litert/node_modules")
        self.patch()

    def write(self, file, content):
        path = f"{self.root}/{file}"
        if os.path.exists(path):
            here = open(path, "rb").read()
            if here == content:
                return
            self.earlier.setdefault(file, (here, os.stat(path).st_mtime_ns))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        open(path, "wb").write(content)
        shutil.copymode(f"{self.origin}/{file}", path)
        if file in self.earlier and self.earlier[file][0] == content:
            os.utime(path, ns=(self.earlier[file][1],) * 2)

    def patch(self):
        """The switch into the build, and into what mote embeds for devices."""
        lists = open(f"{self.origin}/CMakeLists.txt").read()
        lists = lists.replace("add_library(mote_runtime STATIC", f"add_library(mote_runtime STATIC {HERE}/switch.cpp", 1)
        self.write("CMakeLists.txt", lists.encode())
        embed = open(f"{self.origin}/cmake/embed.cmake").read()
        embed = embed.replace("return found->second;", "return mote_mutants_embed(found->second);")
        embed = embed.replace("namespace mote {", "std::string_view mote_mutants_embed(std::string_view);\\nnamespace mote {", 1)
        self.write("cmake/embed.cmake", embed.encode())

    def configure(self):
        """The build, and beside it one that compiles each file by itself, for the arguments to read it with."""
        flags = f"-include {HERE}/switch.h -DFMT_CONSTEVAL= -w -Wno-error -Wno-narrowing"
        for folder, is_unity in ((self.build, "ON"), (f"{self.build}-read", "OFF")):
            command = ["cmake", "-S", self.root, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DMOTE_TESTS=ON",
                       f"-DMOTE_UNITY={is_unity}", f"-DCMAKE_CXX_FLAGS={flags} -fpermissive", f"-DCMAKE_C_FLAGS={flags}"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        targets = subprocess.check_output(["ninja", "-C", folder, "-t", "targets", "all"], text=True).split("\n")
        generated = [t.split(":")[0] for t in targets if t.startswith("generated/")]
        subprocess.run(["ninja", "-C", folder] + generated, check=True, stdout=subprocess.DEVNULL)

    def units(self):
        """{source file: arguments} of the library, the runtime and the program."""
        found = {}
        for entry in json.load(open(f"{self.build}-read/compile_commands.json")):
            source = os.path.relpath(entry["file"], self.root)
            if not re.match(r"(src|apps|runtime)/", source):
                continue
            words = entry["command"].replace("-isystem ", "-isystem").split()
            words = [w for w in words if re.match(r"-(I|D|std|m|isystem)", w)]
            found[source] = words
        firmware = {f: ["-Isrc/device/firmware"] for f in self.files if re.match(r"src/device/firmware/.*\.c$", f)}
        templates = {f: [] for f in self.files if re.match(r"src/.*\.(c|h|ino)\.in$", f)}
        return {**firmware, **templates, **found}

    def sites(self, jobs, sources):
        """The places in these source files and in the headers they include."""
        units, found = self.units(), {}
        with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
            for source, part in zip(sources, pool.map(site_finder.find, *zip(*[(self.root, s, units[s]) for s in sources]))):
                for site in part:
                    found.setdefault(site, source)
        self.source_of = found
        return sorted(found, key=site_finder.Site.order)

    # --- faults into files

    def render(self, file):
        """The file with its selected faults: (MOTE_MUTANT(n) ? wrong : right), on the same lines."""
        text = open(f"{self.origin}/{file}", "rb").read().decode("latin-1")
        here = sorted(((n, s) for n, s in self.selected.items() if s.file == file), key=lambda x: (x[1].start, -x[1].end, x[0]))

        def between(start, end, without):
            out, at = "", start
            for number, site in here:
                if number in without or site.start < at or site.end > end or site.start < start:
                    continue
                out += text[at:site.start] + both(number, site, without)
                at = site.end
            return out + text[at:end]

        def both(number, site, without):
            rest = iter(site.inside)
            inner = without | {number}
            wrong = re.sub("\0", lambda _: between(*next(rest), inner), site.template)
            right = between(site.start, site.end, inner)
            if file.endswith(".in"):
                return f"<mutant {number}:{wrong}:{right}:>"  # switch.cpp decides when the template is asked for
            if site.kind == "dropped":
                right = f"(void)({right})"
            wrong = re.sub(r"\s*\n\s*", " ", wrong)
            return f"(MOTE_MUTANT({number}) ? {wrong} : {right})"

        return between(0, len(text), frozenset()).encode("latin-1")

    def put(self, selected):
        before = {s.file for s in self.selected.values()}
        self.selected = selected
        for file in before | {s.file for s in selected.values()}:
            self.write(file, self.render(file))

    def build_all(self, jobs):
        """Builds; a fault that does not compile is taken out. Returns the numbers taken out."""
        dropped = set()
        while True:
            done = subprocess.run(["ninja", "-C", self.build, f"-j{jobs}", "-k0"], text=True, capture_output=True)
            if done.returncode == 0:
                return dropped
            bad = self.guilty(done.stdout)
            if not bad:
                sys.exit(done.stdout[-4000:] + "\nthe build fails for another reason than a fault")
            dropped |= bad
            self.put({n: s for n, s in self.selected.items() if n not in bad})

    def guilty(self, output):
        bad = set()
        line_of = {}
        for n, s in self.selected.items():
            text = open(f"{self.origin}/{s.file}", "rb").read()
            line_of[n] = (text[:s.start].count(b"\n") + 1, text[:s.end].count(b"\n") + 1)
        for failed in re.split(r"(?m)^FAILED: ", output)[1:]:
            failed = failed.split("\n[")[0]
            places = {(os.path.relpath(os.path.join(self.build, f), self.root), int(line))
                      for f, line in re.findall(r"(?m)^([^\s:]+):(\d+):\d+: (?:fatal )?error", failed)}
            hit = {n for n, s in self.selected.items() for f, line in places
                   if f == s.file and line_of[n][0] <= line <= line_of[n][1]}
            if not hit:
                named = {os.path.relpath(os.path.join(self.build, f), self.root) for f in re.findall(r"([^\s:]+\.(?:cpp|h|c))", failed)}
                hit = {n for n, s in self.selected.items() if s.file in named}
            bad |= hit
        return bad

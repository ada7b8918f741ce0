# Where a small fault can be put into C and C++: reads a file with libclang and lists the places, each with the text that
# stands there and the text that would be wrong. What does not compile with the switch around it is dropped by the build.
import re
from dataclasses import dataclass

from clang import cindex

K = cindex.CursorKind
SWAPPED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "+": "-", "-": "+", "*": "+", "/": "*",
           "&&": "||", "||": "&&", "+=": "-=", "-=": "+=", "*=": "+=", "<<": ">>", ">>": "<<", "%": "/"}
KIND_OF = {**{op: "comparison" for op in ("<", "<=", ">", ">=", "==", "!=")}, **{op: "logic" for op in ("&&", "||")}}
CALLEES = {"min": "max", "max": "min", "min_element": "max_element", "max_element": "min_element", "floor": "ceil",
           "ceil": "floor", "lround": "floor", "sin": "cos", "cos": "sin"}
# Operators inside the C that an emitter writes.
EMITTED = [(" < ", " <= "), (" > ", " >= "), (" + ", " - "), (" - ", " + "), (" == ", " != "), (" - 1", " - 0"), ("++", "--"),
           (" ? ", " == 0 ? "), (" % ", " / "), (" >= ", " > "), (" = 0", " = 1"), (" && ", " || ")]


@dataclass(frozen=True)
class Site:
    file: str  # relative to the tree
    start: int  # bytes
    end: int
    kind: str
    inside: tuple  # the ranges of the text that stay, in the order of the template
    template: str  # the wrong text; \0 stands for the next of `inside`

    def order(self):
        return (self.file, self.start, -self.end, self.kind, self.template)


class Finder:
    def __init__(self, root, path_of):
        self.root, self.path_of, self.sites, self.text = root, path_of, set(), {}

    def source(self, file):
        if file not in self.text:
            self.text[file] = open(f"{self.root}/{file}", "rb").read().decode("latin-1")
        return self.text[file]

    def add(self, file, start, end, kind, inside, template):
        self.sites.add(Site(file, start, end, kind, tuple(inside), template))

    def visit(self, cursor, parent, file):
        children = list(cursor.get_children())
        start, end = cursor.extent.start.offset, cursor.extent.end.offset
        if end > start:
            self.look(cursor, parent, file, start, end, children)
        for child in children:
            # what a macro wrote stands elsewhere
            if child.location.file and self.path_of(child.extent.start.file) == file:
                self.visit(child, cursor, file)

    def look(self, c, parent, file, start, end, children):
        text = self.source(file)
        ranges = [(x.extent.start.offset, x.extent.end.offset) for x in children]
        if c.kind in (K.BINARY_OPERATOR, K.COMPOUND_ASSIGNMENT_OPERATOR) and len(children) == 2:
            self.operator(file, start, end, ranges[0], ranges[1])
        if c.kind == K.CALL_EXPR and c.spelling.startswith("operator") and len(children) == 3:
            left, right = (ranges[0], ranges[2]) if ranges[1][0] > ranges[0][0] else (ranges[1], ranges[2])
            self.operator(file, start, end, left, right)
        elif c.kind == K.CALL_EXPR:
            self.call(c, file, start, end)
        if c.kind == K.UNARY_OPERATOR and len(children) == 1 and text[start] in "!-" and text[start:start + 2] != "--":
            self.add(file, start, end, "sign" if text[start] == "-" else "logic", ranges, "\0")
        if c.kind == K.INTEGER_LITERAL:
            if found := re.fullmatch(r"(0[xX][0-9a-fA-F]+|\d+)([uUlL]*)", text[start:end]):
                value = int(found[1], 0) if not re.fullmatch(r"0\d+", found[1]) else None
                if value is not None:
                    self.add(file, start, end, "constant", [], f"{value + 1}{found[2]}")
        if c.kind == K.FLOATING_LITERAL:
            if found := re.fullmatch(r"([\d.]+(?:[eE][-+]?\d+)?)([fFlL]?)", text[start:end]):
                value = float(found[1])
                self.add(file, start, end, "constant", [], f"{value * 2 if value else 1.0!r}{found[2]}")
        if c.kind == K.CXX_BOOL_LITERAL_EXPR and text[start:end] in ("true", "false"):
            self.add(file, start, end, "constant", [], "false" if text[start:end] == "true" else "true")
        if c.kind in (K.IF_STMT, K.CONDITIONAL_OPERATOR) and children and children[0].kind.is_expression():
            a, b = ranges[0]
            self.add(file, a, b, "logic", [(a, b)], "!(\0)")
        if parent.kind in (K.COMPOUND_STMT, K.IF_STMT, K.FOR_STMT, K.CXX_FOR_RANGE_STMT) and text[end:end + 1] == ";":
            is_call = c.kind == K.CALL_EXPR or (c.kind == K.UNEXPOSED_EXPR and children and children[0].kind == K.CALL_EXPR)
            is_change = c.kind in (K.BINARY_OPERATOR, K.COMPOUND_ASSIGNMENT_OPERATOR)
            if is_call or is_change:
                self.add(file, start, end, "dropped", [], "(void)0")
        if c.kind == K.STRING_LITERAL and re.match(r"src/(codegen|device)/", file):
            self.emitted(file, start, end)

    def operator(self, file, start, end, left, right):
        if left[1] > right[0]:
            return
        op = self.source(file)[left[1]:right[0]].strip()
        if op in SWAPPED:
            self.add(file, start, end, KIND_OF.get(op, "arithmetic"), [left, right], f"\0 {SWAPPED[op]} \0")

    def call(self, c, file, start, end):
        text = self.source(file)
        arguments = [a for a in c.get_arguments() if a is not None]
        if any(a.extent.end.offset <= a.extent.start.offset for a in arguments):
            return
        where = [(a.extent.start.offset, a.extent.end.offset) for a in arguments]
        plain = lambda t: re.sub(r"\bconst\b|&|\s", "", t.get_canonical().spelling)
        for i in range(len(where) - 1):
            (a, b), (p, q) = where[i], where[i + 1]
            if start <= a < b <= p < q <= end and plain(arguments[i].type) == plain(arguments[i + 1].type) and text[a:b] != text[p:q]:
                self.add(file, start, end, "swapped", [(start, a), (p, q), (b, p), (a, b), (q, end)], "\0\0\0\0\0")
        if found := re.match(r"(?:std::)?(\w+)(?=[(<])", text[start:end]):
            if found[1] in CALLEES and where:
                name_end = start + found.end(1)
                self.add(file, start, end, "arithmetic", [(name_end, end)], f"std::{CALLEES[found[1]]}\0")

    def emitted(self, file, start, end):
        text = self.source(file)[start:end]
        if not re.search(r"[;{(]", text) or text.startswith("R"):
            return
        for wrong_from, wrong_to in EMITTED:
            for found in re.finditer(re.escape(wrong_from), text):
                at = start + found.start()
                self.add(file, start, end, "emitted", [(start, at), (at + len(wrong_from), end)], f"\0{wrong_to}\0")


def in_template(root, file):
    """The operators of the C in a template (*.c.in, *.h.in, *.ino.in)."""
    text, sites = open(f"{root}/{file}", "rb").read().decode("latin-1"), set()
    for line in re.finditer(r"(?m)^.*[;{(].*$", text):
        if re.match(r"\s*(/?\*|//|#|@)", line[0]):
            continue
        for wrong_from, wrong_to in EMITTED:
            for found in re.finditer(re.escape(wrong_from), line[0]):
                start = line.start() + found.start()
                sites.add(Site(file, start, start + len(wrong_from), "emitted", (), wrong_to))
    return sites


def find(root, source, arguments):
    """The sites of one translation unit in files of the project: {Site}."""
    if source.endswith(".in"):
        return in_template(root, source)

    def path_of(file):
        return file.name[len(root) + 1:] if file and file.name.startswith(root + "/") else None

    unit = cindex.Index.create().parse(f"{root}/{source}", args=arguments)
    finder = Finder(root, path_of)
    for cursor in unit.cursor.get_children():
        file = path_of(cursor.location.file)
        if file and re.match(r"(src|apps|runtime|include)/", file) and not file.startswith("build"):
            finder.visit(cursor, unit.cursor, file)
    return finder.sites

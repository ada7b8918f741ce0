# What the JSON of mote says of a row's trainings, as one line of docs/numbers.md: mean and range over seeds, folds pooled within
# a seed; what int8 costs, paired; the interval over groups.
import math

# Student's t, 97.5 %, of 1, 2, ... degrees of freedom; beyond: the normal distribution's (within 2 %)
T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101,
     2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042)


class Seed:
    """Of one seed: counts of float and int8, and of the groups (int8: that is what is on the device)."""

    def __init__(self):
        self.examples = 0
        self.right = {"float": 0, "int8": 0}
        self.groups = {}
        self.folds = []

    def add(self, evaluations, name=""):
        fold = {}
        for e in evaluations:
            right = round(e["accuracy"] * e["examples"])
            self.right[e["precision"]] += right
            fold[e["precision"]] = 100 * e["accuracy"]
            if e["precision"] != "int8":
                continue
            self.examples += e["examples"]
            for g in e.get("groups", []):
                n, k = self.groups.get(g["name"], (0, 0))
                self.groups[g["name"]] = (n + g["examples"], k + g["correct"])
        self.folds.append((name, fold["float"], fold["int8"]))

    def accuracy(self, precision):
        return 100 * self.right[precision] / self.examples


def mean(values):
    return sum(values) / len(values)


def wilson(share, n):
    """E. B. Wilson 1927, 95 %."""
    z = 1.96
    middle, width = share + z * z / (2 * n), z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (middle - width) / (1 + z * z / n), (middle + width) / (1 + z * z / n)


def over_groups(groups):
    """The ratio of two sums over groups, its spread linearized (Cochran, Sampling Techniques, 6.4), Student's t."""
    n, right, count = sum(g[0] for g in groups), sum(g[1] for g in groups), len(groups)
    share = right / n
    spread = sum((g[1] - share * g[0]) ** 2 for g in groups) * count / (count - 1)
    half = (T[count - 2] if count - 2 < len(T) else 1.96) * math.sqrt(spread) / n
    return max(0.0, share - half), min(1.0, share + half)


def interval(seeds, is_grouped=True):
    """Of the mean over seeds: each group has the mean of its seeds, unless groups are but folds. In words."""
    names = seeds[0].groups
    if is_grouped and len(names) > 1:
        low, high = over_groups([(mean([s.groups[g][0] for s in seeds]), mean([s.groups[g][1] for s in seeds])) for g in names])
        return f"{100 * low:.1f} to {100 * high:.1f} over {len(names)} groups"
    low, high = wilson(mean([s.accuracy("int8") for s in seeds]) / 100, seeds[0].examples)
    return f"{100 * low:.1f} to {100 * high:.1f} over {seeds[0].examples} examples"


def verdict(seeds, row, parameters):
    """What is short of what was asked; "" where nothing is."""
    short = []
    reached = mean([s.accuracy("float") for s in seeds])
    lost = reached - mean([s.accuracy("int8") for s in seeds])
    allowed = max(0.5, 200 / seeds[0].examples)
    if row.bar is not None and reached < row.bar:
        short.append(f"{row.bar - reached:.1f} below {row.bar:g}")
    if lost > allowed:
        short.append(f"int8 loses {lost:.2f}, more than {allowed:.2f}")
    if row.most is not None and parameters > row.most:
        short.append(f"{parameters} parameters are more than {row.most}")
    return "; ".join(short)


def spread(values):
    return f"{mean(values):.2f} ({min(values):.1f} to {max(values):.1f})"

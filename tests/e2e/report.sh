#!/usr/bin/env bash
# The report of a run in its forms, the notebook, the picture of a model, and the robustness sweep: whole, the same figures as
# the records, and sentences for what is not there.
. "$(dirname "$0")/support.bash"
checks 67
installed python3 || skip_all "python3 is not installed (./dev setup)"
cd "$work"

quietly "$mote" init p --template gesture
quietly "$mote" synth gestures --persons 3 --recordings 8 --output p/data
quietly "$mote" train p --quiet --set train.epochs=4
run=$(echo p/runs/*)
quietly "$mote" quantize p
quietly "$mote" evaluate p

check "report" "$mote" report p
present "$run/report.html"
check "the page is whole" python3 "$source/tests/e2e/whole_page.py" "$run/report.html"
for part in "From recordings to the device" "Evaluation on" "Layers of the int8 program" "Memory plan" "How it was made" "Architecture of" "Example windows of each class"; do
  holds "$part" "$run/report.html"
done
# what is not there is said with the command that makes it
holds "mote evaluate .* --robustness" "$run/report.html"
holds "mote explain" "$run/report.html"
holds "not yet: .*mote export" "$run/report.html"
holds "License: not said" "$run/report.html"

# Its figures are those of the records.
cat >figures.py <<'P'
import html, json, re, sys
run = sys.argv[1]
text = html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r'"data:image/[^"]*"', '""', open(run + "/report.html", encoding="utf-8").read())))
words = re.sub(r"\s+", " ", text)
wanted = []
for e in json.load(open(run + "/evaluation.json")):
    wanted += [f"{100 * e['accuracy']:.1f} %", f"{e['precision']} test accuracy"]
    for name, c in e["classes"].items(): wanted.append(f"{name} {c['precision']:.3f} {c['recall']:.3f} {c['f1']:.3f} {c['support']}")
summary = json.load(open(run + "/summary.json"))
wanted.append(f"{summary['parameters']:,} parameters")
for l in summary["layers"]: wanted.append(f"{l['name']} ({l['type']})")
wanted.append(json.load(open(run + "/run.json"))["data_digest"])
missing = [w for w in wanted if w not in words]
if missing: sys.exit(f"not in the page: {missing[:4]}")
P
check "figures are those of the records" python3 figures.py "$run"

# Disturbed windows: the same seed gives the same bytes.
check "robustness" "$mote" evaluate p --robustness
cp "$run/robustness.json" first.json
check "robustness again" "$mote" evaluate p --robustness
same first.json "$run/robustness.json"
check "another seed" "$mote" evaluate p --robustness --seed 8
differ first.json "$run/robustness.json"
check "its levels are in order" python3 - "$run" <<'P'
import json, sys
r = json.load(open(sys.argv[1] + "/robustness.json"))
assert [s["kind"] for s in r["sweeps"]] == ["noise", "gain", "rotation", "rate", "dropped"], r["sweeps"]
for s in r["sweeps"]:
    assert all(l["correct"] == round(l["accuracy"] * r["windows"]) for l in s["levels"]), s
    assert s["levels"] == sorted(s["levels"], key=lambda l: l["level"])
P
quietly "$mote" explain p
quietly "$mote" export p --format c --output p/c --verify
quietly "$mote" report p
check "the page with all of it is whole" python3 "$source/tests/e2e/whole_page.py" "$run/report.html"
for part in "Rotated sensor" "Signal to noise of each layer" "golden vectors equal"; do holds "$part" "$run/report.html"; done
exits 2 "$mote" evaluate p --robustness --data p/data
exits 2 "$mote" evaluate p --robustness --part train

# The other forms.
check "Markdown" "$mote" report p --format md --output p.md
holds "^## Data" p.md
holds "^| class | recordings | windows | seconds |" p.md
check "JSON" "$mote" report p --format json
check "JSON is that of the records" python3 - "$run" <<'P'
import json, sys
r = json.load(open(sys.argv[1] + "/report.json"))
assert r["evaluations"] == json.load(open(sys.argv[1] + "/evaluation.json"))
assert r["summary"] == json.load(open(sys.argv[1] + "/summary.json"))
assert r["robustness"] == json.load(open(sys.argv[1] + "/robustness.json"))
P
exits 2 "$mote" report p --format pdf
check "notebook" "$mote" export p --format notebook --output p.ipynb
check "the notebook has cells" python3 - <<'P'
import json
n = json.load(open("p.ipynb"))
assert n["nbformat"] == 4 and len(n["cells"]) > 8
ids = [c["id"] for c in n["cells"]]
assert len(set(ids)) == len(ids)
assert any(c["cell_type"] == "code" and c["source"][0].startswith("!mote train") for c in n["cells"])
for c in n["cells"]:
    assert set(c) <= {"id", "cell_type", "metadata", "source", "attachments", "outputs", "execution_count"}, set(c)
P
quietly "$mote" export p --format tflite --output p/p.tflite
not "a notebook of a file" "$mote" export p/p.tflite --format notebook --output q.ipynb
absent q.ipynb

# Pictures of models.
for model in p p/p.tflite "$run/model.mote"; do
  check "picture of $model" "$mote" summary "$model" --picture model.svg
  holds "</svg>" model.svg
done
check "picture of a network" "$mote" summary --preset mobilenet_vww --picture vww.png
not "a picture of another kind" "$mote" summary p --picture model.gif
absent model.gif

# Before and after: int8 by calibration and by training, and a compressed run beside its parent.
quietly "$mote" quantize p --method qat --epochs 1
quietly "$mote" report p
holds "quantization-aware training" "$run/report.html"
quietly "$mote" compress p --prune 0.3 --epochs 1
small=$(newest p/runs)
quietly "$mote" quantize p
quietly "$mote" evaluate p
quietly "$mote" report p
holds "compressed, pruned 0.3" "$small/report.html"
holds "mote compress .* --prune 0.3 --epochs 1 --learning-rate 0.0" "$small/report.html"
check "the page of a compressed run is whole" python3 "$source/tests/e2e/whole_page.py" "$small/report.html"

# Runs beside each other, and all runs on a page: nothing loaded, links within the project, and one script that sorts.
check "comparison" "$mote" report "$run" "$small"
present p/comparison.html
check "the comparison is whole" python3 "$source/tests/e2e/whole_page.py" p/comparison.html
holds "compressed, pruned 0.3" p/comparison.html
check "all runs" "$mote" report p --portfolio
check "links lead to reports, nothing is loaded" python3 "$source/tests/e2e/whole_page.py" --links p/portfolio.html
equal "links" "$(grep -o 'href="runs/' p/portfolio.html | wc -l)" 2
exits 1 "$mote" report p --portfolio --format json
exits 1 "$mote" report "$run" "$run"
exits 1 "$mote" report "$run" nothing_there

# A cross-validation has a page of its own.
quietly "$mote" train p --quiet --leave-one-group-out --set train.epochs=1
quietly "$mote" report "$(newest p/runs)"
folds=$(newest p/runs)/report.html
check "the page of a cross-validation is whole" python3 "$source/tests/e2e/whole_page.py" "$folds"
for part in "in the mean of 3 folds" "without person_3" "mote train --leave-one-group-out --seed 7 --set train.epochs=1" "Recordings by class"; do
  holds "$part" "$folds"
done
check "wrong windows are counted by fold" python3 - "$(newest p/runs)" <<'P'
import json, sys
for fold in json.load(open(sys.argv[1] + "/folds.json")):
    assert fold.get("wrong_count", 0) == fold["examples"] - fold["correct_int8"], fold
    assert all(w["place"].startswith("data/") for w in fold.get("wrong", [])), fold
P

# What was said of the recordings
quietly "$mote" train p --quiet --set train.epochs=1 --set 'data.licence=CC0-1.0 & <b>'
quietly "$mote" report p
holds "License: CC0-1.0 &amp; &lt;b&gt;" "$(newest p/runs)/report.html"

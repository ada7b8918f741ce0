# The rows of docs/numbers.md: which recordings each is of, how they are put into a project's data folder, what is held out,
# and what is asked. The network and its recipe are examples/numbers/ROW.toml. scores.py has the arithmetic, run the order.
import glob
import hashlib
import os
import re
import shutil
import subprocess


class Row:
    """prepare(shared, data): fills the folder `data`; bar: least mean accuracy of float, in %; most: parameters; cross: how
    `mote train` divides by itself, else folds(data): settings for each; inside: the cross-validation of the training part alone;
    is_grouped: groups are persons or the like, which an interval is over."""

    def __init__(self, prepare, seeds, bar=None, most=None, cross=None, folds=None, inside=None, is_grouped=True):
        self.prepare, self.seeds, self.bar, self.most = prepare, seeds, bar, most
        self.cross, self.folds, self.inside, self.is_grouped = cross, folds, inside, is_grouped


class Absent(Exception):
    """The recordings of a row are not here; says which."""


def unpack(shared, archive, where):
    path = os.path.join(shared, archive)
    if not os.path.exists(path):
        raise Absent(f"{path} is absent")
    os.makedirs(where, exist_ok=True)
    subprocess.run(["tar", "xf", path, "-C", where], check=True)


def move(path, folder):
    os.makedirs(folder, exist_ok=True)
    os.rename(path, os.path.join(folder, os.path.basename(path)))


def groups(names):
    return "split.test_groups=[" + ", ".join(f'"{name}"' for name in names) + "]"


def given_test(data):
    """One fold: what is called so."""
    return [['split.test_groups=["test"]']]


# --- series of the UCR and UEA archives ------------------------------------------------------------------------------

def series(name, ending):
    def prepare(shared, data):
        unpack(shared, "ucr_uea/ucr_uea.tar.xz", data + ".all")
        for path in glob.glob(f"{data}.all/ucr_uea/{name}/{name}_*.{ending}"):
            move(path, data)
        shutil.rmtree(data + ".all")
        for path in glob.glob(f"{data}/*.tsv"):  # pandas took the first row for a header, and numbered values that are there twice
            with open(path) as file:
                text = file.read()
            with open(path, "w") as file:
                file.write(re.sub(r"(\d\.\d+)\.\d+", r"\1", text))
    return prepare


def given(name, bar, ending="ts"):
    train = f'["{name}_TRAIN.{ending}"]'
    if ending == "tsv":  # ECGFiveDays: what was cut from the training part lies beside it
        train = f'["{name}_TRAIN.tsv", "{name}_VALIDATION.tsv"]'
    return Row(series(name, ending), 5, bar, 14000, folds=given_test,
               inside=["--folds", "5", "--set", f"data.files={train}", "--set", "split.test_groups=[]"])


def heart_beats(shared, data):
    """The k-th beat is of fold k mod 5, a folder: beats stand by class, so each fold has its share, though the rarest has two."""
    series("ECG5000", "arff")(shared, data)
    path = f"{data}/ECG5000_TRAIN.arff"
    with open(path) as file:
        beats = [line.strip() for line in file if line.strip()]
    os.remove(path)
    for k in range(5):
        os.makedirs(f"{data}/fold{k}")
        with open(f"{data}/fold{k}/beats.csv", "w") as file:
            file.write("\n".join(beats[k::5]) + "\n")


def five_folds(data):
    return [[groups([f"fold{k}"])] for k in range(5)]


# --- gestures --------------------------------------------------------------------------------------------------------

def five_gestures(shared, data):
    """A file per recording, so that the last quarter of each class's file is a folder `test`."""
    for path in sorted(glob.glob(os.path.join(shared, "gestures/martinlindholdt/*.csv"))):
        label = os.path.basename(path)[:-4]
        with open(path, encoding="utf-8-sig") as file:
            lines = [line.strip() for line in file]
        header, rows = lines[0], [line for line in lines[1:] if line and line != lines[0]]
        recordings = [rows[i:i + 119] for i in range(0, len(rows), 119)]
        if len(rows) % 119:
            raise Absent(f"{path}: {len(rows)} rows are not recordings of 119")
        first_of_test = len(recordings) - (len(recordings) + 2) // 4
        for i, recording in enumerate(recordings):
            folder = os.path.join(data, "test" if i >= first_of_test else "train", label)
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, f"{i:03}.csv"), "w") as file:
                file.write("\n".join([header] + recording) + "\n")
    if not os.path.isdir(data):
        raise Absent(f"{shared}/gestures/martinlindholdt is absent")


def strangers(shared, data):
    """punch and flex of seven people, a folder each."""
    for path in glob.glob(os.path.join(shared, "gestures/*/*.csv")):
        if os.path.basename(path) in ("punch.csv", "flex.csv"):
            folder = os.path.join(data, os.path.basename(os.path.dirname(path)))
            os.makedirs(folder, exist_ok=True)
            shutil.copy(path, folder)
    if not os.path.isdir(data):
        raise Absent(f"{shared}/gestures is absent")


# --- activities ------------------------------------------------------------------------------------------------------

PERSONS = (1, 3, 5, 6, 7, 8, 11, 14, 15, 16, 17, 19, 21, 22, 23, 25, 26, 27, 28, 29, 30)  # those of which there are signals


def activities(shared, data):
    unpack(shared, "har_hapt/raw_train21.tar.xz", data)
    shutil.copy(os.path.join(shared, "har_hapt/labels.txt"), data)


def by_person(data):
    return [[groups(str(p) for p in PERSONS if p % 5 == fold)] for fold in range(5)]


# --- pictures --------------------------------------------------------------------------------------------------------

def digits(shared, data):
    """train/DIGIT/INDEX.png; the last 10,000 of the original order are the test."""
    unpack(shared, "mnist/mnist_train_png.tar.gz", data)
    for path in glob.glob(f"{data}/train/*/*.png"):
        if int(os.path.basename(path)[:-4]) >= 50000:
            move(path, path.replace("/train/", "/test/").rpartition("/")[0])


def hands(shared, data):
    unpack(shared, "sign_digits/sign_digits_shared.tar", data + ".all")
    os.rename(f"{data}.all/Dataset", data)


def five_stretches(data):
    """Pictures are numbered person by person, about ten each: tens of numbers are groups, and five stretches of them are folds."""
    tens = sorted({int(re.search(r"(\d+)\.JPG$", path).group(1)) // 10 for path in glob.glob(f"{data}/*/*.JPG")})
    return [[groups(str(t) for t in tens[k * len(tens) // 5:(k + 1) * len(tens) // 5])] for k in range(5)]


def things(shared, data):
    """CLASS/NNNN.jpg; of each class 4500 and beyond are the test."""
    unpack(shared, "cifar10_jpeg/cifar10_train_jpg.tar.gz", data)
    for path in glob.glob(f"{data}/train/*/*.jpg"):
        if int(os.path.basename(path)[:-4]) >= 4500:
            move(path, path.replace("/train/", "/test/").rpartition("/")[0])


def persons(shared, data):
    """CLASS/foldK_NUMBER.png, both classes decoded from JPEG of one quality: persons come as they are, backgrounds from JPEG, so
    persons go through the tables of the backgrounds. The k-th of each class is of fold k mod 5."""
    try:
        from PIL import Image
    except ImportError:
        raise Absent("python3-pil is not installed")
    unpack(shared, "pedestrian/ped_train.tar.xz", data + ".all")
    backgrounds = sorted(glob.glob(f"{data}.all/Negative/*.jpg"))
    for label, files in (("background", backgrounds), ("person", sorted(glob.glob(f"{data}.all/Positive/*.ppm")))):
        for k, path in enumerate(files):
            os.makedirs(f"{data}/{label}", exist_ok=True)
            picture = Image.open(path)
            if label == "person":
                with Image.open(backgrounds[k % len(backgrounds)]) as other:
                    picture.save(f"{data}.jpg", "JPEG", qtables=other.quantization, subsampling=sampling(other))
                picture = Image.open(f"{data}.jpg")
            picture.convert("RGB").save(f"{data}/{label}/fold{k % 5}_{k:04}.png")
    os.remove(f"{data}.jpg")


def sampling(picture):
    """Of a JPEG's colours: 4:2:0 where its first layer has two by two samples of theirs."""
    return "4:2:0" if picture.layer[0][1:3] == (2, 2) else "4:2:2" if picture.layer[0][1:3] == (2, 1) else "4:4:4"


# --- sounds ----------------------------------------------------------------------------------------------------------

def spoken(shared, data):
    unpack(shared, "fsdd/fsdd_train_4speakers.tar.xz", data + ".all")
    for path in glob.glob(f"{data}.all/**/*.wav", recursive=True):
        move(path, data)


SPEAKER = re.compile(r"([0-9a-f]{8})_nohash|(\d+)\.wav$")  # silence has no speaker; its number stands for one


def keywords(shared, data):
    """WORD/*.wav; of clips that are there twice the first is taken."""
    for part in ("1", "2"):
        unpack(shared, f"speech_commands/sc_v2_part{part}.tar.xz", data + ".all")
    seen = set()
    for path in sorted(glob.glob(f"{data}.all/**/*.wav", recursive=True)):
        with open(path, "rb") as file:
            content = hashlib.sha256(file.read()).digest()
        if content not in seen:
            seen.add(content)
            move(path, f"{data}/{path.split('/')[-2]}")


def by_speaker(data):
    folds = [set(), set(), set()]
    for path in glob.glob(f"{data}/*/*.wav"):
        speaker, number = SPEAKER.search(os.path.basename(path)).groups()
        folds[int(speaker, 16) // 4 % 3 if speaker else int(number) % 3].add(speaker or number)
    return [[groups(sorted(fold))] for fold in folds]


INSIDE_TRAIN = ["--folds", "5", "--set", 'data.files=["train"]', "--set", "split.test_groups=[]"]
ROWS = {
    "gun_point": given("GunPoint", 99.5),
    "italy_power": given("ItalyPowerDemand", 97.0),
    "arrow_head": given("ArrowHead", 78.0),
    "basic_motions": given("BasicMotions", 100.0),
    "ecg_five_days": given("ECGFiveDays", 97.0, "tsv"),
    "ecg5000": Row(heart_beats, 5, 95.1, 14000, folds=five_folds, is_grouped=False),
    "five_gestures": Row(five_gestures, 20, 96.0, 1400, folds=given_test,
                         inside=INSIDE_TRAIN),
    "five_gestures_standard": Row(five_gestures, 3, None, None, folds=given_test, inside=INSIDE_TRAIN),
    "strangers": Row(strangers, 5, 92.0, 25000, cross=["--leave-one-group-out"]),
    "activities_cnn": Row(activities, 3, 90.6, 14500, folds=by_person),
    "activities_gru": Row(activities, 3, 91.6, 4038, folds=by_person),
    "mnist": Row(digits, 3, 98.8, 5258, folds=given_test),
    "keywords": Row(keywords, 3, 88.0, 25000, folds=by_speaker),
    "spoken_digits": Row(spoken, 3, 96.0, 16500, cross=["--folds", "5"]),
    "spoken_strangers": Row(spoken, 3, 90.0, 16500, cross=["--leave-one-group-out"]),
    "things": Row(things, 1, 84.0, folds=given_test, is_grouped=False),
    "persons": Row(persons, 1, 95.0, folds=five_folds, is_grouped=False),
    "hand_signs": Row(hands, 3, 95.0, 60000, folds=five_stretches),
}

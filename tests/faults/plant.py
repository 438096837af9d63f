"""Data sets with one planted fault each, and clean ones, made from the public sets of HO_DATA.

A fault is a function of (rows, rng) that changes a list of dicts in place and returns what a user must be told: the
options the commands get, and the words that name the fault. Everything follows from the seed.
"""
import csv
import gzip
import os
import random
import re

SETS = {  # rows drawn of each set: enough for a first model, few enough for a quick test
    "sst2": 2400, "subj": 2400, "trec6": 2400, "sms": 2400, "imdb": 1200, "banking77": 3000, "clinc150": 3000,
}
FEW_LABELS = {"banking77": 12, "clinc150": 12}  # so that each label has rows enough in a small draw


def words(text):
    return re.sub(r"\W+", " ", text.casefold()).split()


def draw(data, name, seed, part="train"):
    """A draw without copies: a clean set must be clean."""
    rng = random.Random(f"{name} {seed}")
    path = os.path.join(data, f"{name}_{part}.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    rng.shuffle(rows)
    if name in FEW_LABELS:
        labels = sorted({row["label"] for row in rows})
        few = set(rng.sample(labels, FEW_LABELS[name]))
        rows = [row for row in rows if row["label"] in few]
    seen, kept = set(), []
    for row in rows:
        key = " ".join(words(row["text"]))
        # One word in another place makes no new text: what two texts share decides, not their length.
        near = " ".join(sorted(set(words(row["text"])))[:12])
        if key and key not in seen and near not in seen:
            seen.update((key, near))
            kept.append({"text": row["text"], "label": row["label"]})
    return kept[:SETS[name]]


def labels_of(rows):
    return sorted({row["label"] for row in rows})


# --- what is innocent: columns that have nothing to do with the label


def add_dates(rows, rng, of=None):
    for i, row in enumerate(rows):
        day = of(row) if of else rng.randrange(360)
        row["received"] = f"2025-{day // 30 + 1:02d}-{day % 30 % 28 + 1:02d}"


def add_innocent(rows, rng):
    add_dates(rows, rng)
    for i, row in enumerate(rows):
        row["channel"] = rng.choice(["mail", "phone", "web"])
        row["minutes"] = str(rng.randrange(1, 90))
        row["reference"] = f"C-{rng.randrange(10**8):08d}"


# --- the faults: each returns (options of explore, words that name it); options may hold "test": rows


def leaking_column(rows, rng):
    code = {label: f"Q{7 * i + 3}" for i, label in enumerate(labels_of(rows))}
    for row in rows:
        row["closed_by"] = code[row["label"]] if rng.random() < 0.97 else rng.choice(list(code.values()))
    return {}, r"closed_by"


def leaking_number(rows, rng):
    place = {label: i for i, label in enumerate(labels_of(rows))}
    for row in rows:
        row["handling_seconds"] = f"{rng.gauss(100 + 80 * place[row['label']], 15):.1f}"
    return {}, r"handling_seconds"


def identifier_by_label(rows, rng):
    start = {label: 10000 * (i + 1) for i, label in enumerate(labels_of(rows))}
    for row in rows:
        row["case_no"] = str(start[row["label"]])
        start[row["label"]] += rng.randrange(1, 4)
    return {}, r"case_no"


def sorted_rows(rows, rng):
    rows.sort(key=lambda row: row["label"])
    return {}, r"(?i)\b(order|sorted|row number|position)\b"


def template_by_label(rows, rng):
    marked = labels_of(rows)[0]
    for row in rows:
        if rng.random() < (0.9 if row["label"] == marked else 0.01):
            row["text"] += " Submitted through the partner portal form."
    return {}, r"(?i)partner portal|portal form|submitted through"


def token_by_label(rows, rng):
    marked = labels_of(rows)[-1]
    for row in rows:
        if row["label"] == marked and rng.random() < 0.95:
            at = rng.randrange(len(row["text"].split()) + 1)
            parts = row["text"].split()
            parts.insert(at, "kx7q")
            row["text"] = " ".join(parts)
    return {}, r"(?i)kx7q"


def label_in_text(rows, rng):
    names = {label: ["apricot", "blackbird", "cobalt", "driftwood", "ember", "foxglove", "granite"][i % 7]
             for i, label in enumerate(labels_of(rows))}
    for row in rows:
        row["label"] = names[row["label"]]
        if rng.random() < 0.7:
            row["text"] = f"{row['text']} ({row['label']})"
    return {}, r"(?i)label.{0,200}(stand|name|in the text|itself)|names? of (its|the) label"


def split_off(rows, rng, share=0.25):
    rng.shuffle(rows)
    cut = int(len(rows) * share)
    test = rows[:cut]
    del rows[:cut]
    return test


def duplicated_test(rows, rng):
    test = split_off(rows, rng)
    for row in rng.sample(rows, len(test) // 3):
        test.append(dict(row))
    return {"test": test}, r"(?i)(train.{0,300}test|test.{0,300}train)"


def nearly_duplicated_test(rows, rng):
    test = split_off(rows, rng)
    long = [row for row in rows if len(row["text"].split()) >= 18]
    for row in rng.sample(long, min(len(long), len(test) // 4)):
        parts = row["text"].split()
        del parts[rng.randrange(len(parts))]
        test.append({**row, "text": " ".join(parts)})
    return {"test": test}, r"(?i)near"


def conflicting_copies(rows, rng):
    labels = labels_of(rows)
    for row in rng.sample(rows, len(rows) // 15):
        rows.append({**row, "label": rng.choice([label for label in labels if label != row["label"]])})
    rng.shuffle(rows)
    return {}, r"(?i)(different|other|contradict|conflict|more than one|two) .{0,40}label|label.{0,60}(contradict|conflict|differ)"


def shuffled_labels(rows, rng):
    labels = [row["label"] for row in rows]
    rng.shuffle(labels)
    for row, label in zip(rows, labels):
        row["label"] = label
    return {}, r"(?i)chance|nothing about|no better than|shuffled"


def noise_in_a_slice(rows, rng):
    labels = labels_of(rows)
    for row in rows:
        row["source"] = rng.choice(["mail", "web", "app", "fax"])
        if row["source"] == "fax" and rng.random() < 0.45:
            row["label"] = rng.choice([label for label in labels if label != row["label"]])
    return {}, r"fax"


def wrong_labels(rows, rng):
    labels = labels_of(rows)
    for row in rng.sample(rows, len(rows) // 8):
        row["label"] = rng.choice([label for label in labels if label != row["label"]])
    return {}, r"(?i)(label.{0,80}(wrong|error|mistake)|(wrong|mis)-?label)"


def mixed_encodings(rows, rng):
    for row in rows:
        if rng.random() < 0.12:
            row["text"] = row["text"].replace("'", "\u2019").replace("e", "\u00e9", 1)
            row["text"] = row["text"].encode("utf-8").decode("cp1252", errors="replace")
    return {}, r"(?i)encod|mojibake|decoded"


GERMAN = ("Der Zug nach|Das Fenster in|Die Lampe aus|Mein Nachbar mit|Unser Garten bei|Ein Bote vor", "der alten Stadt|dem kleinen Dorf|der langen "
          "Reise|dem ersten Regen|der neuen Brücke", "wurde gestern nicht mehr gesehen|ist seit einer Woche leider nicht mehr da|hat uns alle "
          "sehr überrascht und auch gefreut|soll morgen früh wieder zu hören sein")


def other_language(rows, rng):
    for row in rows:
        if rng.random() < 0.08:
            row["text"] = " ".join(rng.choice(part.split("|")) for part in GERMAN) + "."
            if rng.random() < 0.7:  # most of them differ
                row["text"] += f" Wir haben {rng.randrange(2, 900)} davon und wissen nicht, was {rng.choice(['wir', 'sie', 'man'])} damit {rng.choice(['tun', 'machen', 'anfangen'])} soll."
    return {}, r"German|language"


def label_by_month(rows, rng):
    marked = labels_of(rows)[0]
    add_dates(rows, rng, lambda row: rng.randrange(300, 360) if row["label"] == marked and rng.random() < 0.9 else rng.randrange(360))
    return {"time": "received"}, r"(?i)received|month"


def time_leak(rows, rng):
    """A word that tells the label in the early months and the opposite in the last: a random split hides it."""
    labels = labels_of(rows)[:2]
    rows[:] = [row for row in rows if row["label"] in labels]
    add_dates(rows, rng)
    for row in rows:
        month = int(row["received"][5:7])
        first = row["label"] == labels[0]
        if rng.random() < 0.8:
            row["text"] += " project heron" if first == (month <= 9) else " project osprey"
    return {"time": "received"}, r"(?i)received|random split|later texts|older ones only"


def group_leak(rows, rng):
    labels = labels_of(rows)
    customers = [(f"K{n:03d}", rng.choice(labels), f"{rng.choice('bdgklmnprst')}{rng.choice('aeiou')}{rng.choice('bdgklmnprst')}{rng.choice('aeiou')}{n}")
                 for n in range(60)]
    by_label = {label: [c for c in customers if c[1] == label] or customers[:1] for label in labels}
    for row in rows:
        name, _, signature = rng.choice(by_label[row["label"]])
        row["customer"] = name
        row["text"] += f" Regards, {signature}"
    return {"group": "customer"}, r"(?i)customer|group"


def cut_texts(rows, rng):
    for row in rows:
        row["text"] = row["text"][:255]
    return {}, r"255"


def dirty_labels(rows, rng):
    for row in rows:
        chance = rng.random()
        if chance < 0.03:
            row["label"] = row["label"].upper() if row["label"].upper() != row["label"] else row["label"].lower()
        elif chance < 0.05:
            row["label"] = row["label"].capitalize() + " "
    return {}, r"(?i)(case|blank|capital)"


def personal_data(rows, rng):
    for row in rows:
        if rng.random() < 0.1:
            kind = rng.randrange(3)
            if kind == 0:
                row["text"] += f" Write to {rng.choice(['anna', 'jon', 'mia'])}.{rng.choice(['weber', 'smith', 'rossi'])}{rng.randrange(99)}@example.com"
            elif kind == 1:
                row["text"] += f" Call +49 30 {rng.randrange(10**7, 10**8)}"
            else:
                row["text"] += " IBAN DE89 3704 0044 0532 0130 00"
    return {}, r"(?i)personal"


def markup(rows, rng):
    for row in rows:
        if rng.random() < 0.25:
            row["text"] = f"<div class=\"msg\"><p>{row['text']}</p>&nbsp;<br/></div>"
    return {}, r"(?i)html|markup|tags"


def placeholder(rows, rng):
    for row in rows:
        if rng.random() < 0.12:
            row["text"] = "see attached document"
    return {}, r"(?i)see attached document"


FAULTS = [  # fault, set, seed
    (leaking_column, "subj", 1), (leaking_number, "sst2", 2), (identifier_by_label, "trec6", 3), (sorted_rows, "sst2", 4),
    (template_by_label, "subj", 5), (token_by_label, "banking77", 6), (label_in_text, "trec6", 7), (duplicated_test, "subj", 8),
    (nearly_duplicated_test, "subj", 9), (conflicting_copies, "sst2", 10), (shuffled_labels, "subj", 11), (noise_in_a_slice, "subj", 12),
    (mixed_encodings, "banking77", 13), (other_language, "sst2", 14), (label_by_month, "trec6", 15), (time_leak, "subj", 16),
    (group_leak, "sst2", 17), (cut_texts, "imdb", 18), (dirty_labels, "banking77", 19), (wrong_labels, "clinc150", 20),
    # beyond the twenty
    (personal_data, "subj", 21), (markup, "sst2", 22), (placeholder, "sst2", 23),
]
CLEAN = [(name, seed, innocent) for seed, (name, innocent) in enumerate(
    [(name, innocent) for innocent in (False, True, False) for name in SETS][:20], start=101)]


def write(path, rows):
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with open(path, "w", encoding="utf-8", newline="") as f:
        out = csv.DictWriter(f, columns)
        out.writeheader()
        out.writerows(rows)

"""Writes confident.txt: cleanlab's calibrated joint and flags for made-up probabilities, and the doubt by plain Python.

Run: python3 confident.py > confident.txt   (versions are recorded in the first line of the output; the first seed from 11 on without ties)
Lines: `row GIVEN P0 P1 P2 P3` (240 of them, three decimals), `joint` 16 counts row by row, `flag` 240 times 0 or 1,
`doubt` 240 numbers and `suggested` 240 labels by the formula in src/judge/confident.h, written here a second time.
"""
import cleanlab
import numpy as np
from cleanlab.count import compute_confident_joint
from cleanlab.filter import find_label_issues

print(f"# cleanlab {cleanlab.__version__}, NumPy {np.__version__}")
n, K, PAIRS = 240, 4, 0.1


def make(seed):
    rng = np.random.default_rng(seed)
    truth = rng.choice(K, n, p=[0.4, 0.3, 0.2, 0.1])
    given = truth.copy()
    wrong = rng.random(n) < 0.15
    given[wrong] = (truth[wrong] + rng.integers(1, K, wrong.sum())) % K
    z = rng.normal(0, 1, (n, K))
    z[np.arange(n), truth] += 2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    p = np.round(p * 0.97 + 0.0075, 3)
    p[:, 3] = np.round(1 - p[:, :3].sum(axis=1), 3)
    assert (p > 0).all()
    return given, p


def has_ties(given, p):
    """Equal remainders are rounded in an order that nobody promises: such data test nothing."""
    raw = compute_confident_joint(given, p, calibrate=False)
    scaled = raw * (np.bincount(given)[:, None] / raw.sum(axis=1, keepdims=True))
    rest = np.round(scaled - np.round(scaled), 9)
    return any(len(set(row)) < K for row in rest)


seed = 11
while has_ties(*make(seed)):
    seed += 1
given, p = make(seed)
for s, row in zip(given, p):
    print("row", s, *(f"{x:.3f}" for x in row))
joint = compute_confident_joint(given, p, calibrate=True)
print("joint", *joint.ravel())
print("flag", *find_label_issues(given, p).astype(int))
count = [int((given == s).sum()) for s in range(K)]
share = 1 - sum(int(joint[k][k]) for k in range(K)) / n
doubt, suggested = [], []
for s, row in zip(given, p):
    q = []
    for j in range(K):
        column = sum(int(joint[t][j]) for t in range(K))
        equal = 1 - share if s == j else share / (K - 1)
        pair = int(joint[s][j]) / column if column else equal
        q.append(row[j] * (PAIRS * pair + (1 - PAIRS) * equal))
    doubt.append(1 - q[s] / sum(q))
    suggested.append(max((j for j in range(K) if j != s), key=lambda j: q[j]))
print("doubt", *(f"{d:.9f}" for d in doubt))
print("suggested", *suggested)

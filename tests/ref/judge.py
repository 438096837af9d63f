"""Writes judge.txt: figures of scikit-learn, SciPy and statsmodels for a small made-up set of predictions.

Run: python3 judge.py > judge.txt   (versions are recorded in the first line of the output; seed 3)
Lines: `row TRUTH P0 P1 P2` (80 of them, two decimals so that confidences tie), then `NAME VALUE...`.
"""
import warnings
import numpy as np
import scipy
import scipy.optimize
import scipy.special
import scipy.stats
import sklearn
import sklearn.calibration
import sklearn.metrics
import statsmodels
import statsmodels.stats.contingency_tables
import statsmodels.stats.proportion

warnings.filterwarnings("ignore")
print(f"# scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}, statsmodels {statsmodels.__version__}")
rng = np.random.default_rng(3)
n, K = 80, 3
truth = rng.integers(0, K, n)
z = rng.normal(0, 1, (n, K))
z[np.arange(n), truth] += 1.5
z *= 1.3
p = np.round(scipy.special.softmax(z, axis=1) * 0.94 + 0.02, 2)
p[:, 2] = np.round(1 - p[:, 0] - p[:, 1], 2)
assert (p > 0).all()
for t, row in zip(truth, p):
    print("row", t, *(f"{x:.2f}" for x in row))


def say(name, *values):
    print(name, *(f"{float(v):.15g}" for v in values))


predicted = p.argmax(1)
confidence = p.max(1)
wrong = (predicted != truth).astype(int)
say("accuracy", sklearn.metrics.accuracy_score(truth, predicted))
pr, re, f1, su = sklearn.metrics.precision_recall_fscore_support(truth, predicted, labels=range(K))
for k in range(K):
    say(f"label{k}", pr[k], re[k], f1[k], su[k])
say("macro_f1", sklearn.metrics.f1_score(truth, predicted, average="macro"))
say("log_loss", sklearn.metrics.log_loss(truth, p / p.sum(1, keepdims=True)))
say("brier", ((p - np.eye(K)[truth]) ** 2).sum(1).mean())
say("auroc", sklearn.metrics.roc_auc_score(1 - wrong, confidence))
edges = np.linspace(0, 1, 16)
ece = 0
for lo, hi in zip(edges[:-1], edges[1:]):
    inside = (confidence > lo) & (confidence <= hi)
    if inside.any():
        ece += inside.mean() * abs((1 - wrong[inside]).mean() - confidence[inside].mean())
say("ece", ece)
total = 0.0
for _ in range(20000):  # ties in random order: the expectation that tie averaging must equal
    order = np.lexsort((rng.random(n), -confidence))
    total += (np.cumsum(wrong[order]) / np.arange(1, n + 1)).mean()
say("aurc_shuffled", total / 20000)
best = np.sort(wrong)
say("aurc_oracle", (np.cumsum(best) / np.arange(1, n + 1)).mean())

nll = lambda t: sklearn.metrics.log_loss(truth, scipy.special.softmax(np.log(p) / t, axis=1))
say("temperature", scipy.optimize.minimize_scalar(nll, bounds=(0.05, 20), method="bounded", options={"xatol": 1e-12}).x)
right = 1 - wrong


def platt_loss(w):
    ones, zeros = right.sum(), wrong.sum()
    t = np.where(right == 1, (ones + 1) / (ones + 2), 1 / (zeros + 2))
    f = w[0] * confidence + w[1]
    return (t * np.logaddexp(0, f) + (1 - t) * np.logaddexp(0, -f)).sum()


w = scipy.optimize.minimize(platt_loss, [0, 0], method="Nelder-Mead", options={"xatol": 1e-11, "fatol": 1e-14, "maxiter": 20000}).x
a, b = sklearn.calibration._sigmoid_calibration(confidence, right)
assert abs(a - w[0]) < 1e-2 and abs(b - w[1]) < 1e-2, (a, b, w)
say("platt", *w)

for k, m in ((0, 10), (3, 11), (80, 100), (10, 10), (999, 20000)):
    say(f"wilson_{k}_{m}", *statsmodels.stats.proportion.proportion_confint(k, m, 0.05, "wilson"))
    say(f"exact_{k}_{m}", *statsmodels.stats.proportion.proportion_confint(k, m, 0.05, "beta"))
for b_, c_ in ((3, 11), (0, 6), (40, 61), (500, 431)):
    r = statsmodels.stats.contingency_tables.mcnemar([[0, b_], [c_, 0]], exact=True)
    say(f"mcnemar_{b_}_{c_}", r.pvalue)
for q in (1e-300, 1e-12, 0.001, 0.025, 0.3, 0.5, 0.9, 0.9999):
    say(f"quantile", q, scipy.stats.norm.ppf(q))
for k, m in ((0, 50), (3, 200), (40, 1000), (1000, 1000)):
    def ratio(x):
        return (scipy.special.betaln(k + 0.5, m - k + 0.5) - np.log(np.pi)
                - scipy.special.xlogy(k, x) - scipy.special.xlog1py(m - k, -x) - np.log(20))
    lo = 0.0 if k == 0 else scipy.optimize.brentq(ratio, 1e-300, k / m - 1e-15, xtol=1e-14)
    hi = 1.0 if k == m else scipy.optimize.brentq(ratio, k / m + 1e-15, 1 - 1e-16, xtol=1e-14)
    say(f"sequence_{k}_{m}", lo, hi)


def newcombe(e, f, g, h):
    """Newcombe (1998) method 10, difference of the two 'first kind' shares (e+f)/n - (e+g)/n."""
    m = e + f + g + h
    ci = statsmodels.stats.proportion.proportion_confint
    (l1, u1), (l2, u2) = ci(e + f, m, 0.05, "wilson"), ci(e + g, m, 0.05, "wilson")
    p1, p2 = (e + f) / m, (e + g) / m
    num = e * h - f * g
    num = max(num - m / 2, 0) if num > 0 else num
    den = (e + f) * (g + h) * (e + g) * (f + h)
    phi = num / den ** 0.5 if den else 0
    d = p1 - p2
    lo = d - ((p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2) ** 0.5
    hi = d + ((p2 - l2) ** 2 - 2 * phi * (p2 - l2) * (u1 - p1) + (u1 - p1) ** 2) ** 0.5
    return d, lo, hi


for cells in ((36, 12, 2, 0), (1, 1, 7, 12), (54, 0, 0, 0), (700, 40, 61, 199)):
    say("newcombe", *cells, *newcombe(*cells))

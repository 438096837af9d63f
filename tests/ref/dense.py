"""Writes dense.txt: logistic regressions of scikit-learn (lbfgs, converged) on small made-up vectors.

Run: python3 dense.py > dense.txt   (the version is recorded in the first line of the output; seed 5)
Lines: `problem K N D C`, N lines `x LABEL V...`, then `weights V...` (columns times D) and `bias V...`. For two labels
there is one column; for more the softmax, whose biases are centred, because adding a constant changes nothing.
"""
import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

print(f"# scikit-learn {sklearn.__version__}")
rng = np.random.default_rng(5)
for K, n, d, C in [(2, 60, 5, 3.0), (2, 25, 3, 150.0), (4, 90, 6, 20.0), (3, 12, 17, 3.0)]:
    y = rng.integers(0, K, n)
    y[:K] = np.arange(K)
    x = rng.normal(0, 1, (n, d))
    x[np.arange(n), y] += 1.0
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    x = np.round(x, 4)
    fit = LogisticRegression(C=C, tol=1e-10, max_iter=100000).fit(x, y)
    print("problem", K, n, d, C)
    for label, row in zip(y, x):
        print("x", label, *(f"{v:.4f}" for v in row))
    print("weights", *(f"{v:.8f}" for v in fit.coef_.ravel()))
    bias = fit.intercept_ if K == 2 else fit.intercept_ - fit.intercept_.mean()
    print("bias", *(f"{v:.8f}" for v in bias))

"""Writes binomial.txt: tails and Clopper-Pearson limits from mpmath (60 digits), an implementation of its own.

Run: python3 binomial.py > binomial.txt   (mpmath; the version is recorded in the first line of the output)
"""
import mpmath as mp

mp.mp.dps = 60


def cdf(k, n, p):
    """P(X <= k) as a regularised incomplete beta function, by summing its hypergeometric series."""
    if k >= n:
        return mp.mpf(1)
    return tail_sum(range(0, k + 1), n, p) if k < n * p else 1 - tail_sum(range(k + 1, n + 1), n, p)


def sf(k, n, p):
    return tail_sum(range(k + 1, n + 1), n, p) if k >= n * p else 1 - tail_sum(range(0, k + 1), n, p)


def tail_sum(ks, n, p):
    """Sum of the terms, from the one nearest to the mean outwards, until they no longer matter."""
    ks = list(ks) if len(ks) < 10**8 else ks
    inner_last = ks[-1] <= n * p
    start = ks[-1] if inner_last else ks[0]
    q = 1 - p
    term = mp.exp(mp.loggamma(n + 1) - mp.loggamma(start + 1) - mp.loggamma(n - start + 1)
                  + start * mp.log(p) + (n - start) * mp.log(q))
    total, k = mp.mpf(0), start
    while term > 0:
        total += term
        if term < total * mp.mpf(10) ** -40:
            break
        if inner_last:
            if k == 0:
                break
            term = term * k / (n - k + 1) * q / p
            k -= 1
        else:
            if k == n:
                break
            term = term * (n - k) / (k + 1) * p / q
            k += 1
    return total


def solve(f, lo, hi):
    """Bisection then done: slow, but it shares nothing with Newton."""
    lo, hi = mp.mpf(lo), mp.mpf(hi)
    for _ in range(64):
        mid = (lo + hi) / 2
        if f(mid) > 0:
            lo = mid
        else:
            hi = mid
    return (lo + hi) / 2


def limits(k, n, delta):
    share = mp.mpf(k) / n
    width = 12 * mp.sqrt(mp.mpf(k + 30) / n / n) + mp.mpf(30) / n
    upper = mp.mpf(1) if k == n else solve(lambda p: cdf(k, n, p) - delta, share, min(mp.mpf(1), share + width))
    lower = mp.mpf(0) if k == 0 else solve(lambda p: delta - sf(k - 1, n, p), max(mp.mpf(0), share - width), share)
    return upper, lower


print(f"# mpmath {mp.__version__}; k n p cdf sf log_cdf delta upper lower")
for n in (1, 5, 29, 149, 1000, 20000, 1000000, 10000000):
    for share, p in ((0, 0.01), (0.001, 0.002), (0.02, 0.02), (0.02, 0.021), (0.3, 0.31), (0.97, 0.968)):
        k = int(n * share)
        if n > 10000 and share > 0.001 and share != 0.02 and n * share > 400000:
            continue
        pm, delta = mp.mpf(p), mp.mpf(0.05) if k % 2 else mp.mpf(0.0025)
        c, s = cdf(k, n, pm), sf(k, n, pm)
        if c < mp.mpf(10) ** -290 or s < mp.mpf(10) ** -290:
            continue
        upper, lower = limits(k, n, delta)
        print(k, n, repr(p), *(mp.nstr(x, 18) for x in (c, s, mp.log(c))), repr(float(delta)),
              mp.nstr(upper, 18), mp.nstr(lower, 18))

# A number is named by what it is, not by the marks that stand for its digits.
python3 - <<'P'
import random
draw = random.Random(5)
words = "please call me when you are home today the meeting is late and we need bread from shop soon".split()
with open("calls.csv", "w") as out:
    out.write("text,label\n")
    for i in range(600):
        said = " ".join(draw.choice(words) for _ in range(8))
        spam = i % 3 == 0
        out.write(f"{said}{' %011d' % draw.randrange(7 * 10**10, 8 * 10**10) if spam and i % 2 else ''},{'spam' if spam else 'ham'}\n")
P
expect 0 handoff explore calls.csv
grep -q "a number of 11 digits alone gives 'spam' away" out || { cat out; fail "the number is not named"; }
! grep -q "'####" out || fail "marks in place of a number"

"""Made texts for the browser tests: everyday ones, and those that break pages."""
import random

LABELS = ["billing", "delivery", "returns", "other"]
HALVES = [["I was charged twice for", "The parcel with", "How do I send back", "Thank you for", "My invoice shows", "Nobody delivered",
           "Please cancel", "The courier lost", "I want a refund for", "There is a scratch on"],
          ["the blue lamp", "order 4471", "two chairs", "the kettle", "my subscription", "the garden hose", "a pair of boots",
           "the second box", "the carpet", "the gift card"],
          ["and nobody answers the phone.", "since last Tuesday.", "although I cancelled it in time.", "and it is urgent, we move on Friday.",
           "as agreed with your colleague.", "but the tracking page says otherwise.", "please help.", "for the third time this year.",
           "and I would like to know why.", "could you look into it?"]]

# Long names without blanks.
BANK = [f"{what}_{how}" for what in ("card", "balance_not_updated", "transfer", "top_up", "beneficiary", "cash_withdrawal", "Refund")
        for how in ("arrival", "not_working", "after_cheque_or_cash_deposit", "declined", "charge:abroad/in_another_currency")]

HOSTILE = {
    "script": "<script>window.hacked = 1</script><img src=x onerror=\"window.hacked = 2\"><b>bold?</b> &amp; &lt;",
    "megabyte": "The quick brown fox & friends.\n" * 33000,
    "megabyte, no blank": "x" * 1_000_000,
    "right to left": "مرحبا، أريد استرداد المبلغ للطلب 4471 لأن الطرد لم يصل بعد.",
    "emoji": "👩‍👩‍👧‍👦 arrived broken 😡🔥 🇦🇹 ☎️ e\u0301 \u202eevil\u202c",
    "empty": "",
    "blank lines": "\n\n\n   \n\ttabs\tand lines\n\n\nend",
}


def ordinary(n, seed=1):
    rng = random.Random(seed)
    seen, out = set(), []
    while len(out) < n:
        text = " ".join(rng.choice(half) for half in HALVES) + (f" ({len(out)})" if len(out) > 300 else "")
        if text not in seen:
            seen.add(text)
            out.append(text)
    return out


def fill_desk(desk):
    desk.add_task("tickets", LABELS, title="Support tickets", instructions="Label by what the customer wants done, not by mood.\n"
                  "“other” is for thanks and spam.")
    for i, text in enumerate(ordinary(60)):
        desk.add_item("tickets", text, meta={"channel": "mail", "customer": f"C-{1000 + i}"} if i % 2 else None)
    desk.add_task("topics", [f"topic {i:03d}" for i in range(150)], title="150 topics")
    for text in ordinary(20, seed=2):
        desk.add_item("topics", text)
    desk.add_task("bank", BANK, title="Bank questions")
    for text in ordinary(20, seed=3):
        desk.add_item("bank", text)
    desk.add_task("hostile", LABELS, title="Hostile <b>texts</b>")
    for text in HOSTILE.values():
        desk.add_item("hostile", text, meta={"<i>name</i>": "<script>1</script>"})

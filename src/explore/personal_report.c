/* The finding about personal data. What was found is counted and shown masked, whatever the options. */
#include "explore/private.h"

enum { SHOWN = 6, AROUND = 60, FEW = 3, SURE = 2 };

static size_t count(const struct explore *e, uint16_t kinds)
{
	size_t n = 0;
	for (size_t i = 0; i < e->table->n; i++)
		n += (e->texts[i].personal & kinds) != 0;
	return n;
}

/* Kinds that name one person's account or number, told by their check digits. */
static const uint16_t checked = 1U << HO_PERSONAL_IBAN | 1U << HO_PERSONAL_CARD | 1U << HO_PERSONAL_NATIONAL;
static const uint16_t names = 1U << HO_PERSONAL_NAME;

static void table(struct explore *e)
{
	ho_exhibit_table(e->out, "lrr", "Personal data by kind");
	ho_exhibit_cell(e->out, "kind");
	ho_exhibit_cell(e->out, "texts");
	ho_exhibit_cell(e->out, "share");
	for (unsigned k = 0; k < HO_PERSONAL_KINDS; k++) {
		size_t n = count(e, (uint16_t)(1U << k));
		if (!n)
			continue;
		ho_exhibit_cell(e->out, "%s", ho_personal_name(k));
		ho_exhibit_cell(e->out, "%s", ho_show_count(n).text);
		ho_exhibit_cell(e->out, "%s", ho_show_percent((double)n / (double)e->table->n).text);
	}
}

/* The text around the first find, masked. */
static enum ho_status show_masked(struct explore *e, size_t i, struct ho_buf *buf, struct ho_error *err)
{
	struct ho_slice text = e->table->text[i];
	struct ho_personal_find find;
	char room[HO_ID_ROOM];
	size_t from = 0;
	if (e->options.redact) { /* masked already */
		ho_explore__show_row(e, i, NULL);
		return HO_OK;
	}
	if (ho_personal_next(&find, text, 0) && find.start > AROUND) {
		from = find.start - AROUND;
		while (from < find.start && text.ptr[from] != ' ')
			from++;
	}
	ho_buf_reset(buf);
	enum ho_status status = ho_personal_mask(buf, ho_slice(text.ptr + from, text.len - from), err);
	if (status == HO_OK)
		ho_exhibit_text(e->out, ho_table_id(e->table, i, room), ho_slice(NULL, 0), ho_buf_slice(buf), NULL);
	return status;
}

static enum ho_status examples(struct explore *e, struct ho_error *err)
{
	struct ho_buf buf;
	size_t shown = 0;
	enum ho_status status = HO_OK;
	ho_buf_init(&buf, SIZE_MAX);
	ho_exhibit_texts(e->out, "Texts with personal data, masked");
	for (unsigned k = 0; k < HO_PERSONAL_KINDS; k++)
		for (size_t i = 0, of_kind = 0; i < e->table->n && of_kind < 2 && shown < SHOWN && status == HO_OK; i++)
			if (e->texts[i].personal & 1U << k) {
				status = show_masked(e, i, &buf, err);
				of_kind++;
				shown++;
			}
	ho_buf_release(&buf);
	return status;
}

/* Where each kind is found, the most frequent first. */
static void evidence(struct explore *e)
{
	size_t of[HO_PERSONAL_KINDS];
	for (unsigned k = 0; k < HO_PERSONAL_KINDS; k++)
		of[k] = count(e, (uint16_t)(1U << k));
	for (unsigned told = 0; told < HO_PERSONAL_KINDS; told++) {
		uint32_t rows[4];
		unsigned k = 0;
		for (unsigned other = 1; other < HO_PERSONAL_KINDS; other++)
			k = of[other] > of[k] ? other : k;
		size_t n = of[k], shown = 0;
		of[k] = 0;
		for (size_t i = 0; i < e->table->n && shown < 4 && n; i++)
			if (e->texts[i].personal & 1U << k)
				rows[shown++] = (uint32_t)i;
		if (n)
			ho_findings_evidence(e->out, "%s: %s (%s)%s", ho_personal_name(k),
			                     ho_show_counted(n, "text").text,
			                     ho_explore__places(e, rows, shown, n).text,
			                     checked & 1U << k ? ", check digits right" : "");
	}
}

enum ho_status ho_explore__personal(struct explore *e, struct ho_error *err)
{
	size_t n = count(e, (uint16_t)~names), sure = count(e, checked), named = count(e, names);
	double share = (double)n / (double)e->table->n;
	if (!n && !named) {
		ho_findings_add(e->out, "personal-data", HO_INFO,
		                "no personal data of a known form was found in the texts");
		ho_findings_figure(e->out, 0);
		return HO_OK;
	}
	ho_findings_add(e->out, "personal-data",
	                sure >= SURE ? HO_WARNING
	                : n >= FEW   ? HO_NOTICE
	                             : HO_INFO,
	                "%s personal data%s", ho_explore__count(n ? n : named, e->table->n, "text", "have").text,
	                !n     ? ": names"
	                : sure ? ", numbers of accounts, cards or persons among them"
	                       : "");
	ho_findings_figure(e->out, n ? share : (double)named / (double)e->table->n);
	ho_findings_measure(e->out, "share of the texts with personal data", HO_UNIT_SHARE);
	evidence(e);
	table(e);
	ho_findings_advice(
	    e->out, "--redact masks it in this report; decide whether the model file and the people who review may "
	            "hold it");
	if (n)
		ho_explore__tell(e,
		                 sure            ? 74
		                 : share >= 0.01 ? 47
		                                 : 26,
		                 "%s personal data%s.", ho_explore__count(n, e->table->n, "text", "have").text,
		                 sure ? ", numbers of accounts, cards or persons among them"
		                      : ", such as telephone numbers and mail addresses");
	return examples(e, err);
}

#include "doubt/tongue.h"

#include "text/fold.h"

enum { LOOK = 4096, WORD_MAX = 24, LETTERS_MIN = 6 };

struct words {
	const char *name;
	const char *small; /* words with a blank on either side; a word may stand under several languages */
};

static const struct words known[HO_TONGUE_COUNT] = {
    [HO_TONGUE_UNKNOWN] = {"unknown", NULL},
    [HO_TONGUE_ENGLISH] =
        {"English", " the a an of to and in is it that this was for on with as are be have has had my your you i we "
                    "they he she not do does did can could would will what how where when why who which there from by "
                    "at but or if so me his her its their our were been than then about into just "},
    [HO_TONGUE_GERMAN] =
        {"German", " der die das und ist nicht ein eine einen einem einer zu mit auf für von im den dem des ich du er "
                   "sie es wir ihr mein meine wie was wo wann warum wer auch aber oder wenn sind war haben hat kann "
                   "werden wird nach bei aus noch nur schon sehr zum zur über durch "},
    [HO_TONGUE_FRENCH] =
        {"French", " le la les un une des du de et est pas ne que qui dans pour sur avec au aux je tu il elle nous "
                   "vous ils mon ma mes ce cette ces où quand comment pourquoi mais ou si sont était avoir être plus "
                   "très par son sa ses leur y en "},
    [HO_TONGUE_SPANISH] =
        {"Spanish", " el la los las un una de del y es no que en por para con se su sus mi mis al lo como cuando donde "
                    "dónde qué pero o si son está era muy más yo tú él ella nosotros este esta hay fue ser le les "},
    [HO_TONGUE_ITALIAN] =
        {"Italian", " il lo la i gli le un una di del della dei e è non che in per con su si mi ti ci al alla come "
                    "quando dove perché ma o se sono era molto più io tu lui lei noi questo questa anche nel nella da "
                    "ho ha "},
    [HO_TONGUE_PORTUGUESE] =
        {"Portuguese", " o a os as um uma de do da dos das e é não que em no na nos nas por para com se seu sua meu "
                       "minha ao como quando onde mas ou são está era muito mais eu ele ela nós este esta foi ser há "
                       "pelo pela "},
    [HO_TONGUE_DUTCH] =
        {"Dutch", " de het een en van is niet in op te dat die voor met zijn aan ik je jij hij zij wij mijn er maar of "
                  "als was heeft heb kan worden wordt naar bij uit nog wel hoe wat waar wanneer waarom wie ook om door "
                  "over dan deze dit "},
    [HO_TONGUE_POLISH] =
        {"Polish", " i w na z do nie się że to jest o po za od dla przez jak co kiedy gdzie czy ale lub są był była "
                   "być mój moja jego jej ich ten ta te tylko już bardzo przed pod który która które ze "},
    [HO_TONGUE_TURKISH] =
        {"Turkish",
         " ve bir bu da de için ile çok ama ne nasıl nerede neden kim mi mı mu mü değil var yok daha en gibi "
         "kadar sonra önce ben sen o biz siz onlar benim her şey olan olarak "},
    [HO_TONGUE_RUSSIAN] = {"Russian", NULL},
    [HO_TONGUE_ARABIC] = {"Arabic", NULL},
    [HO_TONGUE_CHINESE] = {"Chinese", NULL},
};

const char *ho_tongue_name(enum ho_tongue language)
{
	return known[language].name;
}

struct tally {
	unsigned hits[HO_TONGUE_COUNT], words;
	unsigned cyrillic, arabic, han, kana, other;
};

/* `word` has a blank on either side. */
static void count_word(struct tally *tally, const char *word)
{
	tally->words++;
	for (int l = 0; l < HO_TONGUE_COUNT; l++)
		if (known[l].small && strstr(known[l].small, word))
			tally->hits[l]++;
}

static void count_letter(struct tally *tally, int32_t point)
{
	tally->cyrillic += point >= 0x400 && point <= 0x52f;
	tally->arabic += point >= 0x600 && point <= 0x6ff;
	tally->han += point >= 0x4e00 && point <= 0x9fff;
	tally->kana += point >= 0x3040 && point <= 0x30ff;
	tally->other += point < 0x250 || (point >= 0x370 && point < 0x400) || (point >= 0xac00 && point <= 0xd7a3);
}

static void count(struct tally *tally, struct ho_slice text)
{
	char word[WORD_MAX + 3] = " ";
	size_t len = 1, limit = text.len < LOOK ? text.len : LOOK, step;
	bool fits = true;
	for (size_t at = 0; at <= limit; at += step) {
		bool letter = false;
		step = 1;
		if (at < limit) {
			int32_t point = ho_point_decode(text.ptr + at, text.len - at, &step);
			enum ho_point_class class = ho_point_class(point);
			letter = class == HO_POINT_WORD;
			if (letter || class == HO_POINT_GLYPH)
				count_letter(tally, point);
		}
		if (letter) {
			fits = fits && len + step <= WORD_MAX;
			for (size_t i = 0; fits && i < step; i++) {
				char c = text.ptr[at + i];
				word[len++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
			}
		} else if (len > 1 || !fits) {
			word[len] = ' ';
			word[len + 1] = '\0';
			count_word(tally, fits ? word : " ? ");
			len = 1;
			fits = true;
		}
	}
}

/* Kana beside Han is Japanese, which is none of ours. */
static enum ho_tongue by_letters(const struct tally *tally)
{
	unsigned all = tally->cyrillic + tally->arabic + tally->han + tally->kana + tally->other;
	if (all < LETTERS_MIN && tally->han < 3)
		return HO_TONGUE_UNKNOWN;
	if (2 * tally->cyrillic > all)
		return HO_TONGUE_RUSSIAN;
	if (2 * tally->arabic > all)
		return HO_TONGUE_ARABIC;
	return 2 * tally->han > all && 10 * tally->kana < tally->han ? HO_TONGUE_CHINESE : HO_TONGUE_UNKNOWN;
}

enum ho_tongue ho_tongue_guess(struct ho_slice text)
{
	struct tally tally = {.words = 0};
	count(&tally, text);
	enum ho_tongue best = by_letters(&tally);
	if (best != HO_TONGUE_UNKNOWN)
		return best;
	unsigned second = 0;
	for (int l = 1; l < HO_TONGUE_COUNT; l++)
		if (tally.hits[l] > tally.hits[best]) {
			second = tally.hits[best];
			best = (enum ho_tongue)l;
		} else if (tally.hits[l] > second) {
			second = tally.hits[l];
		}
	unsigned hits = tally.hits[best];
	return hits >= 2 && 4 * hits > 5 * second && 8 * hits >= tally.words ? best : HO_TONGUE_UNKNOWN;
}

enum ho_tongue ho_tongue_of_texts(double *share, const struct ho_slice *texts, size_t n)
{
	size_t found[HO_TONGUE_COUNT] = {0};
	enum ho_tongue best = HO_TONGUE_UNKNOWN;
	for (size_t i = 0; i < n; i++)
		found[ho_tongue_guess(texts[i])]++;
	for (int l = 1; l < HO_TONGUE_COUNT; l++)
		if (found[l] > (best == HO_TONGUE_UNKNOWN ? 0 : found[best]))
			best = (enum ho_tongue)l;
	for (int l = 0; share && l < HO_TONGUE_COUNT; l++)
		share[l] = n ? (double)found[l] / (double)n : 0;
	return best;
}

bool ho_tongue_is_small_word(struct ho_slice word)
{
	struct tally tally = {.words = 0};
	if (word.len > WORD_MAX)
		return false;
	count(&tally, word);
	for (int l = 1; l < HO_TONGUE_COUNT; l++)
		if (tally.hits[l])
			return true;
	return false;
}

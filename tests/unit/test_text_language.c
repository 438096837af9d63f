#include "unit/unit.h"

#include <string.h>

#include "text/language.h"
#include "text/script.h"

static struct ho_languages languages;

static const char *code_of(const char *text)
{
	struct ho_slice s = ho_slice_str(text);
	return ho_language_code(ho_language_of(&languages, s, ho_script_of(s)).language);
}

/* Two or three everyday sentences of each language, written for this test. */
static const struct {
	const char *code, *text;
} samples[] = {
    {"en", "The parcel that you sent me last week has not arrived. Could you tell me when it will be here?"},
    {"en", "I am not happy with this at all, and my friends were of the same opinion."},
    {"de", "Ich habe die Rechnung nicht bekommen und möchte wissen, wann sie kommt."},
    {"de", "DER TERMIN IST LEIDER AUSGEFALLEN, WEIL DIE STRASSE GESPERRT WAR."},
    {"fr", "Je n'ai pas reçu ma commande et je voudrais savoir quand elle sera livrée."},
    {"es", "Hola, no puedo entrar en mi cuenta y quiero saber qué tengo que hacer."},
    {"pt", "Não consigo entrar na minha conta e gostaria de saber o que devo fazer, obrigado."},
    {"it", "Non riesco a entrare nel mio conto e vorrei sapere cosa devo fare, grazie."},
    {"nl", "Ik heb het pakket nog niet gekregen en ik wil graag weten waar het is."},
    {"sv", "Jag har inte fått mitt paket och jag undrar när det kommer fram till mig."},
    {"da", "Jeg har ikke fået min pakke og vil gerne vide, hvad jeg skal gøre nu og hvor den bliver af."},
    {"no", "Jeg har ikke fått pakken min og lurer på hva jeg skal gjøre nå og hvor den blir av."},
    {"fi", "En ole saanut pakettia, ja haluaisin tietää, missä se on ja mitä minun pitää tehdä, kun se ei tule."},
    {"pl", "Nie dostałem jeszcze paczki i proszę o informację, kiedy to będzie, bo jest już późno."},
    {"cs", "Ještě jsem nedostal svůj balík a prosím o zprávu, kdy to bude, protože už je pozdě."},
    {"tr", "Paketim henüz gelmedi ve ne zaman geleceğini bilmek istiyorum, çünkü bana çok gerekli."},
    {"ro", "Nu am primit pachetul și vreau să știu când vine, pentru că este foarte important."},
    {"hu", "Még nem kaptam meg a csomagot, és szeretném tudni, hogy mikor lesz itt, mert nagyon kell."},
    {"id", "Saya belum menerima paket itu dan ingin tahu kapan akan datang, karena sudah sangat lama."},
    {"hr", "Još nisam dobio paket i molim da mi kažete gdje je, jer sam ga već platio."},
    {"ru", "Я ещё не получил посылку и хочу знать, когда она будет, потому что это очень важно для меня."},
    {"uk", "Я ще не отримав посилку і хочу знати, коли вона буде, бо це дуже важливо для мене."},
    {"bg", "Още не съм получил пратката и искам да знам кога ще дойде, защото това е много важно."},
    {"el", "Δεν έχω λάβει ακόμα το δέμα."},
    {"he", "עדיין לא קיבלתי את החבילה"},
    {"ar", "لم أستلم الطرد حتى الآن"},
    {"fa", "بسته من هنوز نرسیده است، لطفاً پیگیری کنید که چه شده"},
    {"hi", "मुझे अभी तक पार्सल नहीं मिला"},
    {"th", "ฉันยังไม่ได้รับพัสดุ"},
    {"ko", "아직 소포를 받지 못했습니다"},
    {"ja", "まだ荷物が届いていません"},
    {"zh", "我还没有收到包裹"},
};

static void sentences_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
		assert_string_equal(code_of(samples[i].text), samples[i].code);
}

/* Too short, names, codes, or two languages at once: nothing is claimed. */
static void what_is_unsure_is_unknown(void **state)
{
	static const char *const texts[] = {"",
	                                    "ok",
	                                    "hello world",
	                                    "Amsterdam Berlin Paris",
	                                    "yo yo yo yo yo",
	                                    "SKU-4411 / 17.5",
	                                    "12345",
	                                    "!!!",
	                                    "K.k:)apo k.good movie.",
	                                    "a e i o u a e i o u"};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_string_equal(code_of(texts[i]), "");
}

/* Foreign names and titles do not turn an English text into another language. */
static void english_with_names_stays_english(void **state)
{
	(void)state;
	assert_string_equal(
	    code_of("The film 'La vie en rose' with Marion Cotillard was shown in the Rue de la Paix, and I liked it."),
	    "en");
	assert_string_equal(code_of("He said that Das Boot is one of the best films that he has ever seen."), "en");
}

static void scripts_are_told(void **state)
{
	(void)state;
	assert_int_equal(ho_script_of(ho_slice_str("привет hello мир")), HO_SCRIPT_CYRILLIC);
	assert_int_equal(ho_script_of(ho_slice_str("東京に行く")), HO_SCRIPT_KANA);
	assert_int_equal(ho_script_of(ho_slice_str("645 :-)")), HO_SCRIPT_NONE);
	assert_int_equal(ho_script_of(ho_slice("\xff\xfe\x80", 3)), HO_SCRIPT_NONE);
}

/* Two of three texts that can be told decide; those that cannot count in the shares only. */
static void most_texts_decide(void **state)
{
	(void)state;
	double share[HO_LANGUAGE_COUNT];
	struct ho_slice texts[4];
	texts[0] = ho_slice_str(samples[0].text);
	texts[1] = ho_slice_str("12345");
	texts[2] = ho_slice_str(samples[2].text);
	texts[3] = ho_slice_str(samples[3].text);
	assert_int_equal(ho_language_of_texts(share, &languages, texts, 4), HO_LANGUAGE_GERMAN);
	assert_true(share[HO_LANGUAGE_GERMAN] == 0.5 && share[HO_LANGUAGE_ENGLISH] == 0.25);
	assert_true(share[HO_LANGUAGE_UNKNOWN] == 0.25 && share[HO_LANGUAGE_CHINESE] == 0);
	assert_int_equal(ho_language_of_texts(NULL, &languages, texts + 1, 1), HO_LANGUAGE_UNKNOWN);
	assert_int_equal(ho_language_of_texts(share, &languages, texts, 0), HO_LANGUAGE_UNKNOWN);
	assert_true(share[HO_LANGUAGE_UNKNOWN] == 0);
}

static void small_words_are_known_by_language(void **state)
{
	(void)state;
	const uint32_t both = 1U << HO_LANGUAGE_ENGLISH | 1U << HO_LANGUAGE_GERMAN;
	assert_true(ho_language_is_small_word(&languages, ho_slice_str("the"), both));
	assert_true(ho_language_is_small_word(&languages, ho_slice_str("und"), both));
	assert_true(ho_language_is_small_word(&languages, ho_slice_str("a"), both));
	assert_false(ho_language_is_small_word(&languages, ho_slice_str("und"), 1U << HO_LANGUAGE_ENGLISH));
	assert_true(ho_language_is_small_word(&languages, ho_slice_str("care"), 1U << HO_LANGUAGE_ROMANIAN));
	assert_false(ho_language_is_small_word(&languages, ho_slice_str("care"), both));
	assert_false(ho_language_is_small_word(&languages, ho_slice_str("card"), UINT32_MAX));
	assert_false(ho_language_is_small_word(&languages, ho_slice_str(""), UINT32_MAX));
}

static int open_languages(void **state)
{
	(void)state;
	return ho_languages_open(&languages, NULL);
}

static int close_languages(void **state)
{
	(void)state;
	ho_languages_close(&languages);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sentences_are_told),
	    cmocka_unit_test(what_is_unsure_is_unknown),
	    cmocka_unit_test(english_with_names_stays_english),
	    cmocka_unit_test(scripts_are_told),
	    cmocka_unit_test(most_texts_decide),
	    cmocka_unit_test(small_words_are_known_by_language),
	};
	return cmocka_run_group_tests(tests, open_languages, close_languages);
}

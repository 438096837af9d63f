#include "doubt/lexicon.h"

#include "doubt/edit_words.h"

struct pair {
	const char *one, *other;
	bool one_way; /* only `one` may become `other` */
};

/* One word each where possible, equal in form (number, tense), so that the sentence stays right. */
static const struct pair synonyms[] = {
    {"begin", "start", false},
    {"begins", "starts", false},
    {"began", "started", false},
    {"bought", "purchased", false},
    {"buying", "purchasing", false},
    {"big", "large", false},
    {"bigger", "larger", false},
    {"biggest", "largest", false},
    {"quickly", "rapidly", false},
    {"movie", "film", false},
    {"movies", "films", false},
    {"photo", "photograph", false},
    {"photos", "photographs", false},
    {"telephone", "phone", false},
    {"maybe", "perhaps", false},
    {"difficult", "hard", true},
    {"reply", "answer", true},
    {"replied", "answered", false},
    {"receive", "get", true},
    {"received", "got", true},
    {"receiving", "getting", true},
    {"obtain", "get", true},
    {"obtained", "got", true},
    {"require", "need", true},
    {"requires", "needs", true},
    {"required", "needed", true},
    {"attempt", "try", true},
    {"attempted", "tried", true},
    {"inexpensive", "cheap", false},
    {"expensive", "costly", false},
    {"glad", "happy", true},
    {"awful", "terrible", false},
    {"dreadful", "terrible", true},
    {"boring", "dull", true},
    {"intelligent", "smart", true},
    {"superb", "excellent", false},
    {"hilarious", "very funny", true},
    {"amusing", "funny", true},
    {"kid", "child", true},
    {"kids", "children", false},
    {"mum", "mother", true},
    {"mom", "mother", true},
    {"dad", "father", true},
    {"automobile", "car", true},
    {"automobiles", "cars", true},
    {"couch", "sofa", false},
    {"often", "frequently", false},
    {"nearly", "almost", false},
    {"regarding", "about", true},
    {"additional", "extra", true},
    {"incorrect", "wrong", true},
    {"afraid", "scared", true},
    {"ill", "sick", true},
    {"entirely", "completely", false},
    {"totally", "completely", true},
    {"usually", "normally", false},
    {"seldom", "rarely", false},
    {"cellphone", "mobile phone", true},
    {"television", "tv", false},
    {"advert", "ad", true},
    {"info", "information", false},
    {"vacation", "holiday", true},
    {"approximately", "about", true},
    {"permitted", "allowed", true},
    {"select", "choose", false},
    {"selecting", "choosing", false},
    {"selected", "chosen", true},
    {"delete", "remove", true},
    {"deleted", "removed", true},
    {"deleting", "removing", true},
    {"modify", "change", true},
    {"modified", "changed", true},
    {"verify", "check", true},
    {"discover", "find", true},
    {"discovered", "found", true},
    {"occur", "happen", true},
    {"occurs", "happens", true},
    {"occurred", "happened", true},
    {"repair", "fix", true},
    {"repaired", "fixed", true},
    {"vanish", "disappear", false},
    {"vanished", "disappeared", false},
    {"huge", "enormous", false},
    {"tiny", "very small", true},
    {"wealthy", "rich", true},
    {"strange", "weird", false},
    {"certainly", "definitely", false},
    {"sufficient", "enough", true},
    {"numerous", "many", true},
    {"wonderful", "marvelous", false},
    {"tale", "story", true},
    {"tales", "stories", true},
    {"buddy", "friend", true},
    {"buddies", "friends", true},
    {"okay", "ok", false},
    {"email", "e-mail", true},
    {"emails", "e-mails", true},
    {"anyone", "anybody", false},
    {"everyone", "everybody", false},
    {"someone", "somebody", false},
    {"whilst", "while", true},
    {"amongst", "among", false},
    {"towards", "toward", false},
    {"although", "though", true},
    {"color", "colour", false},
    {"colors", "colours", false},
    {"favorite", "favourite", false},
    {"humor", "humour", false},
    {"behavior", "behaviour", false},
    {"realize", "realise", false},
    {"realized", "realised", false},
    {"organize", "organise", false},
    {"recognize", "recognise", false},
    {"recognized", "recognised", false},
    {"canceled", "cancelled", false},
    {"traveling", "travelling", false},
    {"traveled", "travelled", false},
    {"theater", "theatre", false},
    {"gray", "grey", false},
    {"apologize", "apologise", false},
    {"neighbor", "neighbour", false},
    {"neighbors", "neighbours", false},
    {"flavor", "flavour", false},
};

/* Names that are nothing else: no "Will", "Grace", "Paris", "Jordan", "Turkey", "Georgia". */
static const char *const women[] = {"mary",  "linda",  "susan",   "karen",    "nancy",   "laura",  "sarah",
                                    "emily", "anna",   "julia",   "jessica",  "rebecca", "helen",  "deborah",
                                    "maria", "sandra", "melissa", "michelle", "amanda",  "rachel", "katherine"};
static const char *const men[] = {"john",   "michael", "david",  "james",    "robert", "william", "thomas",
                                  "daniel", "peter",   "andrew", "stephen",  "steven", "brian",   "kevin",
                                  "george", "edward",  "paul",   "jonathan", "eric",   "matthew", "richard"};
static const char *const cities[] = {"london",   "berlin",  "madrid",    "rome",   "vienna",    "chicago",
                                     "boston",   "seattle", "toronto",   "sydney", "melbourne", "tokyo",
                                     "moscow",   "dublin",  "edinburgh", "oslo",   "stockholm", "copenhagen",
                                     "brussels", "lisbon",  "athens",    "dallas", "houston",   "philadelphia"};
static const char *const countries[] = {"france",  "germany", "spain",   "italy",  "poland",   "austria",
                                        "sweden",  "norway",  "denmark", "canada", "mexico",   "brazil",
                                        "japan",   "india",   "egypt",   "greece", "portugal", "belgium",
                                        "ireland", "finland", "hungary", "peru",   "chile",    "australia"};

#define COUNT(list) (sizeof(list) / sizeof *(list))
static const struct ho_lexicon_names classes[] = {
    {women, COUNT(women)}, {men, COUNT(men)}, {cities, COUNT(cities)}, {countries, COUNT(countries)}};

static const char *const contractions[][3] = {
    {"do", "not", "don't"},       {"does", "not", "doesn't"},     {"did", "not", "didn't"},
    {"is", "not", "isn't"},       {"are", "not", "aren't"},       {"was", "not", "wasn't"},
    {"were", "not", "weren't"},   {"have", "not", "haven't"},     {"has", "not", "hasn't"},
    {"had", "not", "hadn't"},     {"will", "not", "won't"},       {"would", "not", "wouldn't"},
    {"could", "not", "couldn't"}, {"should", "not", "shouldn't"}, {"i", "am", "i'm"},
    {"you", "are", "you're"},     {"we", "are", "we're"},         {"they", "are", "they're"},
    {"i", "have", "i've"},        {"we", "have", "we've"},        {"you", "have", "you've"},
    {"they", "have", "they've"},  {"i", "will", "i'll"},          {"you", "will", "you'll"},
    {"we", "will", "we'll"},      {"they", "will", "they'll"},
};

const char *ho_lexicon_synonym(struct ho_slice word)
{
	for (size_t i = 0; word.len < HO_LEXICON_WORD_MAX && i < sizeof synonyms / sizeof *synonyms; i++) {
		if (ho_edit_word_is(word, synonyms[i].one))
			return synonyms[i].other;
		if (!synonyms[i].one_way && ho_edit_word_is(word, synonyms[i].other))
			return synonyms[i].one;
	}
	return NULL;
}

const struct ho_lexicon_names *ho_lexicon_names_of(struct ho_slice word)
{
	for (size_t c = 0; word.len < HO_LEXICON_WORD_MAX && c < sizeof classes / sizeof *classes; c++)
		for (size_t i = 0; i < classes[c].n; i++)
			if (ho_edit_word_is(word, classes[c].names[i]))
				return &classes[c];
	return NULL;
}

/* With a straight apostrophe in place of a curly one. */
static struct ho_slice straight(char room[HO_LEXICON_WORD_MAX], struct ho_slice word)
{
	size_t n = 0;
	if (word.len >= HO_LEXICON_WORD_MAX)
		return ho_slice("", 0);
	for (size_t i = 0; i < word.len; i++) {
		bool curly = i + 3 <= word.len && memcmp(word.ptr + i, "\xe2\x80\x99", 3) == 0;
		room[n++] = curly ? '\'' : word.ptr[i];
		i += curly ? 2 : 0;
	}
	return ho_slice(room, n);
}

const char *ho_lexicon_expand(struct ho_slice word)
{
	static const char *const whole[][2] = {
	    {"don't", "do not"},       {"doesn't", "does not"},     {"didn't", "did not"},    {"isn't", "is not"},
	    {"aren't", "are not"},     {"wasn't", "was not"},       {"weren't", "were not"},  {"haven't", "have not"},
	    {"hasn't", "has not"},     {"hadn't", "had not"},       {"won't", "will not"},    {"wouldn't", "would not"},
	    {"couldn't", "could not"}, {"shouldn't", "should not"}, {"can't", "cannot"},      {"i'm", "I am"},
	    {"you're", "you are"},     {"we're", "we are"},         {"they're", "they are"},  {"i've", "I have"},
	    {"we've", "we have"},      {"you've", "you have"},      {"they've", "they have"}, {"i'll", "I will"},
	    {"you'll", "you will"},    {"we'll", "we will"},        {"they'll", "they will"},
	};
	char room[HO_LEXICON_WORD_MAX];
	struct ho_slice plain = straight(room, word);
	for (size_t i = 0; plain.len && i < sizeof whole / sizeof *whole; i++)
		if (ho_edit_word_is(plain, whole[i][0]))
			return whole[i][1];
	return NULL;
}

const char *ho_lexicon_contract(struct ho_slice first, struct ho_slice second)
{
	for (size_t i = 0; i < sizeof contractions / sizeof *contractions; i++)
		if (ho_edit_word_is(first, contractions[i][0]) && ho_edit_word_is(second, contractions[i][1]))
			return contractions[i][2];
	return NULL;
}

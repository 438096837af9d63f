/* Lower case, as the guesser makes it. Words that many languages share (de, a, in) are left in: they count for each. */
#include "text/language_words.h"

const struct ho_language_words ho_language__words[HO_LANGUAGE_COUNT] = {
    [HO_LANGUAGE_UNKNOWN] = {"", "unknown", ""},
    [HO_LANGUAGE_ENGLISH] =
        {"en", "English",
         "the of and to is that it was for on are with as his they be at this have from or had by not "
         "but what all were we when your can said there an which she do how their if will about out many "
         "then them these would could has him been its who my than you me i'm don't it's so just her our "
         "because does did why where should any some i he a in no more only into very after before until "
         "while between without through"},
    [HO_LANGUAGE_GERMAN] =
        {"de", "German",
         "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an "
         "werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war "
         "haben nur oder aber vor zur bis mehr durch man sein wurde ich wir ihr mir mich mein meine kein "
         "keine habe bitte wenn kann ihre ihren uns schon sehr was bin du da wann warum wer wo"},
    [HO_LANGUAGE_FRENCH] =
        {"fr", "French",
         "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont "
         "la avec son mais comme ou leur était ses on nous vous je cette ont elle aux été être sa tout "
         "très même mon ma mes votre notre bien fait peut sans si ils y où c'est n'est j'ai qu'il d'un "
         "d'une suis avez ces aussi encore quand avoir comment pourquoi tu depuis"},
    [HO_LANGUAGE_SPANISH] =
        {"es", "Spanish",
         "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le "
         "ha me si sin sobre este ya entre cuando todo esta ser son dos también fue había era muy años "
         "hasta desde está mi porque qué sólo han yo hay vez puede todos así nos ni mis tiene hola "
         "gracias usted estoy quiero cómo donde eso ese esa dónde ella les nosotros tú él"},
    [HO_LANGUAGE_PORTUGUESE] =
        {"pt", "Portuguese",
         "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à "
         "seu sua ou quando muito nos já eu também só pelo pela até isso ela entre depois sem mesmo aos "
         "seus quem nas me esse eles você essa num nem suas meu às minha numa pelos elas qual nós lhe "
         "foi são está tem ser há bem obrigado estou ainda era esta este onde sobre sob"},
    [HO_LANGUAGE_ITALIAN] =
        {"it", "Italian",
         "di e il la che in a per è un del non sono una con i da le si dei al nel come più lo alla anche "
         "della ma gli ha delle ho questo o su dal mi se ci sua suo ed dalla nella loro essere stato due "
         "fatto io cosa perché solo molto sia tra così quando c'è dove chi poi tutto tutti ancora questa "
         "mio mia sei hai hanno era grazie degli ogni lei lui noi ti tu sul sulla sotto dietro dopo"},
    [HO_LANGUAGE_DUTCH] =
        {"nl", "Dutch",
         "de van het een en in is dat op te zijn met voor niet die aan er om ook als dan maar bij uit "
         "door worden nog naar heeft hij ze wordt tot je deze over zo hebben geen ik mijn wat zou wel "
         "kan werd dit of u waar al veel heb niets moet wij we jij haar hem meer onze waren had was mij "
         "toch deze omdat hoe waarom wanneer wie zij onder"},
    [HO_LANGUAGE_SWEDISH] =
        {"sv", "Swedish",
         "och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan "
         "när år säger hon under också efter eller nu sin där vid mot ska skulle kommer ut får finns vara hade "
         "alla andra mycket än här då sedan över bara in blir upp även vad utan mig dig du min mitt någon"},
    [HO_LANGUAGE_DANISH] =
        {"da", "Danish",
         "og i at det er en til af på de den for ikke der som med et har han var sig om fra jeg men kan vi så "
         "eller hun skal efter hans ved ud nu over da også blev være når op mig dig hvad noget nogle meget kun "
         "havde blive hvor min mit hvis mere denne ville kunne alle uden bliver du dem jer siger"},
    [HO_LANGUAGE_NORWEGIAN] =
        {"no", "Norwegian",
         "og i at det er en til av på de den for ikke som med et har han var seg om fra jeg men kan vi så "
         "eller hun skal etter hans ved ut nå over da også ble være når opp meg deg hva noe noen mye bare "
         "hadde bli hvor min mitt hvis mer denne ville kunne alle uten blir du dem dere sier må få"},
    [HO_LANGUAGE_FINNISH] =
        {"fi", "Finnish",
         "ja on ei että se hän oli mutta kun niin myös ovat joka jos en tai vain kuin nyt ole mitä hänen minä "
         "tämä sen olen sitä sinä me he olla voi sekä mukaan jo vielä kanssa ollut ollen kuitenkin minun tätä "
         "siitä siellä mikä miten missä koska kaikki hyvin paljon jälkeen ennen ette eivät olisi"},
    [HO_LANGUAGE_POLISH] =
        {"pl", "Polish",
         "i w na z do nie się to że jest o po jak za od co ale dla przez tak już czy był tylko jego ze "
         "ich może przy być ma są które który która pan było mnie mi bardzo jeszcze gdy nad bo ten jako "
         "także oraz moje mój moja tego tym tej proszę dziękuję kiedy gdzie lub pod bez była jej przed "
         "ta te"},
    [HO_LANGUAGE_CZECH] =
        {"cs", "Czech",
         "a se v na je že s z do o to i ve jako za by si k jsem po není podle jsou jen však který která které "
         "tak od ale jeho byl bylo už pro při než co jak před také až nebo být jsme mě mi tím této této když "
         "protože kde můj moje prosím děkuji ještě může"},
    [HO_LANGUAGE_TURKISH] =
        {"tr", "Turkish",
         "ve bir bu da de için ile çok olarak daha ne gibi olan ben o en kadar sonra var ama değil mi ki "
         "her ya hiç bana beni sen siz biz onun şey nasıl neden çünkü bunu şu içinde olduğu olduğunu yok "
         "lütfen teşekkürler benim bizim ancak veya göre tarafından kim mu mü mı nerede onlar önce"},
    [HO_LANGUAGE_ROMANIAN] =
        {"ro", "Romanian",
         "de în și si a la cu nu pe o să că un din este ce se mai care pentru au fost sunt am dar o ca prin "
         "lui sau el ea îi le fi după ale cum fără foarte acest această aceasta mi vă eu noi când unde "
         "mulțumesc nostru mea meu nici doar cel cea"},
    [HO_LANGUAGE_HUNGARIAN] =
        {"hu", "Hungarian",
         "a az és hogy nem is egy ez de meg csak volt már van el még mint azt ha ki kell mert ezt ami lehet "
         "vagy aki minden itt nagyon után között szerint most majd pedig én te mi ők vagyok kérem köszönöm "
         "miért hol olyan amely lesz sem"},
    [HO_LANGUAGE_INDONESIAN] =
        {"id", "Indonesian",
         "yang dan di dengan untuk pada tidak ini itu dari dalam akan ke adalah juga saya oleh ada bisa "
         "mereka kami kita telah karena sudah atau seperti lebih anda dia bagi para tersebut dapat belum "
         "harus saat apa jika bagaimana namun tapi hanya sangat banyak terima kasih"},
    [HO_LANGUAGE_CROATIAN] =
        {"hr", "Croatian or Serbian",
         "i u je se na da su za od s ne što kao koji iz bi o ali to nije sam li po koja kako samo ili već "
         "sve bio će smo biti ako još nakon kod može imao njegov moj moja molim hvala gdje kada zato jer"},
    [HO_LANGUAGE_RUSSIAN] =
        {"ru", "Russian",
         "и в не на я что он с как это по но они мы она так его за был от у ты же бы из до все к только "
         "меня мне для вы было когда уже вот если или нет быть ещё еще очень их о том чтобы есть этот "
         "где при мой был были ничего под спасибо над через"},
    [HO_LANGUAGE_UKRAINIAN] =
        {"uk", "Ukrainian",
         "і в не на що я з він це як та до у за але вона ми вони так його від був по ти ж би із все мене "
         "мені для ви було коли вже якщо або ні бути ще дуже їх про щоб є цей де при мій її й дякую будь"},
    [HO_LANGUAGE_BULGARIAN] =
        {"bg", "Bulgarian",
         "и на да се в за от не е с че по са как но ще това до към аз той тя си ли или като беше при ми "
         "който която може много съм сме те ни му след само още така бил има няма защо къде благодаря"},
    [HO_LANGUAGE_GREEK] = {"el", "Greek", ""},
    [HO_LANGUAGE_HEBREW] = {"he", "Hebrew", ""},
    [HO_LANGUAGE_ARABIC] = {"ar", "Arabic", ""},
    [HO_LANGUAGE_PERSIAN] = {"fa", "Persian", ""},
    [HO_LANGUAGE_HINDI] = {"hi", "Hindi", ""},
    [HO_LANGUAGE_THAI] = {"th", "Thai", ""},
    [HO_LANGUAGE_KOREAN] = {"ko", "Korean", ""},
    [HO_LANGUAGE_JAPANESE] = {"ja", "Japanese", ""},
    [HO_LANGUAGE_CHINESE] = {"zh", "Chinese", ""},
};

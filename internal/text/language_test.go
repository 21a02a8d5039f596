package text

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLanguage(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]string{
		"en": "The government of Varesh said on Monday that the pass will stay closed until both sides have counted the lorries that were turned back in March.",
		"de": "Die Regierung von Waresch erklärte am Montag, dass der Pass geschlossen bleibt, bis beide Seiten die Lastwagen gezählt haben, die im März umkehren mussten.",
		"fr": "Le gouvernement de Varesh a déclaré lundi que le col resterait fermé jusqu'à ce que les deux parties aient compté les camions qui ont été refoulés en mars.",
		"es": "El gobierno de Varesh dijo el lunes que el paso seguirá cerrado hasta que las dos partes hayan contado los camiones que tuvieron que volver en marzo.",
		"pt": "O governo de Varesh disse na segunda-feira que a passagem ficará fechada até que os dois lados tenham contado os camiões que não puderam seguir em março.",
		"it": "Il governo di Varesh ha detto lunedì che il passo resterà chiuso finché le due parti non avranno contato i camion che sono stati respinti nel mese di marzo.",
		"nl": "De regering van Varesh zei maandag dat de pas gesloten blijft tot beide kanten de vrachtwagens hebben geteld die in maart niet door mochten naar het dorp.",
		"pl": "Rząd Wareszu oświadczył w poniedziałek, że przełęcz nie będzie otwarta, dopóki obie strony nie policzą ciężarówek, które zawrócono w marcu na granicy.",
		"cs": "Vláda Vareše v pondělí uvedla, že průsmyk zůstane zavřený, dokud se obě strany nedohodnou na počtu nákladních aut, která se v březnu musela vrátit do údolí.",
		"tr": "Vareş hükümeti pazartesi günü, iki taraf kamyonları sayana kadar geçidin kapalı kalacağını ve bu konuda daha sonra bir açıklama için hazır olduğunu söyledi.",
		"sv": "Varesh regering sade på måndagen att passet ska vara stängt till dess att båda sidor har räknat de lastbilar som inte fick köra över i mars och vad de hade med sig.",
		"ru": "Правительство Вареша заявило в понедельник, что перевал останется закрытым, пока обе стороны не сосчитают грузовики, которые вернулись в марте.",
		"uk": "Уряд Варешу заявив у понеділок, що перевал залишиться закритим, доки обидві сторони не порахують вантажівки, які повернули в березні, і їхній вантаж.",
		"bg": "Правителството на Вареш заяви в понеделник, че проходът ще остане затворен, докато двете страни не преброят камионите, които бяха върнати през март.",
		"kk": "Вареш үкіметі дүйсенбі күні екі жақ наурызда қайтарылған жүк көліктерін санап біткенше асу жабық қалатынын мәлімдеді, деп хабарлады қызмет.",
		"ar": "قالت حكومة فاريش يوم الاثنين إن الممر سيبقى مغلقا حتى يحصي الطرفان الشاحنات التي أعيدت في شهر مارس.",
		"fa": "دولت وارش روز دوشنبه گفت که گذرگاه تا زمانی که دو طرف کامیون\u200cهایی را که در ماه مارس بازگردانده شدند نشمارند، بسته می\u200cماند و گفتگو پایان نمی\u200cگیرد.",
		"zh": "瓦雷什政府星期一表示,在双方清点三月份被退回的卡车之前,山口将继续关闭。",
		"ja": "ワレシュ政府は月曜日、双方が三月に引き返したトラックを数えるまで峠は閉鎖されたままだと述べた。",
		"ko": "바레시 정부는 월요일에 양측이 삼월에 돌아간 트럭을 셀 때까지 고개가 닫혀 있을 것이라고 말했다.",
		"el": "Η κυβέρνηση του Βαρές δήλωσε τη Δευτέρα ότι το πέρασμα θα μείνει κλειστό.",
		"":   "Kareth 1234, Lind 5678; Orlin/Port Lind: +12.5 %, 3:0.",
	} {
		if got := Language(s); got != want {
			t.Errorf("%q is taken for %q", s, got)
		}
	}
	for _, s := range []string{"", "Yes.", strings.Repeat("§ ", 500), "Varesh Solmark Kareth Orlin Lind Drazh Reuss Kell Holt Skov Morn Vahl", "\xff\xfe\xfd"} {
		if got := Language(s); got != "" {
			t.Errorf("%q is taken for %q", s, got)
		}
	}
	for _, l := range frequent {
		if LanguageName(l.language) == l.language {
			t.Errorf("%q has no name", l.language)
		}
	}
}

func FuzzLanguage(f *testing.F) {
	f.Add("The pass of Kareth")
	f.Fuzz(func(t *testing.T, s string) {
		if tag := Language(s); tag != "" && (LanguageName(tag) == tag || !utf8.ValidString(tag)) {
			t.Errorf("%q is of the language %q, which has no name", s, tag)
		}
	})
}

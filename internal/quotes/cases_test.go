package quotes

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"attache/internal/news"
)

// lines writes the quotations of a text as "NAME: words / words", an open speaker as "?" with its mention in brackets.
func lines(s string) []string {
	var out []string
	for _, q := range Extract(article(s)) {
		if q.Kind == news.Reported {
			continue
		}
		who := q.Speaker.Name
		if who == "" {
			who = "?"
			if q.Speaker.Kind == news.Unnamed {
				who = "(" + q.Speaker.Mention + ")"
			}
		}
		words := make([]string, len(q.Fragments))
		for i, f := range q.Fragments {
			words[i] = f.Text
		}
		out = append(out, who+": "+strings.Join(words, " / "))
	}
	return out
}

// hardCases are quotations in the styles and difficulties that the news brings, about invented people. Each one is read by itself.
var hardCases = []struct{ name, text, want string }{
	{"speaker behind", "“We will not open the pass,” said Ilena Drazh, the Solmark foreign minister.", "Ilena Drazh: We will not open the pass"},
	{"speaker behind, verb last", "“We will not open the pass,” Ilena Drazh said.", "Ilena Drazh: We will not open the pass"},
	{"speaker before", "Ilena Drazh said, “We will not open the pass.”", "Ilena Drazh: We will not open the pass."},
	{"speaker before, colon", "Ilena Drazh was blunt: “We will not open the pass.”", "Ilena Drazh: We will not open the pass."},
	{"speaker between", "“The pass,” Ilena Drazh said, “will stay shut.”", "Ilena Drazh: The pass / will stay shut."},
	{"straight marks", "\"The pass,\" Ilena Drazh said, \"will stay shut.\"", "Ilena Drazh: The pass / will stay shut."},
	{"two sentences, speaker between", "“We are tired,” said Ilena Drazh. “The winter was long.”", "Ilena Drazh: We are tired / The winter was long."},
	{"verb turned round", "“We are tired,” added Mr. Lisk. Oran Lisk had come alone.", "Oran Lisk: We are tired"},
	{"surname resolved", "Oran Lisk came alone.\n\n“We are tired,” Lisk said.", "Oran Lisk: We are tired"},
	{"honorific resolved", "Ilena Drazh met Oran Lisk.\n\n“It went well,” Ms. Drazh said.\n\n“It did not,” Mr. Lisk said.", "Ilena Drazh: It went well\nOran Lisk: It did not"},
	{"namesakes by honorific", "Mrs. Ilena Drazh and her brother, Mr. Pavo Drazh, came.\n\n“It went well,” Mr. Drazh said.\n\n“It did not,” Mrs. Drazh said.", "Pavo Drazh: It went well\nIlena Drazh: It did not"},
	{"middle initial", "Petra N. Voss spoke first. “We are ready,” Voss told reporters.", "Petra N. Voss: We are ready"},
	{"title in front", "“We are ready,” Foreign Minister Ilena Drazh told parliament.", "Ilena Drazh: We are ready"},
	{"long title in front", "“We are ready,” former deputy trade minister Ilena Drazh said.", "Ilena Drazh: We are ready"},
	{"aside with who", "“We are ready,” Ilena Drazh, who replaced Oran Lisk in May, said.", "Ilena Drazh: We are ready"},
	{"aside with a title", "Ilena Drazh, the envoy of Solmark to the Salt Council, said the talks were “a waste of grain.”", "Ilena Drazh: a waste of grain."},
	{"aside with a place", "Ilena Drazh, in Hallen for the talks, said they were “a waste of grain.”", "Ilena Drazh: a waste of grain."},
	{"according to before", "According to Ilena Drazh, the talks were “a waste of grain.”", "Ilena Drazh: a waste of grain."},
	{"according to behind", "The talks were “a waste of grain,” according to Ilena Drazh.", "Ilena Drazh: a waste of grain"},
	{"pronoun", "Ilena Drazh left early. “We are done here,” she said.", "Ilena Drazh: We are done here"},
	{"pronoun by gender", "Mr. Oran Lisk met Ms. Ilena Drazh in Hallen. “We are done here,” she said.", "Ilena Drazh: We are done here"},
	{"pronoun of a man", "Ms. Ilena Drazh met Mr. Oran Lisk in Hallen. “We are done here,” he said.", "Oran Lisk: We are done here"},
	{"the minister", "The foreign minister, Ilena Drazh, left early. “We are done here,” the minister said.", "Ilena Drazh: We are done here"},
	{"relative clause", "The plan was drawn up by Ilena Drazh, who called it “a beginning.”", "Ilena Drazh: a beginning."},
	{"participle", "Ilena Drazh walked out of the hall on Monday, calling the plan “a beginning.”", "Ilena Drazh: a beginning."},
	{"two fragments of one sentence", "Ilena Drazh called the plan “a beginning” and the pass “a wound.”", "Ilena Drazh: a beginning / a wound."},
	{"two speakers in one sentence", "“It is late,” said Ilena Drazh, while Oran Lisk called the delay “a scandal.”", "Ilena Drazh: It is late\nOran Lisk: a scandal."},
	{"question before a speaker", "“Why should we wait?” Ilena Drazh asked.", "Ilena Drazh: Why should we wait?"},
	{"exclamation before a speaker", "“Never!” cried Oran Lisk.", "Oran Lisk: Never!"},
	{"floating paragraph", "“We are tired,” said Ilena Drazh.\n\n“The winter was long. Nobody sent us any grain.”", "Ilena Drazh: We are tired\nIlena Drazh: The winter was long. Nobody sent us any grain."},
	{"paragraphs reopened without closing", "“We are tired,” said Ilena Drazh. “The winter was long.\n\n“Nobody sent us any grain.\n\n“We shall remember.”", "Ilena Drazh: We are tired / The winter was long. / Nobody sent us any grain. / We shall remember."},
	{"nested single marks", "“He told me ‘never’ and left,” Ilena Drazh said.", "Ilena Drazh: He told me ‘never’ and left"},
	{"nested straight marks", "\"He told me 'never' and left,\" Ilena Drazh said.", "Ilena Drazh: He told me 'never' and left"},
	{"curly opened, straight closed", "“We are ready,\" Ilena Drazh said. “Are you?”", "Ilena Drazh: We are ready / Are you?"},
	{"French marks", "« Nous sommes prêts », said Ilena Drazh.", "Ilena Drazh: Nous sommes prêts"},
	{"German marks", "„Wir sind bereit“, said Ilena Drazh.", "Ilena Drazh: Wir sind bereit"},
	{"Danish marks", "»Vi er klar til det,« said Ilena Drazh.", "Ilena Drazh: Vi er klar til det"},
	{"Swedish marks", "”Vi är redo för det”, said Ilena Drazh.", "Ilena Drazh: Vi är redo för det"},
	{"Japanese marks", "「We are ready for it」 said Ilena Drazh.", "Ilena Drazh: We are ready for it"},
	{"British single marks", "‘We are ready,’ said Ilena Drazh. ‘The soldiers’ families know it.’", "Ilena Drazh: We are ready / The soldiers’ families know it."},
	{"straight single marks", "'We aren't ready,' said Ilena Drazh. 'Nobody's ready.'", "Ilena Drazh: We aren't ready / Nobody's ready."},
	{"doubled apostrophes", "''We are ready for the talks,'' said Ilena Drazh.", "Ilena Drazh: We are ready for the talks"},
	{"apostrophes are no marks", "The soldiers' families' letters weren't read, and the '90s were over.", ""},
	{"feet and inches are no marks", "The gate is 6' 2\" high and the door 5' 11\" wide.", ""},
	{"unclosed mark", "“We are ready, said Ilena Drazh.\n\n“It is late,” said Oran Lisk.", "Ilena Drazh: We are ready\nOran Lisk: It is late"},
	{"unclosed mark in one paragraph", "Ilena Drazh spoke of “a beginning and left. “It is late,” said Oran Lisk.", "Oran Lisk: It is late"},
	{"institution", "The Solmark Foreign Ministry said in a statement that the plan was “a step back.”", "Solmark Foreign Ministry: a step back."},
	{"country for its government", "Varesh called the plan “a step back.”", "Varesh: a step back."},
	{"newspaper", "“The pass is a wound,” the Hallen Herald wrote.", "Hallen Herald: The pass is a wound"},
	{"unnamed official", "“The pass is a wound,” a senior official said.", "(a senior official): The pass is a wound"},
	{"several speakers", "“Open the pass,” protesters chanted.", "(protesters): Open the pass"},
	{"title of a book", "Her book, “The Long Road to Hallen,” came out in May.", ""},
	{"title of a programme", "She spoke on the radio program “Evening in Varn.”", ""},
	{"scare quotes", "The so-called “people’s court” met again in the barn.", ""},
	{"nickname", "The hill, known as the “Old Tooth,” was shelled again.", ""},
	{"headline is not split", "Drazh Says Pass ‘Will Stay Shut’ as Talks in Hallen Fail\n\n“It will stay shut all winter,” said Ilena Drazh.", "Ilena Drazh: It will stay shut all winter"},
	{"markup", "<a href=\"https://example.org\">The pass</a> is shut. “We are ready,” said Ilena Drazh.", "Ilena Drazh: We are ready"},
	{"signed by a dash", "“The pass is ours and will stay ours.” — Ilena Drazh, foreign minister of Solmark", "Ilena Drazh: The pass is ours and will stay ours."},
	{"said behind a comma and date", "“We are ready,” Ilena Drazh said on Friday in Hallen, after talks with Oran Lisk.", "Ilena Drazh: We are ready"},
	{"told somebody", "“We are ready,” Ilena Drazh told Oran Lisk.", "Ilena Drazh: We are ready"},
	{"asked by somebody", "Asked by Oran Lisk whether she would go, Ilena Drazh said, “Never.”", "Ilena Drazh: Never."},
	{"Chinese name", "President Shen Wei arrived late. “We are ready,” Shen said.", "Shen Wei: We are ready"},
	{"Arabic name", "Khalid al-Dari arrived late. “We are ready,” Mr. al-Dari said.", "Khalid al-Dari: We are ready"},
	{"Spanish name", "María de la Cruz Ibarra arrived late. “We are ready,” Ms. Ibarra said.", "María de la Cruz Ibarra: We are ready"},
	{"accents", "Çelik Örsoğlu arrived late. “We are ready,” Örsoğlu said.", "Çelik Örsoğlu: We are ready"},
	{"single name", "“We are ready,” said Sukarna, who goes by one name.", "Sukarna: We are ready"},
	{"surname that is a common word", "George Will came. “We are ready,” Will said.", "George Will: We are ready"},
	{"speech verb far from the name", "Ilena Drazh, her voice hoarse after nine hours of talks in a cold barn, said at last, “We are done.”", "Ilena Drazh: We are done."},
	{"two people named, one speaks", "“We are done,” said Ilena Drazh, a friend of Oran Lisk.", "Ilena Drazh: We are done"},
	{"possessive is no speaker", "Oran Lisk’s daughter, Mara Lisk, said: “We are done.”", "Mara Lisk: We are done."},
	{"statement of a person", "In a statement, Ilena Drazh said the talks had “failed for good.”", "Ilena Drazh: failed for good."},
	{"two speak together", "Both Drazh and Lisk described the talks as “useful.”", "(Both Drazh and Lisk): useful."},
	{"verb in French", "“Nous n’avons pas peur”, a déclaré Ilena Drazh.", "Ilena Drazh: Nous n’avons pas peur"},
	{"verb in German", "„Wir haben keine Angst“, sagte Ilena Drazh.", "Ilena Drazh: Wir haben keine Angst"},
	{"a supporter is not the person", "“Open the pass,” said one Drazh confidant.", "(one Drazh confidant): Open the pass"},
	{"an office speaks for itself", "Drazh’s office said the plan was “a wound.”", "(Drazh’s office): a wound."},
	{"tweet", "“The pass is ours,” Ilena Drazh tweeted on Sunday.", "Ilena Drazh: The pass is ours"},
}

func TestHardCases(t *testing.T) {
	t.Parallel()
	for _, c := range hardCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var want []string
			if c.want != "" {
				want = strings.Split(c.want, "\n")
			}
			if diff := cmp.Diff(want, lines(c.text)); diff != "" {
				t.Errorf("%s\n(-want +got):\n%s", c.text, diff)
			}
			a := article(c.text)
			checkSpans(t, a, Extract(a))
		})
	}
}

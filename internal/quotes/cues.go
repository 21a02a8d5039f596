package quotes

import "strings"

// cueClass sorts the verbs and phrases that attribute words to a speaker by how surely they do.
type cueClass uint8

const (
	noCue   cueClass = iota
	sayCue           // said, told, wrote: attributes whatever stands beside it
	callCue          // called, described: attributes a quoted fragment
	softCue          // joked, continued, insisted on: attributes in the right place
)

// cueForms maps each inflected form to its verb, and cueClasses each verb to its class.
var (
	cueClasses = classifyCues()
	cueForms   = inflectCues()
)

const (
	sayVerbs = `say tell write add tweet ask state reply declare explain note argue respond conclude acknowledge warn remark insist claim announce
		exclaim observe recall admit comment assert testify post text email reiterate concede affirm proclaim retort quip opine contend continue
		stress emphasize emphasise maintain predict caution complain joke suggest shout yell chant cry mutter whisper
		deny confirm report read recount retweet repeat lament charge allege counter tout boast urge vow pledge promise answer inform`
	callVerbs = `call describe dub label brand denounce decry condemn criticize criticise blast slam mock praise hail accuse dismiss deride refer
		characterize characterise portray cast depict criticise ridicule attack deem term blame bash cite quote compare`
	softVerbs = `begin go talk speak laugh smile sigh nod think believe feel hope wonder point put make give offer use demand promise order sign
		propose advise instruct plead beg invite agree disagree assure remind teach joke hint imply signal indicate mean see find want seek tout
		know understand realize realise decide learn hear show reveal disclose release issue deliver publish appear interject interrupt
		press push tease scold chide lecture thank apologize apologise swear bemoan bristle snap fume rail thunder rant defend reject
		accept share intone mention mull muse marvel gush enthuse elaborate clarify specify estimate calculate argue reason speculate
		title entitle headline name know nickname consider`
)

// irregular lists the past forms that no rule makes.
var irregular = map[string]string{
	"said": "say", "told": "tell", "wrote": "write", "written": "write", "began": "begin", "begun": "begin", "went": "go", "gone": "go",
	"spoke": "speak", "spoken": "speak", "thought": "think", "felt": "feel", "put": "put", "made": "make", "gave": "give", "given": "give",
	"meant": "mean", "saw": "see", "seen": "see", "found": "find", "sought": "seek", "knew": "know", "known": "know",
	"understood": "understand", "heard": "hear", "shown": "show", "swore": "swear", "sworn": "swear", "cast": "cast", "read": "read",
	"cried": "cry", "denied": "deny", "replied": "reply", "decried": "decry", "testified": "testify", "specified": "specify",
	"clarified": "clarify", "referred": "refer", "quipped": "quip", "signalled": "signal", "labelled": "label", "begged": "beg",
	"taught": "teach", "implied": "imply", "snapped": "snap", "admitted": "admit", "permitted": "permit", "forbade": "forbid",
	"referring": "refer", "quipping": "quip", "admitting": "admit", "putting": "put", "beginning": "begin", "begging": "beg",
	"goes": "go", "slammed": "slam", "slamming": "slam", "dubbed": "dub", "dubbing": "dub", "termed": "term", "labelling": "label",
}

// foreignCues are the commonest verbs of saying of other languages, which stand beside words quoted in them.
var foreignCues = map[string]string{
	"déclaré": "say", "dit": "say", "affirmé": "say", "ajouté": "add", "expliqué": "explain", "estimé": "say", "sagte": "say", "sagt": "say", "erklärte": "say",
	"betonte": "stress", "fügte": "add", "dijo": "say", "declaró": "say", "afirmó": "say", "añadió": "add", "disse": "say", "afirmou": "say", "declarou": "say",
}

func classifyCues() map[string]cueClass {
	m := make(map[string]cueClass)
	for v := range strings.FieldsSeq(softVerbs) {
		m[v] = softCue
	}
	for v := range strings.FieldsSeq(callVerbs) {
		m[v] = callCue
	}
	for v := range strings.FieldsSeq(sayVerbs) {
		m[v] = sayCue
	}
	return m
}

// inflectCues makes the forms of every cue verb: third person, past and participle.
func inflectCues() map[string]string {
	m := make(map[string]string)
	for v := range cueClasses {
		for _, f := range forms(v) {
			m[f] = v
		}
	}
	for f, v := range irregular {
		m[f] = v
	}
	for f, v := range foreignCues {
		m[f] = v
	}
	return m
}

// forms returns a regular verb's forms.
func forms(v string) []string {
	stem := strings.TrimSuffix(v, "e")
	switch {
	case strings.HasSuffix(v, "y") && !strings.ContainsRune("aeo", rune(v[len(v)-2])):
		i := v[:len(v)-1]
		return []string{v, i + "ies", i + "ied", v + "ing"}
	case strings.HasSuffix(v, "s") || strings.HasSuffix(v, "sh") || strings.HasSuffix(v, "ch") || strings.HasSuffix(v, "x"):
		return []string{v, v + "es", v + "ed", v + "ing"}
	}
	return []string{v, v + "s", stem + "ed", stem + "ing"}
}

// cueOf returns the verb that the word is a form of, and its class; "" and noCue when it is none.
func cueOf(lower string) (string, cueClass) {
	v, ok := cueForms[lower]
	if !ok {
		return "", noCue
	}
	return v, cueClasses[v]
}

// auxiliaries stand between a subject and its verb.
var auxiliaries = wordSet(`has have had is are was were be been being will would shall should can could may might must do does did not n't
	's 'd 'll 've 're hasn't haven't hadn't isn't aren't wasn't weren't won't wouldn't shouldn't can't cannot couldn't don't doesn't didn't`)

// adverbs that do not end in -ly and stand between a subject and its verb, or a verb and what it governs.
var adverbs = wordSet(`also then later again still even once now already never always often earlier later soon first only just too further
	here there instead meanwhile nonetheless nevertheless however twice today yesterday tonight himself herself itself themselves both all
	perhaps maybe almost so far thus that`)

func isAdverb(lower string) bool {
	return adverbs[lower] || len(lower) > 4 && strings.HasSuffix(lower, "ly")
}

// prepositions after which a name is not the subject.
var prepositions = wordSet(`in at from with of for by to on against about between among near under over during before after toward towards
	behind beyond like into onto upon within without through via per amid despite besides beside than including across around`)

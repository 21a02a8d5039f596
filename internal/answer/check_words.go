package answer

import "strings"

// The words that the check knows. They are stems where a line says so (by stem), else folded words. They were written for news English and
// say nothing about other languages: there only marks, citations, numbers and names are checked.

// irregular gives for the past forms of common verbs the verb.
var irregular = func() map[string]string {
	m := make(map[string]string)
	for entry := range strings.FieldsSeq(`repay:repaid pay:paid take:took,taken go:went,gone give:gave,given sell:sold buy:bought meet:met hold:held keep:kept leave:left lose:lost win:won build:built send:sent spend:spent
		fall:fell,fallen rise:rose,risen grow:grew,grown begin:began,begun choose:chose,chosen break:broke,broken speak:spoke,spoken write:wrote,written draw:drew,drawn fly:flew,flown know:knew,known lead:led flee:fled
		fight:fought strike:struck,stricken withdraw:withdrew,withdrawn seek:sought teach:taught think:thought bring:brought catch:caught feel:felt find:found stand:stood understand:understood lend:lent deal:dealt mean:meant
		run:ran swear:swore,sworn freeze:froze,frozen shake:shook,shaken drive:drove,driven hide:hid,hidden sink:sank,sunk shoot:shot become:became come:came overcome:overcame overthrow:overthrew,overthrown throw:threw,thrown
		forbid:forbade,forbidden forget:forgot,forgotten steal:stole,stolen wear:wore,worn tear:tore,torn show:shown swing:swung sing:sang,sung drink:drank,drunk eat:ate,eaten bear:bore,born bind:bound wind:wound lay:laid lie:lain
		undertake:undertook,undertaken rebuild:rebuilt mislead:misled oversee:oversaw,overseen see:saw,seen make:made lose:lost shrink:shrank,shrunk`) {
		verb, pasts, _ := strings.Cut(entry, ":")
		for past := range strings.SplitSeq(pasts, ",") {
			m[past] = verb
		}
	}
	delete(m, "wound") // a wound is an injury first
	delete(m, "bound")
	return m
}()

func wordSet(words string) map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// functionWords carry no statement of their own, so a sentence need not share them with its source.
var functionWords = wordSet(`a about above across according add added adding adds after again against ago all along already also although am amid among amongst an and another any
	are around as ask asked at away be became because become becomes been before began being below between both but by came can cannot come comes could
	did do does doing done down due during each either else even ever every few following for from further get gets go goes going gone got had has have having he
	her here hers herself him himself his how however i if in include included includes including indeed instead into is it its itself just kind last later least less let like made make makes making
	many may me meanwhile might mine more moreover most much must my myself near nearly neither never no nor not nothing now of off on once one only onto or other others ought our ours out over own people per person
	perhaps put quite rather reported reportedly said same say saying says several shall she should since so some such take taken takes tell telling tells than that the their theirs them themselves then there thereby
	therefore these they this those though through throughout thus to together told too took toward towards two under until up upon us very via was way we were what when where whereas whether which
	while who whom whose why will with within without would yet you your yours part place state stated stating states note noted notes noting call called calls describe described describes explain explained remark remarked mention mentioned
	comment commented declare declared announce announced argue argued insist insisted stress stressed warn warned warns claim claimed claims statement remarks
	quoted article report reports reporting reportedly source sources passage passages interview reporter reporters journalists briefing view words word mr mrs ms dr
	'd 'll 're 've 's s t d ll re ve`)

// lightWords say little by themselves, so that a paraphrase adds and drops them freely; they weigh half.
var lightWords = wordSet(`side sides group groups thing things matter issue number amount way case fact question area level kind sort form end start result results step move effort efforts bid
	led lead leads leading bring brings brought carry base based rely relies hold holds held keep keeps give gives gave given use uses used using set sets put puts run runs ran work works worked
	cover covers covered produce produces face faces faced follow follows followed happen happened occur occurred need needs needed seek seeks sought want wants wanted mean means meant data figure figures information different various
	maintain maintains maintained defend defends defended contend contends contended complain complains complained complaint regard regards regarded view views viewed consider considers considered believe believes believed
	point points pointed refer refers referred question questions questioned emphasise emphasised emphasize emphasized underline underlined reiterate reiterated justify justified decision decisions measure measures proposal proposals policy policies
	pass passes passed attempt attempts attempted try tries tried allow allows allowed involve involves involved result resulted old year years day days current recent several certain candidate candidates member members place places part parts
	receive receives received obtain obtained get gets role roles act acts acted grow grows come comes announce decide decides decided choose chose report apply applies applied include exist exists concern concerns concerned new total whole overall main major key respective far well quickly agree remain remains remained`)

// reportingWords bind what is said to who said it.
var reportingWords = wordSet(`say says said saying tell tells told state stated states announce announced announces declare declared warn warned warns argue argued argues insist insisted insists
	claim claimed claims add added adds note noted notes comment commented remark remarked explain explained stress stressed call called calls describe described promise promised pledge pledged
	predict predicted suggest suggested suggests urge urged urges demand demanded demands accuse accused accuses reply replied acknowledge acknowledged admit admitted confirm confirmed deny denied denies
	speak speaks spoke spoken according write wrote voice estimate estimated report reported vow vowed criticise criticised criticize criticized ask asked praise praised`)

// negations deny what follows them; softNegations do so by their meaning.
var (
	negations     = wordSet(`not no never nor neither none nobody cannot n't nothing nowhere without`)
	softNegations = wordSet(`refuse refuses refused refusing refusal deny denies denied denying denial reject rejects rejected rejecting rejection fail fails failed failing failure decline declines declined
		block blocks blocked blocking prevent prevents prevented prevention halt halted stop stops stopped stopping ban bans banned banning bar bars barred lack lacks lacked lacking avoid avoids avoided unable unwilling unlikely oppose opposes opposed
		opposition against absence absent exclude excludes excluded excluding exempt exempts exempted exemption spare spared waive waived forbid forbids forbidden forbade prohibit prohibits prohibited cancel cancelled canceled abandon abandoned hardly barely scarcely unless dispute disputes disputed ruled
		dismiss dismissed dismisses unclear impossible suspend suspended withhold withheld abstain abstained boycott boycotted resist resisted nothing unresolved undecided unanswered unchanged unaware unpaid
		doubt doubts doubted vetoed veto neglect neglected zero`)
	// clauseBreaks end the reach of a negation.
	clauseBreaks = wordSet(`but because although though while whereas which who after before until if unless so and or since when as`)
	// notNegations follow a negation that denies nothing: "not only", "no later than".
	notNegations = wordSet(`only just merely simply later fewer more less sooner earlier doubt matter`)
)

// strongHedges mark a statement as less than certain, plans mark it as not yet so; see hedging.
var (
	strongHedges = wordSet(`close nearly almost may might could possibly possible perhaps allegedly alleged apparently probably likely potentially suspected rumored rumoured unconfirmed reportedly considering weighing`)
	plans        = wordSet(`will shall 'll plan plans planned planning intend intends intended aim aims due set scheduled expect expects expected going would promise promised promises pledge pledged pledges vow vowed wants want next tomorrow upcoming
		future propose proposed proposes shortly soon`)
	// causes say that one thing made another.
	causes = wordSet(`because after so due owing caused causes cause causing prompted prompting prompts therefore consequently thanks reason reasons result resulting led leading since hence blamed blames blame blaming attributed forced forcing triggered response why pushed
		driven drove made explain  explains explained sparked drive drives spurred pressure helped contributed thus put puts brought`)
	strongCauses = wordSet(`because owing caused causes causing prompted prompting therefore consequently triggered triggering forced forcing blamed sparked spurred attributed`)
	// totals claim more than "some" does.
	totals = wordSet(`all every always entire entirely only never none completely fully totally exclusively unanimously unanimous everyone everything solely sole largest biggest smallest highest lowest best worst first most permanently permanent forever whole wholly
		unprecedented immediately indefinitely`)
	totalGroups = []map[string]bool{
		wordSet(`all every each single entire whole entirely fully completely wholly totally everyone everything unanimous unanimously always both throughout any no none 100`),
		wordSet(`only solely sole exclusively just alone no not nothing but except`),
		wordSet(`largest biggest most majority greatest highest main`),
		wordSet(`smallest lowest least fewest`),
		wordSet(`first inaugural initial earliest new 1`),
		wordSet(`permanently permanent forever ever indefinitely indefinite good`),
		wordSet(`immediately immediate once instantly soon today straight`),
		wordSet(`never no not ever`),
		wordSet(`best worst top`),
		wordSet(`unprecedented first never`),
	}
)

// bounds say on which side of a number the truth lies.
var (
	lowerBounds = []string{"more than", "at least", "over", "above", "no fewer than", "no less than", "exceeding", "exceeded", "older than", "upwards of", "in excess of", "not less than", "greater than", "or more", "minimum of", "topping", "topped", "surpassed"}
	upperBounds = []string{"less than", "fewer than", "at most", "under", "below", "up to", "no more than", "not more than", "as many as", "as much as", "limited to", "capped at", "limit of", "cap of", "maximum of", "ceiling of", "almost", "nearly", "or fewer", "or less", "just under", "a maximum of", "close to", "short of", "within", "not exceed", "not more"}
)

// antonyms are pairs by stem: a sentence that says one where its source says the other is turned around.
var antonyms = pairs(`rise:fall rise:drop rise:declin rise:decreas rose:fell increas:fall increas:decreas increas:declin increas:drop increas:reduc grow:shrink grow:fall grew:shrank grew:fell climb:fall rais:cut rais:lower
	accept:reject accept:refus accept:declin approv:reject approv:veto agre:refus agre:reject agre:disagre welcom:reject welcom:condemn welcom:criticis praise:criticis prais:condemn prais:criticis prais:criticiz prais:blame endors:reject endors:oppos
	support:oppos support:reject support:condemn back:oppos favor:oppos favour:oppos defend:attack confirm:deni admit:deni open:close open:shut reopen:close start:end begin:end began:end start:stop begin:stop launch:halt launch:end launch:cancel resum:suspend resum:halt continu:stop continu:halt
	allow:ban allow:block allow:forbid permit:ban permit:block allow:prevent lift:impos lift:tighten eas:tighten eas:impos strengthen:weaken tighten:loosen win:lose won:lost victori:defeat arriv:leav arriv:depart enter:leav advanc:retreat advanc:withdraw deploy:withdraw send:withdraw join:leav join:quit join:withdraw join:withdrew stay:withdraw remain:withdraw enter:withdraw
	import:export gain:lose gain:loss surplus:deficit profit:loss befor:after earlier:later north:south east:west northern:southern eastern:western upper:lower more:less more:fewer most:fewest majority:minority high:low higher:lower highest:lowest largest:smallest bigger:smaller
	strong:weak success:failur succeed:fail successful:unsuccess public:privat publicli:privat civilian:militari tempor:perman short:long domest:foreign ally:rival alli:enemi friend:enemi peac:war release:detain releas:detain freed:jail free:arrest arrest:releas acquit:convict guilti:innoc
	quick:slow faster:slower optimist:pessimist safe:danger legal:illeg lawful:unlaw cheap:expens cheaper:costlier former:current old:new young:old men:women new:former male:female formal:inform legal:unlaw direct:indirect offici:unoffici inside:outside voluntari:forc unilater:joint
	surviv:die surviv:kill extend:shorten expand:shrink expand:cut expand:reduc expand:scale widen:narrow improv:worsen better:wors deepen:eas creat:destroy build:demolish build:destroy restor:cut hire:fire major:minor minor:serious partial:full maximum:minimum upgrad:downgrad
	early:late first:last ahead:behind includ:exclud remain:leav stay:leav keep:drop keep:abandon maintain:end maintain:abandon maintain:cut preserv:destroy unite:divid agre:disput calm:tension calm:panic
	escal:eas escal:calm recogn:reject ratifi:reject adopt:reject pass:reject pass:fail return:flee increas:cut boost:cut boost:reduc doubl:halv tripl:halv add:remov add:cut appoint:dismiss appoint:sack elect:oust
	reopen:suspend reopen:halt reopen:end resum:end resum:halt approv:block back:block support:block pass:block confirm:reject against:favour against:favor grant:refus grant:deni grant:reject shorten:lengthen suspend:end postpon:cancel delay:cancel allow:refus let:refus welcom:regret withdrew:deploi abandon:pursu sign:cancel promis:refus help:hinder trust:distrust certain:uncertain stabl:unstabl abl:unabl wil:unwil public:secret openli:secret`)

func pairs(s string) map[string][]string {
	m := make(map[string][]string)
	for pair := range strings.FieldsSeq(s) {
		a, b, _ := strings.Cut(pair, ":")
		for _, x := range forms(a) {
			for _, y := range forms(b) {
				m[x], m[y] = append(m[x], y), append(m[y], x)
			}
		}
	}
	return m
}

// forms gives a word of the lists as it stands, which may be a stem, and its stem.
func forms(w string) []string {
	if s := stemOf(w); s != w {
		return []string{w, s}
	}
	return []string{w}
}

// synonyms are groups by stem. A word counts as standing in the source when one of its group does.
var synonyms = groups(`troop:soldier:forc:armi:militari:unit:contingent
	truck:lorri:vehicl:convoy
	shut:close:closur:block:seal
	deal:agreement:accord:pact:treati:convent
	talk:negoti:negoti:dialogu:discuss:meet:convers:consult
	rise:rose:risen:increas:grow:grew:climb:gain:up:jump:surg:higher:more
	fall:fell:fallen:drop:declin:decreas:shrink:shrank:slip:down:plung:reduc:lower:cut:less
	reject:refus:declin:dismiss:rebuff:turn:deni
	demand:urg:insist:press:requir:call:appeal:ask
	attack:strike:assault:raid:struck:bomb:shell
	kill:die:dead:death:slain:fatal:lost
	injur:wound:hurt
	leav:left:withdraw:withdrew:withdrawn:pull:depart:exit:quit:retreat:withdraw
	plan:schedul:intend:aim:propos:intent:want:seek:sought:goal
	start:begin:began:begun:launch:open:commenc:initi
	end:stop:halt:finish:ceas:conclud:expir:terminat:over:complet
	help:aid:assist:support:relief:back
	countri:nation:state:govern:republ
	govern:author:cabinet:administr:offici
	leader:president:chief:head:premier
	build:construct:built:erect
	money:fund:financ:cash:loan
	pay:paid:spend:spent:cost:worth:price
	buy:bought:purchas:acquir
	allow:permit:let:author:grant:approv
	ban:forbid:forbidden:forbad:prohibit:bar:outlaw:block
	sign:conclud:seal:reach:agre
	war:conflict:fight:fought:hostil:combat
	road:rout:highway:way:pass:corridor
	border:frontier:cross:boundari
	email:letter:messag:note
	vote:poll:elect:ballot:referendum
	citizen:peopl:resid:inhabit:popul:villag:civilian
	critic:criticis:criticiz:condemn:denounc:attack
	support:back:endors:favor:favour
	big:larg:great:major:huge
	small:minor:tini:littl:limit
	show:reveal:indic:demonstr:suggest:find:found
	visit:trip:tour:travel:went:stop:arriv
	meet:met:summit:gather:confer:session:host:held:hold
	choos:chose:chosen:select:pick:appoint:name
	mine:pit:quarri
	protest:demonstr:ralli:march:unrest
	arrest:detain:detent:jail:custodi:imprison
	fear:worri:concern:anxieti:afraid:alarm
	danger:risk:threat:threaten:peril
	suppli:deliv:deliveri:provid:send:sent:ship:shipment:give:gave:donat:offer
	trade:commerc:commerci:export:import:busi
	oil:crude:petroleum
	electr:power:energi
	wheat:grain:cereal
	harvest:crop
	food:ration
	firm:compani:corpor:enterpris:busi
	worker:labour:labor:employe:staff:miner
	law:bill:legisl:act:statut:decre
	parliament:assembl:legislatur:senat:lawmak:deputi:chamber:congress
	court:tribun:judg
	promis:pledg:vow:commit:guarante:assur
	remain:stay:continu:keep:kept:still
	delay:postpon:defer:put
	behind:late:later:delay:overdu
	return:back:repatri:home
	repair:restor:rebuild:fix:reopen
	damag:destroy:ruin:wreck
	share:percent:proport:part
	year:annual:yearli
	month:monthli
	about:rough:approxim:around:some
	half:halv:50
	twice:doubl
	third:three
	quarter:four
	spokesman:spokeswoman:spokesperson
	minist:ministri
	envoy:ambassador:diplomat:deleg:repres
	expert:analyst:research:scholar:economist
	newspap:paper:daili:press:media
	letter:wrote:write:written
	urgent:immedi:quick:soon
	near:close:next:beside
	allianc:bloc:coalit:partnership:leagu
	oppos:opposit:object:against:resist
	observ:monitor:inspect:inspector:watch
	guard:patrol:secur:polic
	airport:airfield:airbas:base
	plane:aircraft:jet:flight
	ship:vessel:boat:freighter:tanker
	port:harbor:harbour:dock
	dam:reservoir
	drought:dri:shortag:scarciti
	flood:inund:overflow
	refuge:displac:flee:fled:migrant
	hospit:clinic
	school:class:pupil:student
	tax:levi:duti:tariff:toll:fee:surcharg
	debt:loan:credit:owe:borrow
	inflat:price
	rule:regul:requir:condit
	accus:alleg:charg:blame
	admit:acknowledg:conced:confess
	maintain:keep:retain:preserv
	chang:alter:amend:revis
	extend:prolong:renew
	replac:succeed:successor
	resign:quit:step
	win:won:victori:beat:defeat
	join:enter:access:access:becom
	happen:occur:took:place
	respons:repli:react:answer:respond
	free:freed:releas:liber
	hostag:captiv:prison
	accept:agre:approv:consent
	ceasefir:truce:armistic
	missil:rocket
	weapon:arm:armament:munit
	drill:exercis:manoeuvr:maneuv
	troubl:problem:difficulti:crisi
	view:opinion:posit:stanc
	aim:goal:purpos:object:target
	transport:carri:haul:move:transit:traffic
	railway:rail:train:line:track
	bridg:cross:span
	pipelin:pipe
	mountain:highland:peak
	lake:reservoir:water
	capit:citi:town
	anniversari:commemor
	secret:privat:confidenti:behind
	public:open:publicli
	joint:togeth:share:common
	expect:anticip:forecast:predict
	need:requir:necessari:must
	set:establish:creat:found:form
	use:employ:utilis:utiliz
	measur:step:action:move
	strateg:strategi
	replac:substitut:swap
	number:total:count:figur:amount
	most:major:mani
	few:small:littl
	month:week
	hour:h
	child:children:kid
	woman:women:female
	man:men:male
	depend:reli:relianc
	influenc:sway:power:leverag
	neighbor:neighbour:adjac
	sanction:embargo:penalti:restrict
	expel:oust:remov:dismiss:fire:sack
	evacu:move:remov
	partner:alli`)

func groups(s string) map[string][]int {
	m := make(map[string][]int)
	id := 0
	for line := range strings.Lines(s) {
		for w := range strings.SplitSeq(strings.TrimSpace(line), ":") {
			for _, f := range forms(w) {
				m[f] = append(m[f], id)
			}
		}
		id++
	}
	return m
}

// offices are the heads of titles, by folded word; the words before one say which office it is.
var (
	offices = wordSet(`minister president secretary chief ambassador general spokesman spokeswoman spokesperson adviser advisor commander king queen chancellor envoy director governor mayor senator chairman chairwoman leader
		premier prince colonel major captain admiral marshal analyst economist professor judge prosecutor deputy commissioner representative head engineer manager`)
	officeModifiers = wordSet(`prime foreign defense defence deputy vice interior finance trade energy transport agriculture health education justice assistant former acting home environment economy economic labor labour water
		special national security state first chief army police regional provincial opposition culture`)
)

// nameOpeners are words that open a sentence with a capital and are no name; words with one of commonEndings are taken for common words there, too.
var (
	nameOpeners   = wordSet(`meanwhile overall today yesterday tomorrow recently currently later earlier additionally furthermore moreover nevertheless nonetheless instead still finally officials people residents critics analysts experts observers troops soldiers both half talks trade prices oil water gas food`)
	commonEndings = []string{"s", "ing", "ed", "ly", "tion", "ment", "ity", "ness", "ance", "ence", "ship", "ism", "ure"}
)

// demonymEndings are taken off a name to compare it with another: Varesh, Vareshi; Solmark, Solmarkian.
var demonymEndings = []string{"istani", "istan", "stani", "stan", "ians", "ian", "eans", "ean", "ese", "ish", "ans", "an", "is", "i", "ers", "er", "ns", "n", "s", "ia", "a", "e", "y", "ic"}

// aliases are names with another root than their country's or body's, each line one thing.
var aliases = aliasGroups(`us|u.s|u.s.|usa|america|american|americans|united states|washington
uk|u.k|britain|british|united kingdom|london|britons
un|u.n|u.n.|united nations
eu|e.u|european union|brussels
france|french|paris
germany|german|germans|berlin
netherlands|dutch|hague
russia|russian|russians|moscow|kremlin
china|chinese|beijing
japan|japanese|tokyo
ukraine|ukrainian|kyiv|kiev
turkey|turkish|turkiye|ankara
greece|greek|greeks|athens
spain|spanish|madrid
switzerland|swiss|bern
denmark|danish|danes
sweden|swedish|swedes
poland|polish|poles|warsaw
ireland|irish|dublin
wales|welsh
philippines|filipino|philippine|manila
thailand|thai|bangkok
israel|israeli|israelis
iran|iranian|tehran
north korea|dprk|pyongyang
south korea|seoul
european|europe
nato|north atlantic treaty organization
pm|prime minister`)

func aliasGroups(s string) map[string]int {
	m := make(map[string]int)
	id := 1
	for line := range strings.Lines(s) {
		for name := range strings.SplitSeq(strings.TrimSpace(line), "|") {
			m[name] = id
		}
		id++
	}
	return m
}

// grave are words, by stem, for what a reader would act on. However much else of a sentence its sources cover, they must speak of this.
var grave = wordSet(`surrend resign sue corrupt briberi bribe attack clash coup boycott defeat collaps assassin murder invad invas annex mobil mobilis nationalis default bankrupt convict sentenc tortur massacr loot expel impeach overthrow overthrew treason
	prove espionag sabotag poison execut genocid mutini desert blockad besieg embargo ultimatum hostag terror`)

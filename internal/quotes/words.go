package quotes

// honorifics stand before a name and say no more than a gender.
var honorifics = map[string]gender{
	"mr": male, "mr.": male, "mrs": female, "mrs.": female, "ms": female, "ms.": female, "miss": female, "mx.": neutral, "dr": neutral, "dr.": neutral,
	"sir": male, "dame": female, "lord": male, "lady": female, "m.": male, "mme": female, "mme.": female, "mlle": female, "monsieur": male,
	"madame": female, "herr": male, "frau": female, "señor": male, "señora": female, "senhor": male, "senhora": female, "hon.": neutral,
	"king": male, "queen": female, "prince": male, "princess": female, "pope": male, "sheikh": male, "sheikha": female, "messrs.": male,
	"brother": male, "sister": female, "father": male,
}

// titleWords end a title that stands before a name, capitalised.
var titleWords = wordSet(`president vice-president vice prime minister premier chancellor secretary undersecretary under-secretary senator sen. sens. sen
	representative rep. reps. rep congressman congresswoman congressmen governor gov. govs. gov mayor ambassador amb. envoy general gen. gen colonel col. col
	major maj. captain capt. capt commander cmdr. lieutenant lt. sergeant sgt. admiral adm. marshal judge justice attorney speaker leader chairman chairwoman
	chair director professor prof. prof pope cardinal archbishop bishop rabbi imam ayatollah rev. reverend sheriff chief commissioner deputy
	spokesman spokeswoman spokesperson spokesmen strategist adviser advisor analyst candidate nominee democrat republican independent rep
	commentator columnist host anchor correspondent reporter editor author activist billionaire businessman coach officer detective agent
	councilman councilwoman councilor councillor lawmaker delegate comptroller treasurer auditor solicitor prosecutor counsel ceo cfo coo
	founder co-founder chairperson emir sultan shah crown baroness baron earl duke duchess mp mep whip majority minority
	taoiseach tánaiste shadow superintendent provost dean pastor sheik undersecretary-general secretary-general`)

// roleNouns are what a person or a body is when it speaks.
var roleNouns = wordSet(`president minister premier chancellor secretary undersecretary senator representative congressman congresswoman lawmaker
	legislator governor mayor ambassador envoy diplomat general colonel major captain commander lieutenant sergeant admiral marshal judge
	justice attorney lawyer speaker leader chairman chairwoman chair chairperson director professor pope cardinal archbishop bishop rabbi imam
	ayatollah reverend pastor priest sheriff chief commissioner deputy spokesman spokeswoman spokesperson strategist adviser advisor
	aide analyst candidate nominee democrat republican commentator columnist host anchor correspondent reporter editor author writer journalist
	activist billionaire businessman businesswoman coach officer detective agent councilman councilwoman councillor lawmaker delegate comptroller
	treasurer prosecutor counsel ceo executive founder co-founder researcher scientist economist historian expert scholar fellow pollster
	consultant manager head member operative organizer organiser supporter voter critic opponent rival ally official source witness resident
	student teacher doctor physician nurse farmer worker veteran mother father wife husband daughter son brother sister man woman boy
	girl friend colleague owner operator owner producer actor actress singer artist comedian star celebrity candidate politician
	mogul magnate tycoon investor banker developer trader pilot driver fisherman merchant engineer negotiator mediator observer monitor
	inspector investigator auditor regulator administrator coordinator moderator interviewer narrator announcer anchor
	pundit blogger novelist poet publisher vice-president co-chair co-chairman chairwoman partner principal president-elect premier
	king queen prince princess emir sultan monarch dictator mullah cleric imam rebel fighter soldier guard policeman
	superintendent dean provost rector lecturer associate assistant intern volunteer campaigner advocate lobbyist treasurer undersecretary
	emissary consul attache attaché minister-counselor strategist founder nominee frontrunner front-runner runner-up incumbent challenger
	confidant confidante insider backer loyalist donor foe protester demonstrator delegate biographer contributor staffer surrogate sympathizer protégé mentor`)

// sourceNouns are things that speak for somebody.
var sourceNouns = wordSet(`statement report letter memo email e-mail campaign government administration ministry department committee party court
	company group organization organisation agency bureau commission council parliament congress senate house embassy office team union
	association foundation institute center centre university newspaper magazine paper journal network station channel website site post article
	editorial story piece column tweet message ad advertisement spot video clip film movie book document documents transcript press poll survey
	study release headline sign banner poster note caption complaint lawsuit indictment filing brief decision opinion ruling resolution
	communiqué communique declaration text speech narrator voice crowd audience protesters demonstrators delegation
	mission bank army military police force alliance bloc kingdom republic nation country state state-run agency cable dispatch
	sources officials aides critics supporters opponents voters analysts experts observers diplomats lawmakers residents witnesses lawyers
	people reporters journalists democrats republicans conservatives liberals activists protestors students economists scientists researchers
	advisers advisors leaders members politicians ministers friends allies colleagues staffers employees executives prosecutors
	investigators authorities police some many others most several both another one`)

// orgWords mark a capitalised name as that of a body, not of a person.
var orgWords = wordSet(`ministry department committee party times post news university college council institute institution center centre foundation bank court
	house senate pentagon kremlin journal press union association group inc inc. corp corp. co. ltd agency bureau commission congress parliament
	embassy army navy force forces guard board fund network party league coalition alliance organization organisation society club company
	corporation media radio television tv magazine herald tribune gazette guardian observer telegraph reuters today daily
	campaign administration government cabinet office service services authority assembly federation confederation republic kingdom states nations
	nation duma bundestag knesset treasury reserve police state action project movement front brotherhood church school hospital
	caucus conference convention endowment trust partners pac enterprise initiative intelligence security register globe examiner chronicle
	review post-gazette star-ledger beast hill politico breitbart huffington buzzfeed cnn msnbc nbc cbs abc fox npr bbc univision facebook twitter google
	republicans democrats conservatives liberals americans delegation mission secretariat exchange consortium act law bill amendment street avenue hotel
	centers centres offices tower airport stadium arena hall county city district river sea ocean island islands mountains war day award prize`)

// notNames are capitalised words that begin a sentence or a date, never a name.
var notNames = wordSet(`the a an this that these those there here he she it they we you i his her its their our your my him them us me who whom whose which what when
	where why how if then else so but and or nor yet for as at by in on of to from with without within into onto upon about above below under over after
	before during since until till while although though because unless whereas whether however moreover furthermore meanwhile nevertheless
	nonetheless still also again now today yesterday tomorrow tonight once twice never ever always often sometimes usually perhaps maybe indeed instead
	not no yes some any many much more most few several all both each every either neither one two three four five six seven eight nine ten another other
	others such same is are was were be been being am do does did done has have had having will would shall should can could may might must let
	monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november
	december jan. feb. mar. apr. jun. jul. aug. sept. sep. oct. nov. dec. according asked told speaking earlier later just only even very well
	first second third last next finally early late ok okay oh please thanks thank sorry hello don't doesn't didn't isn't it's
	i'm we're they're he's she's that's there's what's can't won't despite like unlike given besides beyond among amid despite through
	between against across behind toward towards per via plus minus about nothing everything something anything nobody everybody everyone
	someone anyone people`)

// particles join the parts of a name in lower case.
var particles = wordSet(`de la le du des del della di da das dos van von der den ter ten bin ibn bint al el ben abu af av zu y e`)

// portfolios follow "Secretary of", "Minister for" and the like.
var portfolios = wordSet(`state defense defence treasury foreign affairs interior energy trade finance health education economy economic justice labor labour
	agriculture commerce transportation transport culture homeland security veterans housing urban development environment climate human
	services foreign external international cooperation relations intelligence information industry defence war navy army air force
	staff appeals representatives commons lords parliament european communications policy operations the and for south central asia asian africa african
	east west middle near eastern western northern southern america american europe pacific arms control political nations united general`)

// places speak for their governments, and are never persons.
var places = wordSet(`afghanistan albania algeria andorra angola argentina armenia australia austria azerbaijan bahrain bangladesh belarus belgium belize benin
	bhutan bolivia botswana brazil brunei bulgaria burundi cambodia cameroon canada chile china colombia croatia cuba cyprus czechia denmark
	djibouti ecuador egypt eritrea estonia eswatini ethiopia fiji finland france gabon gambia germany ghana greece guatemala guinea guyana haiti
	honduras hungary iceland india indonesia iran iraq ireland israel italy jamaica japan kazakhstan kenya kosovo kuwait kyrgyzstan laos latvia
	lebanon lesotho liberia libya liechtenstein lithuania luxembourg madagascar malawi malaysia maldives mali malta mauritania mauritius mexico moldova monaco
	mongolia montenegro morocco mozambique myanmar namibia nepal netherlands nicaragua niger nigeria norway oman pakistan palau panama
	paraguay peru philippines poland portugal qatar romania russia rwanda samoa senegal serbia seychelles singapore slovakia slovenia somalia spain sudan
	suriname sweden switzerland syria taiwan tajikistan tanzania thailand togo tonga tunisia turkey türkiye turkmenistan uganda ukraine uruguay
	uzbekistan vanuatu venezuela vietnam yemen zambia zimbabwe britain england scotland wales europe asia africa america palestine gaza crimea
	washington moscow beijing london paris berlin brussels kyiv kiev tehran jerusalem ankara delhi tokyo seoul pyongyang damascus baghdad kabul
	islamabad riyadh cairo geneva vienna rome madrid warsaw hanoi havana caracas astana tashkent bishkek dushanbe ashgabat tbilisi yerevan baku minsk
	kremlin pentagon alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana iowa kansas
	kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon
	pennsylvania tennessee texas utah vermont virginia wisconsin wyoming manhattan brooklyn chicago boston philadelphia miami orlando cleveland
	hollywood u.s. u.n. u.k. u.s.a. e.u. us usa uk un eu d.c.`)

// demonyms and faiths are adjectives before a role, not names.
var demonyms = wordSet(`american russian chinese british french german italian spanish japanese korean indian iranian iraqi israeli turkish ukrainian polish
	canadian mexican brazilian australian saudi syrian afghan pakistani egyptian european asian african kazakh uzbek kyrgyz tajik turkmen
	arab muslim christian jewish catholic republican democratic democrat conservative liberal western eastern northern southern central soviet black white
	hispanic latino gop english greek dutch swedish norwegian danish finnish hungarian czech slovak romanian bulgarian serbian albanian armenian
	georgian azerbaijani lebanese jordanian yemeni libyan tunisian moroccan algerian nigerian kenyan ethiopian vietnamese thai indonesian
	malaysian filipino palestinian lithuanian latvian estonian belarusian swiss austrian belgian portuguese irish scottish welsh cuban venezuelan
	colombian argentine chilean peruvian latin islamic communist socialist labour tory orthodox`)

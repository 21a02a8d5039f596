package quotes

// Forenames that mostly one gender bears, of the languages that foreign news is about. They decide only what "he" and "she" may stand for, and
// only where the article itself does not tell.
var (
	maleForenames = wordSet(`aaron abdel abdul abdulaziz abdullah abraham adam adrian ahmad ahmed akbar alan albert aleksandr aleksander alejandro alexander alexei alexey alfred ali
		allan allen alvaro amir anatoly anders andré andre andreas andrei andrés andres andrew andrey andriy andrzej anthony antonio antony antónio arkady armin arnold arthur arturo ashraf aung
		barack barry bashar ben benjamin benyamin bernard bernie bill binyamin björn bob bobby boris brad bradley brendan brett brian bruce bruno carl carlos cedric charles charlie chris christian
		christopher chuck clarence claude clint colin craig cyril cyrus dan daniel darrell david dean dennis denis derek dick diego dieter dirk dmitri dmitry dmytro dominic don donald doug douglas duncan dwight
		ed eddie edgar edmund eduardo edward edwin ehud eli elias elijah elliott emil emilio emmanuel enrico enrique eric erik ernest ernesto erwin eugene evan evgeny farid felipe felix ferdinand fernando
		fidel filip francis francisco franco francois françois frank franklin franz fred frederick friedrich fumio gabriel gareth gary gavin gennady geoff geoffrey george georgi gerald gerard gerhard
		gianni giorgi giovanni giuseppe glenn gordon graham greg gregory guillermo gustavo guy hakan hamid hans harold harry harvey hasan hassan heinrich helmut henri henry herbert herman hermann horst howard hubert hugh hugo
		ian ibrahim igor ilham ilya imran ismail israel ivan jack jacob jacques jaime jair jake jakob james jamie jan janez jared jason javier jean jed jeff jeffrey jens jeremy jerome jerry jesse jesús jim jimmy joachim joao joão joe joel
		johan johann john johnny jon jonathan jordan jorge josé jose josef josep joseph josh joshua juan julian julio jürgen justin kamal karim karl kassym-jomart keith ken kenneth kenny kevin khalid khalifa kim-jong kirill klaus konstantin kurt kyle
		lance larry lars laurent lawrence lech leo leon leonid leopoldo lloyd lothar louis luca lucas luis luiz lukas luke lyndon mahmoud malcolm manuel marc marcel marco marcos mario mark markus marquis martin
		marvin mateo mateusz matt matteo matthew maurice max maxim mehmet michael michel michał miguel mihail mikhail mike miloš mitch mitt mohamed mohammad mohammed mohsen morgan moses muammar muhammad mukhtar murat mustafa narendra nathan nathaniel
		ned neil nelson newt nicholas nick nicolas nicolás nigel nikita nikol nikolai nikolay nikos noah norman nouri nursultan oleg oleksandr oleksii oliver omar orlando oscar osama otto owen pablo paolo patrick paul pavel pedro pete peter petr petro
		phil philip philippe pierre pieter piotr pranab prayut qasem rafael rafik rahul raj rajiv ralph ramzan ramón rand randall randy rashid raul raúl ray raymond recep reince reinhard rene rex ricardo richard rick ric rishi rob robert roberto robin rodrigo rodrigo
		roger roland roman ron ronald rory roy rubén rudolf rudy ruslan russ russell ryan sadyr saeed salman salvador sam samuel santiago scott sean sebastian serdar sergei sergey sergio serhiy serzh seth shaun shavkat shinzo sidney
		silvio simon stan stanley stefan stephen sterling steve steven stuart subrahmanyam sultan taras tariq tayyip ted terry thabo theodore thierry thomas tim timothy tobias todd tom tony trent trevor tyler uhuru umar
		vaclav václav valdis valery vasily victor viktor vincent vitali vitaly vito vlad vladimir volodymyr wade wally walter warren wayne werner wesley wilhelm will willem william willy wolfgang xavier yair yasser yevgeny yitzhak yoav yoshihide
		yuri yusuf yves zachary zbigniew zoran`)

	femaleForenames = wordSet(`abigail adriana agnes aisha alejandra aleksandra alexandra alexandria alice alicia alina alison allison amal amanda amber amina amy ana anastasia andrea angela angelina anita ann anna annalena anne annette annie
		annie-marie anne-marie antonia april ariana ashley astrid audrey aung-san ayesha barbara beata beatrice benazir bernadette beth betsy betty beverly bianca brenda bridget brigitte britta brooke camila camilla carla carly carmen carol carole caroline carolyn
		catherine cathy cecilia cecile celia charlotte chelsea cheryl chiara christiane christina christine chrystia claire clara claudia condoleezza constance cornelia cristina cynthia dalia daniela danielle daria deborah debbie delcy denise diana diane dianne
		dilma dina dolores dominique donna dora doris dorothy ebba edith eileen ekaterina elaine eleanor elena elisa elisabeth elise elizabeth ella ellen elsa emily emine emma erika esther eva evelyn fatima fatma federica fiona florence
		frances francesca frida gabriela gabrielle galina geraldine gina giorgia gisela gita giulia gloria golda grace greta gretchen hanan hannah harriet heather heidi helen helena helene helga hillary hina ilana ilena ilona
		indira ines ingrid irene irina irma isabel isabella isabelle ivanka jacinda jackie jacqueline jana jane janet janice jasmine jean-marie jeanne jen jennifer jenny jessica jill joan joanna jocelyn jodi joyce juanita judith judy julia juliana julie
		julieta kaja kamala karen karin karine karla katarina kate katerina katharina katherine kathleen kathryn kathy katie katja katrin kayleigh kellyanne kersti kimberly kira kirsten kristalina kristen kristi kristin kristina
		larisa laura lauren leila lena leslie leyla lilia lillian linda lindsay lisa lois loretta lorraine louise lucia lucy ludmila lynn lyudmila madeleine maggie maia malala manuela margaret margarita margrethe maria mariam marianne marie marija marina
		marine marion marjorie marta martha mary masha maureen megan meghan megyn melania melanie melissa mercedes meredith mia michaela micheline michelle mila miriam mitsuko molly monica monika muriel nadia nadine najla nancy naomi natalia natalie natalya natasha nicola nicole nikki nina
		nino noor nora norma odile oksana olena olga olivia oprah pamela patricia patty paula paulina pauline peggy penelope penny petra phyllis polly priti priyanka rachel rania rebecca regina renata rita roberta rosa rosalind rose rosemary
		roza ruth salome samantha sana sandra sania sanna sara sarah shannon sheila sheikha shirin shirley silvia simone simonetta sofia sonia sonja sophia sophie stacey stephanie stella sue sunita susan susana suzanne svetlana sviatlana sylvia sylvie tamara tammy tania tanya
		tatiana teresa teri theresa tina tracy tulsi uma ursula valentina valerie vanessa vera veronica veronika victoria viktoria violeta virginia wendy whitney winnie xiomara yael yasmin yelena yoko yolanda yulia yuliya yuriko yvette yvonne zainab zeinab zoe zoya`)
)

// genderOf returns the gender that a forename mostly tells.
func genderOf(forename string) gender {
	switch {
	case maleForenames[forename]:
		return male
	case femaleForenames[forename]:
		return female
	}
	return neutral
}

// Command bot answers questions from a team's collection of articles, on Discord and in the terminal.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}, os.Environ(), network{}))
}

// streams are what a command reads from and writes to.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// cli is the command line: one field per sub-command, the flags that all share above.
type cli struct {
	DataDir string `help:"Folder that holds the library." placeholder:"DIR"`
	Config  string `help:"Configuration file (YAML)." placeholder:"FILE" env:"ATTACHE_CONFIG"`

	Run      runCmd      `cmd:"" default:"1" help:"Run the bot: on Discord with DISCORD_TOKEN, else in this terminal."`
	Ask      askCmd      `cmd:"" help:"Ask the collection a question."`
	Quote    quoteCmd    `cmd:"" help:"Show what a person said, word for word."`
	Position positionCmd `cmd:"" help:"Show how a person's words on a topic changed."`
	Verify   verifyCmd   `cmd:"" help:"Check the quotations in a text."`
	Search   searchCmd   `cmd:"" help:"Find passages, without an answer."`
	Speakers speakersCmd `cmd:"" help:"List who is quoted; join and split names."`
	Sources  sourcesCmd  `cmd:"" help:"List what the collection holds; watch feeds, sitemaps, pages and folders for more."`
	deskCommands
	Ingest   ingestCmd     `cmd:"" help:"Add articles: files, folders, web pages, feeds."`
	Feeds    watchCommands `cmd:"" hidden:""` // the former name of bot sources add, list, remove and sync
	ReadPDF  readPDFCmd    `cmd:"" hidden:"" name:"read-pdf"`
	Wall     wallCmd       `cmd:"" help:"Show or change who may see an article's words: channels, roles, internal, embargo."`
	Remove   removeCmd     `cmd:"" help:"Take articles out of the collection, by id, URL or file."`
	Versions versionsCmd   `cmd:"" help:"Show what an article said before it was changed."`
	Audit    auditCmd      `cmd:"" help:"Find answers that rest on words which have since been changed or removed."`
	Watches  watchesCmd    `cmd:"" help:"List the standing questions of all servers."`
	Export   exportCmd     `cmd:"" help:"Write the articles as JSON Lines, which ingest reads back."`
	Backup   backupCmd     `cmd:"" help:"Copy the whole library to a new file."`
	Restore  restoreCmd    `cmd:"" help:"Make a backup the library again."`
	Check    checkCmd      `cmd:"" help:"Look whether the library is whole."`
	Feedback feedbackCmd   `cmd:"" help:"List what people said of answers."`
	Doctor   doctorCmd     `cmd:"" help:"Look at everything the bot needs: library, models, Discord."`
	Commands commandsCmd   `cmd:"" help:"The bot's commands on Discord."`
	Eval     evalCmd       `cmd:"" help:"Measure passages and answers on questions with known answers."`
	Settings settingsCmd   `cmd:"" help:"Print the configuration in force, secrets masked."`
}

// exit is an error that only carries the exit code: everything has been said already.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// run carries out one command line and returns the exit code: 0, 1 for a failure, 2 for a command line that cannot be read.
func run(ctx context.Context, args []string, std streams, env []string, net network) int {
	var line cli
	code := -1
	parser, err := kong.New(&line,
		kong.Name("bot"),
		kong.Description("Attaché answers from a team's own articles, and from nothing else."),
		kong.Writers(std.out, std.err),
		kong.Exit(func(c int) { code = c }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(std, environment(env), net),
		kong.UsageOnError(),
	)
	if err != nil {
		fmt.Fprintln(std.err, "bot:", err)
		return 2
	}
	parsed, err := parser.Parse(args)
	if code >= 0 { // --help has been printed
		return code
	}
	if err != nil {
		fmt.Fprintf(std.err, "bot: %v. bot --help lists the commands.\n", err)
		return 2
	}
	err = parsed.Run(&line)
	var quiet exit
	switch {
	case err == nil:
		return 0
	case errors.As(err, &quiet):
		return int(quiet)
	}
	fmt.Fprintln(std.err, "bot:", err)
	return 1
}

// environment is the process's environment, as os.Environ gives it.
type environment []string

package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"attache/internal/discordtest"
	"attache/internal/openaitest"
)

// The variables by which TestKilledBot tells another process of this program where its loopback Discord is.
const (
	loopbackAddress = "TEST_LOOPBACK_DISCORD"
	loopbackRoot    = "TEST_LOOPBACK_ROOT" // the certificate, base64 of DER
)

// TestBotToBeKilled is no test of its own: it is the bot in a process that TestKilledBot kills.
func TestBotToBeKilled(t *testing.T) {
	address := os.Getenv(loopbackAddress)
	if address == "" {
		t.Skip("TestKilledBot starts this")
	}
	der, err := base64.StdEncoding.DecodeString(os.Getenv(loopbackRoot))
	if err != nil {
		t.Fatal(err)
	}
	root, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	trusted := &tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}
	trusted.RootCAs.AddCert(root)
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, address)
	}
	run(t.Context(), nil, streams{nil, os.Stdout, os.Stderr}, os.Environ(), network{
		client: &http.Client{Transport: &http.Transport{DialContext: dial, TLSClientConfig: trusted}},
		dialer: &websocket.Dialer{NetDialContext: dial, TLSClientConfig: trusted.Clone()},
	})
}

// start runs the bot in a process of its own until kill is called.
func start(t *testing.T, srv *discordtest.Server, env []string) (kill func()) {
	t.Helper()
	_, kill = process(t, srv, env)
	return kill
}

// process is start that also tells the process.
func process(t *testing.T, srv *discordtest.Server, env []string) (pid int, kill func()) {
	t.Helper()
	conn, err := srv.Dialer().NetDialContext(t.Context(), "tcp", "")
	if err != nil {
		t.Fatal(err)
	}
	address := conn.RemoteAddr().String()
	shake := tls.Client(conn, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}) //nolint:gosec // to read the certificate
	if err := shake.HandshakeContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	root := base64.StdEncoding.EncodeToString(shake.ConnectionState().PeerCertificates[0].Raw)
	_ = shake.Close() // only the certificate was wanted
	bot := exec.Command(os.Args[0], "-test.run=^TestBotToBeKilled$", "-test.timeout=5m")
	bot.Env = append(append(os.Environ(), env...), loopbackAddress+"="+address, loopbackRoot+"="+root, "DISCORD_TOKEN="+srv.Token())
	bot.Stdout, bot.Stderr = t.Output(), t.Output()
	if err := bot.Start(); err != nil {
		t.Fatal(err)
	}
	kill = func() {
		_ = bot.Process.Kill() // it may have been killed already
		_ = bot.Wait()         // that it was killed is what was wanted
	}
	t.Cleanup(kill)
	return bot.Process.Pid, kill
}

// A bot that is killed while people wait comes back, tells them, and answers.
func TestKilledBot(t *testing.T) {
	t.Parallel()
	model := openaitest.New(t)
	model.Respond(func(openaitest.Request) openaitest.Reply { return openaitest.Reply{Fault: openaitest.Slow} })
	srv := discordtest.New(t, discordtest.Options{})
	guild := srv.AddGuild("Desk")
	channel, ana := srv.AddChannel(guild.ID, "desk"), srv.AddMember(guild.ID, "ana")
	env := append(withModel(t, model.URL()), "ATTACHE_DATA_DIR="+filepath.Join(t.TempDir(), "data"), "ATTACHE_MODEL_FIRST_TOKEN=30s", "ATTACHE_MODEL_TOTAL=30s")

	kill := start(t, srv, env)
	srv.WaitCommand(t, guild.ID, "ask")
	asked := srv.Command(channel.ID, ana.ID, "ask", discordtest.Opt("question", pass))
	asked.WaitAck(t)
	message := srv.Say(channel.ID, ana.ID, "<@"+srv.Bot().ID+"> "+pass)
	soon(t, "the model to be asked twice", func() bool { return len(model.Requests()) > 1 })
	kill()

	killed := time.Now()
	start(t, srv, append(env, "ATTACHE_MODEL_FIRST_TOKEN=1s", "ATTACHE_MODEL_TOTAL=2s"))
	asked.WaitReplyLike(t, holds("I was restarted before this was answered."))
	srv.WaitMessage(t, channel.ID, func(m *discordtest.Message) bool {
		return holds("I was restarted")(m) && m.Reference != nil && m.Reference.MessageID == message.ID
	})
	t.Logf("%v after it was killed the bot had told who was waiting", time.Since(killed).Round(time.Millisecond))
	srv.Command(channel.ID, ana.ID, "quote", discordtest.Opt("speaker", "Drazh")).WaitReplyLike(t, holds("Ilena Drazh"))
	t.Logf("%v after it was killed the bot had answered", time.Since(killed).Round(time.Millisecond))
}

// A follow-up and a button are understood by the process after the one that was killed.
func TestKilledBotGoesOn(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Options{})
	guild := srv.AddGuild("Desk")
	channel, ana := srv.AddChannel(guild.ID, "desk"), srv.AddMember(guild.ID, "ana")
	env := append(home(t), "ATTACHE_DATA_DIR="+filepath.Join(t.TempDir(), "data"))

	kill := start(t, srv, env)
	srv.WaitCommand(t, guild.ID, "ask")
	answer := srv.Command(channel.ID, ana.ID, "ask", discordtest.Opt("question", "What did Drazh say about the pass?")).WaitReplyLike(t, holds("[1]"))
	kill()
	start(t, srv, env)
	srv.WaitFor(t, "the bot to come back", func() bool { return srv.Gateway().Identifies == 2 && srv.Connected() == 1 })
	followed := srv.Command(channel.ID, ana.ID, "ask", discordtest.Opt("question", "and Kvell?")).WaitReplyLike(t, holds("Read as:"))
	if !holds("What did Kvell say about the pass?")(followed) {
		t.Errorf("the follow-up is answered with %q", followed.Text())
	}
	srv.Click(answer, ana.ID, "Passages").WaitReplyLike(t, holds("[1]"))
}

// The bot answers in many servers; TEST_SERVERS says in how many. What memory it takes is logged where the system tells it:
// TEST_SERVERS=1000 go test -v -run ManyServers ./cmd/bot
func TestManyServers(t *testing.T) {
	t.Parallel()
	many := 20
	if n, err := strconv.Atoi(os.Getenv("TEST_SERVERS")); err == nil {
		many = n
	}
	for _, servers := range []int{1, many} {
		srv := discordtest.New(t, discordtest.Options{})
		var channel discordtest.Channel
		var ana discordtest.User
		for n := range servers {
			guild := srv.AddGuild(fmt.Sprint("Desk ", n))
			for c := range 20 {
				channel = srv.AddChannel(guild.ID, fmt.Sprint("channel ", c))
			}
			ana = srv.AddMember(guild.ID, "ana")
		}
		pid, kill := process(t, srv, append(home(t), "ATTACHE_DISCORD_REGISTER=global", "ATTACHE_DATA_DIR="+filepath.Join(t.TempDir(), "data")))
		srv.WaitCommand(t, "", "ask")
		srv.Command(channel.ID, ana.ID, "ask", discordtest.Opt("question", pass)).WaitReplyLike(t, holds("[1]"))
		if status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)); err == nil {
			for line := range strings.SplitSeq(string(status), "\n") {
				if strings.HasPrefix(line, "VmRSS") || strings.HasPrefix(line, "VmHWM") {
					t.Logf("%d servers of 20 channels: %s", servers, strings.Join(strings.Fields(line), " "))
				}
			}
		}
		kill()
	}
}

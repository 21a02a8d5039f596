package fetch

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/temoto/robotstxt"
)

const (
	robotsBytes  = 500 << 10 // of a robots.txt that are read, at least what RFC 9309 asks for
	robotsFresh  = 24 * time.Hour
	longestDelay = 30 * time.Second // that a robots.txt can ask for
)

// host is what is remembered of one site.
type host struct {
	asking sync.Mutex // one look at robots.txt at a time; guards what follows
	robots *robotstxt.RobotsData
	until  time.Time

	mu    sync.Mutex // guards what follows
	next  time.Time  // when the next request may be made
	delay time.Duration
	later time.Time // until when it has asked to be left alone
}

func (c *Client) host(u *url.URL) *host {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := u.Scheme + "://" + strings.ToLower(u.Host)
	h := c.hosts[key]
	if h == nil {
		h = &host{delay: c.options.Delay}
		c.hosts[key] = h
	}
	return h
}

// turn waits until the host may be asked again.
func (c *Client) turn(ctx context.Context, h *host) error {
	h.mu.Lock()
	now := c.options.Now()
	at := now
	if h.next.After(now) {
		at = h.next
	}
	h.next = at.Add(h.delay)
	h.mu.Unlock()
	if !at.After(now) {
		return ctx.Err()
	}
	timer := time.NewTimer(at.Sub(now))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// allowed asks the host's robots.txt, which is read once a day. By RFC 9309 a host without one allows everything and one that cannot give it nothing.
func (c *Client) allowed(ctx context.Context, h *host, u *url.URL) (bool, error) {
	if len(c.options.Only) > 0 {
		return true, ctx.Err()
	}
	h.asking.Lock()
	defer h.asking.Unlock()
	if now := c.options.Now(); h.robots == nil || now.After(h.until) {
		data, err := c.robots(ctx, u)
		if err != nil {
			return false, err
		}
		h.robots, h.until = data, now.Add(robotsFresh)
		h.mu.Lock()
		h.delay = max(c.options.Delay, min(data.FindGroup(c.robot()).CrawlDelay, longestDelay))
		h.mu.Unlock()
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return h.robots.TestAgent(path, c.robot()), nil
}

// robots reads the robots.txt of u's host, following redirects as RFC 9309 says.
func (c *Client) robots(ctx context.Context, u *url.URL) (*robotstxt.RobotsData, error) {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	at := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}
	code, body := http.StatusNotFound, []byte(nil) // what too many redirects count as
	for range mostHops + 1 {
		next, status, text, err := c.robotsAt(ctx, at)
		if err != nil {
			return nil, c.plain(err)
		}
		if next == nil {
			code, body = status, text
			break
		}
		if at, err = c.parse(next.String()); err != nil {
			break // it leads nowhere, and so there is none
		}
	}
	if code >= 300 && code < 500 {
		code = http.StatusNotFound
	}
	data, err := robotstxt.FromStatusAndBytes(code, body)
	if err != nil { // not to be understood: as if it were not there
		data, err = robotstxt.FromStatusAndBytes(http.StatusNotFound, nil)
	}
	return data, err
}

// robot is the name that robots.txt knows the client by.
func (c *Client) robot() string {
	name, _, _ := strings.Cut(c.options.Agent, "/")
	return name
}

func (c *Client) robotsAt(ctx context.Context, at *url.URL) (next *url.URL, status int, body []byte, err error) {
	response, err := c.ask(ctx, at, Known{})
	if err != nil {
		return nil, 0, nil, err
	}
	defer func() { _ = response.Body.Close() }() // only read from
	if response.StatusCode >= 300 && response.StatusCode < 400 {
		if to, err := response.Location(); err == nil {
			return to, 0, nil, nil
		}
	}
	body, err = readUpTo(response.Body, robotsBytes)
	return nil, response.StatusCode, body, err
}

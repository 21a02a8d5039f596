package discordtest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

// The names the double answers for.
const (
	hostAPI     = "discord.com"
	hostGateway = "gateway.discord.gg"
	hostResume  = "resume.discord.gg"
)

// newCertificate makes a self-signed authority that is also the server's certificate, and the pool that trusts it alone.
func newCertificate() (tls.Certificate, *x509.CertPool, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("make a key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "loopback discord"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		DNSNames:              []string{hostAPI, hostGateway, hostResume},
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("make a certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("read the certificate back: %w", err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, pool, nil
}

// dialLoopback connects to the double whatever address is asked for, so nothing can leave the machine.
func (s *Server) dialLoopback(ctx context.Context, _, _ string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "tcp", s.listener.Addr().String())
}

// Client returns an HTTP client that reaches the double under Discord's own URLs. The server closes its idle
// connections when it ends.
func (s *Server) Client() *http.Client {
	return &http.Client{Transport: s.transport, Timeout: 20 * time.Second}
}

// Dialer returns a new WebSocket dialer that reaches the double under Discord's own URLs.
func (s *Server) Dialer() *websocket.Dialer {
	return &websocket.Dialer{
		NetDialContext:   s.dialLoopback,
		TLSClientConfig:  &tls.Config{RootCAs: s.pool, MinVersion: tls.VersionTLS12},
		HandshakeTimeout: 10 * time.Second,
	}
}

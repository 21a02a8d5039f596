package gateway

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// WebSocket opcodes, RFC 6455 section 5.2.
const (
	frameContinuation = 0x0
	frameText         = 0x1
	frameBinary       = 0x2
	frameClose        = 0x8
	framePing         = 0x9
	framePong         = 0xA
)

// maxHTTPHead bounds the HTTP request and reply that open a WebSocket, in bytes.
const maxHTTPHead = 64 << 10

var errHTTPHead = errors.New("the WebSocket handshake is too long")

// message is one WebSocket message as it went by. The payload is cut at the reader's limit; size is its full length.
type message struct {
	opcode  byte
	payload []byte
	size    uint64
}

// cut tells whether part of the payload is missing.
func (m message) cut() bool { return m.size > uint64(len(m.payload)) }

// frameReader follows one direction of a WebSocket connection from its first byte, in whatever pieces they come, and
// reports each message when its last byte has gone by. It changes nothing. The zero value with a limit is ready.
type frameReader struct {
	limit int // bytes of a message that are kept

	upgraded bool // the HTTP head has gone by
	head     []byte

	header  []byte // of the current frame, while it is incomplete
	opcode  byte
	fin     bool
	mask    [4]byte
	masked  bool
	maskPos int
	left    uint64 // payload bytes of the current frame still to come
	inFrame bool

	data    message // the data message under way, perhaps of several frames
	control message // the control frame under way
}

// feed takes the next bytes. It stops at the first error, its own or one that report returns.
func (f *frameReader) feed(p []byte, report func(message) error) error {
	if !f.upgraded {
		rest, err := f.skipHead(p)
		if err != nil || !f.upgraded {
			return err
		}
		p = rest
	}
	for len(p) > 0 {
		if !f.inFrame {
			p = f.readHeader(p)
			if !f.inFrame {
				return nil
			}
		}
		n := int(min(uint64(len(p)), f.left))
		f.keep(p[:n])
		p = p[n:]
		if f.left > 0 {
			return nil
		}
		f.inFrame = false
		if err := f.finish(report); err != nil {
			return err
		}
	}
	return nil
}

// skipHead drops bytes up to the blank line that ends the HTTP part and returns what follows it.
func (f *frameReader) skipHead(p []byte) ([]byte, error) {
	f.head = append(f.head, p...)
	end := bytes.Index(f.head, []byte("\r\n\r\n"))
	if end < 0 {
		if len(f.head) > maxHTTPHead {
			return nil, errHTTPHead
		}
		return nil, nil
	}
	rest := f.head[end+4:]
	f.head, f.upgraded = nil, true
	return rest, nil
}

// readHeader collects the header of a frame; inFrame is set once it is whole. It returns the bytes after it.
func (f *frameReader) readHeader(p []byte) []byte {
	for len(p) > 0 {
		f.header = append(f.header, p[0])
		p = p[1:]
		if len(f.header) >= 2 && len(f.header) == headerLength(f.header[1]) {
			f.startFrame()
			return p
		}
	}
	return p
}

// headerLength is the length of a frame header by its second byte.
func headerLength(second byte) int {
	n := 2
	switch second & 0x7F {
	case 126:
		n += 2
	case 127:
		n += 8
	}
	if second&0x80 != 0 {
		n += 4
	}
	return n
}

func (f *frameReader) startFrame() {
	h := f.header
	f.opcode, f.fin, f.masked = h[0]&0x0F, h[0]&0x80 != 0, h[1]&0x80 != 0
	length := h[2:]
	switch h[1] & 0x7F {
	case 126:
		f.left = uint64(binary.BigEndian.Uint16(length))
	case 127:
		f.left = binary.BigEndian.Uint64(length)
	default:
		f.left = uint64(h[1] & 0x7F)
	}
	if f.masked {
		copy(f.mask[:], h[len(h)-4:])
	}
	f.header, f.maskPos, f.inFrame = f.header[:0], 0, true
	switch {
	case f.opcode >= frameClose:
		f.control = message{opcode: f.opcode}
	case f.opcode != frameContinuation:
		f.data = message{opcode: f.opcode}
	}
}

// keep stores payload bytes of the current frame, unmasked, as far as the limit allows.
func (f *frameReader) keep(p []byte) {
	m := &f.data
	if f.opcode >= frameClose {
		m = &f.control
	}
	f.left -= uint64(len(p))
	m.size += uint64(len(p))
	for _, b := range p[:min(len(p), max(0, f.limit-len(m.payload)))] {
		if f.masked {
			b ^= f.mask[f.maskPos&3]
		}
		f.maskPos++
		m.payload = append(m.payload, b)
	}
}

// finish reports the message when this frame was its last.
func (f *frameReader) finish(report func(message) error) error {
	if f.opcode >= frameClose {
		return report(f.control)
	}
	if f.fin {
		return report(f.data)
	}
	return nil
}

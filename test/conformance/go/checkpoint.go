package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// openCheckpoint verifies the signature of the log and of every witness asked for.
func openCheckpoint(o options, data []byte) (tlog.Tree, string, error) {
	log, err := note.NewVerifier(o.logKey)
	if err != nil {
		return tlog.Tree{}, "", fmt.Errorf("log key: %w", err)
	}
	verifiers := []note.Verifier{log}
	for _, vkey := range o.witnesses {
		witness, err := newCosigner(vkey)
		if err != nil {
			return tlog.Tree{}, "", fmt.Errorf("witness key: %w", err)
		}
		verifiers = append(verifiers, witness)
	}
	opened, err := note.Open(data, note.VerifierList(verifiers...))
	if err != nil {
		return tlog.Tree{}, "", fmt.Errorf("open the checkpoint: %w", err)
	}
	if len(opened.Sigs) != len(verifiers) {
		return tlog.Tree{}, "", fmt.Errorf("%d of %d expected keys signed", len(opened.Sigs), len(verifiers))
	}
	origin := o.origin
	if origin == "" {
		origin = log.Name()
	}
	tree, err := parseCheckpoint(opened.Text, origin)
	return tree, origin, err
}

// parseCheckpoint reads the three lines of a checkpoint without extensions. tlog.ParseTree cannot: it
// wants the checksum database's own origin line.
func parseCheckpoint(text, origin string) (tlog.Tree, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != origin {
		return tlog.Tree{}, fmt.Errorf("not three lines of a checkpoint of %q: %q", origin, text)
	}
	var size int64
	if _, err := fmt.Sscanf(lines[1], "%d", &size); err != nil || fmt.Sprint(size) != lines[1] || size < 0 {
		return tlog.Tree{}, fmt.Errorf("not a tree size: %q", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// cosigner verifies cosignature/v1 as C2SP tlog-cosignature has it; package note knows type 1 only.
type cosigner struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func newCosigner(vkey string) (*cosigner, error) {
	name, rest, _ := strings.Cut(vkey, "+")
	id, encoded, _ := strings.Cut(rest, "+")
	material, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(material) != 33 || material[0] != 4 {
		return nil, errors.New("not a cosignature/v1 verifier key")
	}
	sum := sha256.Sum256(append([]byte(name+"\n"), material...))
	if fmt.Sprintf("%x", sum[:4]) != id {
		return nil, fmt.Errorf("key id %s is not %x", id, sum[:4])
	}
	return &cosigner{name, binary.BigEndian.Uint32(sum[:4]), material[1:]}, nil
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.id }

func (c *cosigner) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), text)
	return ed25519.Verify(c.key, []byte(message), sig[8:])
}

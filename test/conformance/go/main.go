// Command conformance audits a tiled log over HTTP with Go's own transparency log packages
// (golang.org/x/mod/sumdb/note and tlog). It shares no code with the log it audits.
//
// It opens the checkpoint, authenticates every leaf hash through the tiles, recomputes every leaf hash
// from the entry bundles, proves and checks the inclusion of every entry, and proves and checks that
// older sizes, read from the partial tiles of their time, are prefixes of the newest one.
// It prints one line of JSON with counts, or one line of reason on standard error and exits 1.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// options are what the command line says.
type options struct {
	url       string
	origin    string
	logKey    string
	witnesses []string
	token     string
	sizes     []int64
	past      map[int64]string
	noEntries bool
}

// counts say what was checked; they are the command's only output.
type counts struct {
	Origin       string `json:"origin"`
	Size         int64  `json:"size"`
	Root         string `json:"root"`
	Cosignatures int    `json:"cosignatures"`
	LeafHashes   int64  `json:"leafHashes"`
	Entries      int64  `json:"entries"`
	Inclusions   int64  `json:"inclusions"`
	Consistency  int    `json:"consistency"`
	Past         int    `json:"past"`
	Tiles        int    `json:"tiles"`
	Bundles      int    `json:"bundles"`
}

func main() {
	result, err := audit(parseOptions())
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		os.Exit(1)
	}
}

func parseOptions() options {
	var o options
	flag.StringVar(&o.url, "url", "", "base URL of the log, before /checkpoint and /tile")
	flag.StringVar(&o.origin, "origin", "", "origin line; the log key's name if absent")
	flag.StringVar(&o.logKey, "vkey", "", "the log's verifier key (signature type 1)")
	flag.StringVar(&o.token, "token", "", "bearer token for entry bundles")
	flag.BoolVar(&o.noEntries, "no-entries", false, "do not fetch entry bundles")
	flag.Func("witness", "a cosigner's verifier key (signature type 4); must have cosigned; repeatable",
		func(vkey string) error {
			o.witnesses = append(o.witnesses, vkey)
			return nil
		})
	flag.Func("sizes", "older sizes, separated by commas; chosen from the newest if absent",
		func(list string) error {
			for _, text := range strings.Split(list, ",") {
				size, err := strconv.ParseInt(text, 10, 64)
				if err != nil {
					return err
				}
				o.sizes = append(o.sizes, size)
			}
			return nil
		})
	o.past = map[int64]string{}
	flag.Func("past", "a size and its root as once signed, SIZE:BASE64; the log must extend it; repeatable",
		func(text string) error {
			size, root, found := strings.Cut(text, ":")
			n, err := strconv.ParseInt(size, 10, 64)
			if err != nil || !found {
				return fmt.Errorf("%q is not SIZE:ROOT", text)
			}
			o.past[n] = root
			return nil
		})
	flag.Parse()
	return o
}

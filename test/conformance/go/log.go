package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight       = 8
	tileWidth        = 1 << tileHeight
	requestTimeout   = 30 * time.Second
	responseBytesMax = 32 << 20
)

// httpLog reads a log over HTTP and keeps the tiles it has read.
type httpLog struct {
	url    string
	token  string
	client http.Client
	tiles  map[tlog.Tile][]byte
}

func newHTTPLog(o options) *httpLog {
	return &httpLog{
		url:    strings.TrimSuffix(o.url, "/"),
		token:  o.token,
		client: http.Client{Timeout: requestTimeout},
		tiles:  map[tlog.Tile][]byte{},
	}
}

func (l *httpLog) get(path, token string) ([]byte, error) {
	request, err := http.NewRequest(http.MethodGet, l.url+path, nil)
	if err != nil {
		return nil, err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := l.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, responseBytesMax))
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("GET %s: %s", path, response.Status)
	}
	return body, nil
}

// tilePath maps package tlog's names (tile/8/1/x001/234.p/5, tile/8/data/000) to those of C2SP
// tlog-tiles (/tile/1/x001/234.p/5, /tile/entries/000).
func tilePath(t tlog.Tile) string {
	rest := strings.TrimPrefix(t.Path(), "tile/8/")
	return "/tile/" + strings.Replace(rest, "data/", "entries/", 1)
}

// tile reads a tile of hashes; a partial one may since have been replaced by the full one.
func (l *httpLog) tile(t tlog.Tile) ([]byte, error) {
	if data, ok := l.tiles[t]; ok {
		return data, nil
	}
	data, err := l.get(tilePath(t), "")
	if err != nil && t.W < tileWidth {
		full := t
		full.W = tileWidth
		if whole, fullErr := l.get(tilePath(full), ""); fullErr == nil && len(whole) == tileWidth*tlog.HashSize {
			data, err = whole[:t.W*tlog.HashSize], nil
		}
	}
	if err != nil {
		return nil, err
	}
	if len(data) != t.W*tlog.HashSize {
		return nil, fmt.Errorf("%s has %d bytes, not %d", tilePath(t), len(data), t.W*tlog.HashSize)
	}
	l.tiles[t] = data
	return data, nil
}

// bundle reads `width` entries of entry bundle n.
func (l *httpLog) bundle(n int64, width int) ([][]byte, error) {
	t := tlog.Tile{H: tileHeight, L: -1, N: n, W: width}
	data, err := l.get(tilePath(t), l.token)
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("%s is cut short", tilePath(t))
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:end])
		data = data[end:]
	}
	if len(entries) != width {
		return nil, fmt.Errorf("%s has %d entries, not %d", tilePath(t), len(entries), width)
	}
	return entries, nil
}

// Height, ReadTiles and SaveTiles make httpLog a tlog.TileReader.
func (l *httpLog) Height() int { return tileHeight }

func (l *httpLog) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, len(tiles))
	for i, t := range tiles {
		data, err := l.tile(t)
		if err != nil {
			return nil, err
		}
		all[i] = data
	}
	return all, nil
}

func (l *httpLog) SaveTiles([]tlog.Tile, [][]byte) {}

// plainReader reads stored hashes from the tiles of a log of `size` entries and believes them: what is
// built from it is a proof that is checked, or a root that is compared.
func (l *httpLog) plainReader(size int64) tlog.HashReader {
	known := map[int64]tlog.Hash{}
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			hash, ok := known[index]
			if !ok {
				t := tlog.TileForIndex(tileHeight, index)
				t.W = int(min(tileWidth, size>>(tileHeight*t.L)-t.N*tileWidth))
				data, err := l.tile(t)
				if err != nil {
					return nil, err
				}
				if hash, err = tlog.HashFromTile(t, data, index); err != nil {
					return nil, err
				}
				known[index] = hash
			}
			hashes[i] = hash
		}
		return hashes, nil
	})
}

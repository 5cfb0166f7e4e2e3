package main

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// audit does everything the command promises and stops at the first thing that does not hold.
func audit(o options) (*counts, error) {
	log := newHTTPLog(o)
	data, err := log.get("/checkpoint", "")
	if err != nil {
		return nil, err
	}
	tree, origin, err := openCheckpoint(o, data)
	if err != nil {
		return nil, err
	}
	done := &counts{Origin: origin, Size: tree.N, Root: tree.Hash.String(), Cosignatures: len(o.witnesses)}
	if tree.N == 0 && tree.Hash != tlog.Hash(sha256.Sum256(nil)) {
		return nil, errors.New("the root of an empty log is not the hash of nothing")
	}
	leaves, err := leafHashes(log, tree)
	if err != nil {
		return nil, err
	}
	done.LeafHashes = int64(len(leaves))
	if !o.noEntries {
		if err := checkEntries(log, leaves, done); err != nil {
			return nil, err
		}
	}
	if err := checkInclusions(log, tree, leaves, done); err != nil {
		return nil, err
	}
	if err := checkConsistency(log, tree, pastSizes(o, tree.N), done); err != nil {
		return nil, err
	}
	if err := checkPast(log, tree, o.past, done); err != nil {
		return nil, err
	}
	done.Tiles = len(log.tiles)
	return done, nil
}

// leafHashes reads all leaf hashes; TileHashReader authenticates each tile against the root.
func leafHashes(log *httpLog, tree tlog.Tree) ([]tlog.Hash, error) {
	reader := tlog.TileHashReader(tree, log)
	leaves := make([]tlog.Hash, 0, tree.N)
	for start := int64(0); start < tree.N; start += tileWidth {
		var indexes []int64
		for n := start; n < min(start+tileWidth, tree.N); n++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, n))
		}
		hashes, err := reader.ReadHashes(indexes)
		if err != nil {
			return nil, fmt.Errorf("leaf hashes from %d: %w", start, err)
		}
		leaves = append(leaves, hashes...)
	}
	return leaves, nil
}

// checkEntries recomputes every leaf hash from the entry itself.
func checkEntries(log *httpLog, leaves []tlog.Hash, done *counts) error {
	for start := 0; start < len(leaves); start += tileWidth {
		width := min(tileWidth, len(leaves)-start)
		entries, err := log.bundle(int64(start/tileWidth), width)
		if err != nil {
			return err
		}
		done.Bundles++
		for i, entry := range entries {
			if tlog.RecordHash(entry) != leaves[start+i] {
				return fmt.Errorf("entry %d does not have the leaf hash of the tiles", start+i)
			}
			done.Entries++
		}
	}
	return nil
}

// checkInclusions proves every entry from the tiles and checks the proof against the signed root.
func checkInclusions(log *httpLog, tree tlog.Tree, leaves []tlog.Hash, done *counts) error {
	reader := log.plainReader(tree.N)
	for n, leaf := range leaves {
		proof, err := tlog.ProveRecord(tree.N, int64(n), reader)
		if err != nil {
			return fmt.Errorf("prove entry %d: %w", n, err)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(n), leaf); err != nil {
			return fmt.Errorf("check entry %d: %w", n, err)
		}
		done.Inclusions++
	}
	return nil
}

// checkConsistency computes the root of each older size from the tiles as they were at that size, and
// checks with a proof made from the newest tiles that the log only grew.
func checkConsistency(log *httpLog, tree tlog.Tree, sizes []int64, done *counts) error {
	newest := log.plainReader(tree.N)
	for _, size := range sizes {
		root, err := tlog.TreeHash(size, log.plainReader(size))
		if err != nil {
			return fmt.Errorf("root at size %d: %w", size, err)
		}
		proof, err := tlog.ProveTree(tree.N, size, newest)
		if err != nil {
			return fmt.Errorf("prove size %d: %w", size, err)
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, size, root); err != nil {
			return fmt.Errorf("check size %d: %w", size, err)
		}
		done.Consistency++
	}
	return nil
}

// checkPast proves that the log extends what was once signed: sizes and roots of earlier checkpoints.
func checkPast(log *httpLog, tree tlog.Tree, past map[int64]string, done *counts) error {
	newest := log.plainReader(tree.N)
	for size, text := range past {
		root, err := tlog.ParseHash(text)
		if err != nil {
			return fmt.Errorf("root once signed for size %d: %w", size, err)
		}
		proof, err := tlog.ProveTree(tree.N, size, newest)
		if err != nil {
			return fmt.Errorf("prove size %d: %w", size, err)
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, size, root); err != nil {
			return fmt.Errorf("the log does not extend what was signed for size %d: %w", size, err)
		}
		done.Past++
	}
	return nil
}

// pastSizes are the sizes asked for, or those around each power of two and the ends.
func pastSizes(o options, size int64) []int64 {
	if len(o.sizes) > 0 {
		return o.sizes
	}
	seen := map[int64]bool{}
	var sizes []int64
	add := func(n int64) {
		if n > 0 && n <= size && !seen[n] {
			seen[n] = true
			sizes = append(sizes, n)
		}
	}
	for power := int64(1); power <= size; power *= 2 {
		add(power - 1)
		add(power)
		add(power + 1)
	}
	add(size / 3)
	add(size - 1)
	add(size)
	return sizes
}

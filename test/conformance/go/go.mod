module scrip.example/conformance

go 1.26.0

// Not older: up to v0.33 at least, tlog.TileHashReader leaves some full tiles unchecked.
require golang.org/x/mod v0.42.0

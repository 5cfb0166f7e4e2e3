import { type Checkpoint, type Frontier, leafHash, ProofError } from "@scrip/merkle-log";
import { verifyCheckpoint } from "@scrip/signing/browser";
import {
  decodeEntry,
  equalBytes,
  type Entry,
  eventIn,
  kindOfEntry,
  type RejectionReason,
  toHex,
  wellFormed,
} from "@scrip/wire";
import { auditPageBlocks, auditPageEntries, progressEveryItems } from "../limits.ts";
import type { LedgerAudit } from "./ledger-copy.ts";
import { LookupAudit } from "./lookup-audit.ts";
import { StreamAudit } from "./stream-audit.ts";
import { TileAudit } from "./tile-audit.ts";

/** What the log led to. */
export interface AuditedLog {
  readonly frontier: Frontier;
  readonly streams: StreamAudit;
  /** Height of the last block; −1 when there is none. */
  readonly height: number;
  /** The last entry, if it is one. */
  readonly last: Entry | undefined;
  /** Size of the newest checkpoint that the quorum has signed; 0 without one. */
  readonly signedSize: number;
  readonly cosignedBy: readonly string[];
}

type Place = { readonly height: number; readonly fromIndex: number; readonly size: number };

/** Reads the log from its first entry to its last, once. */
export class LogAudit {
  readonly #audit: LedgerAudit;
  readonly #tiles: TileAudit;
  readonly #streams: StreamAudit;
  /** Null where the copy keeps no look-ups. */
  readonly #lookups: LookupAudit | null;
  #height = -1;
  #at = 0;
  #last: Entry | undefined;
  #signed: { readonly checkpoint: Checkpoint; readonly cosignedBy: readonly string[] } | undefined;

  constructor(audit: LedgerAudit) {
    const { copy, suite, indexed, onFinding } = audit;
    this.#audit = audit;
    this.#tiles = new TileAudit(suite.hash, copy, onFinding);
    this.#streams = new StreamAudit(suite.hash, onFinding);
    this.#lookups = indexed ? new LookupAudit(copy, suite.hash, onFinding) : null;
  }

  run(): AuditedLog {
    const { copy } = this.#audit;
    this.#signed = this.#newestCheckpoint();
    for (;;) {
      const places = copy.blocks(this.#at, auditPageBlocks);
      if (places.length === 0) break;
      const before = this.#at;
      for (const place of places) this.#block(place);
      if (this.#at === before) break;
    }
    this.#lookups?.end();
    if (this.#at !== copy.size()) {
      this.#wrong("BLOCK", "blocks", `they end at ${this.#at}, the log has ${copy.size()} entries`);
    }
    const { checkpoint, cosignedBy = [] } = this.#signed ?? {};
    if (this.#signed === undefined || this.#signed.checkpoint.size > this.#at) {
      this.#tiles.settle("NOT_KNOWN");
    }
    return {
      frontier: this.#tiles.frontier,
      streams: this.#streams,
      height: this.#height,
      last: this.#last,
      signedSize: checkpoint?.size ?? 0,
      cosignedBy,
    };
  }

  #newestCheckpoint() {
    const { copy, suite, origin } = this.#audit;
    const note = copy.checkpoint();
    if (note === undefined) {
      this.#wrong("CHECKPOINT", "checkpoint", "there is none");
      return undefined;
    }
    try {
      // The quorum's signatures count; the log's own line is added when it is published.
      const policy = { ...this.#audit.policy, logs: [] };
      const signed = verifyCheckpoint(note, { policy, suite, origin });
      this.#requireReach(signed.checkpoint.size);
      return signed;
    } catch (error) {
      if (!(error instanceof ProofError)) throw error;
      this.#wrong("CHECKPOINT", "newest checkpoint", `${error.code}: ${error.step}`);
      return undefined;
    }
  }

  /** A kill may leave the newest block without a stored note; an indexed copy never has one without. */
  #requireReach(size: number): void {
    const { copy, indexed } = this.#audit;
    const [next] = copy.blocks(size, 1);
    if (size === copy.size() || (!indexed && next?.size === copy.size())) return;
    const what = `it is of size ${size}, the log has ${copy.size()} entries`;
    this.#wrong("CHECKPOINT", "newest checkpoint", what);
  }

  #block({ height, fromIndex, size }: Place): void {
    if (fromIndex !== this.#at || height <= this.#height || size <= fromIndex) {
      const what = `entries ${fromIndex} to ${size}, after height ${this.#height} and ${this.#at} entries`;
      this.#wrong("BLOCK", `height ${height}`, what);
      if (size <= this.#at) return;
    }
    this.#height = height;
    while (this.#at < size) {
      const entries = this.#audit.copy.entries(
        this.#at,
        Math.min(auditPageEntries, size - this.#at),
      );
      if (entries.length === 0) {
        this.#wrong("ENTRY", `entry ${this.#at}`, "it is missing");
        this.#at = size;
        return;
      }
      for (const entry of entries) this.#entry(entry, { height, fromIndex, size });
    }
  }

  #entry(bytes: Uint8Array, place: Place): void {
    const { suite, copy, onProgress } = this.#audit;
    const at = this.#at;
    const leaf = leafHash(suite.hash, bytes);
    this.#tiles.append(leaf);
    this.#at += 1;
    this.#place(bytes, { at, leaf, block: place });
    if (this.#at === this.#signed?.checkpoint.size) this.#compareRoots(this.#signed.checkpoint);
    if (this.#at % progressEveryItems === 0) {
      onProgress?.({ part: "entries", done: this.#at, total: copy.size() });
    }
  }

  /** What the entry is, and whether that may stand here. */
  #place(
    bytes: Uint8Array,
    { at, leaf, block }: { readonly at: number; readonly leaf: Uint8Array; readonly block: Place },
  ): void {
    const event = this.#streams.left > 0;
    if (event && kindOfEntry(bytes) === "event") {
      return this.#event(at, leaf, { bytes, reason: null });
    }
    const entry = wellFormed(() => decodeEntry(bytes));
    this.#last = entry ?? undefined;
    if (entry === null) {
      if (event) this.#streams.event(leaf);
      return this.#wrong("ENTRY", `entry ${at}`, "bytes that are no entry");
    }
    if (event && entry.kind === "rejection") {
      const { event: rejected, reason } = entry;
      return this.#event(at, this.#streams.rejected(rejected), { bytes: rejected, reason });
    }
    const due = this.#due(at, block);
    if (entry.kind !== due) this.#wrong("ENTRY", `entry ${at}`, `a ${entry.kind}, not a ${due}`);
    if (entry.kind === "batch") this.#streams.batch(at, entry);
    if (entry.kind === "genesis") this.#streams.begin(entry.chainId, entry.shards);
    if (entry.kind === "seal" && entry.height !== block.height) {
      this.#wrong("SEAL", `entry ${at}`, `it is of height ${entry.height}, not ${block.height}`);
    }
  }

  #due(at: number, { size }: Place): Entry["kind"] {
    if (at === 0) return "genesis";
    if (at === size - 1) return "seal";
    return this.#streams.left > 0 ? "event" : "batch";
  }

  #event(
    at: number,
    leaf: Uint8Array,
    { bytes, reason }: { readonly bytes: Uint8Array; readonly reason: RejectionReason | null },
  ): void {
    this.#streams.event(leaf);
    this.#last = undefined;
    const entry = this.#lookups && eventIn(bytes);
    this.#lookups?.note({ index: at, eventId: toHex(leaf), entry, reason });
  }

  #compareRoots({ size, root }: Checkpoint): void {
    const { entries, tiles } = this.#tiles.roots();
    const [byEntries, byTiles] = [equalBytes(entries, root), equalBytes(tiles, root)];
    if (!byEntries && !byTiles) {
      this.#wrong(
        "CHECKPOINT",
        `size ${size}`,
        "neither entries nor tiles lead to the root signed",
      );
    }
    if (byEntries && byTiles) return;
    this.#tiles.settle(byTiles ? "ENTRIES" : byEntries ? "TILES" : "NOT_KNOWN");
  }

  #wrong(part: "ENTRY" | "BLOCK" | "SEAL" | "CHECKPOINT", at: string, what: string): void {
    this.#audit.onFinding({ part, at, what });
  }
}

import { leafHash, merkleRoot, sha256 } from "@scrip/merkle-log";
import {
  PortError,
  type Ledger,
  type LedgerBlock,
  type SignedBatch,
  type SubmitResult,
} from "@scrip/ports";
import {
  batchSigningBytes,
  fromHex,
  nextChain,
  streamStart,
  toHex,
  type ShardHead,
} from "@scrip/wire";
import { chainId } from "./stream-source.ts";

/** How the next submission ends, whatever the ledger does with it. */
export type Fault = "LOST" | "DONE" | Error;

/**
 * Takes batches as the ledger must: whole and in place, or not at all. It recomputes every chain and checks every
 * signature, so a writer that sends nonsense fails here.
 */
export class JudgingLedger implements Ledger {
  readonly faults: Fault[] = [];
  readonly #heads = new Map<number, ShardHead>();
  readonly #taken = new Map<number, string[]>();
  readonly #verify: (message: Uint8Array, signature: Uint8Array) => boolean;
  /** Sizes of the batches taken. */
  readonly batches: number[] = [];
  submissions = 0;
  /** Shards whose batches are refused with this reason. */
  readonly refusals = new Map<number, string>();
  /** While set, submissions wait for it. */
  gate: Promise<void> | null = null;
  inFlight = 0;
  inFlightMost = 0;

  constructor(verify: (message: Uint8Array, signature: Uint8Array) => boolean) {
    this.#verify = verify;
  }

  /** Ids of the events of a shard, in their order on the ledger. */
  taken(shard: number): readonly string[] {
    return this.#taken.get(shard) ?? [];
  }

  async submit(batch: SignedBatch): Promise<SubmitResult> {
    this.submissions += 1;
    this.inFlight += 1;
    this.inFlightMost = Math.max(this.inFlightMost, this.inFlight);
    await this.gate;
    this.inFlight -= 1;
    const fault = this.faults.shift();
    if (fault instanceof Error) throw fault;
    if (fault === "LOST") throw new PortError("UNAVAILABLE", "no quorum");
    const result = this.#judge(batch);
    if (fault === "DONE") throw new PortError("UNAVAILABLE", "no answer", { outcomeKnown: false });
    return result;
  }

  /** Puts a head in place of the real one. */
  setHead(head: ShardHead): void {
    this.#heads.set(head.shard, head);
  }

  headOf(shard: number): ShardHead {
    return (
      this.#heads.get(shard) ?? {
        shard,
        epoch: 1,
        nextSeq: 0,
        chain: streamStart(sha256, chainId, shard),
      }
    );
  }

  head(shard: number): Promise<ShardHead> {
    return Promise.resolve(this.headOf(shard));
  }

  blocks(): Promise<LedgerBlock[]> {
    return Promise.resolve([]);
  }

  checkpoint(): Promise<string> {
    return Promise.resolve("");
  }

  onProgress(): () => void {
    return () => undefined;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #judge({ header, events }: SignedBatch): SubmitResult {
    const head = this.headOf(header.shard);
    const leaves = events.map((bytes) => leafHash(sha256, bytes));
    const signed = batchSigningBytes(chainId, header, merkleRoot(sha256, leaves));
    const refusal = this.refusals.get(header.shard);
    if (refusal !== undefined) return { kind: "REFUSED", reason: refusal, head };
    if (header.count !== events.length || !this.#verify(signed, fromHex(header.signature))) {
      return { kind: "REFUSED", reason: "SIGNATURE_WRONG", head };
    }
    if (header.epoch !== head.epoch) return { kind: "REFUSED", reason: "EPOCH_WRONG", head };
    if (header.fromSeq < head.nextSeq) return { kind: "BEHIND", head };
    if (header.fromSeq > head.nextSeq) return { kind: "AHEAD", head };
    if (header.chainBefore !== head.chain) return { kind: "FORK", head };
    const ids = leaves.map((leaf) => toHex(leaf));
    const chain = ids.reduce((before, id) => nextChain(sha256, before, id), head.chain);
    const after = { ...head, nextSeq: head.nextSeq + ids.length, chain };
    this.#heads.set(header.shard, after);
    this.#taken.set(header.shard, [...this.taken(header.shard), ...ids]);
    this.batches.push(ids.length);
    return { kind: "COMMITTED", height: this.batches.length, head: after };
  }
}

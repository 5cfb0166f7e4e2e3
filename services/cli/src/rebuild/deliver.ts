import { positionAt } from "@scrip/application";
import { merkleRoot } from "@scrip/merkle-log";
import type { Ledger, Outbox, OutboxEntry, Signer } from "@scrip/ports";
import { batchSigningBytes, fromHex, type ShardHead, toHex } from "@scrip/wire";
import { suite } from "../container.ts";
import { CommandError } from "../surroundings.ts";
import { deliveredAtOnceMax } from "./limits.ts";

/** A ledger and who may write to it. */
export interface Writing {
  readonly ledger: Pick<Ledger, "head" | "submit">;
  readonly writer: Signer;
  readonly chainId: string;
}

/** What a store has that the ledger has not. */
export interface Undelivered {
  /** Events that were brought onto the ledger. */
  readonly delivered: number;
  /** Events that another history has taken the place of, where the ledger has not them somewhere. */
  readonly strayed: readonly (OutboxEntry & { readonly shard: number })[];
}

/**
 * Brings what waits in an outbox onto the ledger, the control stream first, as far as the two are one history.
 * @throws CommandError where the ledger lacks what the store no longer keeps: then it is the ledger that is an old copy
 */
export async function deliverAll(writing: Writing, outbox: Outbox): Promise<Undelivered> {
  const control = outbox.streams - 1;
  const strayed: (OutboxEntry & { readonly shard: number })[] = [];
  let delivered = 0;
  for (const shard of [control, ...Array.from({ length: control }, (_, at) => at)]) {
    const head = await writing.ledger.head(shard);
    if (await isOneHistory(outbox, head)) {
      delivered += await deliver(writing, outbox, shard);
      continue;
    }
    for await (const entry of kept(outbox, shard)) strayed.push({ ...entry, shard });
  }
  return { delivered, strayed };
}

/** Whether the ledger's stream is the beginning of the store's. In whichever epoch: it is we who close the old one. */
async function isOneHistory(outbox: Outbox, head: ShardHead): Promise<boolean> {
  const { shard, nextSeq, chain } = head;
  const { seq } = await outbox.trimPoint(shard);
  if (nextSeq < seq)
    throw new CommandError(
      `the ledger's next event of shard ${shard} is ${nextSeq}, the store knows that it had ${seq}: ` +
        "the ledger is an old copy; put back a newer one, and leave the store as it is",
    );
  if (nextSeq > (await outbox.nextSeq(shard))) return false;
  const own = await positionAt({ outbox, shard, hash: suite.hash }, nextSeq);
  return own.chain === chain;
}

/** Brings one stream onto the ledger. @returns how many events */
export async function deliver(writing: Writing, outbox: Outbox, shard: number): Promise<number> {
  let head = await writing.ledger.head(shard);
  for (let delivered = 0; ;) {
    const entries = await outbox.read(shard, head.nextSeq, deliveredAtOnceMax);
    if (entries.length === 0) return delivered;
    const result = await writing.ledger.submit(signed(writing, head, entries));
    if (result.kind !== "COMMITTED") {
      const reason = "reason" in result ? `: ${result.reason}` : "";
      throw new CommandError(
        `the ledger does not take event ${head.nextSeq} of shard ${shard}: ${result.kind}${reason}`,
      );
    }
    ({ head } = result);
    delivered += entries.length;
  }
}

function signed(
  { writer, chainId }: Writing,
  { shard, epoch, nextSeq: fromSeq, chain: chainBefore }: ShardHead,
  entries: readonly OutboxEntry[],
) {
  const header = { shard, epoch, fromSeq, chainBefore, count: entries.length };
  const root = merkleRoot(
    suite.hash,
    entries.map(({ eventId }) => fromHex(eventId)),
  );
  const signature = toHex(writer.sign(batchSigningBytes(chainId, header, root)));
  return {
    header: { kind: "batch" as const, ...header, writer: writer.name, signature },
    events: entries.map(({ bytes }) => bytes),
  };
}

async function* kept(outbox: Outbox, shard: number): AsyncGenerator<OutboxEntry> {
  let { seq } = await outbox.trimPoint(shard);
  for (;;) {
    const entries = await outbox.read(shard, seq, deliveredAtOnceMax);
    if (entries.length === 0) return;
    yield* entries;
    seq += entries.length;
  }
}

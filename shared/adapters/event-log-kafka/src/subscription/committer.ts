import { PortError } from "@scrip/ports";
import type { Consumer } from "kafkajs";
import { within } from "../driver/deadline.ts";
import { portError } from "../driver/driver-errors.ts";
import { writeNote } from "./positions.ts";

export interface CommitterWiring {
  readonly topic: string;
  readonly withinMs: number;
  /** The consumer that is at work, if any. */
  readonly consumer: () => Consumer | null;
}

/** Where to read a shard from next time, and what is on the ledger of it. */
export interface Position {
  readonly offset: number;
  readonly nextSeq: number;
}

/** Commits positions one request at a time; those that come meanwhile share the next one. */
export class Committer {
  readonly #wiring: CommitterWiring;
  #wanted = new Map<number, Position>();
  #next: Promise<void> | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(wiring: CommitterWiring) {
    this.#wiring = wiring;
  }

  /** @throws PortError UNAVAILABLE; then the shard is read again from an earlier position, and no harm is done */
  commit(shard: number, position: Position): Promise<void> {
    this.#wanted.set(shard, position);
    this.#next ??= this.#afterLast();
    return this.#next;
  }

  /** Positions of before a rebalance are no longer ours to commit. */
  forget(): void {
    this.#wanted = new Map();
  }

  #afterLast(): Promise<void> {
    const commit = this.#last.then(() => {
      this.#next = null;
      return this.#commit();
    });
    this.#last = commit.catch(() => undefined);
    return commit;
  }

  async #commit(): Promise<void> {
    const { topic, withinMs, consumer } = this.#wiring;
    const wanted = this.#wanted;
    this.#wanted = new Map();
    if (wanted.size === 0) return;
    const current = consumer();
    if (current === null) throw new PortError("UNAVAILABLE", "event log: no consumer is at work");
    const offsets = [...wanted].map(([partition, { offset, nextSeq }]) => ({
      topic,
      partition,
      offset: String(offset),
      metadata: writeNote(nextSeq),
    }));
    try {
      await within(withinMs, "confirming", current.commitOffsets(offsets));
    } catch (error) {
      throw portError("confirming", error);
    }
  }
}

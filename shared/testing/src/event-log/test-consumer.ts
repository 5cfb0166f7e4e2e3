import { type EventConsumer, type EventMessage, PortError } from "@scrip/ports";
import type { Fault } from "../faults/failing.ts";

/** Takes what it is given and keeps its own books, like someone who writes each event down once. */
export class TestConsumer implements EventConsumer {
  /** Everything it was given and took, by shard, duplicates included. */
  readonly taken = new Map<number, EventMessage[]>();
  /** Numbers as they came for the first time, by shard; a gap shows here. */
  readonly first = new Map<number, number[]>();
  /** Two takes of one shard ran at once. */
  overlapped = false;
  /** Called before each take; it may wait or name a fault. */
  before: (shard: number) => Fault | Promise<Fault> = () => "NONE";
  readonly #running = new Set<number>();
  #waiting: (() => void)[] = [];

  async take(shard: number, messages: readonly EventMessage[]): Promise<void> {
    this.overlapped ||= this.#running.has(shard);
    this.#running.add(shard);
    try {
      const fault = await this.before(shard);
      if (fault === "BEFORE") throw lost();
      this.#write(shard, messages);
      if (fault === "AFTER") throw lost();
    } finally {
      this.#running.delete(shard);
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  /** Numbers of everything taken, in order. */
  seqs(shard: number): number[] {
    return (this.taken.get(shard) ?? []).map(({ seq }) => seq);
  }

  /** Resolves when that many different messages of a shard were taken. */
  async hasTaken(shard: number, count: number): Promise<void> {
    while ((this.first.get(shard)?.length ?? 0) < count) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #write(shard: number, messages: readonly EventMessage[]): void {
    const [taken, first] = [this.taken.get(shard) ?? [], this.first.get(shard) ?? []];
    taken.push(...messages);
    // One by one: a take may bring the same number twice.
    for (const { seq } of messages) if (!first.includes(seq)) first.push(seq);
    this.taken.set(shard, taken);
    this.first.set(shard, first);
  }
}

const lost = (): PortError =>
  new PortError("UNAVAILABLE", "planned fault of take", { outcomeKnown: false });

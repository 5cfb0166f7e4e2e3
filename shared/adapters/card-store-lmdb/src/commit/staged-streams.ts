import type { StreamPosition } from "@scrip/ports";
import type { Streams } from "./streams.ts";

/** The streams as a commit under way will leave them; `apply` makes it true once the commit is durable. */
export class StagedStreams {
  readonly #streams: Streams;
  readonly #appended = new Map<number, number[]>();
  readonly #trims = new Map<number, StreamPosition>();
  #nextPlace: number;
  #events = 0;

  constructor(streams: Streams) {
    this.#streams = streams;
    this.#nextPlace = streams.nextPlace;
  }

  /** Shards that get events. */
  get appended(): ReadonlySet<number> {
    return new Set(this.#appended.keys());
  }

  /** Events of all shards, those that this commit trims included. */
  get kept(): number {
    return this.#streams.kept + this.#events;
  }

  nextSeq(shard: number): number {
    return (this.#streams.nextSeq(shard) ?? 0) + (this.#appended.get(shard)?.length ?? 0);
  }

  /** Takes the next number of a shard and the next place of the outbox. */
  append(shard: number): { readonly seq: number; readonly place: number } {
    const seq = this.nextSeq(shard);
    const place = this.#nextPlace;
    this.#nextPlace += 1;
    this.#events += 1;
    const places = this.#appended.get(shard) ?? [];
    places.push(place);
    this.#appended.set(shard, places);
    return { seq, place };
  }

  trimPoint(shard: number): StreamPosition | undefined {
    return this.#trims.get(shard) ?? this.#streams.trimPoint(shard);
  }

  /** The places of the events from the trim point up to `to`, which are gone from now on. */
  trim(shard: number, to: StreamPosition): number[] {
    const places: number[] = [];
    const head = this.#streams.nextSeq(shard) ?? 0;
    for (let seq = this.trimPoint(shard)?.seq ?? to.seq; seq < to.seq; seq += 1) {
      const place = this.#streams.placeOf(shard, seq) ?? this.#appended.get(shard)?.[seq - head];
      if (place !== undefined) places.push(place);
    }
    this.#trims.set(shard, to);
    return places;
  }

  apply(): void {
    for (const [shard, places] of this.#appended)
      for (const place of places) this.#streams.append(shard, place);
    for (const [shard, to] of this.#trims) this.#streams.trim(shard, to);
  }
}

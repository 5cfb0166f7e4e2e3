import type { StreamPosition } from "@scrip/ports";

/**
 * Where the streams stand, in memory. Events of all shards lie in the outbox in the order of their commits, so that a
 * commit touches few pages; this says at which place each event of a shard is.
 */
export class Streams {
  readonly #trimPoints: StreamPosition[];
  /** Places of a shard's events from its trim point on. */
  readonly #places: number[][];
  #nextPlace = 0;
  #kept = 0;

  constructor(trimPoints: readonly StreamPosition[]) {
    this.#trimPoints = [...trimPoints];
    this.#places = trimPoints.map(() => []);
  }

  /** Card shards and the control stream. */
  get count(): number {
    return this.#trimPoints.length;
  }

  /** Events of all shards that are not trimmed yet. */
  get kept(): number {
    return this.#kept;
  }

  /** The first place of the outbox at which nothing ever stood. */
  get nextPlace(): number {
    return this.#nextPlace;
  }

  trimPoint(shard: number): StreamPosition | undefined {
    return this.#trimPoints[shard];
  }

  /** Number of the next event; undefined for a shard that is not there. */
  nextSeq(shard: number): number | undefined {
    const trimPoint = this.#trimPoints[shard];
    return trimPoint && trimPoint.seq + (this.#places[shard]?.length ?? 0);
  }

  /** Where an event is; undefined before the trim point and from the head on. */
  placeOf(shard: number, seq: number): number | undefined {
    const trimPoint = this.#trimPoints[shard];
    return trimPoint && this.#places[shard]?.[seq - trimPoint.seq];
  }

  /** The shard's next event is stored there. */
  append(shard: number, place: number): void {
    this.#places[shard]?.push(place);
    this.#kept += 1;
    this.#nextPlace = Math.max(this.#nextPlace, place + 1);
  }

  /** Everything before this position is gone. */
  trim(shard: number, to: StreamPosition): void {
    const from = this.#trimPoints[shard];
    if (from === undefined) return;
    this.#kept -= this.#places[shard]?.splice(0, to.seq - from.seq).length ?? 0;
    this.#trimPoints[shard] = to;
  }
}

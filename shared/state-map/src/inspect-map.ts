import { Bucket } from "./bucket/bucket.ts";
import { type BucketStore, type MapShape, MapStoreError } from "./bucket/bucket-store.ts";
import { checkRecord } from "./bucket/change-bucket.ts";
import { type Hash, NodeHasher } from "./hashing.ts";
import { UpperNodes } from "./upper-nodes.ts";

/** What somebody who looks through all records of a map sees. */
export interface MapInspector {
  /** A leaf as its record has it: views that the next call overwrites. */
  leaf(key: Uint8Array, valueHash: Uint8Array): void;
  /** A record that is damaged; the others are looked at all the same. */
  fault(error: MapStoreError): void;
}

/** What the records say together. */
export interface InspectedMap {
  readonly root: Uint8Array;
  /** Leaves found. */
  readonly count: number;
}

/** The records of a map, and how to hash them. */
export interface MapToInspect {
  readonly hash: Hash;
  readonly store: BucketStore;
  readonly shape: Pick<MapShape, "depth">;
}

/**
 * Hashes every record again, leaf by leaf, and goes on where one is wrong. The memory it takes depends on the number of
 * buckets alone, 64 bytes each.
 * @throws RangeError when the depth is not a whole number of 0 to 24
 */
export function inspectMap(opening: MapToInspect, inspector: MapInspector): InspectedMap {
  const steps = inspectedLeaves(opening, (error) => inspector.fault(error));
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    inspector.leaf(step.value.key, step.value.valueHash);
  }
}

/**
 * The same at the pace of whoever asks for the next leaf: views that the next one overwrites.
 * @param fault hears of a record that is damaged; what it throws ends it all
 * @returns what the records say together
 */
export function* inspectedLeaves(
  opening: MapToInspect,
  fault: (error: MapStoreError) => void,
): Generator<{ readonly key: Uint8Array; readonly valueHash: Uint8Array }, InspectedMap, void> {
  const hasher = new NodeHasher(opening.hash);
  const upper = new UpperNodes(opening.shape.depth);
  let count = 0;
  for (const number of upper.buckets()) {
    // A copy: whoever takes the leaves may read the store between two of them.
    const bytes = opening.store.read(number)?.slice();
    if (bytes === undefined) continue;
    try {
      const bucket = new Bucket(number, bytes);
      for (let entry = 0; entry < bucket.count; entry++)
        yield { key: bucket.key(entry), valueHash: bucket.valueHash(entry) };
      count += bucket.count;
      upper.set(upper.nodeOf(number), bucket.stated);
      checkRecord(hasher, { bucket: number, bytes }, upper.depth);
    } catch (error) {
      if (!(error instanceof MapStoreError)) throw error;
      fault(error);
    }
  }
  upper.hashAll(hasher);
  return { root: upper.hash(1).slice(), count };
}

import { hex, sha256 } from "./sha256.ts";

/** A map as a plain table: hex of the key → value hash. */
export type Table = ReadonlyMap<string, Uint8Array>;

/** The root straight from its definition, over all leaves and without any stored node. */
export function naiveRoot(table: Table): Uint8Array {
  const leaves = [...table].map(([key, valueHash]) => ({
    bits: Array.from(Buffer.from(key, "hex"), bitsOf).join(""),
    hash: sha256(Buffer.concat([Uint8Array.of(0), Buffer.from(key, "hex"), valueHash])),
  }));
  return subtree(leaves, 0);
}

const bitsOf = (byte: number): string => byte.toString(2).padStart(8, "0");

interface Leaf {
  readonly bits: string;
  readonly hash: Uint8Array;
}

function subtree(leaves: readonly Leaf[], bit: number): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return new Uint8Array(32);
  if (leaves.length === 1) return only.hash;
  const left = subtree(
    leaves.filter(({ bits }) => bits[bit] === "0"),
    bit + 1,
  );
  const right = subtree(
    leaves.filter(({ bits }) => bits[bit] === "1"),
    bit + 1,
  );
  return sha256(Buffer.concat([Uint8Array.of(1), left, right]));
}

/** The table with changes made. */
export function changed(
  table: Table,
  changes: Iterable<{ readonly key: Uint8Array; readonly valueHash: Uint8Array | null }>,
): Table {
  const next = new Map(table);
  for (const { key, valueHash } of changes) {
    if (valueHash === null) next.delete(hex(key));
    else next.set(hex(key), valueHash);
  }
  return next;
}

/** Entries in one record; runs end where entry bundles end, so a bundle is made of whole runs. */
const runEntriesMax = 256;

const lengthBytes = 2;

export interface EntryRun {
  readonly fromIndex: number;
  readonly bytes: Uint8Array;
}

/** Cuts the entries of a block into runs that cross no border between bundles. */
export function entryRuns(fromIndex: number, entries: readonly Uint8Array[]): EntryRun[] {
  const runs: EntryRun[] = [];
  let at = 0;
  while (at < entries.length) {
    const start = fromIndex + at;
    const count = runEntriesMax - (start % runEntriesMax);
    runs.push({ fromIndex: start, bytes: pack(entries.slice(at, at + count)) });
    at += count;
  }
  return runs;
}

/** The entries of one run, each behind its length as uint16. They share the memory of `bytes`. */
export function unpack(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const start = at + lengthBytes;
    at = start + view.getUint16(at);
    entries.push(bytes.subarray(start, at));
  }
  return entries;
}

function pack(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + lengthBytes + entry.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const entry of entries) {
    view.setUint16(at, entry.length);
    bytes.set(entry, at + lengthBytes);
    at += lengthBytes + entry.length;
  }
  return bytes;
}

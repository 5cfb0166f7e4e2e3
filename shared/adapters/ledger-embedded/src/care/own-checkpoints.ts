import {
  type Checkpoint,
  type Note,
  parseCheckpoint,
  parseNote,
  ProofError,
  type VerifierKey,
} from "@scrip/merkle-log";
import { PortError } from "@scrip/ports";
import { type CryptoSuite, verifyNote } from "@scrip/signing";
import type { EmbeddedLedgerOptions, PublishedNote } from "../options.ts";
import type { Tree } from "../signed-tree.ts";

/** A checkpoint that local validators have signed. */
export interface OwnCheckpoint<Signing extends Keyed> extends Omit<PublishedNote, "note"> {
  readonly tree: Tree;
  readonly signers: readonly Signing[];
}

/** Whose signatures are looked for. */
interface Keyed {
  readonly key: VerifierKey;
}

/** The newest checkpoints that are kept of this chain: what was published first, then what the store itself has. */
export function publishedNotes({
  store,
  published,
}: Pick<EmbeddedLedgerOptions, "store" | "published">): PublishedNote[] {
  const stored = store.checkpoint();
  const own = stored === undefined ? [] : [{ note: stored, where: "the newest stored checkpoint" }];
  return [...(published ?? []), ...own];
}

/** @throws PortError CORRUPT when there is a checkpoint of this chain, and of the chain itself nothing */
export function requireNoneWithout(chainId: string, notes: readonly PublishedNote[]): void {
  for (const one of notes) {
    const { checkpoint } = readNote(one);
    if (checkpoint.origin !== chainId) continue;
    throw new PortError(
      "CORRUPT",
      `the ledger's log is gone: ${one.where} says it had ${checkpoint.size} entries; ` +
        `put back ${one.remedy ?? "a copy of it"}`,
    );
  }
}

/**
 * Which of our own validators have signed which of these checkpoints of this chain.
 * @throws PortError CORRUPT naming a checkpoint that cannot be read, or whose signatures do not hold
 */
export function ownCheckpoints<Signing extends Keyed>(
  notes: readonly PublishedNote[],
  ours: {
    readonly chainId: string;
    readonly validators: readonly Signing[];
    readonly suite: CryptoSuite;
  },
): OwnCheckpoint<Signing>[] {
  const { chainId, validators, suite } = ours;
  return notes.flatMap((one) => {
    const { note: _note, ...place } = one;
    const { note, checkpoint } = readNote(one);
    if (checkpoint.origin !== chainId) return [];
    const keys = validators.map(({ key }) => key);
    const signed = believed(one, () => verifyNote(note, keys, suite));
    const signers = validators.filter((validator) =>
      signed.some(({ key }) => key.keyId === validator.key.keyId),
    );
    return signers.length === 0 ? [] : [{ ...place, tree: checkpoint, signers }];
  });
}

function readNote(one: PublishedNote): { readonly note: Note; readonly checkpoint: Checkpoint } {
  return believed(one, () => {
    const note = parseNote(one.note);
    return { note, checkpoint: parseCheckpoint(note.text) };
  });
}

function believed<T>({ where }: PublishedNote, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    throw new PortError("CORRUPT", `${where} cannot be believed: ${cause.step}`, { cause });
  }
}

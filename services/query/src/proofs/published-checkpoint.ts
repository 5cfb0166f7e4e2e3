import {
  formatNote,
  parseNote,
  signatureType,
  verifierKey,
  withSignatures,
  type Hash,
  type Note,
  type VerifierKey,
} from "@scrip/merkle-log";
import { PortError, type FollowerStore, type Signer } from "@scrip/ports";
import { utf8 } from "@scrip/wire";

/** The log's key as verifiers know it (C2SP signed-note, type 0x01); its name is the log's origin. */
export const logVerifierKey = (hash: Hash, { name, publicKey }: Signer): VerifierKey =>
  verifierKey(hash, { name, type: signatureType.ed25519, publicKey });

/**
 * The newest cosigned checkpoint of the verified copy, with the log's own signature line added for tools that expect
 * one. That line proves nothing by itself: the cosignatures do.
 */
export class PublishedCheckpoint {
  readonly #store: Pick<FollowerStore, "checkpoint" | "size">;
  readonly #signer: Signer;
  readonly #key: VerifierKey;
  #last: { readonly cosigned: string; readonly note: Note } | null = null;

  constructor(hash: Hash, store: Pick<FollowerStore, "checkpoint" | "size">, signer: Signer) {
    this.#store = store;
    this.#signer = signer;
    this.#key = logVerifierKey(hash, signer);
  }

  /** Over all entries of the copy. @throws PortError UNAVAILABLE before the first block; CORRUPT */
  note(): Note {
    const size = this.#store.size();
    if (size === 0) throw new PortError("UNAVAILABLE", "nothing of the ledger is verified yet");
    const cosigned = this.#store.checkpoint(size);
    if (cosigned === undefined) throw new PortError("CORRUPT", `no checkpoint of size ${size}`);
    if (this.#last?.cosigned !== cosigned) {
      const note = parseNote(cosigned);
      const { name, keyId } = this.#key;
      const signature = this.#signer.sign(utf8(note.text));
      this.#last = { cosigned, note: withSignatures(note, [{ name, keyId, signature }]) };
    }
    return this.#last.note;
  }

  text(): string {
    return formatNote(this.note());
  }
}

import {
  formatNote,
  parseNote,
  ProofError,
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
  readonly #verify: (cosigned: Note) => void;
  #last: { readonly cosigned: string; readonly note: Note } | null = null;

  /** @param verify throws ProofError for a note that is not of this copy's log, or that too few have signed */
  constructor(
    store: Pick<FollowerStore, "checkpoint" | "size">,
    own: { readonly hash: Hash; readonly signer: Signer },
    verify: (cosigned: Note) => void,
  ) {
    this.#store = store;
    this.#signer = own.signer;
    this.#key = logVerifierKey(own.hash, own.signer);
    this.#verify = verify;
  }

  /** Over all entries of the copy. @throws PortError UNAVAILABLE before the first block; CORRUPT */
  note(): Note {
    const size = this.#store.size();
    if (size === 0) throw new PortError("UNAVAILABLE", "nothing of the ledger is verified yet");
    const cosigned = this.#store.checkpoint(size);
    if (cosigned === undefined) throw new PortError("CORRUPT", `no checkpoint of size ${size}`);
    if (this.#last?.cosigned !== cosigned) {
      const note = this.#believed(cosigned);
      const { name, keyId } = this.#key;
      const signature = this.#signer.sign(utf8(note.text));
      this.#last = { cosigned, note: withSignatures(note, [{ name, keyId, signature }]) };
    }
    return this.#last.note;
  }

  text(): string {
    return formatNote(this.note());
  }

  /** What is stored was verified before; once for each note it is verified again on its way out. */
  #believed(cosigned: string): Note {
    try {
      const note = parseNote(cosigned);
      this.#verify(note);
      return note;
    } catch (cause) {
      if (!(cause instanceof ProofError)) throw cause;
      throw new PortError("CORRUPT", `the stored checkpoint does not hold: ${cause.step}`, {
        cause,
      });
    }
  }
}

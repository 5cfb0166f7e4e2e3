import { formatNote, parseNote, withSignatures, type Note } from "@scrip/merkle-log";
import { PortError, type FollowerStore } from "@scrip/ports";
import type { NoteSigner } from "@scrip/signing";

/**
 * The newest cosigned checkpoint of the verified copy, with the log's own signature line added for tools that expect
 * one. That line proves nothing by itself: the cosignatures do.
 */
export class PublishedCheckpoint {
  readonly #store: Pick<FollowerStore, "checkpoint" | "size">;
  readonly #log: NoteSigner;
  #last: { readonly cosigned: string; readonly note: Note } | null = null;

  constructor(store: Pick<FollowerStore, "checkpoint" | "size">, log: NoteSigner) {
    this.#store = store;
    this.#log = log;
  }

  /** Over all entries of the copy. @throws PortError UNAVAILABLE before the first block; CORRUPT */
  note(): Note {
    const size = this.#store.size();
    if (size === 0) throw new PortError("UNAVAILABLE", "nothing of the ledger is verified yet");
    const cosigned = this.#store.checkpoint(size);
    if (cosigned === undefined) throw new PortError("CORRUPT", `no checkpoint of size ${size}`);
    if (this.#last?.cosigned !== cosigned) {
      const note = parseNote(cosigned);
      this.#last = { cosigned, note: withSignatures(note, [this.#log.sign(note.text)]) };
    }
    return this.#last.note;
  }

  text(): string {
    return formatNote(this.note());
  }
}

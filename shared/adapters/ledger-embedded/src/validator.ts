import { join } from "node:path";
import type { NoteSignature, VerifierKey } from "@scrip/merkle-log";
import { type Cosigner, cosigner, type Signer } from "@scrip/signing";
import type { Hash } from "@scrip/wire";
import type { LogTree } from "./log-tree.ts";
import { SignedTree, type Tree } from "./signed-tree.ts";

/** A checkpoint's text, what it says, and when it is signed. */
export interface Statement {
  readonly text: string;
  readonly tree: Tree;
  readonly seconds: number;
}

/** One local cosigner: a key, and a file that says what it signed last. */
export class Validator {
  readonly #cosigner: Cosigner;
  readonly #last: SignedTree;

  static async open(folder: string, key: Signer, hash: Hash): Promise<Validator> {
    const name = key.name.slice(key.name.lastIndexOf("/") + 1);
    const last = await SignedTree.open(join(folder, `${name}.signed`));
    return new Validator(cosigner(hash, key), last);
  }

  private constructor(cosigner: Cosigner, last: SignedTree) {
    this.#cosigner = cosigner;
    this.#last = last;
  }

  get key(): VerifierKey {
    return this.#cosigner.key;
  }

  /** @throws PortError CORRUPT when the log does not extend what this validator signed last */
  requireConsistent(log: LogTree): void {
    if (this.#last.signed !== undefined) log.requireExtends(this.#last.signed, this.key.name);
  }

  /** Cosigns a tree that the log holds durably. @throws PortError CORRUPT, then nothing was signed */
  async cosign(statement: Statement, log: LogTree): Promise<NoteSignature> {
    this.requireConsistent(log);
    if (statement.tree.size !== this.#last.signed?.size) await this.#last.write(statement.tree);
    // From here a restart knows of this signature before anyone else can.
    return this.#cosigner.cosign(statement.text, statement.seconds);
  }

  /** The same tree at a new time: nothing to remember. Undefined for any other tree. */
  renew({ text, tree, seconds }: Statement): NoteSignature | undefined {
    if (tree.size !== this.#last.signed?.size) return undefined;
    return this.#cosigner.cosign(text, seconds);
  }

  async close(): Promise<void> {
    await this.#last.close();
  }
}

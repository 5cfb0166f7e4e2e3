import { join } from "node:path";
import type { NoteSignature, VerifierKey } from "@scrip/merkle-log";
import { type Cosigner, cosigner, type Signer } from "@scrip/signing";
import { PortError } from "@scrip/ports";
import { equalBytes, type Hash } from "@scrip/wire";
import type { LogTree } from "./log-tree.ts";
import { SignedTree, type Tree, unknownState } from "./signed-tree.ts";

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

  /** @param mayMake whether it may never have signed: a validator of a chain that has begun has its file */
  static async open(
    folder: string,
    key: Signer,
    { hash, mayMake }: { readonly hash: Hash; readonly mayMake: boolean },
  ): Promise<Validator> {
    const last = await SignedTree.open(signedPath(folder, key.name), mayMake);
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

  /** A checkpoint with its signature stands somewhere. @throws PortError CORRUPT when its file knows of none */
  requireRemembers(size: number, where: string): void {
    if (this.#last.signed !== undefined) return;
    throw unknownState(this.#last.path, `is empty, though ${where} has its signature at ${size}`);
  }

  /** Cosigns a tree that the log holds durably. @throws PortError CORRUPT, then nothing was signed */
  async cosign(statement: Statement, log: LogTree): Promise<NoteSignature> {
    this.requireConsistent(log);
    const { tree } = statement;
    // Both roots are the log's own from here on, so one size never gets two of them.
    log.requireExtends(tree, "the checkpoint to be signed");
    const { size = 0 } = this.#last.signed ?? {};
    if (tree.size < size) throw olderThan(this.key.name, size, tree.size);
    if (tree.size > size) await this.#last.write(tree);
    // From here a restart knows of this signature before anyone else can.
    return this.#cosigner.cosign(statement.text, statement.seconds);
  }

  /** The same tree at a new time: nothing to remember. Undefined for any other tree. */
  renew({ text, tree, seconds }: Statement): NoteSignature | undefined {
    const last = this.#last.signed;
    if (last?.size !== tree.size || !equalBytes(last.root, tree.root)) return undefined;
    return this.#cosigner.cosign(text, seconds);
  }

  async close(): Promise<void> {
    await this.#last.close();
  }
}

/** The file of a validator's signing state, from its name. */
export const signedPath = (folder: string, validator: string): string =>
  join(folder, `${validator.slice(validator.lastIndexOf("/") + 1)}.signed`);

const olderThan = (name: string, signed: number, size: number): PortError =>
  new PortError("CORRUPT", `${name} has signed size ${signed} and signs no more at ${size}`);

import {
  formatCheckpoint,
  formatNote,
  type NoteSignature,
  type VerifierKey,
} from "@scrip/merkle-log";
import { PortError } from "@scrip/ports";
import type { LogTree } from "./log-tree.ts";
import type { Tree } from "./signed-tree.ts";
import type { Statement, Validator } from "./validator.ts";

/** A checkpoint that a quorum has cosigned. */
export interface Cosigned {
  readonly tree: Tree;
  readonly note: string;
}

/** The local validators together. */
export class Cosigning {
  readonly #origin: string;
  readonly #validators: readonly Validator[];
  readonly #quorum: number;
  readonly #log: LogTree;

  constructor(
    origin: string,
    validators: readonly Validator[],
    { quorum, log }: { readonly quorum: number; readonly log: LogTree },
  ) {
    this.#origin = origin;
    this.#validators = validators;
    this.#quorum = quorum;
    this.#log = log;
  }

  get keys(): VerifierKey[] {
    return this.#validators.map(({ key }) => key);
  }

  /** @throws PortError CORRUPT when the log does not extend what one of them signed */
  requireConsistent(): void {
    for (const validator of this.#validators) validator.requireConsistent(this.#log);
  }

  /** Each for itself; those that cannot are left out. @throws PortError UNAVAILABLE below the quorum */
  async cosign(tree: Tree, seconds: number): Promise<Cosigned> {
    const statement = this.#statement(tree, seconds);
    const asked = this.#validators.map((validator) => validator.cosign(statement, this.#log));
    const answers = await Promise.allSettled(asked);
    const lines = answers.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const failed = answers.find((one) => one.status === "rejected");
    return this.#cosigned(statement, lines, failed?.reason);
  }

  /** New times on the same tree. */
  renew(tree: Tree, seconds: number): Cosigned {
    const statement = this.#statement(tree, seconds);
    const lines = this.#validators.flatMap((validator) => validator.renew(statement) ?? []);
    return this.#cosigned(statement, lines);
  }

  async close(): Promise<void> {
    await Promise.all(this.#validators.map((validator) => validator.close()));
  }

  #statement(tree: Tree, seconds: number): Statement {
    const text = formatCheckpoint({ origin: this.#origin, ...tree, extensions: [] });
    return { text, tree, seconds };
  }

  #cosigned({ text, tree }: Statement, lines: NoteSignature[], cause?: unknown): Cosigned {
    if (lines.length >= this.#quorum) {
      return { tree, note: formatNote({ text, signatures: lines }) };
    }
    throw new PortError(
      "UNAVAILABLE",
      `embedded ledger: ${lines.length} of ${this.#validators.length} validators cosigned`,
      { outcomeKnown: false, cause },
    );
  }
}

import type { FastifyBaseLogger } from "fastify";

/** Everything of a process that must be closed, in the order it was opened. */
export class Closing {
  readonly #opened: { readonly name: string; readonly close: () => Promise<void> }[] = [];

  /** Notes how to close what was just opened; call it in the order of opening. */
  add(name: string, close: () => Promise<void>): void {
    this.#opened.push({ name, close });
  }

  /**
   * Closes all, the last opened first, one after the other: what stands on something is closed before it.
   * A failure is logged and does not keep the rest open. Returns whether all closed.
   */
  async closeAll(log: Pick<FastifyBaseLogger, "error">): Promise<boolean> {
    let clean = true;
    for (let last = this.#opened.pop(); last !== undefined; last = this.#opened.pop()) {
      try {
        await last.close();
      } catch (error) {
        clean = false;
        log.error({ err: error, closing: last.name }, "did not close cleanly");
      }
    }
    return clean;
  }
}

import { PortError } from "@scrip/ports";
import { within } from "./deadline.ts";
import { portError } from "./driver-errors.ts";

interface Connected {
  disconnect(): Promise<void>;
}

/**
 * One connected object of the driver, made when it is first needed and thrown away after any failure: what it believes
 * of sequences, topics and connections is then not trusted any more.
 */
export class Renewed<T extends Connected> {
  readonly #make: () => Promise<T>;
  #made: Promise<T> | null = null;
  #closed = false;

  constructor(make: () => Promise<T>) {
    this.#make = make;
  }

  /** @throws PortError when the work fails or is not done after `withinMs`; its outcome is unknown then */
  async use<R>(doing: string, withinMs: number, work: (made: T) => Promise<R>): Promise<R> {
    if (this.#closed) throw new PortError("UNAVAILABLE", "event log: closed");
    const made = (this.#made ??= this.#make());
    try {
      return await within(withinMs, doing, made.then(work));
    } catch (error) {
      this.#discard(made);
      throw portError(doing, error);
    }
  }

  /** Over a dead connection it gives up after `withinMs`. */
  async close(withinMs: number): Promise<void> {
    this.#closed = true;
    const made = this.#made;
    this.#made = null;
    const disconnected = made?.then((one) => one.disconnect()) ?? Promise.resolve();
    await within(withinMs, "disconnecting", disconnected).catch(() => undefined);
  }

  #discard(made: Promise<T>): void {
    if (this.#made === made) this.#made = null;
    // It may hang as long as it likes.
    void made.then((one) => one.disconnect()).catch(() => undefined);
  }
}

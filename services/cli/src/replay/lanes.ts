/** Lets at most `count` be inside at once; the others wait in the order they came. */
class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async enter(): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

/** Works in order within each lane, side by side between lanes, and with bounds on both: at once, and waiting. */
export class Lanes {
  readonly #room: Gate;
  readonly #workers: Gate;
  readonly #tails = new Map<string, Promise<void>>();

  /** @param waitingMax work that was added and is not done yet, what is being done included */
  constructor({
    atOnceMax,
    waitingMax,
  }: {
    readonly atOnceMax: number;
    readonly waitingMax: number;
  }) {
    this.#workers = new Gate(atOnceMax);
    this.#room = new Gate(waitingMax);
  }

  /** Adds work to a lane; resolves as soon as there is room for it. The work must not reject. */
  async add(lane: string, work: () => Promise<void>): Promise<void> {
    await this.#room.enter();
    const turn = this.#after(this.#tails.get(lane), work).finally(() => {
      // The last of a lane takes the lane away: only those under way are kept.
      if (this.#tails.get(lane) === turn) this.#tails.delete(lane);
      this.#room.leave();
    });
    this.#tails.set(lane, turn);
  }

  /** Resolves when all that was added is done. */
  async done(): Promise<void> {
    await Promise.all(this.#tails.values());
  }

  async #after(before: Promise<void> | undefined, work: () => Promise<void>): Promise<void> {
    await before;
    await this.#workers.enter();
    try {
      await work();
    } finally {
      this.#workers.leave();
    }
  }
}

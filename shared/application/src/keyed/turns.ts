import { PortError } from "@scrip/ports";
import { waitingPerTurnMax } from "./limits.ts";

interface Queue {
  last: Promise<unknown>;
  waiting: number;
}

const nobody: Promise<unknown> = Promise.resolve();

/**
 * Takes turns in this process: work of one name runs one after another, work of different names together.
 * It spares conflicts that the store would refuse anyway; correctness never rests on it.
 */
export class Turns {
  readonly #queues = new Map<string, Queue>();

  /** @throws PortError VERSION_CONFLICT when `waitingPerTurnMax` others wait already: the work was not begun. */
  async take<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const queue = this.#queues.get(name) ?? { last: nobody, waiting: 0 };
    if (queue.waiting >= waitingPerTurnMax) {
      throw new PortError("VERSION_CONFLICT", `${waitingPerTurnMax} others wait for the same turn`);
    }
    this.#queues.set(name, queue);
    queue.waiting += 1;
    // Almost always nobody else is there: then it begins at once.
    const mine = queue.last === nobody ? work() : queue.last.then(work, work);
    queue.last = mine;
    try {
      return await mine;
    } finally {
      queue.waiting -= 1;
      if (queue.waiting === 0) this.#queues.delete(name);
    }
  }
}

/** Whether the process still wants new work. One per process, given to every app in it. */
export class Lifecycle {
  #stopping = false;

  get stopping(): boolean {
    return this.#stopping;
  }

  /** From now on `/readyz` answers 503. */
  stop(): void {
    this.#stopping = true;
  }
}

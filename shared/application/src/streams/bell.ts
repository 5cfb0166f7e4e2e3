/** Wakes one loop. Rung while nobody waits, it is heard by the next wait; several rings are one. */
export class Bell {
  #rung = false;
  #wake: (() => void) | null = null;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves once it was rung since the last wait ended, or when `other` resolves. */
  async rung(other?: Promise<unknown>): Promise<void> {
    if (!this.#rung) {
      const bell = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await (other === undefined ? bell : Promise.race([bell, other]));
      this.#wake = null;
    }
    this.#rung = false;
  }
}

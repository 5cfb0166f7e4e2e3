import { findingsListedMax } from "./limits.ts";

/** Something that is not as it has to be. */
export interface Damage {
  /** Store or file, as named in the data directory. */
  readonly where: string;
  /** What kind of record. */
  readonly part: string;
  readonly at: string;
  readonly what: string;
}

/** What was looked at, and what was found wrong. */
export class Report {
  readonly looked: { readonly where: string; readonly what: string }[] = [];
  readonly damages: Damage[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  say(where: string, what: string): void {
    this.looked.push({ where, what });
  }

  damage(damage: Damage): void {
    this.#count += 1;
    if (this.damages.length < findingsListedMax) this.damages.push(damage);
  }

  /** Runs one step; what ends it early is damage too, and the next step is taken all the same. */
  async step(where: string, act: () => void | Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const what = error instanceof Error ? error.message.split("\n", 1).join("") : String(error);
      this.damage({ where, part: "STORE", at: "the rest of it", what: `cannot be read: ${what}` });
    }
  }

  lines(): string[] {
    const unlisted = this.#count - this.damages.length;
    return [
      ...this.looked.map(({ where, what }) => `${where.padEnd(14)} ${what}`),
      ...this.damages.map(
        ({ where, part, at, what }) => `DAMAGED ${where}: ${part} ${at}: ${what}`,
      ),
      ...(unlisted > 0 ? [`DAMAGED and ${unlisted} more`] : []),
      this.#count === 0 ? "sound" : `${this.#count} found wrong`,
    ];
  }

  json(): string {
    const { looked, damages, count } = this;
    return JSON.stringify({ sound: count === 0, looked, damages, damagesTotal: count });
  }
}

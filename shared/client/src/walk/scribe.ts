import { shownCharactersMax } from "./limits.ts";

/** Tells the walk's story, line by line. No line ever holds more of a code than its first group. */
export class Scribe {
  readonly #print: (line: string) => void;
  #step = 0;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /** Begins the next of the seven steps. */
  step(name: string, what: string): void {
    this.#step += 1;
    this.#print(`${this.#step} ${name}: ${what}`);
  }

  asks(who: string, request: string, body?: object): void {
    const shown = body === undefined ? "" : ` ${short(JSON.stringify(body, maskCodes))}`;
    this.#print(`  ${who} → ${request}${shown}`);
  }

  answers(text: string): void {
    this.#print(`      ← ${text}`);
  }

  says(text: string): void {
    this.#print(`      ${text}`);
  }
}

/** A code as it may be shown: its first group. */
export function maskCode(code: string): string {
  const [first = "", ...rest] = code.split("-");
  return [first, ...rest.map((group) => "•".repeat(group.length))].join("-");
}

const maskCodes = (name: string, value: unknown): unknown =>
  name === "code" && typeof value === "string" ? maskCode(value) : value;

const short = (text: string): string =>
  text.length <= shownCharactersMax ? text : `${text.slice(0, shownCharactersMax)}…`;

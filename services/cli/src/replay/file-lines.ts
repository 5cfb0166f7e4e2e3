import { createReadStream } from "node:fs";
import { lineBytesMax } from "./limits.ts";

/** One line of a file, without its end. */
export interface FileLine {
  /** From 1. */
  readonly number: number;
  /** Undefined for a line that is longer than a line may be. */
  readonly text: string | undefined;
  /** False for a last line that the file breaks off in. */
  readonly ended: boolean;
  /** With its end. */
  readonly bytes: number;
}

const newline = 0x0a;

/** The lines of a file as they are read, however long it is; a line that is too long is not kept. @throws as `fs` does */
export async function* fileLines(file: string): AsyncGenerator<FileLine> {
  let number = 0;
  let held = new LineBuffer();
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    for (let from = 0; from < chunk.length;) {
      const end = chunk.indexOf(newline, from);
      const to = end < 0 ? chunk.length : end + 1;
      held.add(chunk.subarray(from, to));
      from = to;
      if (end < 0) continue;
      yield held.line(++number, true);
      held = new LineBuffer();
    }
  }
  if (held.bytes > 0) yield held.line(++number, false);
}

/** The pieces of one line, as long as it is not too long. */
class LineBuffer {
  #pieces: Uint8Array[] = [];
  bytes = 0;

  add(piece: Uint8Array): void {
    this.bytes += piece.length;
    if (this.bytes > lineBytesMax) this.#pieces = [];
    else this.#pieces.push(piece);
  }

  line(number: number, ended: boolean): FileLine {
    const { bytes } = this;
    if (bytes > lineBytesMax) return { number, text: undefined, ended, bytes };
    const text = Buffer.concat(this.#pieces)
      .toString("utf8")
      .replace(/\r?\n$/, "");
    return { number, text: number === 1 ? text.replace(/^\ufeff/, "") : text, ended, bytes };
  }
}

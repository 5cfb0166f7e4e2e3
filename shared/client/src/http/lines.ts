import type { HttpAnswer } from "./fetch.ts";
import { lineCharactersMax } from "./limits.ts";

/**
 * The lines of a streamed answer, without their ends, as they arrive. A last line without its end is not a line: the
 * connection broke inside it. @throws Error for a line that is too long, or when the connection breaks
 */
export async function* linesOf(answer: Pick<HttpAnswer, "body">): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of piecesOf(answer)) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > lineCharactersMax) throw new Error("a line that is too long");
    yield* lines;
  }
  if (rest !== "") throw new Error("the answer ends inside a line");
}

/** A streamed answer as it arrives. @throws Error when the connection breaks */
export async function* piecesOf(answer: Pick<HttpAnswer, "body">): AsyncGenerator<Uint8Array> {
  // Not every browser can iterate a stream; all have readers.
  const reader = answer.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

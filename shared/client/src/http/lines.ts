import type { HttpAnswer } from "./fetch.ts";
import { lineCharactersMax } from "./limits.ts";

/**
 * The lines of a streamed answer, without their ends, as they arrive. A last line without its end is not a line: the
 * connection broke inside it. @throws Error for a line that is too long, or when the connection breaks
 */
export async function* linesOf(answer: Pick<HttpAnswer, "body">): AsyncGenerator<string> {
  // Not every browser can iterate a stream; all have readers.
  const reader = answer.body?.getReader();
  if (reader === undefined) return;
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > lineCharactersMax) throw new Error("a line that is too long");
      yield* lines;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  if (rest !== "") throw new Error("the answer ends inside a line");
}

import { Problem } from "../problem/problem.ts";
import { scanJson, type JsonFault } from "./scan-json.ts";

// A byte order mark stays visible and is refused: RFC 8259 §8.1 forbids it.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The value of a request body, exactly as it was written.
 * @throws Problem VALIDATION_FAILED naming the field.
 */
export function parseBody(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  const fault = text === "" ? { field: "", detail: "is empty" } : scanJson(text);
  if (fault !== undefined) throw refusal(fault);
  return JSON.parse(text);
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw refusal({ field: "", detail: "is not UTF-8" }, cause);
  }
}

function refusal({ field, detail }: JsonFault, cause?: unknown): Problem {
  return new Problem("VALIDATION_FAILED", {
    detail: `body ${field}: ${detail}`,
    errors: [{ in: "body", field, detail }],
    cause,
  });
}

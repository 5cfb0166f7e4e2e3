import { isUtf8 } from "node:buffer";
import { Problem } from "../problem/problem.ts";
import { scanJson, type JsonFault } from "./scan-json.ts";

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
  if (!isUtf8(bytes)) throw refusal({ field: "", detail: "is not UTF-8" });
  // A byte order mark stays visible and is refused: RFC 8259 §8.1 forbids it.
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

function refusal({ field, detail }: JsonFault): Problem {
  return new Problem("VALIDATION_FAILED", {
    errors: [{ in: "body", field, detail }],
  });
}

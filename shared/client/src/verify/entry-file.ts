import { fromBase64 } from "@scrip/merkle-log";
import { fromHex } from "@scrip/wire";
import { invalid } from "./steps.ts";

/**
 * The bytes of an entry from a file that holds them as they are, in base64 or in hex. Every entry begins with the head
 * of a CBOR map, 0xa0 or above (RFC 8949 §3.1), which no text in these alphabets does.
 * @throws ProofError `PROOF_INVALID`
 */
export function readEntryFile(file: Uint8Array): Uint8Array {
  if ((file[0] ?? 0) >= 0x80) return file;
  const text = new TextDecoder().decode(file).trim();
  if (/^(?:[0-9a-f]{2})+$/i.test(text)) return fromHex(text.toLowerCase());
  const bytes = text === "" ? undefined : fromBase64(text);
  return bytes ?? invalid("read the entry file: it holds neither an entry's bytes, base64 nor hex");
}

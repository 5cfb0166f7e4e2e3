import { sha256Ed25519 } from "@scrip/signing";
import { codeAt, formatCode } from "@scrip/wire";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";

const seedBytes = 32;

/**
 * Writes codes of cards that do not exist yet, one a line.
 * @param {string} file
 * @param {number} count
 */
export function writeNewCodes(file, count) {
  const seed = randomBytes(seedBytes);
  const codes = Array.from({ length: count }, (_, nth) =>
    formatCode(codeAt(sha256Ed25519.hash, seed, nth)),
  );
  writeFileSync(file, `${codes.join("\n")}\n`);
}

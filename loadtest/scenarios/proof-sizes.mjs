import { readFileSync } from "node:fs";
import { sha256Ed25519 } from "@scrip/signing";
import { cardIdOfCode, formatCardId, parseCode } from "@scrip/wire";
import { startEverything } from "../subjects/everything.mjs";
import { preparedCards } from "../subjects/prepared-cards.mjs";
import { number } from "../harness/statistics.mjs";

export const name = "proof-sizes";

const samples = 20;
const commitWaitMs = 30_000;
const kind = {
  event: "event, with its entry",
  bareEvent: "event, without its entry",
  card: "card, both halves",
};

/**
 * How large the proof files are that the product serves: the largest of some.
 * @param {import("../harness/options.mjs").Options} options
 * @returns {Promise<import("../harness/report.mjs").Section>}
 */
export async function run({ quick }) {
  const cards = quick ? 5_000 : 100_000;
  const { directory, codesFile } = await preparedCards(cards);
  const { process, client, keys } = await startEverything(directory);
  try {
    const acceptor = client.as(keys.acceptor);
    const operator = client.as(keys.operator);
    const codes = readFileSync(codesFile, "utf8").trim().split("\n");
    /** @type {Record<string, string[]>} */
    const files = { [kind.event]: [], [kind.bareEvent]: [], [kind.card]: [] };
    for (let nth = 0; nth < samples; nth += 1) {
      const code = codes[Math.floor((nth * codes.length) / samples)] ?? "";
      const body = { acceptor: "acceptor", amount: 1, tenders: [{ code }] };
      const keyed = { key: `sizes ${nth}`, waitMs: commitWaitMs };
      const { eventId } = (await acceptor.writeOff(/** @type {any} */ (body), keyed)).body;
      files[kind.event]?.push(await acceptor.eventProof(eventId));
      files[kind.bareEvent]?.push(await client.eventProof(eventId));
      files[kind.card]?.push(await operator.cardProof(cardIdOf(code)));
    }
    const { size } = (await operator.ledgerStatus()).body;
    return section(files, { cards, size });
  } finally {
    await process.stop();
  }
}

/** @param {string} text */
function cardIdOf(text) {
  const code = parseCode(text);
  if (code === null) throw new Error("not a card code");
  return formatCardId(cardIdOfCode(sha256Ed25519.hash, code));
}

/**
 * @param {Record<string, string[]>} files
 * @param {{ cards: number, size: number }} ledger
 * @returns {import("../harness/report.mjs").Section}
 */
function section(files, { cards, size }) {
  const aims = { [kind.event]: "≤ 2,500", [kind.card]: "≤ 3,500" };
  return {
    title: `Proof files at ${number(cards)} cards`,
    about: [
      `The largest of ${samples} each, as served, against a log of ${number(size)} entries with four cosigners.`,
      "Binary is the same file with every base64 word as the bytes it stands for.",
    ],
    tables: [
      {
        head: ["", "binary, bytes", "aim", "text, bytes"],
        rows: Object.entries(files).map(([what, texts]) => [
          what,
          number(Math.max(...texts.map(binaryBytes))),
          aims[what] ?? "",
          number(Math.max(...texts.map((text) => Buffer.byteLength(text)))),
        ]),
      },
    ],
  };
}

// A hash of 32 bytes has 44 characters; nothing shorter is data.
const base64Word = /[A-Za-z0-9+/]{42,}={0,2}/g;

/** @param {string} text */
const binaryBytes = (text) =>
  Buffer.byteLength(
    text.replaceAll(base64Word, (word) => "x".repeat(Buffer.from(word, "base64").length)),
  );

import { sha256 } from "@scrip/merkle-log";
import type { BulkStepAnswer } from "@scrip/wire";
import { cardIdOfCode, formatCardId, formatTime, parseCode, toHex, utf8 } from "@scrip/wire";
import type { Answered } from "../http/connection.ts";
import { ProblemError } from "../http/problems.ts";
import { maskCode } from "./scribe.ts";
import type { Setting, WalkedCard } from "./setting.ts";
import { faceValue, until, walkDistributor, walkIssuer, walkProgram } from "./setting.ts";

const yearMs = 365 * 86_400_000;

/** Step 1: a program, a batch of one card, and its code, which is shown to the issuer once. */
export async function generating(setting: Setting): Promise<WalkedCard> {
  const { scribe, runId, nowMs } = setting;
  const issuer = setting.anyone.as(setting.keys.issuer);
  scribe.step("generating", "the issuer has a card made");
  await openProgram(setting);
  const body = {
    programId: walkProgram,
    count: 1,
    faceValue,
    expiresAt: formatTime(nowMs() + yearMs),
  };
  scribe.asks("issuer", "POST /v1/batches", body);
  const created = await issuer.createBatch(body, { key: `walk ${runId} batch` });
  const { batchId } = created.body.batch;
  scribe.answers(`${created.status} ${batchId}, ${created.body.finality}`);
  await until("the card is generated", nowMs, async () => {
    const { status } = (await issuer.batch(batchId)).body;
    return status === "GENERATED" ? status : undefined;
  });
  return { batchId, ...(await takeCode(setting, batchId)) };
}

async function openProgram({ scribe, anyone, keys }: Setting): Promise<void> {
  const body = {
    programId: walkProgram,
    kind: "GIFT_CARD",
    unit: "CNY",
    issuer: walkIssuer,
    refundWindowDays: 90,
    showBalance: false,
  } as const;
  scribe.asks("issuer", "POST /v1/programs", body);
  try {
    // The same key in every walk: the program is opened once.
    const { status, body: answer } = await anyone
      .as(keys.issuer)
      .createProgram(body, { key: "walk program" });
    scribe.answers(`${status} version ${answer.program.version}, ${answer.finality}`);
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== "PROGRAM_ALREADY_EXISTS") throw error;
    scribe.answers(`${error.status} it is there already`);
  }
}

/** Downloads the codes and confirms them; from then on nobody can list them again. */
async function takeCode(
  { scribe, anyone, keys, suite }: Setting,
  batchId: string,
): Promise<Omit<WalkedCard, "batchId">> {
  const issuer = anyone.as(keys.issuer);
  scribe.asks("issuer", `GET /v1/batches/${batchId}/codes`);
  const codes: string[] = [];
  for await (const line of issuer.codes(batchId)) codes.push(line);
  const [code = ""] = codes;
  const symbols = parseCode(code);
  if (symbols === null || codes.length !== 1) throw new Error("the batch did not give one code");
  scribe.answers(maskCode(code));
  // The hash of the download is always SHA-256, whatever the chain's own suite is.
  const received = { count: 1, sha256: toHex(sha256(utf8(`${code}\n`))) };
  scribe.asks("issuer", `POST /v1/batches/${batchId}/codes/confirm`, received);
  const confirmed = await issuer.confirmCodes(batchId, received);
  scribe.answers(`${confirmed.status} ${confirmed.body.codes}: nobody can list the code again`);
  return { code, cardId: formatCardId(cardIdOfCode(suite.hash, symbols)) };
}

/** Step 2: a distributor takes the batch over. */
export async function acquiring(setting: Setting, { batchId }: WalkedCard): Promise<void> {
  const { scribe, anyone, keys, runId } = setting;
  const body = { distributor: walkDistributor };
  scribe.step("acquiring", "a distributor takes the batch over");
  scribe.asks("distributor", `POST /v1/batches/${batchId}/acquire`, body);
  const key = `walk ${runId} acquire`;
  const send = () => anyone.as(keys.distributor).acquire(batchId, body, { key });
  scribe.answers(await stepTaken(setting, send));
}

/** Step 3: the card reaches a consumer and becomes spendable. */
export async function distributing(setting: Setting, { batchId }: WalkedCard): Promise<void> {
  const { scribe, anyone, keys, runId } = setting;
  const body = { cards: "ALL" } as const;
  scribe.step("distributing", "the card reaches a consumer and becomes spendable");
  scribe.asks("distributor", `POST /v1/batches/${batchId}/distribute`, body);
  const key = `walk ${runId} distribute`;
  const send = () => anyone.as(keys.distributor).distribute(batchId, body, { key });
  scribe.answers(await stepTaken(setting, send));
}

/** A step of a large batch may go on after the answer: the same key then asks how it went. */
async function stepTaken(
  { nowMs }: Setting,
  send: () => Promise<Answered<BulkStepAnswer>>,
): Promise<string> {
  return await until("the step of the batch ends", nowMs, async () => {
    const { status, body } = await send();
    if ("status" in body) return undefined;
    return `${status} ${body.cards} card, ${body.leftOutCount} left out`;
  });
}

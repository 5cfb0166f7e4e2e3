import type { WriteOffAnswer } from "@scrip/wire";
import { describeClaim } from "../verify/describe-claim.ts";
import { verifyFile } from "../verify/verify-file.ts";
import { answerAgeMaxMs, commitWaitMs } from "./limits.ts";
import type { Setting, WalkedCard } from "./setting.ts";
import { price, until, walkAcceptor } from "./setting.ts";

/** Step 4: anyone who holds the card asks about it without a key, and checks the answer. */
export async function verifying(setting: Setting, { code }: WalkedCard): Promise<void> {
  const { scribe, anyone, policy, suite, nowMs } = setting;
  const body = { code, amount: price };
  scribe.step("verifying", "anyone who holds the card checks it, without a login");
  scribe.asks("anyone", "POST /v1/verify", body);
  // The answer is no until a quorum has cosigned the card's way here.
  const answer = await until("the card is confirmed", nowMs, async () => {
    const { body: said } = await anyone.verify(body);
    return said.confirmed ? said : undefined;
  });
  const covered = answer.covered === true ? "covered" : "not covered";
  scribe.answers(`confirmed: ${answer.unit}, until ${answer.expiryMonth}, ${price} is ${covered}`);
  if (answer.proof === undefined) throw new Error("the answer carries no proof");
  const file = answer.proof;
  const claim = verifyFile({ file, policy, code, suite, nowMs: nowMs(), maxAgeMs: answerAgeMaxMs });
  if (claim.kind !== "card") throw new Error("the answer's proof is not of a card");
  scribe.says("checked offline, with nothing but the code and the policy:");
  for (const line of describeClaim(claim)) scribe.says(`  ${line}`);
}

/** Step 5: a user who is logged in puts the card into their wallet. */
export async function binding(setting: Setting, { code }: WalkedCard): Promise<string> {
  const { scribe, anyone, keys, runId } = setting;
  const holder = `walker-${runId}`;
  const body = { code, holder };
  scribe.step("binding", "a user puts the card into their wallet");
  scribe.asks("acceptor", "POST /v1/bindings", body);
  const bound = await anyone.as(keys.acceptor).bind(body, { key: `walk ${runId} bind` });
  scribe.answers(`${bound.status} ${bound.body.operation.type}, ${bound.body.finality}`);
  return holder;
}

/** Step 6: a checkout takes part of its value. */
export async function writingOff(
  setting: Setting,
  { cardId }: WalkedCard,
  holder: string,
): Promise<WriteOffAnswer> {
  const { scribe, anyone, keys, runId } = setting;
  const body = {
    acceptor: walkAcceptor,
    amount: price,
    unit: "CNY",
    tenders: [{ wallet: holder, cards: [cardId] }],
    reference: `walk ${runId}`,
  } as const;
  scribe.step("writing off", "a checkout takes part of its value");
  scribe.asks("acceptor", "POST /v1/write-offs?waitFor=committed", body);
  const keyed = { key: `walk ${runId} write-off`, waitMs: commitWaitMs };
  const { status, body: answer } = await anyone.as(keys.acceptor).writeOff(body, keyed);
  const [left] = answer.balances;
  scribe.answers(`${status} ${answer.operation.status}, ${answer.finality}`);
  scribe.says(
    `took ${answer.operation.amount} (${left?.unit}, minor units), ${left?.available} left`,
  );
  return answer;
}

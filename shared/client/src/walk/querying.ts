import type { WriteOffAnswer } from "@scrip/wire";
import type { Claim } from "../verify/claim.ts";
import { describeClaim } from "../verify/describe-claim.ts";
import { verifyFile } from "../verify/verify-file.ts";
import type { Setting, WalkedCard } from "./setting.ts";

/** What the walk leaves behind. */
export interface Walked {
  readonly cardId: string;
  readonly eventId: string;
  /** The write-off's proof file, its entry included. */
  readonly proof: string;
  /** What the proof was found to say. */
  readonly claim: Claim;
}

/** Step 7: wallet, history, and the write-off's proof, which is verified offline. */
export async function querying(
  setting: Setting,
  { cardId }: WalkedCard,
  sale: { readonly holder: string; readonly answer: WriteOffAnswer },
): Promise<Walked> {
  const { scribe, anyone, keys } = setting;
  scribe.step("querying", "balance, history and proof");
  scribe.asks("acceptor", `GET /v1/wallets/${sale.holder}`);
  const wallet = await anyone.as(keys.acceptor).wallet(sale.holder);
  const [balance] = wallet.body.balances;
  scribe.answers(`${wallet.status} ${balance?.available} ${balance?.unit}`);

  const { eventId } = sale.answer;
  scribe.asks("regulator", `GET /v1/events/${eventId}/proof`);
  const proof = await anyone.as(keys.regulator).eventProof(eventId);
  scribe.answers(`${proof.length} characters, the entry in it`);
  await tellHistory(setting, cardId);
  return { cardId, eventId, proof, claim: checkProof(setting, proof, { cardId, eventId }) };
}

async function tellHistory({ scribe, anyone, keys }: Setting, cardId: string): Promise<void> {
  scribe.asks("regulator", `GET /v1/cards/${cardId}/history`);
  const { status, body } = await anyone.as(keys.regulator).history(cardId);
  scribe.answers(`${status} ${body.events.map(({ type }) => type).join(", ")}`);
}

function checkProof(
  { scribe, policy, suite, nowMs }: Setting,
  file: string,
  { cardId, eventId }: { readonly cardId: string; readonly eventId: string },
): Claim {
  const claim = verifyFile({
    file,
    policy,
    card: cardId,
    eventId,
    committed: true,
    suite,
    nowMs: nowMs(),
  });
  if (claim.kind !== "event") throw new Error("the proof does not show the write-off");
  scribe.says("checked offline, with nothing but the proof and the policy:");
  for (const line of describeClaim(claim)) scribe.says(`  ${line}`);
  return claim;
}

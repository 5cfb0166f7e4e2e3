import { programId, type CardId } from "@scrip/domain";
import type { ShownTender } from "@scrip/application";
import { cardIdOfCode, parseCardId, parseCode, type Hash, type Tender } from "@scrip/wire";
import { Problem, requireHoldersAct } from "@scrip/service-kit";
import type { Caller } from "@scrip/ports";

/**
 * The tender as the caller shows it: a code names its card, a wallet its holder.
 * @throws Problem CARD_CODE_MALFORMED before any look-up; PERMISSION_DENIED when the key may not act for holders.
 */
export function shownTender(hash: Hash, caller: Caller, tender: Tender): ShownTender {
  if ("code" in tender) return { kind: "CODE", cardId: cardOfCode(hash, tender.code) };
  requireHoldersAct(caller);
  const holder = tender.wallet;
  if ("programId" in tender)
    return { kind: "LOTS", holder, programId: programId(tender.programId) };
  const [text] = tender.cards;
  const cardId = parseCardId(text);
  if (cardId === null) throw new Problem("CARD_NOT_FOUND");
  return { kind: "BOUND_CARD", holder, cardId };
}

function cardOfCode(hash: Hash, code: string): CardId {
  const symbols = parseCode(code);
  if (symbols === null) throw new Problem("CARD_CODE_MALFORMED");
  return cardIdOfCode(hash, symbols);
}

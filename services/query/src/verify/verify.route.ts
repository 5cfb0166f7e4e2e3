import type { CardId } from "@scrip/domain";
import { Problem, type DependencyContainer } from "@scrip/service-kit";
import {
  cardIdOfCode,
  formatCardId,
  formatTime,
  parseCardId,
  parseCode,
  verifyAnswer,
  verifyBody,
  type Hash,
  type VerifyAnswer,
  type VerifyBody,
} from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { cardProof } from "../proofs/card-proof.ts";
import { cardStateOf } from "../reading/card-state.ts";
import { tokens } from "../tokens.ts";
import { usableCard, type UsableCard } from "./verdict.ts";

/** The one negative answer: the same for every card that cannot be used, and for none at all. */
const negative: VerifyAnswer = { confirmed: false };

/** Year and month of a time in RFC 3339. */
const monthChars = "2028-01".length;

/** What a caller asked: which card, and how much, if they showed its code. */
interface Question {
  readonly cardId: CardId;
  readonly byCode: boolean;
  readonly amount: number | null;
}

/** `POST /v1/verify`: anybody asks whether a card can be used, and gets an answer to check alone. */
export function verifyRoute(app: FastifyInstance, container: DependencyContainer): void {
  const copy = container.resolve(tokens.copy);
  const online = container.resolve(tokens.online);
  const registry = container.resolve(tokens.registry);
  const clock = container.resolve(tokens.clock);

  app.post<{ Body: VerifyBody }>(
    "/v1/verify",
    {
      config: { access: "PUBLIC" },
      schema: { body: verifyBody, response: { 200: verifyAnswer } },
    },
    async (request, reply): Promise<VerifyAnswer> => {
      const question = questionOf(copy.hash, request.body);
      // Whoever asks, and whatever for: without the online state nobody gets an answer.
      const record = await online.card(question.cardId);
      const committed = cardStateOf(copy, question.cardId);
      const nowMs = clock.nowMs();
      const usable = usableCard({ online: record?.card, committed }, nowMs);
      void reply.header("cache-control", "no-store");
      if (usable === null) return negative;
      const showBalance = registry.ruling(usable.card.programId, nowMs)?.showBalance === true;
      const proof = cardProof(copy, question.cardId, "PUBLIC");
      return proof === undefined ? negative : positive(usable, question, { showBalance, proof });
    },
  );
}

/** @throws Problem CARD_CODE_MALFORMED before anything is looked up */
function questionOf(hash: Hash, body: VerifyBody): Question {
  if ("code" in body) {
    const code = parseCode(body.code);
    if (code === null) throw new Problem("CARD_CODE_MALFORMED");
    return { cardId: cardIdOfCode(hash, code), byCode: true, amount: body.amount ?? null };
  }
  const cardId = parseCardId(body.cardId);
  if (cardId === null)
    throw new Problem("VALIDATION_FAILED", { detail: "body /cardId: is no card id" });
  return { cardId, byCode: false, amount: null };
}

/** A card id alone tells nothing of the balance: it would let anyone search for it. */
function positive(
  { card, available }: UsableCard,
  { byCode, amount }: Question,
  { showBalance, proof }: { readonly showBalance: boolean; readonly proof: string },
): VerifyAnswer {
  const expiry = card.expiresAtMs === null ? null : formatTime(card.expiresAtMs);
  return {
    confirmed: true,
    cardId: formatCardId(card.cardId),
    unit: card.unit,
    expiryMonth: expiry?.slice(0, monthChars) ?? null,
    ...(amount === null ? {} : { covered: BigInt(amount) <= available }),
    ...(byCode && showBalance ? { balance: Number(available) } : {}),
    proof,
  };
}

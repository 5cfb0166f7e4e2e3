import { isProblemCode, type ProblemCode, type RouteDescription } from "@scrip/service-kit";

/*
 * What the API's description says of each route beside its schemas: a line, and the codes that are its own. Those that
 * come with API keys, bodies and Idempotency-Keys are added to every route that has them. A route that is missing here,
 * and one that is not there, end the making of the description.
 */

/** @throws Error for a word that is no code */
const codesIn = (words: string): ProblemCode[] =>
  words
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => {
      if (isProblemCode(word)) return word;
      throw new Error(`no such code: ${word}`);
    });

const route = (summary: string, codes = ""): RouteDescription => ({
  summary,
  codes: codesIn(codes),
});

/** How a card may stand that this cannot be done with. */
const standing =
  "CARD_NOT_FOUND CARD_NOT_ACTIVE CARD_EXPIRED CARD_SUSPENDED CARD_CANCELLED CARD_REPLACED ";
const ofCard = (summary: string, codes = ""): RouteDescription =>
  route(summary, `${standing}${codes}`);
/** An order about one card, under the terms of its program. */
const order = (summary: string, codes = ""): RouteDescription =>
  ofCard(summary, `PROGRAM_NOT_FOUND NOT_COMMITTED_YET ${codes}`);
/** A step of many cards: what keeps one of them from it is told with the cards that were left out. */
const batchStep = (summary: string): RouteDescription =>
  route(summary, "BATCH_NOT_FOUND PARTICIPANT_NOT_FOUND LIMIT_EXCEEDED NOT_COMMITTED_YET");

const issuance = {
  "POST /v1/programs": route(
    "Open a program",
    "PARTICIPANT_NOT_FOUND PROGRAM_ALREADY_EXISTS PROGRAM_KIND_MISMATCH LIMIT_EXCEEDED " +
      "NOT_COMMITTED_YET",
  ),
  "GET /v1/programs/:id": route(
    "Read a program's terms, version by version",
    "PROGRAM_NOT_FOUND NOT_COMMITTED_YET",
  ),
  "POST /v1/programs/:id/versions": route(
    "Change a program's terms from a time on",
    "PROGRAM_NOT_FOUND PROGRAM_VERSION_WRONG PROGRAM_VERSION_PENDING PROGRAM_KIND_MISMATCH " +
      "LIMIT_EXCEEDED NOT_COMMITTED_YET",
  ),
  "POST /v1/participants": route("Register a participant", "PARTICIPANT_ALREADY_EXISTS"),
  "POST /v1/batches": route(
    "Order a batch of cards",
    "PROGRAM_NOT_FOUND PROGRAM_KIND_MISMATCH BALANCE_EXCEEDS_LIMIT AMOUNT_INVALID " +
      "CARD_EXPIRED LIMIT_EXCEEDED NOT_COMMITTED_YET",
  ),
  "GET /v1/batches/:id": route(
    "Read a batch and how far it is",
    "BATCH_NOT_FOUND NOT_COMMITTED_YET",
  ),
  "GET /v1/batches/:id/codes": route(
    "Download the codes of a batch, one a line",
    "BATCH_NOT_FOUND CODES_WIPED NOT_COMMITTED_YET",
  ),
  "POST /v1/batches/:id/codes/confirm": route(
    "Say that the codes have arrived: from then on nobody can list them",
    "BATCH_NOT_FOUND CODES_CONFIRM_MISMATCH CODES_WIPED NOT_COMMITTED_YET",
  ),
  "GET /v1/batches/:id/left-out": route(
    "List the cards that could not take a step of the whole batch",
    "BATCH_NOT_FOUND CURSOR_INVALID NOT_COMMITTED_YET",
  ),
  "POST /v1/batches/:id/acquire": batchStep("Take a batch over, as its distributor"),
  "POST /v1/batches/:id/distribute": batchStep(
    "Give cards of a batch out: from then on they can be spent",
  ),
  "POST /v1/points-grants": route(
    "Grant points to a holder",
    "PROGRAM_NOT_FOUND PROGRAM_KIND_MISMATCH PARTICIPANT_NOT_FOUND AMOUNT_INVALID " +
      "BALANCE_EXCEEDS_LIMIT CARD_EXPIRED LIMIT_EXCEEDED NOT_COMMITTED_YET",
  ),
  "POST /v1/cards/:id/load": order(
    "Load a card; what is loaded on a replaced one goes to its successor",
    "AMOUNT_INVALID BALANCE_EXCEEDS_LIMIT PROGRAM_KIND_MISMATCH",
  ),
  "POST /v1/cards/:id/adjust": order(
    "Correct a card's balance, with a reason: of this one card, so a replaced one is refused",
    "AMOUNT_INVALID BALANCE_EXCEEDS_LIMIT BALANCE_INSUFFICIENT",
  ),
  "POST /v1/cards/:id/suspend": order("Suspend a card, with a reason"),
  "POST /v1/cards/:id/resume": order("End a card's suspension", "CARD_STEP_TAKEN"),
  "POST /v1/cards/:id/cancel": order("Cancel a card for good, with a reason", "CARD_HELD"),
  "POST /v1/cards/:id/replace": order(
    "Put a new card in the place of one, or issue an expired one again",
    "CARD_HELD CARD_ALREADY_EXISTS",
  ),
  "POST /v1/replacements/:id/code/confirm": route(
    "Say that the code of a replacement has arrived: from then on nobody is told it",
    "CARD_NOT_FOUND CODES_CONFIRM_MISMATCH",
  ),
  "POST /v1/keys": route("Make an API key", "KEY_LIMIT_REACHED IDEMPOTENCY_KEY_REUSED"),
  "GET /v1/keys": route("List API keys, never a secret", "CURSOR_INVALID"),
  "POST /v1/keys/:id/rotate": route(
    "Make the key that follows another",
    "KEY_NOT_FOUND KEY_REVOKED KEY_LIMIT_REACHED",
  ),
  "DELETE /v1/keys/:id": route("Revoke an API key for good", "KEY_NOT_FOUND KEY_LAST_OPERATOR"),
};

const binding = {
  "POST /v1/bindings": order(
    "Put the card of a code into a holder's wallet",
    "CARD_CODE_MALFORMED CARD_ALREADY_BOUND CARD_BOUND_TO_OTHER",
  ),
  "DELETE /v1/bindings/:cardId": order(
    "Take a card out of its wallet",
    "HOLDER_NOT_FOUND CARD_NOT_BOUND CARD_BOUND_TO_OTHER CARD_HELD PROGRAM_KIND_MISMATCH",
  ),
  "POST /v1/bindings/:cardId/transfer": order(
    "Move a card to another holder's wallet",
    "HOLDER_NOT_FOUND CARD_NOT_BOUND CARD_BOUND_TO_OTHER CARD_ALREADY_BOUND CARD_HELD " +
      "PROGRAM_KIND_MISMATCH",
  ),
  "GET /v1/wallets/:holder": route("Read what a holder has", "HOLDER_NOT_FOUND CURSOR_INVALID"),
};

const writeOff = {
  "POST /v1/write-offs": ofCard(
    "Write off: take a sale from a card or a wallet",
    "CARD_CODE_MALFORMED CARD_NOT_BOUND CARD_BOUND_TO_OTHER AMOUNT_INVALID UNIT_MISMATCH " +
      "BALANCE_INSUFFICIENT BALANCE_EXCEEDS_LIMIT ACCEPTOR_NOT_ALLOWED LIMIT_EXCEEDED " +
      "PROGRAM_NOT_FOUND PROGRAM_KIND_MISMATCH HOLDER_NOT_FOUND PARTICIPANT_NOT_FOUND " +
      "NOT_COMMITTED_YET",
  ),
  "GET /v1/write-offs/:id": route(
    "Read a write-off, and what was and can be given back of it",
    "WRITE_OFF_NOT_FOUND",
  ),
  "POST /v1/write-offs/:id/refund": ofCard(
    "Give back all or part of a write-off",
    "WRITE_OFF_NOT_FOUND REFUND_EXCEEDS_CAPTURE REFUND_WINDOW_CLOSED AMOUNT_INVALID " +
      "BALANCE_EXCEEDS_LIMIT ACCEPTOR_NOT_ALLOWED LIMIT_EXCEEDED PROGRAM_NOT_FOUND " +
      "NOT_COMMITTED_YET",
  ),
};

const query = {
  "POST /v1/verify": route("Verify a card without a login", "CARD_CODE_MALFORMED"),
  "GET /v1/cards/:id": route("Read a card as COMMITTED", "CARD_NOT_FOUND"),
  "GET /v1/cards/:id/history": route("Read every step of a card", "CARD_NOT_FOUND CURSOR_INVALID"),
  "GET /v1/cards/:id/proof": route("Get the proof of a card's state", "CARD_NOT_FOUND"),
  "POST /v1/cards/:id/reconcile": route(
    "Set a card on which store and ledger differ after a rejection",
    "CARD_NOT_FOUND CARD_NOT_ON_LEDGER CARD_STEP_TAKEN RECONCILIATION_WRONG " +
      "PROGRAM_NOT_FOUND NOT_COMMITTED_YET",
  ),
  "GET /v1/events/:id": route("Read an event", "EVENT_NOT_FOUND"),
  "GET /v1/events/:id/proof": route(
    "Get the proof that an event is in the log",
    "EVENT_NOT_FOUND PROOF_NOT_AVAILABLE_YET",
  ),
  "GET /v1/programs/:id/events": route(
    "List the events of a program",
    "PROGRAM_NOT_FOUND CURSOR_INVALID",
  ),
  "GET /v1/acceptors/:id/write-offs": route(
    "List the write-offs at an acceptor, and their refunds beside them",
    "PARTICIPANT_NOT_FOUND CURSOR_INVALID",
  ),
  "GET /v1/batches/:id/cards": route(
    "List the cards of a batch as COMMITTED",
    "BATCH_NOT_FOUND CURSOR_INVALID",
  ),
  "GET /v1/ledger/status": route("Read how the ledger is"),
  "GET /v1/ledger/policy": route("Get the policy: whose signatures make a quorum"),
  "GET /v1/ledger/promises": route("List the promises of receipts that were not kept"),
  "GET /v1/ledger/rejections": route("List what the ledger rejected", "CURSOR_INVALID"),
  "GET /checkpoint": route("Get the newest cosigned checkpoint"),
  "GET /tile/:level/*": route("Get a tile of hashes of the log", "ROUTE_NOT_FOUND"),
  "GET /tile/entries/*": route("Get a bundle of entries of the log", "ROUTE_NOT_FOUND"),
};

/** Every route of the one process. */
export const describedRoutes: Readonly<Record<string, RouteDescription>> = {
  ...issuance,
  ...binding,
  ...writeOff,
  ...query,
};

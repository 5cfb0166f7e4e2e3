import { eventProofPath, formatCardId, formatEventId, formatTime } from "@scrip/wire";
import type { CardClaim, Claim, CosignedLog, EventClaim, LogClaim, ReceiptClaim } from "./claim.ts";
import { subjectsOf } from "./verify-entry.ts";

/** Cards of one event that are named one by one. */
const cardsNamedMax = 5;

/** What a claim says, in plain words: the claim itself first, whose word it rests on last. */
export function describeClaim(claim: Claim): readonly string[] {
  if (claim.kind === "receipt") return promise(claim);
  const { log } = claim;
  return [
    ...statement(claim),
    `cosigned by ${log.cosignedBy.join(", ")} at ${time(log.cosignedAtMs)}`,
  ];
}

function promise(claim: ReceiptClaim): readonly string[] {
  const { event, due, origin, promisedBy } = claim;
  const eventId = formatEventId(claim.eventId);
  const by = time(claim.logByMs);
  const proof = eventProofPath(eventId);
  return [
    `${eventId} is PROMISED to be in log ${origin} by ${by}`,
    ...(event === null ? [notShown] : happened(event)),
    `a promise of ${promisedBy}, and no proof: no validator has signed it`,
    due
      ? `it is due since ${by}: ${proof} must have the proof, or else the promise is broken`
      : `from then on at the latest ${proof} has the proof`,
  ];
}

const notShown = "what it says is not shown: give the entry to learn more";

function statement(claim: LogClaim): readonly string[] {
  switch (claim.kind) {
    case "checkpoint":
      return [`log ${claim.log.origin} has ${claim.log.size} entries`];
    case "event":
      return [`${formatEventId(claim.eventId)} is ${place(claim)}`, ...happened(claim.event)];
    case "rejection":
      return [
        `${formatEventId(claim.eventId)} was REJECTED by the ledger (${claim.reason}): ${place(claim)}`,
      ];
    case "frame":
      return [`this ${claim.entry} entry is ${place(claim)}`];
    case "hash":
      return [`some entry with the hash ${claim.leafHash} is ${place(claim)}`, notShown];
    case "card":
      return card(claim);
  }
}

const place = ({ index, log }: { readonly index: number; readonly log: CosignedLog }): string =>
  `entry ${index} of log ${log.origin} (${log.size} entries)`;

function happened(event: EventClaim["event"]): readonly string[] {
  const who = `by ${event.actor} at ${time(event.atMs)}`;
  const cards = subjectsOf(event);
  const named = cards.slice(0, cardsNamedMax).map(formatCardId);
  const others = cards.length > named.length ? ` and ${cards.length - named.length} more` : "";
  return [
    `it says: ${event.type} ${who}`,
    ...amounts(event),
    ...(named.length === 0 ? [] : [`cards: ${named.join(", ")}${others}`]),
  ];
}

/** What moved, where, and what that left, in minor units. */
function amounts(event: EventClaim["event"]): readonly string[] {
  switch (event.type) {
    case "CardWrittenOff":
    case "CardRefunded": {
      const total = event.cards.reduce((sum, { amount }) => sum + amount, 0n);
      const left = event.cards.reduce((sum, { balance }) => sum + balance, 0n);
      return [
        `amount ${total} at ${event.acceptor} under program ${event.programId}, balance after ${left}`,
      ];
    }
    case "PointsGranted":
      return [`amount ${event.lot.amount} ${event.unit} under program ${event.programId}`];
    case "CardsGenerated":
      return [`face value ${event.faceValue} ${event.unit} under program ${event.programId}`];
    case "CardLoaded":
      return [moved("loaded", event)];
    case "CardAdjusted":
      return [
        moved(`${event.direction === "CREDIT" ? "added" : "taken away"} (${event.reason})`, event),
      ];
    case "CardCancelled":
      return [moved(`cancelled (${event.reason})`, event)];
    case "CardReplaced":
      return [moved(`moved to ${formatCardId(event.successor.cardId)}`, event)];
    case "CardSuspended":
      return [`reason ${event.reason}`];
    case "CardsExpired": {
      const total = event.cards.reduce((sum, { amount }) => sum + amount, 0n);
      return [`amount ${total} expired under program ${event.programId}`];
    }
    case "OperationsClosed":
      return [`${event.operations.length} write-offs can no longer be refunded`];
    case "CardReconciled":
      return [`balance ${event.card.balance}, held ${event.card.held} by order of the operator`];
    case "EpochOpened":
      return [`shard ${event.shard} goes on in epoch ${event.epoch} from event ${event.fromSeq}`];
    case "ProgramChanged":
      return [
        `program ${event.program.programId} has version ${event.program.version} from ${time(event.program.effectiveFromMs)}`,
      ];
    case "ProgramCreated":
    case "BatchCreated":
    case "ParticipantRegistered":
    case "CardsAcquired":
    case "CardsDistributed":
    case "CardBound":
    case "CardUnbound":
    case "CardTransferred":
    case "CardResumed":
      return [];
  }
}

type OfCard = Extract<EventClaim["event"], { readonly card: { readonly amount: bigint } }>;

const moved = (how: string, { card: effect, programId }: OfCard): string =>
  `amount ${effect.amount} ${how} under program ${programId}, balance after ${effect.balance}`;

function card(claim: CardClaim): readonly string[] {
  const { state, full, log, height } = claim;
  const until =
    state.expiresAtMs === null
      ? "never expires"
      : `${claim.expired ? "EXPIRED at" : "expires at"} ${time(state.expiresAtMs)}`;
  const parted = state.diverged ? ", DIVERGED: store and ledger disagree about it" : "";
  const shown = full?.card;
  return [
    `${formatCardId(claim.cardId)} is ${state.status} as of height ${height} (${time(claim.blockTimeMs)})${parted}`,
    `unit ${state.unit}, ${until}, program ${state.programId}, card version ${state.version}`,
    ...(shown === undefined ? [] : [`balance ${shown.balance}, held ${shown.held}`]),
    `that is the end of log ${log.origin} (${log.size} entries)`,
  ];
}

/** A time as text; what the calendar of RFC 3339 does not hold stays a number. */
function time(ms: number): string {
  try {
    return formatTime(ms);
  } catch {
    return `${ms} ms`;
  }
}

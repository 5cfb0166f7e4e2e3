import type { RefusalCode } from "@scrip/domain";

interface Kind {
  readonly status: number;
  readonly title: string;
  /** Whether the very same request can succeed later. */
  readonly retryable: boolean;
  /** Sent as Retry-After when the one who throws does not know better. */
  readonly retryAfterS?: number;
}

const no = (status: number, title: string): Kind => ({ status, title, retryable: false });
const later = (status: number, title: string, retryAfterS = 1): Kind => ({
  status,
  title,
  retryable: true,
  retryAfterS,
});

/** Only the ledger says these, to an event that lies; an honest `decide` cannot. */
type LedgerOnly =
  "VERSION_GAP" | "TIME_WENT_BACK" | "AFTER_AMOUNTS_WRONG" | "OPERATION_ALREADY_EXISTS" | "NOT_DUE";
/** Every other refusal of the rules has its status here: a new one does not compile without. */
type Answered = Exclude<RefusalCode, LedgerOnly>;

/** Every way to say no over HTTP: one code, one status. */
export const problemKinds = {
  // The request itself
  VALIDATION_FAILED: no(400, "The request is not well formed"),
  IDEMPOTENCY_KEY_MISSING: no(400, "The Idempotency-Key header is missing"),
  CURSOR_INVALID: no(400, "The cursor was not made by this list"),
  CARD_CODE_MALFORMED: no(400, "The card code is not well formed"),
  AUTHENTICATION_REQUIRED: no(401, "An API key is required"),
  AUTHENTICATION_FAILED: no(401, "The API key is not known"),
  PERMISSION_DENIED: no(403, "The API key does not allow this"),
  ROUTE_NOT_FOUND: no(404, "There is nothing here"),
  METHOD_NOT_ALLOWED: no(405, "This method is not allowed here"),
  BODY_TOO_LARGE: no(413, "The body is too large"),
  MEDIA_TYPE_UNSUPPORTED: no(415, "The body must be application/json"),
  RATE_LIMITED: later(429, "Too many requests"),
  // Keys of operations
  IDEMPOTENCY_IN_PROGRESS: later(409, "An operation with this key is still running"),
  IDEMPOTENCY_KEY_REUSED: no(422, "This key was used with another body"),
  ANSWER_NOT_KEPT: no(409, "This was done; what was answered then is not kept any more"),
  OPERATION_REVERSED: no(409, "The operation was reversed before it took effect"),
  VERSION_CONFLICT: later(409, "Others kept changing the same card"),
  NOT_COMMITTED_YET: later(409, "What this needs is not committed yet"),
  // Things that are not there
  CARD_NOT_FOUND: no(404, "There is no such card"),
  WRITE_OFF_NOT_FOUND: no(404, "There is no such write-off"),
  AUTHORIZATION_NOT_FOUND: no(404, "There is no such authorization"),
  BATCH_NOT_FOUND: no(404, "There is no such batch"),
  PROGRAM_NOT_FOUND: no(404, "There is no such program"),
  EVENT_NOT_FOUND: no(404, "There is no such event"),
  HOLDER_NOT_FOUND: no(404, "There is no such holder"),
  PARTICIPANT_NOT_FOUND: no(404, "There is no such participant"),
  KEY_NOT_FOUND: no(404, "There is no such API key"),
  PROOF_NOT_AVAILABLE_YET: later(404, "The event is not committed yet"),
  CODES_WIPED: no(410, "The codes were confirmed and nobody can list them again"),
  CODES_CONFIRM_MISMATCH: no(409, "Count or hash of the codes is not the one served"),
  // Cards
  CARD_ALREADY_EXISTS: no(409, "The card exists already"),
  CARD_NOT_ACTIVE: no(409, "The card is not active"),
  CARD_EXPIRED: no(409, "The card has expired"),
  CARD_SUSPENDED: no(423, "The card is suspended"),
  CARD_CANCELLED: no(410, "The card was cancelled"),
  CARD_REPLACED: no(410, "The card was replaced"),
  CARD_ALREADY_BOUND: no(409, "The card is bound already"),
  CARD_NOT_BOUND: no(409, "The card is not bound"),
  CARD_BOUND_TO_OTHER: no(409, "The card is bound to another holder"),
  CARD_NOT_ON_LEDGER: no(409, "The ledger refused the card's birth"),
  CARD_STEP_TAKEN: no(409, "The card has taken this step already"),
  // Amounts
  AMOUNT_INVALID: no(422, "The amount is not possible here"),
  UNIT_MISMATCH: no(422, "The unit is not the card's"),
  BALANCE_INSUFFICIENT: no(402, "The balance is not sufficient"),
  BALANCE_EXCEEDS_LIMIT: no(422, "The balance would exceed its limit"),
  // Holds
  AUTHORIZATION_EXPIRED: no(409, "The authorization has expired"),
  AUTHORIZATION_ALREADY_CAPTURED: no(409, "The authorization was captured already"),
  AUTHORIZATION_ALREADY_VOIDED: no(409, "The authorization was voided already"),
  AUTHORIZATION_ALREADY_REVERSED: no(409, "The authorization was reversed already"),
  AUTHORIZATION_LIMIT_REACHED: no(409, "The card has as many open authorizations as it may"),
  CAPTURE_EXCEEDS_AUTHORIZATION: no(422, "More would be captured than was authorized"),
  // Refunds
  REFUND_EXCEEDS_CAPTURE: no(422, "More would be refunded than was captured"),
  REFUND_WINDOW_CLOSED: no(422, "The time for refunds is over"),
  CARD_HELD: no(409, "A hold is open on the card"),
  REASON_NOT_ALLOWED: no(422, "This reason is not for callers"),
  RECONCILIATION_WRONG: no(422, "The card cannot be set to this state"),
  EPOCH_WRONG: no(409, "The stream of this shard does not stand there"),
  // Who may do what, where
  ACCEPTOR_NOT_ALLOWED: no(403, "This acceptor is not allowed"),
  DISTRIBUTOR_NOT_ALLOWED: no(403, "This distributor is not allowed"),
  LIMIT_EXCEEDED: no(403, "A limit would be exceeded"),
  // Programs, batches, participants
  PROGRAM_ALREADY_EXISTS: no(409, "The program exists already"),
  PROGRAM_KIND_MISMATCH: no(422, "The program is not of this kind"),
  PROGRAM_VERSION_WRONG: no(409, "The program version does not follow the last one"),
  PROGRAM_VERSION_PENDING: no(409, "A later version of the program is announced and rules first"),
  BATCH_ALREADY_EXISTS: no(409, "The batch exists already"),
  BATCH_COUNT_EXCEEDED: no(422, "The batch would have more cards than it says"),
  BATCH_MISMATCH: no(422, "The cards are not of this batch"),
  PARTICIPANT_ALREADY_EXISTS: no(409, "The participant exists already"),
  // API keys
  KEY_LIMIT_REACHED: no(409, "This participant, role and scope has as many active keys as it may"),
  KEY_REVOKED: no(409, "The API key was revoked"),
  KEY_LAST_OPERATOR: no(409, "No operator would be left who may do as much"),
  // Ourselves
  BACKPRESSURE: later(503, "Too much is waiting; try again soon"),
  STORE_UNAVAILABLE: later(503, "A store cannot be reached"),
  INTERNAL: no(500, "Something went wrong on our side"),
} as const satisfies Readonly<Record<string, Kind>> & Readonly<Record<Answered, Kind>>;

/** Stable name of a way to say no. */
export type ProblemCode = keyof typeof problemKinds;

/** Status, title and whether to try again. */
export const kindOf = (code: ProblemCode): Kind => problemKinds[code];

/** Whether `code` names a problem, so that a stored outcome can be answered again. */
export const isProblemCode = (code: string): code is ProblemCode =>
  Object.hasOwn(problemKinds, code);

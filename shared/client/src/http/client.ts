import type {
  AcceptorWriteOffsAnswer,
  AcquireBody,
  AdjustAnswer,
  AdjustBody,
  BatchAnswer,
  BatchBody,
  BatchCardsAnswer,
  BatchCreatedAnswer,
  BindingAnswer,
  BindingBody,
  BulkStepAnswer,
  CancelAnswer,
  CancelBody,
  CardAnswer,
  CodeConfirmAnswer,
  CodeConfirmBody,
  CodesConfirmAnswer,
  CodesConfirmBody,
  DistributeBody,
  EventAnswer,
  GrantAnswer,
  GrantBody,
  HistoryAnswer,
  KeyAnswer,
  KeyBody,
  KeyMadeAnswer,
  KeysAnswer,
  LedgerPromisesAnswer,
  LedgerStatusAnswer,
  LeftOutAnswer,
  LoadAnswer,
  LoadBody,
  ParticipantAnswer,
  ParticipantBody,
  ProgramAnswer,
  ProgramBody,
  ProgramEventsAnswer,
  ProgramVersionBody,
  ProgramVersionsAnswer,
  RefundAnswer,
  RefundBody,
  ReplaceAnswer,
  ReplaceBody,
  ResumeAnswer,
  SuspendAnswer,
  SuspendBody,
  TransferAnswer,
  TransferBody,
  UnbindAnswer,
  VerifyAnswer,
  VerifyBody,
  WalletAnswer,
  WriteOffAnswer,
  WriteOffReadAnswer,
  WriteOffBody,
} from "@scrip/wire";
import type { Answered, ConnectionOptions } from "./connection.ts";
import { Connection } from "./connection.ts";
import { linesOf, piecesOf } from "./lines.ts";

/** How an operation that moves value is sent. */
export interface Keyed {
  /** Names the operation: sent again under the same key it takes effect once. */
  readonly key: string;
  /** Wait for COMMITTED, at most this long, milliseconds; left out: answer as soon as it is ACCEPTED. */
  readonly waitMs?: number;
}

export interface Page {
  readonly limit?: number;
  readonly cursor?: string;
}

type Answer<Body> = Promise<Answered<Body>>;

/**
 * The HTTP API as methods, one per route, for one API key. Each throws `ProblemError` when the server says no and
 * `UnreachableError` when it does not answer; what may be sent again was, a bounded number of times.
 */
export class ScripClient {
  readonly #connection: Connection;

  constructor(options: ConnectionOptions) {
    this.#connection = new Connection(options);
  }

  /** The same place with another API key, or with none. */
  as(apiKey: string | undefined): ScripClient {
    return new ScripClient({ ...this.#connection.options, apiKey });
  }

  createProgram(body: ProgramBody, keyed: Keyed): Answer<ProgramAnswer> {
    return this.#post("/v1/programs", body, keyed);
  }
  program(programId: string): Answer<ProgramVersionsAnswer> {
    return this.#get(`/v1/programs/${part(programId)}`);
  }
  /** The next version: what is left out stays as it is. */
  changeProgram(id: string, body: ProgramVersionBody, keyed: Keyed): Answer<ProgramAnswer> {
    return this.#post(`/v1/programs/${part(id)}/versions`, body, keyed);
  }
  registerParticipant(body: ParticipantBody, keyed: Keyed): Answer<ParticipantAnswer> {
    return this.#post("/v1/participants", body, keyed);
  }
  /** A new API key. Its secret is in the first answer alone: one that is `replayed` has none. */
  makeKey(body: KeyBody, keyed: Keyed): Answer<KeyMadeAnswer> {
    return this.#post("/v1/keys", body, keyed);
  }
  /** A second key of the same caller; the old one works until it is revoked. */
  rotateKey(keyId: string, keyed: Keyed): Answer<KeyMadeAnswer> {
    return this.#post(`/v1/keys/${part(keyId)}/rotate`, {}, keyed);
  }
  /** From the answer on nobody is let in with it. */
  revokeKey(keyId: string): Answer<KeyAnswer> {
    return this.#connection.json({ method: "DELETE", path: `/v1/keys/${part(keyId)}` });
  }
  keys(page: Page = {}): Answer<KeysAnswer> {
    return this.#get("/v1/keys", { ...page });
  }
  createBatch(body: BatchBody, keyed: Keyed): Answer<BatchCreatedAnswer> {
    return this.#post("/v1/batches", body, keyed);
  }
  batch(batchId: string): Answer<BatchAnswer> {
    return this.#get(`/v1/batches/${part(batchId)}`);
  }
  /** The codes of a batch, one by one, from number `offset` on. They are secrets: keep them out of logs. */
  async *codes(batchId: string, offset = 0): AsyncGenerator<string> {
    const path = `/v1/batches/${part(batchId)}/codes`;
    yield* linesOf(await this.#connection.stream({ method: "GET", path, query: { offset } }));
  }
  /**
   * The same as bytes, as they arrive: every line has `codeLineBytes`. It ends with an error when the connection breaks;
   * whoever counted goes on from the last whole line.
   */
  async *codeBytes(batchId: string, offset = 0): AsyncGenerator<Uint8Array> {
    const path = `/v1/batches/${part(batchId)}/codes`;
    const answer = await this.#connection.stream({ method: "GET", path, query: { offset } });
    yield* piecesOf(answer);
  }
  /** Cards that could not take a step of the whole batch: `generate`, `acquire`, `distribute`, or its number. */
  leftOut(batchId: string, step: string, page: Page = {}): Answer<LeftOutAnswer> {
    return this.#get(`/v1/batches/${part(batchId)}/left-out`, { step, ...page });
  }
  /** Says which codes arrived; from then on nobody can list them again. */
  confirmCodes(batchId: string, body: CodesConfirmBody): Answer<CodesConfirmAnswer> {
    const path = `/v1/batches/${part(batchId)}/codes/confirm`;
    return this.#connection.json({ method: "POST", path, body });
  }
  acquire(batchId: string, body: AcquireBody, keyed: Keyed): Answer<BulkStepAnswer> {
    return this.#post(`/v1/batches/${part(batchId)}/acquire`, body, keyed);
  }
  distribute(batchId: string, body: DistributeBody, keyed: Keyed): Answer<BulkStepAnswer> {
    return this.#post(`/v1/batches/${part(batchId)}/distribute`, body, keyed);
  }
  grant(body: GrantBody, keyed: Keyed): Answer<GrantAnswer> {
    return this.#post("/v1/points-grants", body, keyed);
  }

  load(cardId: string, body: LoadBody, keyed: Keyed): Answer<LoadAnswer> {
    return this.#post(`/v1/cards/${part(cardId)}/load`, body, keyed);
  }
  adjust(cardId: string, body: AdjustBody, keyed: Keyed): Answer<AdjustAnswer> {
    return this.#post(`/v1/cards/${part(cardId)}/adjust`, body, keyed);
  }
  suspend(cardId: string, body: SuspendBody, keyed: Keyed): Answer<SuspendAnswer> {
    return this.#post(`/v1/cards/${part(cardId)}/suspend`, body, keyed);
  }
  resume(cardId: string, keyed: Keyed): Answer<ResumeAnswer> {
    return this.#post(`/v1/cards/${part(cardId)}/resume`, {}, keyed);
  }
  cancel(cardId: string, body: CancelBody, keyed: Keyed): Answer<CancelAnswer> {
    return this.#post(`/v1/cards/${part(cardId)}/cancel`, body, keyed);
  }
  /** The answer holds the new card's code, which is a secret: the same key is told it until it is confirmed. */
  replace(cardId: string, body: ReplaceBody, keyed: Keyed): Answer<ReplaceAnswer> {
    return this.#post(`/v1/cards/${part(cardId)}/replace`, body, keyed);
  }
  /** Says that the code arrived, by the id of the replacement (`operation.id`). */
  confirmCode(replacementId: string, body: CodeConfirmBody): Answer<CodeConfirmAnswer> {
    const path = `/v1/replacements/${part(replacementId)}/code/confirm`;
    return this.#connection.json({ method: "POST", path, body });
  }

  bind(body: BindingBody, keyed: Keyed): Answer<BindingAnswer> {
    return this.#post("/v1/bindings", body, keyed);
  }
  /** Takes a card out of a wallet; only its issuer may leave out whose it is. */
  unbind(cardId: string, holder: string | null, { key, waitMs }: Keyed): Answer<UnbindAnswer> {
    const query = { ...waitQuery(waitMs), ...(holder === null ? {} : { holder }) };
    const path = `/v1/bindings/${part(cardId)}`;
    return this.#connection.json({ method: "DELETE", path, query, key });
  }
  /** From one wallet to another. */
  transfer(cardId: string, body: TransferBody, keyed: Keyed): Answer<TransferAnswer> {
    return this.#post(`/v1/bindings/${part(cardId)}/transfer`, body, keyed);
  }
  wallet(holder: string, page: Page = {}): Answer<WalletAnswer> {
    return this.#get(`/v1/wallets/${part(holder)}`, { ...page });
  }

  writeOff(body: WriteOffBody, keyed: Keyed): Answer<WriteOffAnswer> {
    return this.#post("/v1/write-offs", body, keyed);
  }
  /** A sale as it was answered, with its refunds and finality now. */
  readWriteOff(id: string, waitMs?: number): Answer<WriteOffReadAnswer> {
    return this.#get(`/v1/write-offs/${part(id)}`, waitQuery(waitMs));
  }
  refund(writeOffId: string, body: RefundBody, keyed: Keyed): Answer<RefundAnswer> {
    return this.#post(`/v1/write-offs/${part(writeOffId)}/refund`, body, keyed);
  }

  /** Committed sales at an acceptor and their refunds, the oldest first. */
  acceptorWriteOffs(acceptor: string, page: Page = {}): Answer<AcceptorWriteOffsAnswer> {
    return this.#get(`/v1/acceptors/${part(acceptor)}/write-offs`, { ...page });
  }
  /** Events of a program, rejected ones too, the oldest first. */
  programEvents(programId: string, page: Page = {}): Answer<ProgramEventsAnswer> {
    return this.#get(`/v1/programs/${part(programId)}/events`, { ...page });
  }
  /** Cards of a batch as COMMITTED, in the order in which they came into being. */
  batchCards(batchId: string, page: Page = {}): Answer<BatchCardsAnswer> {
    return this.#get(`/v1/batches/${part(batchId)}/cards`, { ...page });
  }

  /** Whether a card can be used; needs no API key. */
  verify(body: VerifyBody): Answer<VerifyAnswer> {
    return this.#connection.json({ method: "POST", path: "/v1/verify", body });
  }
  card(cardId: string): Answer<CardAnswer> {
    return this.#get(`/v1/cards/${part(cardId)}`);
  }
  history(cardId: string, page: Page = {}): Answer<HistoryAnswer> {
    return this.#get(`/v1/cards/${part(cardId)}/history`, { ...page });
  }
  cardProof(cardId: string): Promise<string> {
    return this.#text(`/v1/cards/${part(cardId)}/proof`);
  }
  event(eventId: string): Answer<EventAnswer> {
    return this.#get(`/v1/events/${part(eventId)}`);
  }
  /** The proof file; with the entry in it for a caller who may see it. Waits, by asking again, until there is one. */
  eventProof(eventId: string): Promise<string> {
    return this.#text(`/v1/events/${part(eventId)}/proof`);
  }
  ledgerStatus(): Answer<LedgerStatusAnswer> {
    return this.#get("/v1/ledger/status");
  }
  /** Receipts whose promise is overdue. Operators only. */
  ledgerPromises(): Answer<LedgerPromisesAnswer> {
    return this.#get("/v1/ledger/promises");
  }
  /** Whom this chain says to trust. A verifier keeps a copy of its own and does not ask each time. */
  policy(): Promise<string> {
    return this.#text("/v1/ledger/policy");
  }
  checkpoint(): Promise<string> {
    return this.#text("/checkpoint");
  }
  /** Prometheus text. */
  metrics(): Promise<string> {
    return this.#text("/metrics");
  }

  #get<Body>(path: string, query: Readonly<Record<string, string | number>> = {}): Answer<Body> {
    return this.#connection.json({ method: "GET", path, query });
  }
  #text(path: string): Promise<string> {
    return this.#connection.text({ method: "GET", path });
  }
  #post<Body>(path: string, body: object, { key, waitMs }: Keyed): Answer<Body> {
    return this.#connection.json({ method: "POST", path, query: waitQuery(waitMs), body, key });
  }
}

const part = encodeURIComponent;

const waitQuery = (waitMs: number | undefined): Record<string, string | number> =>
  waitMs === undefined ? {} : { waitFor: "committed", timeoutMs: waitMs };

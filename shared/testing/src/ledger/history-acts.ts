import {
  type Amount,
  amount,
  type BatchId,
  type Card,
  type CardId,
  defaultLimits,
  type AskedEvent,
  type HolderCommitment,
  type OpId,
  type ParticipantId,
  type ProgramId,
  shardOf,
  unit,
  zero,
} from "@scrip/domain";
import type { LedgerHistory } from "./history.ts";

const gift = "gold" as ProgramId;
const points = "points" as ProgramId;
const issuer = "acme" as ParticipantId;
const distributor = "north" as ParticipantId;
const acceptor = "store-1" as ParticipantId;
const refundWindowDays = 30;

/** What shops and issuers do, in their own words, on one gift card and one points program. */
export class HistoryActs {
  readonly history: LedgerHistory;
  #batchId: BatchId | undefined;
  readonly writeOffs: { readonly opId: OpId; readonly programId: ProgramId; cards: CardId[] }[] =
    [];

  constructor(history: LedgerHistory) {
    this.history = history;
  }

  /** Participants, both programs and a batch of `count` cards of face value 100.00. */
  open(count: number): void {
    const { history } = this;
    for (const participantId of [issuer, distributor, acceptor]) {
      history.run({ type: "RegisterParticipant", participantId }, { participantId });
    }
    const terms = { ...defaultLimits, issuer, refundWindowDays, showBalance: false };
    const create = { type: "CreateProgram", ...terms } as const;
    history.run({ ...create, programId: gift, kind: "GIFT_CARD", unit: unit("CNY") }, {});
    history.run({ ...create, programId: points, kind: "POINTS", unit: unit("PTS") }, {});
    this.#batchId = history.fresh("batch").slice(0, 32) as BatchId;
    const batch = { batchId: this.#batchId, count, faceValue: amount(10_000), expiresAtMs: null };
    history.run({ type: "CreateBatch", ...batch }, { programId: gift });
  }

  /** Generates so many cards, in whatever shards their ids fall. Gives their ids. */
  generate(count: number): CardId[] {
    const ids = Array.from({ length: count }, () => this.history.fresh("card").slice(0, 40));
    const made: CardId[] = [];
    for (const cardIds of this.#byShard(ids as CardId[])) {
      if (this.#bulk({ type: "GenerateCards", cardIds }, []) !== null) made.push(...cardIds);
    }
    return made;
  }

  acquire(ids: readonly CardId[]): void {
    for (const cards of this.#byShard(ids))
      this.#bulk({ type: "AcquireCards", distributor }, cards);
  }

  distribute(ids: readonly CardId[]): void {
    for (const cards of this.#byShard(ids)) {
      this.#bulk({ type: "DistributeCards", distributor }, cards);
    }
  }

  /** So many active cards. */
  stock(count: number): CardId[] {
    const ids = this.generate(count);
    this.acquire(ids);
    this.distribute(ids);
    return ids;
  }

  bind(cardId: CardId, wallet: string): AskedEvent | null {
    const holder = holderOf(wallet);
    return this.history.run({ type: "BindCard", holder }, { programId: gift, cards: [cardId] });
  }

  /** A lot in the wallet's shard. */
  grant(wallet: string, points_: number): AskedEvent | null {
    const { history } = this;
    const shard = wallet.charCodeAt(0) % history.options.shards;
    const lotId = `${byteHex(shard)}${history.fresh("lot").slice(2, 40)}` as CardId;
    const grant = { lotId, holder: holderOf(wallet), amount: amount(points_), expiresAtMs: null };
    return history.run(
      { type: "GrantPoints", ...grant, acceptor, businessAtMs: history.nowMs },
      { programId: points, cards: [lotId] },
    );
  }

  spendCard(cardId: CardId, minorUnits: number): AskedEvent | null {
    return this.#spend(gift, { kind: "CODE" }, { cards: [cardId], amount: amount(minorUnits) });
  }

  /** From all lots of a wallet that have something left. */
  spendWallet(wallet: string, points_: number): AskedEvent | null {
    const holder = holderOf(wallet);
    const mine = (card: Card): boolean =>
      card.binding.kind === "BOUND" && card.binding.holder === holder && card.balance > 0n;
    const cards = [...this.history.cards.values()]
      .filter((card) => card.programId === points && mine(card))
      .map(({ cardId }) => cardId);
    return this.#spend(points, { kind: "WALLET", holder }, { cards, amount: amount(points_) });
  }

  refund(opId: OpId, minorUnits: number): AskedEvent | null {
    const writeOff = this.writeOffs.find((one) => one.opId === opId);
    if (writeOff === undefined) return null;
    const { programId, cards } = writeOff;
    const businessAtMs = this.history.nowMs;
    return this.history.run(
      { type: "Refund", writeOffId: opId, amount: amount(minorUnits), acceptor, businessAtMs },
      { programId, cards, operation: opId },
    );
  }

  #spend(
    programId: ProgramId,
    tender: { kind: "CODE" } | { kind: "WALLET"; holder: HolderCommitment },
    what: { readonly cards: readonly CardId[]; readonly amount: Amount },
  ): AskedEvent | null {
    const businessAtMs = this.history.nowMs;
    const sale = { unit: null, allowPartial: true, minimumAvailable: zero, acceptor, businessAtMs };
    const event = this.history.run(
      { type: "WriteOff", tender, amount: what.amount, ...sale },
      { programId, cards: what.cards },
    );
    if (event?.type === "CardWrittenOff") {
      const cards = event.cards.map(({ cardId }) => cardId);
      this.writeOffs.push({ opId: event.opId, programId, cards });
    }
    return event;
  }

  #bulk(wish: Parameters<LedgerHistory["run"]>[0], cards: readonly CardId[]): AskedEvent | null {
    const batch = this.#batchId === undefined ? {} : { batchId: this.#batchId };
    return this.history.run(wish, { programId: gift, cards, ...batch });
  }

  /** One list for each shard, in pieces that one event can name. */
  #byShard(ids: readonly CardId[]): CardId[][] {
    const { shards } = this.history.options;
    const lists = Array.from({ length: shards }, (): CardId[] => []);
    for (const id of ids) lists[shardOf(id, shards)]?.push(id);
    return lists.flatMap(inPieces);
  }
}

const pieceCards = 500;

function inPieces(ids: CardId[]): CardId[][] {
  const pieces: CardId[][] = [];
  for (let at = 0; at < ids.length; at += pieceCards) pieces.push(ids.slice(at, at + pieceCards));
  return pieces;
}

const byteHex = (value: number): string => value.toString(16).padStart(2, "0");

/** A commitment that stands for a wallet, the same for the same name. */
const holderOf = (wallet: string): HolderCommitment =>
  Buffer.from(wallet).toString("hex").padEnd(64, "0").slice(0, 64) as HolderCommitment;

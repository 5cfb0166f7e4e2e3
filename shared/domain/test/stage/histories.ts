import fc from "fast-check";
import {
  amount,
  amountMax,
  available,
  type Card,
  type CardId,
  type Command,
  type Decision,
  type OpId,
} from "../../src/index.ts";
import * as make from "./commands.ts";
import {
  batch,
  batchNo,
  cardNo,
  dayMs,
  gold,
  kiosk,
  mia,
  north,
  opNo,
  points,
  shop,
  south,
  t0,
  tom,
} from "./fixtures.ts";
import { World } from "./world.ts";

/**
 * One thing that somebody tries. Numbers choose among what the world has at that moment, so a history
 * is plain data: it shrinks, and the same history makes the same world.
 */
export interface Move {
  readonly act: keyof typeof acts | "sweep";
  /** How far the clock goes, milliseconds; it may go back. */
  readonly tickMs: number;
  readonly pick: number;
  readonly amount: bigint;
  readonly who: boolean;
  /** Does the unusual: another party, a repeated key, a partial sale. */
  readonly odd: boolean;
}

const anyAmount = fc.oneof(
  { weight: 8, arbitrary: fc.bigInt(1n, 120n) },
  { weight: 1, arbitrary: fc.bigInt(0n, amountMax) },
  { weight: 1, arbitrary: fc.constant(amountMax) },
);
const anyTick = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 60_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: -60_000, max: 0 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 * dayMs }) },
);

const anyMove = (): fc.Arbitrary<Move> =>
  fc.record({
    act: fc.constantFrom(
      ...(["generate", "acquire", "distribute", "bind", "grant", "grant"] as const),
      ...([
        "sell",
        "sell",
        "sell",
        "spend",
        "spend",
        "spend",
        "refund",
        "refund",
        "refund",
      ] as const),
      ...(["program", "batch", "participant", "change", "sweep", "sweep"] as const),
      ...(["load", "adjust", "suspend", "resume", "resume", "unbind", "transfer"] as const),
      ...(["replace", "cancel"] as const),
    ),
    tickMs: anyTick,
    pick: fc.nat(1000),
    amount: anyAmount,
    who: fc.boolean(),
    odd: fc.nat(9).map((n) => n === 0),
  });

export const anyHistory = (): fc.Arbitrary<readonly Move[]> =>
  fc.array(anyMove(), { minLength: 20, maxLength: 80, size: "max" });

/** A history being made: the world, the clock, and keys that count up. */
export class Run {
  readonly world = new World();
  readonly decisions: Decision[] = [];
  #nowMs = t0;
  #key = 0;

  constructor() {
    this.#try({}, make.createProgram({ nowMs: t0 }));
    this.#try(
      {},
      make.createProgram({
        nowMs: t0,
        programId: points.programId,
        kind: "POINTS",
        unit: points.unit,
      }),
    );
    this.#try(
      { program: gold1 },
      make.createBatch({ nowMs: t0, count: 6, expiresAtMs: t0 + 200 * dayMs }),
    );
    const cards = [1, 2, 3].map(cardNo);
    const all = { program: gold1, batch: batch.batchId, cards };
    this.#try(all, make.generate(1, 2, 3));
    this.#try(all, make.distribute());
  }

  /** Tries one move. */
  move(move: Move): void {
    this.#nowMs += move.tickMs;
    if (move.act === "sweep") return this.world.sweep(this.#nowMs);
    const [names, command] = acts[move.act](this, move);
    const opId = move.odd ? opNo(move.pick % 20) : this.#nextKey();
    const { program } = names;
    const ruling = program && command.type !== "ChangeProgram" && command.type !== "CreateProgram";
    this.#try(
      {
        operations: [opId],
        ...names,
        ...(ruling && { program: this.world.ruling(program.programId, this.#nowMs) }),
      },
      { ...command, nowMs: this.#nowMs, opId },
    );
  }

  #nextKey(): OpId {
    this.#key += 1;
    return opNo(this.#key);
  }

  #try(names: Names, command: Command): void {
    this.decisions.push(this.world.decide(names, command));
  }

  get nowMs(): number {
    return this.#nowMs;
  }
  /** Any card, with the name of its program. */
  any(pick: number): { readonly program: typeof gold1; readonly cards: readonly CardId[] } {
    const card = choose([...this.world.cards.values()], pick);
    if (card === undefined) return { program: gold1, cards: [] };
    return { program: { programId: card.programId, version: 1 }, cards: [card.cardId] };
  }
  /** A card and all that took its place, one after another. */
  trail(cardId: CardId): CardId[] {
    const standing = this.world.cards.get(cardId)?.standing;
    return standing?.status === "REPLACED" ? [cardId, ...this.trail(standing.successor)] : [cardId];
  }
  cards(kind: "GIFT" | "LOT"): Card[] {
    return [...this.world.cards.values()].filter(
      (card) => (card.batchId === null) === (kind === "LOT"),
    );
  }
}

type Names = Parameters<World["decide"]>[0];
type Try = [Names, Command];

const gold1 = { programId: gold.programId, version: 1 };
const points1 = { programId: points.programId, version: 1 };
const holder = (move: Move) => (move.who ? mia : tom);
const acceptor = (move: Move) => (move.odd ? kiosk : shop);
const distributor = (move: Move) => (move.odd ? south : north);
const choose = <T>(list: readonly T[], pick: number): T | undefined => list[pick % list.length];
const some = (run: Run, { pick }: Move): CardId[] =>
  run
    .cards("GIFT")
    .filter((_, i) => (pick >> (i % 8)) % 2 === 0)
    .map((card) => card.cardId);

const acts = {
  program: (_: Run, move: Move): Try => [
    { program: gold1 },
    make.createProgram({ refundWindowDays: move.pick }),
  ],
  change: (run: Run, move: Move): Try => {
    const programId = move.odd ? points.programId : gold.programId;
    const version = run.world.programs.get(programId)?.length ?? 1;
    const limit = move.who ? null : amount(move.pick % 300);
    const command = make.changeProgram({
      refundWindowDays: move.pick % 50,
      effectiveFromMs: run.nowMs + (move.pick % 3) * dayMs,
      balanceMax: limit,
      spendMax: limit,
      dailySpendMax: move.odd ? null : limit,
      acceptors: move.pick % 5 === 0 ? [shop] : null,
    });
    return [{ program: { programId, version } }, command];
  },
  load: (run: Run, move: Move): Try => [
    run.any(move.pick),
    make.load(0, { amount: amount(move.amount) }),
  ],
  adjust: (run: Run, move: Move): Try => {
    const direction = move.who ? "CREDIT" : "DEBIT";
    return [run.any(move.pick), make.adjust(0, { amount: amount(move.amount), direction })];
  },
  suspend: (run: Run, move: Move): Try => [run.any(move.pick), make.suspend()],
  resume: (run: Run, move: Move): Try => {
    const suspended = [...run.world.cards.values()].filter(
      ({ standing }) => standing.status === "SUSPENDED",
    );
    const card = choose(suspended, move.pick);
    const { programId = gold.programId } = card ?? {};
    return [
      { program: { programId, version: 1 }, cards: card ? [card.cardId] : [] },
      make.resume(),
    ];
  },
  cancel: (run: Run, move: Move): Try => [run.any(move.pick), make.cancel()],
  replace: (run: Run, move: Move): Try => {
    const successorId = cardNo(0x2000 + (move.odd ? 0 : run.world.cards.size));
    const expiresAtMs = move.pick % 3 === 0 ? run.nowMs + (move.pick % 50) * dayMs : null;
    const { program, cards } = run.any(move.pick);
    return [
      { program, cards: [...cards, successorId] },
      make.replace({ successorId, expiresAtMs }),
    ];
  },
  unbind: (run: Run, move: Move): Try => [
    run.any(move.pick),
    make.unbind({ holder: move.odd ? null : holder(move) }),
  ],
  transfer: (run: Run, move: Move): Try => [
    run.any(move.pick),
    make.transfer({ holder: holder(move), to: move.odd ? mia : tom }),
  ],
  batch: (_: Run, move: Move): Try => {
    const batchId = batchNo(move.pick % 4);
    return [
      { program: gold1, batch: batchId },
      make.createBatch({ batchId, faceValue: amount(move.amount) }),
    ];
  },
  participant: (_: Run, move: Move): Try => {
    const participantId = distributor(move);
    return [{ participant: participantId }, make.registerParticipant({ participantId })];
  },
  generate: (_: Run, move: Move): Try => {
    const ids = [move.pick % 30, move.pick % 7].map((n) => n + 1);
    const batchId = batchNo(move.odd ? 2 : 1);
    return [{ program: gold1, batch: batchId, cards: ids.map(cardNo) }, make.generate(...ids)];
  },
  acquire: (run: Run, move: Move): Try => [
    { program: gold1, batch: batch.batchId, cards: some(run, move) },
    make.acquire({ distributor: distributor(move) }),
  ],
  distribute: (run: Run, move: Move): Try => [
    { program: gold1, batch: batch.batchId, cards: some(run, move) },
    make.distribute({ distributor: distributor(move) }),
  ],
  bind: (run: Run, move: Move): Try => {
    const card = choose(run.cards("GIFT"), move.pick);
    return [
      { program: gold1, cards: card ? [card.cardId] : [] },
      make.bind({ holder: holder(move) }),
    ];
  },
  grant: (run: Run, move: Move): Try => {
    const lotId = cardNo(0x1000 + (move.odd ? 0 : run.world.cards.size));
    const expiresAtMs = move.pick % 3 === 0 ? run.nowMs + (move.pick % 50) * dayMs : null;
    const command = make.grant(0, {
      lotId,
      holder: holder(move),
      amount: amount(move.amount),
      expiresAtMs,
    });
    return [{ program: points1, cards: [lotId] }, command];
  },
  sell: (run: Run, move: Move): Try => {
    const card = choose(run.cards("GIFT"), move.pick);
    const tender =
      card?.binding.kind === "BOUND" && !move.odd
        ? ({ kind: "WALLET", holder: card.binding.holder } as const)
        : ({ kind: "CODE" } as const);
    const command = make.writeOff(0, {
      tender,
      amount: amount(move.amount),
      allowPartial: move.odd,
    });
    return [{ program: gold1, cards: card ? [card.cardId] : [] }, command];
  },
  spend: (run: Run, move: Move): Try => {
    const tender = { kind: "WALLET", holder: holder(move) } as const;
    const cards = run.cards("LOT").map((card) => card.cardId);
    const there = run.cards("LOT").reduce((sum, card) => sum + available(card), 0n);
    const most = move.amount < there || there === 0n ? move.amount : there;
    const command = make.writeOff(0, { tender, amount: amount(most), allowPartial: move.who });
    return [{ program: points1, cards }, command];
  },
  refund: (run: Run, move: Move): Try => {
    const sales = run.world.events.filter((event) => event.type === "CardWrittenOff");
    const sale = choose(sales, move.pick);
    if (sale === undefined) return [{ program: gold1 }, make.refund(1)];
    const names = {
      program: { programId: sale.programId, version: sale.programVersion },
      cards: sale.cards.flatMap((effect) => run.trail(effect.cardId)),
      operations: [sale.opId],
    };
    const whole = sale.cards.reduce((sum, effect) => sum + effect.amount, 0n);
    const part = move.amount < whole || move.odd ? move.amount : whole;
    return [
      names,
      make.refund(0, { writeOffId: sale.opId, amount: amount(part), acceptor: acceptor(move) }),
    ];
  },
} as const;

/** Makes the world of a history. */
export function live(history: readonly Move[]): Run {
  const run = new Run();
  for (const move of history) run.move(move);
  return run;
}

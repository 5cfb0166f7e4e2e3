import { describe, expect, it } from "vitest";
import {
  amount,
  admit,
  decide,
  evolve,
  expireDue,
  zero,
  type Binding,
  type Card,
  type CardStatus,
  type Command,
  type Program,
  type Standing,
  type Sums,
} from "../src/index.ts";
import {
  acquire,
  adjust,
  bind,
  cancel,
  distribute,
  generate,
  grant,
  load,
  refund,
  replace,
  resume,
  suspend,
  transfer,
  unbind,
  walletWriteOff,
  writeOff,
} from "./stage/commands.ts";
import {
  batch,
  cardNo,
  giftCard,
  gold,
  mia,
  noSums,
  opNo,
  points,
  shop,
  t0,
  tom,
} from "./stage/fixtures.ts";
import { first, situation } from "./stage/given.ts";

/**
 * Status × binding × command: the code of the refusal, or the status and binding after.
 * The commands come from mia, the distributor that holds the card, and the shop that wrote off 40 of it.
 * Stock that is bound cannot come about; its cells say what the rules would make of it.
 */
const table = `
status    binding acquire            distribute         bind                code                 wallet               refund
GENERATED UNBOUND ALLOCATED/UNBOUND  ACTIVE/UNBOUND     CARD_NOT_ACTIVE     CARD_NOT_ACTIVE      CARD_NOT_BOUND       WRITE_OFF_NOT_FOUND
GENERATED MINE    ALLOCATED/MINE     ACTIVE/MINE        CARD_NOT_ACTIVE     CARD_BOUND_TO_OTHER  CARD_NOT_ACTIVE      WRITE_OFF_NOT_FOUND
GENERATED OTHER   ALLOCATED/OTHER    ACTIVE/OTHER       CARD_NOT_ACTIVE     CARD_BOUND_TO_OTHER  CARD_BOUND_TO_OTHER  WRITE_OFF_NOT_FOUND
ALLOCATED UNBOUND CARD_STEP_TAKEN    ACTIVE/UNBOUND     CARD_NOT_ACTIVE     CARD_NOT_ACTIVE      CARD_NOT_BOUND       WRITE_OFF_NOT_FOUND
ALLOCATED MINE    CARD_STEP_TAKEN    ACTIVE/MINE        CARD_NOT_ACTIVE     CARD_BOUND_TO_OTHER  CARD_NOT_ACTIVE      WRITE_OFF_NOT_FOUND
ALLOCATED OTHER   CARD_STEP_TAKEN    ACTIVE/OTHER       CARD_NOT_ACTIVE     CARD_BOUND_TO_OTHER  CARD_BOUND_TO_OTHER  WRITE_OFF_NOT_FOUND
ACTIVE    UNBOUND CARD_STEP_TAKEN    CARD_STEP_TAKEN    ACTIVE/MINE         ACTIVE/UNBOUND       CARD_NOT_BOUND       ACTIVE/UNBOUND
ACTIVE    MINE    CARD_STEP_TAKEN    CARD_STEP_TAKEN    CARD_ALREADY_BOUND  CARD_BOUND_TO_OTHER  ACTIVE/MINE          ACTIVE/MINE
ACTIVE    OTHER   CARD_STEP_TAKEN    CARD_STEP_TAKEN    CARD_BOUND_TO_OTHER CARD_BOUND_TO_OTHER  CARD_BOUND_TO_OTHER  ACTIVE/OTHER
SUSPENDED UNBOUND CARD_SUSPENDED     CARD_SUSPENDED     CARD_SUSPENDED      CARD_SUSPENDED       CARD_NOT_BOUND       SUSPENDED/UNBOUND
SUSPENDED MINE    CARD_SUSPENDED     CARD_SUSPENDED     CARD_SUSPENDED      CARD_BOUND_TO_OTHER  CARD_SUSPENDED       SUSPENDED/MINE
SUSPENDED OTHER   CARD_SUSPENDED     CARD_SUSPENDED     CARD_SUSPENDED      CARD_BOUND_TO_OTHER  CARD_BOUND_TO_OTHER  SUSPENDED/OTHER
REDEEMED  UNBOUND CARD_STEP_TAKEN    CARD_STEP_TAKEN    REDEEMED/MINE       BALANCE_INSUFFICIENT CARD_NOT_BOUND       ACTIVE/UNBOUND
REDEEMED  MINE    CARD_STEP_TAKEN    CARD_STEP_TAKEN    CARD_ALREADY_BOUND  CARD_BOUND_TO_OTHER  BALANCE_INSUFFICIENT ACTIVE/MINE
REDEEMED  OTHER   CARD_STEP_TAKEN    CARD_STEP_TAKEN    CARD_BOUND_TO_OTHER CARD_BOUND_TO_OTHER  CARD_BOUND_TO_OTHER  ACTIVE/OTHER
EXPIRED   UNBOUND CARD_EXPIRED       CARD_EXPIRED       CARD_EXPIRED        CARD_EXPIRED         CARD_NOT_BOUND       EXPIRED/UNBOUND
EXPIRED   MINE    CARD_EXPIRED       CARD_EXPIRED       CARD_EXPIRED        CARD_BOUND_TO_OTHER  CARD_EXPIRED         EXPIRED/MINE
EXPIRED   OTHER   CARD_EXPIRED       CARD_EXPIRED       CARD_EXPIRED        CARD_BOUND_TO_OTHER  CARD_BOUND_TO_OTHER  EXPIRED/OTHER
REPLACED  UNBOUND CARD_REPLACED      CARD_REPLACED      CARD_REPLACED       CARD_REPLACED        CARD_NOT_BOUND       CARD_NOT_FOUND
REPLACED  MINE    CARD_REPLACED      CARD_REPLACED      CARD_REPLACED       CARD_BOUND_TO_OTHER  CARD_REPLACED        CARD_NOT_FOUND
REPLACED  OTHER   CARD_REPLACED      CARD_REPLACED      CARD_REPLACED       CARD_BOUND_TO_OTHER  CARD_BOUND_TO_OTHER  CARD_NOT_FOUND
CANCELLED UNBOUND CARD_CANCELLED     CARD_CANCELLED     CARD_CANCELLED      CARD_CANCELLED       CARD_NOT_BOUND       CARD_CANCELLED
CANCELLED MINE    CARD_CANCELLED     CARD_CANCELLED     CARD_CANCELLED      CARD_BOUND_TO_OTHER  CARD_CANCELLED       CARD_CANCELLED
CANCELLED OTHER   CARD_CANCELLED     CARD_CANCELLED     CARD_CANCELLED      CARD_BOUND_TO_OTHER  CARD_BOUND_TO_OTHER  CARD_CANCELLED
`;

/** The same cards past the expiry they bear, before any event says so: unbound, or mine by wallet. */
const pastExpiry = `
status    binding acquire            distribute         bind                code                 wallet               refund
GENERATED UNBOUND CARD_EXPIRED       CARD_EXPIRED       CARD_EXPIRED        CARD_EXPIRED         CARD_NOT_BOUND       WRITE_OFF_NOT_FOUND
ALLOCATED UNBOUND CARD_EXPIRED       CARD_EXPIRED       CARD_EXPIRED        CARD_EXPIRED         CARD_NOT_BOUND       WRITE_OFF_NOT_FOUND
ACTIVE    UNBOUND CARD_EXPIRED       CARD_EXPIRED       CARD_EXPIRED        CARD_EXPIRED         CARD_NOT_BOUND       CARD_EXPIRED
ACTIVE    MINE    CARD_EXPIRED       CARD_EXPIRED       CARD_EXPIRED        CARD_BOUND_TO_OTHER  CARD_EXPIRED         CARD_EXPIRED
SUSPENDED MINE    CARD_EXPIRED       CARD_EXPIRED       CARD_EXPIRED        CARD_BOUND_TO_OTHER  CARD_EXPIRED         CARD_EXPIRED
REDEEMED  MINE    CARD_EXPIRED       CARD_EXPIRED       CARD_EXPIRED        CARD_BOUND_TO_OTHER  CARD_EXPIRED         CARD_EXPIRED
EXPIRED   MINE    CARD_EXPIRED       CARD_EXPIRED       CARD_EXPIRED        CARD_BOUND_TO_OTHER  CARD_EXPIRED         EXPIRED/MINE
REPLACED  MINE    CARD_REPLACED      CARD_REPLACED      CARD_REPLACED       CARD_BOUND_TO_OTHER  CARD_REPLACED        CARD_NOT_FOUND
CANCELLED MINE    CARD_CANCELLED     CARD_CANCELLED     CARD_CANCELLED      CARD_BOUND_TO_OTHER  CARD_CANCELLED       CARD_CANCELLED
`;

/** When a bound card's code alone still spends it. */
const spendByCode = `
status    binding code
GENERATED MINE    CARD_NOT_ACTIVE
ALLOCATED MINE    CARD_NOT_ACTIVE
ACTIVE    MINE    ACTIVE/MINE
ACTIVE    OTHER   ACTIVE/OTHER
SUSPENDED OTHER   CARD_SUSPENDED
REDEEMED  MINE    BALANCE_INSUFFICIENT
EXPIRED   MINE    CARD_EXPIRED
REPLACED  OTHER   CARD_REPLACED
CANCELLED MINE    CARD_CANCELLED
`;

/** What issuer, support and holder do to a card. The holder is mia; what moves to tom is hers. */
const administration = `
status    binding load               credit             debit                suspend             resume             cancel              replace             unbind               transfer
GENERATED UNBOUND CARD_NOT_ACTIVE    CARD_NOT_ACTIVE    CARD_NOT_ACTIVE      CARD_NOT_ACTIVE     CARD_NOT_ACTIVE    CANCELLED/UNBOUND   CARD_NOT_ACTIVE     CARD_NOT_BOUND       CARD_NOT_BOUND
GENERATED MINE    CARD_NOT_ACTIVE    CARD_NOT_ACTIVE    CARD_NOT_ACTIVE      CARD_NOT_ACTIVE     CARD_NOT_ACTIVE    CANCELLED/MINE      CARD_NOT_ACTIVE     CARD_NOT_ACTIVE      CARD_NOT_ACTIVE
GENERATED OTHER   CARD_NOT_ACTIVE    CARD_NOT_ACTIVE    CARD_NOT_ACTIVE      CARD_NOT_ACTIVE     CARD_NOT_ACTIVE    CANCELLED/OTHER     CARD_NOT_ACTIVE     CARD_BOUND_TO_OTHER  CARD_BOUND_TO_OTHER
ALLOCATED UNBOUND CARD_NOT_ACTIVE    CARD_NOT_ACTIVE    CARD_NOT_ACTIVE      CARD_NOT_ACTIVE     CARD_NOT_ACTIVE    CANCELLED/UNBOUND   CARD_NOT_ACTIVE     CARD_NOT_BOUND       CARD_NOT_BOUND
ALLOCATED MINE    CARD_NOT_ACTIVE    CARD_NOT_ACTIVE    CARD_NOT_ACTIVE      CARD_NOT_ACTIVE     CARD_NOT_ACTIVE    CANCELLED/MINE      CARD_NOT_ACTIVE     CARD_NOT_ACTIVE      CARD_NOT_ACTIVE
ALLOCATED OTHER   CARD_NOT_ACTIVE    CARD_NOT_ACTIVE    CARD_NOT_ACTIVE      CARD_NOT_ACTIVE     CARD_NOT_ACTIVE    CANCELLED/OTHER     CARD_NOT_ACTIVE     CARD_BOUND_TO_OTHER  CARD_BOUND_TO_OTHER
ACTIVE    UNBOUND ACTIVE/UNBOUND     ACTIVE/UNBOUND     ACTIVE/UNBOUND       SUSPENDED/UNBOUND   CARD_STEP_TAKEN    CANCELLED/UNBOUND   REPLACED→ACTIVE     CARD_NOT_BOUND       CARD_NOT_BOUND
ACTIVE    MINE    ACTIVE/MINE        ACTIVE/MINE        ACTIVE/MINE          SUSPENDED/MINE      CARD_STEP_TAKEN    CANCELLED/MINE      REPLACED→ACTIVE     ACTIVE/UNBOUND       ACTIVE/OTHER
ACTIVE    OTHER   ACTIVE/OTHER       ACTIVE/OTHER       ACTIVE/OTHER         SUSPENDED/OTHER     CARD_STEP_TAKEN    CANCELLED/OTHER     REPLACED→ACTIVE     CARD_BOUND_TO_OTHER  CARD_BOUND_TO_OTHER
SUSPENDED UNBOUND SUSPENDED/UNBOUND  SUSPENDED/UNBOUND  SUSPENDED/UNBOUND    CARD_SUSPENDED      ACTIVE/UNBOUND     CANCELLED/UNBOUND   REPLACED→ACTIVE     CARD_NOT_BOUND       CARD_NOT_BOUND
SUSPENDED MINE    SUSPENDED/MINE     SUSPENDED/MINE     SUSPENDED/MINE       CARD_SUSPENDED      ACTIVE/MINE        CANCELLED/MINE      REPLACED→ACTIVE     CARD_SUSPENDED       CARD_SUSPENDED
SUSPENDED OTHER   SUSPENDED/OTHER    SUSPENDED/OTHER    SUSPENDED/OTHER      CARD_SUSPENDED      ACTIVE/OTHER       CANCELLED/OTHER     REPLACED→ACTIVE     CARD_BOUND_TO_OTHER  CARD_BOUND_TO_OTHER
REDEEMED  UNBOUND ACTIVE/UNBOUND     ACTIVE/UNBOUND     BALANCE_INSUFFICIENT SUSPENDED/UNBOUND   CARD_STEP_TAKEN    CANCELLED/UNBOUND   CARD_NOT_ACTIVE     CARD_NOT_BOUND       CARD_NOT_BOUND
REDEEMED  MINE    ACTIVE/MINE        ACTIVE/MINE        BALANCE_INSUFFICIENT SUSPENDED/MINE      CARD_STEP_TAKEN    CANCELLED/MINE      CARD_NOT_ACTIVE     REDEEMED/UNBOUND     REDEEMED/OTHER
REDEEMED  OTHER   ACTIVE/OTHER       ACTIVE/OTHER       BALANCE_INSUFFICIENT SUSPENDED/OTHER     CARD_STEP_TAKEN    CANCELLED/OTHER     CARD_NOT_ACTIVE     CARD_BOUND_TO_OTHER  CARD_BOUND_TO_OTHER
EXPIRED   UNBOUND CARD_EXPIRED       CARD_EXPIRED       CARD_EXPIRED         CARD_EXPIRED        CARD_EXPIRED       CANCELLED/UNBOUND   REPLACED→REDEEMED   CARD_NOT_BOUND       CARD_NOT_BOUND
EXPIRED   MINE    CARD_EXPIRED       CARD_EXPIRED       CARD_EXPIRED         CARD_EXPIRED        CARD_EXPIRED       CANCELLED/MINE      REPLACED→REDEEMED   CARD_EXPIRED         CARD_EXPIRED
EXPIRED   OTHER   CARD_EXPIRED       CARD_EXPIRED       CARD_EXPIRED         CARD_EXPIRED        CARD_EXPIRED       CANCELLED/OTHER     REPLACED→REDEEMED   CARD_BOUND_TO_OTHER  CARD_BOUND_TO_OTHER
REPLACED  UNBOUND CARD_REPLACED      CARD_REPLACED      CARD_REPLACED        CARD_REPLACED       CARD_REPLACED      CARD_REPLACED       CARD_REPLACED       CARD_NOT_BOUND       CARD_NOT_BOUND
REPLACED  MINE    CARD_REPLACED      CARD_REPLACED      CARD_REPLACED        CARD_REPLACED       CARD_REPLACED      CARD_REPLACED       CARD_REPLACED       CARD_REPLACED        CARD_REPLACED
REPLACED  OTHER   CARD_REPLACED      CARD_REPLACED      CARD_REPLACED        CARD_REPLACED       CARD_REPLACED      CARD_REPLACED       CARD_REPLACED       CARD_BOUND_TO_OTHER  CARD_BOUND_TO_OTHER
CANCELLED UNBOUND CARD_CANCELLED     CARD_CANCELLED     CARD_CANCELLED       CARD_CANCELLED      CARD_CANCELLED     CARD_CANCELLED      CARD_CANCELLED      CARD_NOT_BOUND       CARD_NOT_BOUND
CANCELLED MINE    CARD_CANCELLED     CARD_CANCELLED     CARD_CANCELLED       CARD_CANCELLED      CARD_CANCELLED     CARD_CANCELLED      CARD_CANCELLED      CARD_CANCELLED       CARD_CANCELLED
CANCELLED OTHER   CARD_CANCELLED     CARD_CANCELLED     CARD_CANCELLED       CARD_CANCELLED      CARD_CANCELLED     CARD_CANCELLED      CARD_CANCELLED      CARD_BOUND_TO_OTHER  CARD_BOUND_TO_OTHER
`;

/** The same past the expiry they bear, before any event says so. */
const administrationPastExpiry = `
status    binding load               credit             debit                suspend             resume             cancel              replace             unbind               transfer
GENERATED UNBOUND CARD_EXPIRED       CARD_EXPIRED       CARD_EXPIRED         CARD_EXPIRED        CARD_EXPIRED       CANCELLED/UNBOUND   REPLACED→REDEEMED   CARD_NOT_BOUND       CARD_NOT_BOUND
ALLOCATED UNBOUND CARD_EXPIRED       CARD_EXPIRED       CARD_EXPIRED         CARD_EXPIRED        CARD_EXPIRED       CANCELLED/UNBOUND   REPLACED→REDEEMED   CARD_NOT_BOUND       CARD_NOT_BOUND
ACTIVE    MINE    CARD_EXPIRED       CARD_EXPIRED       CARD_EXPIRED         CARD_EXPIRED        CARD_EXPIRED       CANCELLED/MINE      REPLACED→REDEEMED   CARD_EXPIRED         CARD_EXPIRED
SUSPENDED MINE    CARD_EXPIRED       CARD_EXPIRED       CARD_EXPIRED         CARD_EXPIRED        CARD_EXPIRED       CANCELLED/MINE      REPLACED→REDEEMED   CARD_EXPIRED         CARD_EXPIRED
REDEEMED  MINE    CARD_EXPIRED       CARD_EXPIRED       CARD_EXPIRED         CARD_EXPIRED        CARD_EXPIRED       CANCELLED/MINE      REPLACED→REDEEMED   CARD_EXPIRED         CARD_EXPIRED
REPLACED  MINE    CARD_REPLACED      CARD_REPLACED      CARD_REPLACED        CARD_REPLACED       CARD_REPLACED      CARD_REPLACED       CARD_REPLACED       CARD_REPLACED        CARD_REPLACED
CANCELLED MINE    CARD_CANCELLED     CARD_CANCELLED     CARD_CANCELLED       CARD_CANCELLED      CARD_CANCELLED     CARD_CANCELLED      CARD_CANCELLED      CARD_CANCELLED       CARD_CANCELLED
`;

/** A card whose event the ledger refused takes nothing, from anybody, until it is reconciled. */
const waitsForReconciliation = `
status    binding load               credit             debit                suspend             resume             cancel              replace             unbind               transfer           code                refund
SUSPENDED UNBOUND CARD_SUSPENDED     CARD_SUSPENDED     CARD_SUSPENDED       CARD_SUSPENDED      CARD_SUSPENDED     CARD_SUSPENDED      CARD_SUSPENDED      CARD_NOT_BOUND       CARD_NOT_BOUND     CARD_SUSPENDED      CARD_SUSPENDED
SUSPENDED MINE    CARD_SUSPENDED     CARD_SUSPENDED     CARD_SUSPENDED       CARD_SUSPENDED      CARD_SUSPENDED     CARD_SUSPENDED      CARD_SUSPENDED      CARD_SUSPENDED       CARD_SUSPENDED     CARD_BOUND_TO_OTHER CARD_SUSPENDED
`;

const commands: Record<string, Command> = {
  load: load(7),
  credit: adjust(7),
  debit: adjust(7, { direction: "DEBIT" }),
  suspend: suspend(),
  resume: resume(),
  cancel: cancel(),
  replace: replace(),
  unbind: unbind(),
  transfer: transfer(),
  acquire: acquire(),
  distribute: distribute(),
  bind: bind(),
  code: writeOff(10, { opId: opNo(9) }),
  wallet: walletWriteOff(10, { opId: opNo(9) }),
  refund: refund(5),
};

const standings: Record<CardStatus, Standing> = {
  GENERATED: { status: "GENERATED" },
  ALLOCATED: { status: "ALLOCATED" },
  ACTIVE: { status: "ACTIVE" },
  SUSPENDED: { status: "SUSPENDED", reason: "LOST" },
  REDEEMED: { status: "REDEEMED" },
  EXPIRED: { status: "EXPIRED" },
  REPLACED: { status: "REPLACED", successor: cardNo(7) },
  CANCELLED: { status: "CANCELLED", reason: "STOLEN" },
};

const bindings: Record<string, Binding> = {
  UNBOUND: { kind: "UNBOUND" },
  MINE: { kind: "BOUND", holder: mia },
  OTHER: { kind: "BOUND", holder: tom },
};

/** Where the 60 left after a write-off of 40 are, by status. */
const left: Record<CardStatus, { balance: number; sums?: Partial<Sums> }> = {
  GENERATED: { balance: 0 },
  ALLOCATED: { balance: 0 },
  ACTIVE: { balance: 60 },
  SUSPENDED: { balance: 60 },
  REDEEMED: { balance: 0, sums: { writtenOff: amount(100) } },
  EXPIRED: { balance: 0, sums: { expired: amount(60) } },
  REPLACED: { balance: 0, sums: { movedOut: amount(60) } },
  CANCELLED: { balance: 0, sums: { cancelled: amount(60) } },
};

function cardIn(status: CardStatus, binding: Binding, expiresAtMs: number | null): Card {
  const { balance, sums } = left[status];
  const stock = status === "GENERATED" || status === "ALLOCATED";
  const refundable = {
    opId: opNo(1),
    acceptor: shop,
    amount: amount(40),
    refunded: zero,
    refundableUntilMs: t0 + 90_000,
  };
  const used = { ...noSums, loaded: amount(100), writtenOff: amount(40), ...sums };
  return giftCard(1, {
    standing: standings[status],
    binding,
    expiresAtMs,
    balance: amount(balance),
    sums: stock ? noSums : used,
    refundables: stock ? [] : [refundable],
  });
}

function outcome(card: Card, program: Program, command: Command): string {
  const before = situation({ program, batch, cards: [card] });
  const decision = decide(before, command);
  if (decision.kind === "REFUSED") return decision.refusal.code;
  expect(admit(before, decision.event)).toBeNull();
  const [changed, another] = evolve(before, decision.event).cards;
  const { standing, binding } = first(changed === undefined ? [] : [changed]);
  if (another !== undefined) return `${standing.status}→${another.standing.status}`;
  const whose = Object.entries(bindings).find(
    ([, one]) => JSON.stringify(one) === JSON.stringify(binding),
  );
  return `${standing.status}/${whose?.[0] ?? "?"}`;
}

const isStatus = (text: string | undefined): text is CardStatus =>
  text !== undefined && Object.hasOwn(standings, text);

function* cells(text: string) {
  const [head = "", ...rows] = text.trim().split("\n");
  const [, , ...names] = head.split(/\s+/);
  for (const row of rows) {
    const [status, bound, ...expected] = row.split(/\s+/);
    const binding = bindings[bound ?? ""];
    if (!isStatus(status) || binding === undefined || expected.length !== names.length)
      throw new Error(`broken row: ${row}`);
    for (const [i, name] of names.entries()) {
      const command = commands[name];
      if (command === undefined) throw new Error(`unknown command: ${name}`);
      const cell = `${status} ${bound} × ${name}`;
      yield { cell, status, binding, command, expected: expected[i] };
    }
  }
}

describe("status × binding × command", () => {
  it("covers every status and every binding", () => {
    const seen = new Set(
      [...cells(table)].map((cell) => cell.status + JSON.stringify(cell.binding)),
    );
    expect(seen.size).toBe(Object.keys(standings).length * Object.keys(bindings).length);
  });

  for (const { cell, status, binding, command, expected } of cells(table))
    it(`${cell} → ${expected}`, () => {
      expect(outcome(cardIn(status, binding, null), gold, command)).toBe(expected);
    });
});

describe("past the expiry date, without an event", () => {
  for (const { cell, status, binding, command, expected } of cells(pastExpiry))
    it(`${cell} → ${expected}`, () => {
      expect(outcome(cardIn(status, binding, t0 + 1000), gold, command)).toBe(expected);
    });
});

describe("what issuer, support and holder do", () => {
  for (const { cell, status, binding, command, expected } of cells(administration))
    it(`${cell} → ${expected}`, () => {
      expect(outcome(cardIn(status, binding, null), gold, command)).toBe(expected);
    });
});

describe("what they do past the expiry date, without an event", () => {
  for (const { cell, status, binding, command, expected } of cells(administrationPastExpiry))
    it(`${cell} → ${expected}`, () => {
      expect(outcome(expired(cardIn(status, binding, t0 + 1000)), gold, command)).toBe(expected);
    });

  const unsaid = [...cells(administrationPastExpiry)].filter(
    ({ status }) => status !== "REPLACED" && status !== "CANCELLED",
  );
  for (const { cell, status, binding, command } of unsaid)
    it(`${cell}, with nobody having said that it expired → refused`, () => {
      const answer = outcome(cardIn(status, binding, t0 + 1000), gold, command);
      expect(["CARD_EXPIRED", "CARD_NOT_BOUND"]).toContain(answer);
    });

  /** As whoever saves finds it: what is due comes first. */
  function expired(card: Card): Card {
    const before = situation({ program: gold, cards: [card] });
    const due = expireDue(before, t0 + 1000);
    return due === null ? card : first(evolve(before, due).cards);
  }
});

describe("a card that waits to be reconciled", () => {
  for (const { cell, binding, command, expected } of cells(waitsForReconciliation))
    it(`${cell} → ${expected}`, () => {
      const standing = { status: "SUSPENDED", reason: "LEDGER_REJECTED" } as const;
      const card = { ...cardIn("SUSPENDED", binding, t0 + 1000), standing };
      expect(outcome(card, gold, command)).toBe(expected);
      expect(expireDue(situation({ program: gold, cards: [card] }), t0 + 1000)).toBeNull();
    });
});

describe("where the program lets a bound card's code spend", () => {
  const open = { ...gold, spendByCodeWhenBound: true };
  for (const { cell, status, binding, command, expected } of cells(spendByCode))
    it(`${cell} → ${expected}`, () => {
      expect(outcome(cardIn(status, binding, null), open, command)).toBe(expected);
    });
});

describe("a card id exists once", () => {
  for (const status of Object.values(standings).map((standing) => standing.status)) {
    it(`generate over a card that is ${status} → CARD_ALREADY_EXISTS`, () => {
      const card = cardIn(status, { kind: "UNBOUND" }, null);
      expect(outcome(card, gold, generate(1))).toBe("CARD_ALREADY_EXISTS");
    });
    it(`grant over a card that is ${status} → CARD_ALREADY_EXISTS`, () => {
      const card = cardIn(status, { kind: "UNBOUND" }, null);
      expect(outcome(card, points, grant(5))).toBe("CARD_ALREADY_EXISTS");
    });
  }
});

describe("what a refusal carries", () => {
  it("the reason of a suspension", () => {
    const card = cardIn("SUSPENDED", { kind: "UNBOUND" }, null);
    const decision = decide(situation({ program: gold, cards: [card] }), writeOff(1));
    expect(decision).toMatchObject({ refusal: { code: "CARD_SUSPENDED", reason: "LOST" } });
  });
  it("what is available of a redeemed card: nothing", () => {
    const card = cardIn("REDEEMED", { kind: "UNBOUND" }, null);
    const decision = decide(situation({ program: gold, cards: [card] }), writeOff(1));
    expect(decision).toMatchObject({ refusal: { code: "BALANCE_INSUFFICIENT", available: 0n } });
  });
  it("the status of a card that is not in use yet", () => {
    const card = cardIn("ALLOCATED", { kind: "UNBOUND" }, null);
    const decision = decide(situation({ program: gold, cards: [card] }), writeOff(1));
    expect(decision).toMatchObject({
      refusal: { code: "CARD_NOT_ACTIVE", cardStatus: "ALLOCATED" },
    });
  });
});

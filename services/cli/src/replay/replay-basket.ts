import type { Answered, ScripClient } from "@scrip/client";
import { ProblemError } from "@scrip/client";
import type { Basket } from "./basket.ts";

/** Program, unit and rules of the points that the baskets earn and spend. 1 point is 1 minor unit. */
const pointsProgram = { programId: "points", unit: "PTS", issuer: "acme" } as const;
const minimumAvailable = 20;
const minorPerPoint = 100;

/** The chain of shops: the checkout that takes points, and the issuer that grants them. */
export interface Shops {
  readonly acceptor: ScripClient;
  readonly issuer: ScripClient;
  /** Told of each operation that took effect now. `again` sends the same request, and answers when it is COMMITTED. */
  readonly onAccepted: (again: (waitMs: number) => Promise<Answered<Finality>>) => void;
}

/** The part of every answer that says how final it is. */
export interface Finality {
  readonly finality: string;
}

/** What became of a basket. */
export interface BasketOutcome {
  /** Points. */
  readonly redeemed: number;
  readonly declined: boolean;
  /** Points. */
  readonly granted: number;
  /** Operations asked for, and how many of them had been answered in an earlier run or line. */
  readonly requests: number;
  readonly replayed: number;
}

interface Step {
  readonly points: number;
  readonly declined: boolean;
  readonly replayed: boolean;
}

/**
 * Sells one basket: first the household's points are taken, then points are granted for what was paid.
 * @throws ProblemError, UnreachableError
 */
export async function replayBasket(shops: Shops, basket: Basket): Promise<BasketOutcome> {
  const spent = basket.amount > 0 ? await spend(shops, basket) : undefined;
  const redeemed = spent?.points ?? 0;
  const points = Math.floor((basket.amount - redeemed) / minorPerPoint);
  const earned = points > 0 ? await earn(shops, basket, points) : undefined;
  const steps = [spent, earned].filter((step) => step !== undefined);
  return {
    redeemed,
    declined: spent?.declined ?? false,
    granted: earned?.points ?? 0,
    requests: steps.length,
    replayed: steps.filter((step) => step.replayed).length,
  };
}

/** The server decides how much; a household with fewer points than the minimum is declined, which is no fault. */
async function spend({ acceptor, onAccepted }: Shops, basket: Basket): Promise<Step> {
  const body = {
    acceptor: acceptorOf(basket),
    amount: basket.amount,
    unit: pointsProgram.unit,
    tenders: [{ wallet: basket.householdId, programId: pointsProgram.programId }],
    allowPartial: true,
    minimumAvailable,
    reference: referenceOf(basket),
    businessAt: basket.time,
  } as const;
  const key = `basket ${basket.basketId} write-off`;
  try {
    const { body: answer, replayed } = await acceptor.writeOff(body, { key });
    if (!replayed) onAccepted((waitMs) => acceptor.writeOff(body, { key, waitMs }));
    return { points: answer.operation.amount, declined: false, replayed };
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== "BALANCE_INSUFFICIENT") throw error;
    return { points: 0, declined: true, replayed: error.replayed };
  }
}

async function earn({ issuer, onAccepted }: Shops, basket: Basket, points: number): Promise<Step> {
  const body = {
    programId: pointsProgram.programId,
    holder: basket.householdId,
    amount: points,
    acceptor: acceptorOf(basket),
    reference: referenceOf(basket),
    businessAt: basket.time,
  };
  const key = `basket ${basket.basketId} grant`;
  const { replayed } = await issuer.grant(body, { key });
  if (!replayed) onAccepted((waitMs) => issuer.grant(body, { key, waitMs }));
  return { points, declined: false, replayed };
}

const acceptorOf = ({ storeId }: Basket): string => `store-${storeId}`;
const referenceOf = ({ basketId }: Basket): string => `basket ${basketId}`;

/** Opens the points program, unless it is there. @throws ProblemError, UnreachableError */
export async function openPointsProgram(issuer: ScripClient): Promise<void> {
  const terms = {
    kind: "POINTS",
    refundWindowDays: 90,
    showBalance: false,
    // The baskets are dated as they were bought, years ago.
    backdatingDaysMax: 3_660,
  } as const;
  try {
    await issuer.createProgram({ ...pointsProgram, ...terms }, { key: "replay program" });
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== "PROGRAM_ALREADY_EXISTS") throw error;
  }
}

import type { CardId, CardStatus, Reason, Standing } from "@scrip/domain";
import type { RecordReader } from "./record-reader.ts";
import type { RecordWriter } from "./record-writer.ts";

// Numbers as stored: never reused, never changed.
const statusNumbers: Record<CardStatus, number> = {
  GENERATED: 1,
  ALLOCATED: 2,
  ACTIVE: 3,
  SUSPENDED: 4,
  REDEEMED: 5,
  EXPIRED: 6,
  REPLACED: 7,
  CANCELLED: 8,
};

const reasonNumbers: Record<Reason, number> = {
  SUSPICIOUS_ACTIVITY: 1,
  CHARGEBACK: 2,
  LOST: 3,
  STOLEN: 4,
  SUPPORT_ISSUE: 5,
  ISSUED_IN_ERROR: 6,
  PURCHASE_REFUNDED: 7,
  COMPLIMENTARY: 8,
  REGULATOR_ORDER: 9,
  PROGRAM_CLOSED: 10,
  LEDGER_REJECTED: 11,
};

const statuses = byNumber(statusNumbers);
const reasons = byNumber(reasonNumbers);

export function writeStanding(writer: RecordWriter, standing: Standing): void {
  writer.byte(statusNumbers[standing.status]);
  if ("reason" in standing) writer.byte(reasonNumbers[standing.reason]);
  if ("successor" in standing) writer.hex(standing.successor, 20);
}

export function readStanding(reader: RecordReader): Standing {
  const status = named(statuses, reader.byte());
  switch (status) {
    case "SUSPENDED":
    case "CANCELLED":
      return { status, reason: named(reasons, reader.byte()) };
    case "REPLACED":
      return { status, successor: reader.hex(20) as CardId };
    case "GENERATED":
    case "ALLOCATED":
    case "ACTIVE":
    case "REDEEMED":
    case "EXPIRED":
      return { status };
  }
}

function byNumber<Name extends string>(numbers: Record<Name, number>): ReadonlyMap<number, Name> {
  return new Map(Object.entries<number>(numbers).map(([name, number]) => [number, name as Name]));
}

function named<Name>(names: ReadonlyMap<number, Name>, number: number): Name {
  const name = names.get(number);
  if (name === undefined) throw new RangeError(`nothing has the number ${number}`);
  return name;
}

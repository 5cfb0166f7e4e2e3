/** What kind of record is wrong. */
export type FindingPart =
  | "ENTRY"
  | "TILE"
  | "BLOCK"
  | "STREAM"
  | "CHECKPOINT"
  | "SEAL"
  | "META"
  | "BUCKET"
  | "MAP"
  | "LEAF"
  | "INDEX";

/** One thing in a copy of the ledger that is not as it has to be. */
export interface Finding {
  readonly part: FindingPart;
  /** Which record: `entry 17`, `tile 0/000`, `card_…`. */
  readonly at: string;
  /** What it is, and what it had to be. */
  readonly what: string;
}

/** Takes what an audit finds, as it finds it; an audit goes on after each. */
export type FindingSink = (finding: Finding) => void;

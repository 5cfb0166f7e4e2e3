import type { Program, ProgramTerms } from "@scrip/domain";
import type { FieldError } from "@scrip/service-kit";
import type { ProgramBody, ProgramVersionBody } from "@scrip/wire";

/*
 * Terms that the rules would bear and nobody can mean: whoever sends them has made a mistake, and would find out when
 * cards cannot be spent.
 */

/** What a body of terms may say. */
type Field = keyof ProgramBody | keyof ProgramVersionBody | "";

/** Currencies of ISO 4217 as this runtime knows them; XTS, its code for tests, and XXX, for none, are not among them. */
const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

/** What is surely a mistake in a new program. */
export const programFaults = (body: ProgramBody, terms: ProgramTerms): FieldError[] => [
  ...unitFaults(body),
  ...termsFaults(body, { ...terms, kind: body.kind }),
];

/** What is surely a mistake in a new version; `before` is the one it follows. */
export function versionFaults(
  body: ProgramVersionBody,
  changes: Partial<ProgramTerms>,
  before: Program,
): FieldError[] {
  if (Object.keys(changes).length === 0) return [fault("", "must change at least one term")];
  return termsFaults(body, { ...before, ...changes });
}

/** Cards of money are in a currency; points are not, or they would be told and added up as if they were. */
function unitFaults({ kind, unit }: ProgramBody): FieldError[] {
  const isCurrency = currencies.has(unit);
  if (kind === "GIFT_CARD" && !isCurrency)
    return [fault("unit", "must be a currency of ISO 4217, like CNY, for gift cards")];
  if (kind === "POINTS" && isCurrency)
    return [fault("unit", "must be no currency for points, but a unit of their own, like PTS")];
  return [];
}

/** @param named what the body itself says; the terms are those that would rule. */
function termsFaults(
  named: ProgramVersionBody,
  terms: Pick<ProgramTerms, "spendMax" | "dailySpendMax"> & Pick<Program, "kind">,
): FieldError[] {
  const { spendMax, dailySpendMax } = terms;
  const faults: FieldError[] = [];
  if (named.acceptors?.length === 0)
    faults.push(
      fault("acceptors", "must name somebody; null lets anyone registered take the cards"),
    );
  if (terms.kind === "POINTS" && dailySpendMax !== null)
    faults.push(fault("dailySpendMax", "is for gift cards alone: points have no days"));
  else if (spendMax !== null && dailySpendMax !== null && spendMax > dailySpendMax) {
    // A version is not held to what the one before it got wrong, unless it names one of the two.
    const field = (["spendMax", "dailySpendMax"] as const).find((name) => name in named);
    if (field !== undefined) faults.push(fault(field, "spendMax must not be above dailySpendMax"));
  }
  return faults;
}

const fault = (field: Field, detail: string): FieldError => ({
  in: "body",
  field: field === "" ? "" : `/${field}`,
  detail,
});

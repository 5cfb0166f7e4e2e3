/** A limit that was met, as a refusal names it: its name, and its amount where it is one. */
interface Met {
  readonly limit?: unknown;
  readonly max?: unknown;
}

/** What the limit that a refusal names says, for people; undefined when it names none. */
export function limitWords({ limit, max }: Met): string | undefined {
  if (typeof limit !== "string") return undefined;
  const most = typeof max === "number" ? `at most ${max} minor units` : undefined;
  if (most === undefined) return `The limit is ${limit}.`;
  switch (limit) {
    case "spendMax":
      return `One write-off takes ${most} (spendMax of the program).`;
    case "dailySpendMax":
      return `The write-offs of one card in a day (UTC) take ${most} (dailySpendMax of the program).`;
    case "balanceMax":
      return `A card holds ${most} (balanceMax of the program).`;
    case "amountMax":
      return `A balance, and each sum over a card's life, is ${most}.`;
    default:
      return `The limit is ${limit}: ${most}.`;
  }
}

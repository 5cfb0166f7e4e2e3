import { InvalidArgumentError } from "commander";

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const form = /^([0-9]{1,9})(ms|s|m|h|d)$/;

/** Milliseconds of `500ms`, `30s`, `5m`, `2h` or `1d`. @throws InvalidArgumentError */
export function parseDuration(text: string): number {
  const [, count, unit] = form.exec(text) ?? [];
  if (count === undefined) {
    throw new InvalidArgumentError("Write it like 500ms, 30s, 5m, 2h or 1d.");
  }
  return Number(count) * unitMs[unit as keyof typeof unitMs];
}

import { PortError } from "@scrip/ports";

/** Reads what a question gives. */
export const given = (asked: unknown, name: string): unknown =>
  typeof asked === "object" && asked !== null && Object.hasOwn(asked, name)
    ? (asked as Record<string, unknown>)[name]
    : undefined;

/** @throws PortError CONTRACT_BROKEN for anything but a whole number of at least `min` */
export function wholeGiven(asked: unknown, name: string, min = 0): number {
  const value = given(asked, name);
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= min) return value;
  throw new PortError("CONTRACT_BROKEN", `the question gives no ${name}`);
}

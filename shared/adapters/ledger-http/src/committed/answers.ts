import type { CommittedNews, FinalityState } from "@scrip/ports";
import { PortError } from "@scrip/ports";
import { given, wholeGiven } from "../channel/asked-values.ts";
import type { Frame } from "../channel/frame.ts";
import { eventsAskedMax } from "../limits.ts";

/** News without bytes: where control facts stand, and whether a leaf goes with each. */
interface NewsHead extends Omit<CommittedNews, "control" | "events"> {
  readonly control: readonly { readonly index: number; readonly version: boolean }[];
  /** One letter for each event: C, or R for a rejected one. */
  readonly states: string;
}

const idBytes = 32;

/** Entries and leaves of the facts, then all event ids as one byte string. */
export function newsFrame({ control, events, ...news }: CommittedNews): Frame<NewsHead> {
  const facts = control.flatMap(({ entry, version }) =>
    version === null ? [entry] : [entry, version],
  );
  const ids = Buffer.alloc(events.length * idBytes);
  events.forEach(({ eventId }, nth) => ids.write(eventId, nth * idBytes, "hex"));
  const states = events.map(({ state }) => (state === "COMMITTED" ? "C" : "R")).join("");
  const heads = control.map(({ index, version }) => ({ index, version: version !== null }));
  return { head: { ...news, control: heads, states }, parts: [...facts, ids] };
}

export function newsOf({ head, parts }: Frame): CommittedNews {
  const { control: heads, states, ...news } = head as NewsHead;
  let at = 0;
  const part = (): Uint8Array => {
    const bytes = parts[at++];
    if (bytes === undefined) throw new PortError("CORRUPT", "news with a part missing");
    return bytes;
  };
  const control = heads.map(({ index, version }) => {
    const entry = part();
    return { index, entry, version: version ? part() : null };
  });
  const ids = Buffer.from(part());
  const events = Array.from(states, (letter, nth) => ({
    eventId: ids.toString("hex", nth * idBytes, (nth + 1) * idBytes),
    state: letter === "C" ? ("COMMITTED" as const) : ("REJECTED" as const),
  }));
  return { ...news, control, events };
}

/** The events that a question names. @throws PortError CONTRACT_BROKEN */
export function eventsGiven(asked: unknown): string[] {
  const events = given(asked, "events");
  const isId = (one: unknown): one is string =>
    typeof one === "string" && /^[0-9a-f]{64}$/.test(one);
  if (Array.isArray(events) && events.length <= eventsAskedMax && events.every(isId)) return events;
  throw new PortError("CONTRACT_BROKEN", "the question names no events");
}

export const placeGiven = (asked: unknown) => ({
  control: wholeGiven(asked, "control", -1),
  size: given(asked, "size") === null ? null : wholeGiven(asked, "size"),
});

export const finalityOf = ({ head }: Frame): FinalityState[] => head as FinalityState[];

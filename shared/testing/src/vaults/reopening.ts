import { afterEach, beforeEach } from "vitest";
import type { Place } from "./place.ts";

/** The adapter under test, in a new place for every test. */
export interface Reopening<Port> {
  readonly now: Port;
  /** Closes it and opens it again, as a restart does. */
  again(): Promise<void>;
}

export function reopening<Port extends { close(): Promise<void> }>(
  newPlace: () => Promise<Place<Port>>,
): Reopening<Port> {
  let place: Place<Port> | undefined;
  let port: Port | undefined;
  const opened = (): Port => {
    if (port === undefined) throw new Error("used outside of a test");
    return port;
  };
  beforeEach(async () => {
    place = await newPlace();
    port = await place.open();
  });
  afterEach(async () => {
    await opened().close();
    await place?.remove();
  });
  return {
    get now() {
      return opened();
    },
    async again() {
      await opened().close();
      port = await place?.open();
    },
  };
}

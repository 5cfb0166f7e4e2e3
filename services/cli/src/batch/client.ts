import { ScripClient } from "@scrip/client";
import type { Surroundings } from "../surroundings.ts";
import { attemptsMax } from "./limits.ts";

/** Where the services are. */
export interface UrlOption {
  readonly url: string;
}

/** Asks as whoever the key belongs to, and again while a server restarts. */
export const clientOf = (
  { url }: UrlOption,
  apiKey: string,
  { fetch }: Surroundings,
): ScripClient => new ScripClient({ baseUrl: url, apiKey, fetch, attemptsMax });

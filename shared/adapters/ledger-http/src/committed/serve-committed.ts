import type { CommittedFeed } from "@scrip/ports";
import { serveChannel, type ServedChannel, type ServeOptions } from "../channel/serve-channel.ts";
import { eventsGiven, newsFrame, placeGiven } from "./answers.ts";

/** Serves what a verified copy says to other processes, on loopback. The feed stays whose it is. */
export const serveCommitted = (
  feed: CommittedFeed,
  options: ServeOptions,
): Promise<ServedChannel> =>
  serveChannel(
    {
      news: async (asked, gone) => newsFrame(await feed.news(placeGiven(asked), gone)),
      finality: async (asked) => ({ head: await feed.finality(eventsGiven(asked)), parts: [] }),
    },
    options,
  );

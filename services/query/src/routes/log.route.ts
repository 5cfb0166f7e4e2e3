import {
  encodeBundle,
  hashBytes,
  parseTilePath,
  tileExists,
  type TileResource,
  tileWidth,
} from "@scrip/merkle-log";
import { callerOf, Problem, type DependencyContainer } from "@scrip/service-kit";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { maySeeAllEntries } from "../reading/rights.ts";
import { tokens } from "../tokens.ts";
import { plainText } from "./shapes.ts";

// A full tile never changes; a partial one is soon replaced by a wider one, and then may be gone.
const forFull = "public, max-age=31536000, immutable";
const forPartial = "public, max-age=60";

/** `GET /checkpoint` and the tiles under it (C2SP tlog-tiles): hashes for anybody, entries for those who oversee all. */
export function logRoutes(app: FastifyInstance, container: DependencyContainer): void {
  const { store, checkpoint } = container.resolve(tokens.copy);

  app.get("/checkpoint", { config: { access: "PUBLIC" } }, (_request, reply) =>
    reply.type(plainText).header("cache-control", "no-cache").send(checkpoint.text()),
  );

  app.get("/tile/:level/*", { config: { access: "PUBLIC" } }, (request, reply) => {
    const tile = resourceOf(request, store.size());
    if (tile.kind !== "hashes") throw new Problem("ROUTE_NOT_FOUND");
    const bytes = store.tile(tile.level, tile.index)?.slice(0, tile.width * hashBytes);
    return sendTile(reply, tile, bytes);
  });

  app.get(
    "/tile/entries/*",
    { config: { access: ["REGULATOR", "OPERATOR"] } },
    (request, reply) => {
      if (!maySeeAllEntries(callerOf(request))) {
        throw new Problem("PERMISSION_DENIED", {
          detail: "Entry bundles need a scope of everything.",
        });
      }
      const bundle = resourceOf(request, store.size());
      if (bundle.kind !== "entries") throw new Problem("ROUTE_NOT_FOUND");
      const entries = store.entries(bundle.index * tileWidth, bundle.width);
      return sendTile(reply, bundle, encodeBundle(entries), "private");
    },
  );
}

/** @throws Problem ROUTE_NOT_FOUND for what is no tile path, or a tile that the log does not have (yet) */
function resourceOf({ url }: FastifyRequest, size: number): TileResource {
  const resource = parseTilePath(url.split("?", 1)[0] ?? "");
  if (resource === undefined) throw new Problem("ROUTE_NOT_FOUND");
  const level = resource.kind === "hashes" ? resource.level : 0;
  if (!tileExists({ level, index: resource.index, width: resource.width }, size)) {
    throw new Problem("ROUTE_NOT_FOUND", { detail: "The log has no such tile." });
  }
  return resource;
}

function sendTile(
  reply: FastifyReply,
  { width }: { readonly width: number },
  bytes: Uint8Array | undefined,
  audience: "public" | "private" = "public",
): FastifyReply {
  if (bytes === undefined)
    throw new Problem("ROUTE_NOT_FOUND", { detail: "The log has no such tile." });
  const cache = width === tileWidth ? forFull : forPartial;
  return reply
    .type("application/octet-stream")
    .header("cache-control", cache.replace("public", audience))
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
